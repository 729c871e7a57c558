// A gate with a record of what passed it, and short words for what tests of the gate do all the time.
import { vi } from 'vitest';
import { FairleadError } from '../../../src/engine/errors.ts';
import type { Scope } from '../../../src/engine/kind.ts';
import { type Call, type CallRecord, Gate, type GateOptions } from '../../../src/provider/gate.ts';

export const READ: Call = { service: 'elb', operation: 'Describe', write: false };
export const WRITE: Call = { service: 'elb', operation: 'Create', write: true };
export const SCOPE: Scope = { signal: new AbortController().signal, lane: 'change' };

const explain = (thrown: unknown) =>
  thrown instanceof FairleadError ? thrown : new FairleadError('network', `explained: ${String(thrown)}`);

/** A gate, and what passed it. */
export function gateWith(options: GateOptions = {}) {
  const records: CallRecord[] = [];
  const gate = new Gate({ onCall: (record) => records.push(record), ...options });
  const send = (call: Call, answer: (signal: AbortSignal) => Promise<unknown>, scope = SCOPE) =>
    gate.call(call, scope, answer, explain);
  return { gate, records, send };
}

/** Lets virtual time pass until the promise settles; answers it or what it threw. */
export async function outcome(promise: Promise<unknown>, ms = 120_000): Promise<unknown> {
  const settled = promise.catch((thrown: unknown) => thrown);
  await vi.advanceTimersByTimeAsync(ms);
  return settled;
}

export const failing = (...codes: readonly ('network' | 'unavailable' | 'throttled' | 'denied')[]) => {
  const left = [...codes];
  return vi.fn(async () => {
    const code = left.shift();
    if (code) throw new FairleadError(code, code);
    return 'answer';
  });
};
