// Faults that a test asks for: which calls they hit, and when. What an effect does to the wire is the proxy's part.
import type { Call } from './proxy-call.ts';
import { named } from './proxy-recording.ts';

/**
 * What happens to a call that is hit.
 * - `status`: answered with that status, and with `body` or else the service's own form of an error.
 * - `delayMs`: done or answered that much later.
 * - `reset`: the connection is reset without an answer. `truncate`: the answer breaks off in the middle.
 * - `garbage`: a page of HTML with status 200. `hang`: never answered.
 * - `expire`: the call's token, and every other of its project, is answered with 401 from now on, this call too.
 */
export type Effect =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly delayMs: number }
  | 'reset'
  | 'truncate'
  | 'garbage'
  | 'hang'
  | 'expire';

/** What is done to one call. `before`: it is not carried out. `after`: it is, and then the effect spoils its answer. */
export interface Mishap {
  readonly phase: 'before' | 'after';
  readonly effect: Effect;
}

/** Which calls to hit and how. */
export interface FaultRule extends Mishap {
  readonly service?: Call['service'];
  readonly operation: string | RegExp;
  readonly match?: (call: Call) => boolean;
  /** Only from the nth matching call on, counted from 1 (default 1). */
  readonly nth?: number;
  /** At most this many calls (default: every one). */
  readonly times?: number;
}

/** A fault in place. */
export interface Fault {
  /** How many calls it has hit. */
  readonly hits: number;
  remove(): void;
}

type Ask = (call: Call) => Mishap | undefined;

/** The faults in place. The first that hits a call, in the order they were put in, has it alone. */
export class Faults {
  readonly #active = new Map<object, { readonly ask: Ask; hits: number }>();

  add(rule: FaultRule): Fault {
    const { service, operation, match, nth = 1, times = Number.POSITIVE_INFINITY } = rule;
    let seen = 0;
    return this.ask((call) => {
      if (service !== undefined && service !== call.service) return undefined;
      if (!named(operation, call.operation) || (match && !match(call))) return undefined;
      seen++;
      return seen >= nth && seen < nth + times ? rule : undefined;
    });
  }

  /** A function that is asked about each call when it arrives. */
  ask(ask: Ask): Fault {
    const key = {};
    const entry = { ask, hits: 0 };
    this.#active.set(key, entry);
    return {
      get hits() {
        return entry.hits;
      },
      remove: () => {
        this.#active.delete(key);
      },
    };
  }

  /** What happens to this call, if anything; counts it. */
  hit(call: Call): Mishap | undefined {
    for (const entry of this.#active.values()) {
      const mishap = entry.ask(call);
      if (!mishap) continue;
      entry.hits++;
      return mishap;
    }
    return undefined;
  }

  clear(): void {
    this.#active.clear();
  }
}
