// The laws that every provider keeps, as one suite: `describeProvider(name, harness)`. It knows no cloud and asserts
// nothing about calls but their number and whether they write.
import { afterEach, beforeEach, describe, vi } from 'vitest';
import { START } from '../scenario/clock.ts';
import type { Harness } from './harness.ts';
import { callLaws } from './laws/calls.ts';
import { crashLaws } from './laws/crash.ts';
import { fixpointLaws } from './laws/fixpoint.ts';
import { foreignLaws } from './laws/foreign.ts';
import { policyLaws } from './laws/policy.ts';
import { replacementLaws } from './laws/replacement.ts';
import { sharingLaws } from './laws/sharing.ts';
import { targetLaws } from './laws/targets.ts';
import { troubleLaws } from './laws/trouble.ts';

export function describeProvider(name: string, harness: Harness): void {
  describe(`${name} keeps the contract`, { timeout: 120_000 }, () => {
    beforeEach(() => {
      vi.useFakeTimers({ now: START });
    });
    afterEach(() => {
      vi.useRealTimers();
    });
    fixpointLaws(harness);
    callLaws(harness);
    foreignLaws(harness);
    sharingLaws(harness);
    targetLaws(harness);
    replacementLaws(harness);
    policyLaws(harness);
    troubleLaws(harness);
    crashLaws(harness);
  });
}
