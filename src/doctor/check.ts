// One question at a time, each with a deadline: what goes wrong while it is answered is a finding too, and never stops the
// others. It knows none of the questions.
import { printable } from '../kube/printable.ts';
import { withDeadline } from '../kube/wait.ts';
import type { Finding } from '../provider/provider.ts';

export interface Check {
  /** The heading under which people find it. */
  readonly section: string;
  /** What is looked at, in two or three words. */
  readonly about: string;
  /** Default: 20 s. */
  readonly timeoutMs?: number;
  find(signal: AbortSignal): Promise<readonly Finding[]>;
}

export interface Section {
  readonly name: string;
  readonly findings: readonly Finding[];
}

const TIMEOUT_MS = 20_000;
const MAX_BYTES = 2048;

/** Rejects only when the signal aborts. */
export async function runCheck(
  { about, timeoutMs = TIMEOUT_MS, find }: Check,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  try {
    return await withDeadline(timeoutMs, signal, about, find);
  } catch (thrown) {
    signal.throwIfAborted();
    return [unknown(about, `This could not be looked at: ${messageOf(thrown)}.`, 'Run this again.')];
  }
}

export function ok(about: string, message: string): Finding {
  return { about, state: 'ok', message };
}

export function warning(about: string, message: string, remedy: string): Finding {
  return { about, state: 'warning', message, remedy };
}

export function failure(about: string, message: string, remedy: string): Finding {
  return { about, state: 'error', message, remedy };
}

export function unknown(about: string, message: string, remedy: string): Finding {
  return { about, state: 'unknown', message, remedy };
}

/** Whatever was thrown, as text on one line without a full stop at its end. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return printable(text, MAX_BYTES).replace(/\.$/, '');
}
