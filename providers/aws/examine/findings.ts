// Findings of a check-up, made short. Pure.
import { FairleadError } from '../../../src/engine/errors.ts';
import type { Finding } from '../../../src/provider/provider.ts';

export function ok(about: string, message: string): Finding {
  return { about, state: 'ok', message };
}

export function finding(
  state: 'warning' | 'error' | 'unknown',
  about: string,
  message: string,
  remedy: string,
): Finding {
  return { about, state, message, remedy };
}

/** What could not be found out, and AWS's own words for why. Anything but a FairleadError is thrown again. */
export function notKnown(about: string, thrown: unknown): Finding {
  if (!(thrown instanceof FairleadError)) throw thrown;
  const remedy = 'Mend what is said above, then run this again.';
  return finding('unknown', about, `This could not be looked at: ${thrown.message.replace(/\.$/, '')}.`, remedy);
}
