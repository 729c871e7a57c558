// AWS's request limits: a token bucket a service and kind of call. Off until a test or the bench switches them on.
import { AwsError } from './proxy-answer.ts';
import type { Call } from './proxy-call.ts';

/** A token bucket: `bucket` calls at once, `refillPerSecond` more each second. */
export interface LimitRule {
  readonly service: string;
  readonly kind: 'read' | 'write';
  readonly bucket: number;
  readonly refillPerSecond: number;
}

/** A limit in place. */
export interface Limit {
  /** How many calls it has refused. */
  readonly refused: number;
  remove(): void;
}

/** The limits that AWS publishes for one account and region, for reads. */
export const publishedReadLimits: readonly LimitRule[] = [
  { service: 'elasticloadbalancing', kind: 'read', bucket: 40, refillPerSecond: 10 },
  { service: 'elasticloadbalancing-classic', kind: 'read', bucket: 40, refillPerSecond: 10 },
  { service: 'ec2', kind: 'read', bucket: 100, refillPerSecond: 20 },
];

/** The limits in place. */
export class Limits {
  readonly #active = new Set<{ rule: LimitRule; tokens: number; atMs: number; refused: number }>();

  add(rule: LimitRule): Limit {
    const state = { rule, tokens: rule.bucket, atMs: performance.now(), refused: 0 };
    this.#active.add(state);
    return {
      get refused() {
        return state.refused;
      },
      remove: () => {
        this.#active.delete(state);
      },
    };
  }

  /** Takes a token for the call from each limit that it falls under. Throws the service's throttling error. */
  take(call: Call): void {
    for (const state of this.#active) {
      const { service, kind, bucket, refillPerSecond } = state.rule;
      if (service !== call.service || (kind === 'write') !== call.write) continue;
      const nowMs = performance.now();
      state.tokens = Math.min(bucket, state.tokens + ((nowMs - state.atMs) / 1000) * refillPerSecond);
      state.atMs = nowMs;
      if (state.tokens >= 1) {
        state.tokens--;
        continue;
      }
      state.refused++;
      if (service === 'ec2') throw new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503);
      throw new AwsError('Throttling', 'Rate exceeded');
    }
  }
}
