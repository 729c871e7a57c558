// Faults that a test asks for: which calls they hit, and when. What an effect does to the wire is the proxy's part.
import type { Call } from './proxy-call.ts';
import type { Params } from './proxy-query.ts';
import { named } from './proxy-recording.ts';

/**
 * What happens to a call that is hit.
 * - `error`: answered with that AWS error (status 400 unless given).
 * - `delayMs`: done or answered that much later.
 * - `staleMs`: a read answered as things were that long ago, but never older than the fault itself. Other calls pass.
 * - `reset`: the connection is reset without an answer. `truncate`: the answer breaks off in the middle.
 * - `garbage`: a page of HTML with status 200. `hang`: never answered.
 */
export type Effect =
  | { readonly error: { readonly code: string; readonly status?: number; readonly message?: string } }
  | { readonly delayMs: number }
  | { readonly staleMs: number }
  | 'reset'
  | 'truncate'
  | 'garbage'
  | 'hang';

/** Which calls to hit and how. */
export interface FaultRule {
  readonly service?: string;
  readonly operation: string | RegExp;
  readonly match?: (params: Params) => boolean;
  /** Only from the nth matching call on, counted from 1 (default 1). */
  readonly nth?: number;
  /** At most this many calls (default: every one). */
  readonly times?: number;
  /** `before`: the call is not carried out. `after`: it is, and then the effect spoils its answer. */
  readonly phase: 'before' | 'after';
  readonly effect: Effect;
}

/** A fault in place. */
export interface Fault {
  /** How many calls it has hit. */
  readonly hits: number;
  remove(): void;
}

/** A rule with what it has counted. */
export interface ActiveFault {
  readonly rule: FaultRule;
  /** When it was put in place, as performance.now() gives it. */
  readonly sinceMs: number;
}

/** The faults in place. The first that hits a call, in the order they were put in, has it alone. */
export class Faults {
  readonly #active = new Map<ActiveFault, { seen: number; hits: number }>();

  add(rule: FaultRule): Fault {
    const fault: ActiveFault = { rule, sinceMs: performance.now() };
    const counts = { seen: 0, hits: 0 };
    this.#active.set(fault, counts);
    return {
      get hits() {
        return counts.hits;
      },
      remove: () => {
        this.#active.delete(fault);
      },
    };
  }

  /** The fault that hits this call, if any; counts it. */
  hit(call: Call): ActiveFault | undefined {
    for (const [fault, counts] of this.#active) {
      const { service, operation, match, nth = 1, times = Number.POSITIVE_INFINITY } = fault.rule;
      if (service !== undefined && service !== call.service) continue;
      if (!named(operation, call.operation) || (match && !match(call.params))) continue;
      counts.seen++;
      if (counts.seen < nth || counts.hits >= times) continue;
      counts.hits++;
      return fault;
    }
    return undefined;
  }

  /** True while some fault answers reads with the past. */
  get stale(): boolean {
    return [...this.#active.keys()].some(({ rule }) => typeof rule.effect === 'object' && 'staleMs' in rule.effect);
  }
}
