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

const LAWS = {
  fixpoint: fixpointLaws,
  calls: callLaws,
  foreign: foreignLaws,
  sharing: sharingLaws,
  targets: targetLaws,
  replacement: replacementLaws,
  policy: policyLaws,
  trouble: troubleLaws,
  crash: crashLaws,
} as const;

export type Law = keyof typeof LAWS;

/** `laws`: all, unless they are named. */
export function describeProvider(
  name: string,
  harness: Harness,
  laws: readonly Law[] = Object.keys(LAWS) as Law[],
): void {
  describe(`${name} keeps the contract`, { timeout: 120_000 }, () => {
    beforeEach(() => {
      vi.useFakeTimers({ now: START });
    });
    afterEach(() => {
      vi.useRealTimers();
    });
    for (const law of laws) LAWS[law](harness);
  });
}
