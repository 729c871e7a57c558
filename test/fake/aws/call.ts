// The record of one call, and the faults that a test can let happen to it.
// Only data: who applies a fault is the delivery.

/** One call of one session, in the order in which they were sent. */
export interface Call {
  /** 1 for the first call that this AWS saw. */
  readonly seq: number;
  /** The session that made it: 1 for the first that was attached. */
  readonly session: number;
  /** `ec2`, `elb` (Classic), `elbv2`. */
  readonly service: string;
  /** `CreateLoadBalancer`. */
  readonly operation: string;
  /** A copy of the input, taken when the call was sent. */
  readonly input: object;
  /** Whether the operation changes something (when it succeeds). */
  readonly write: boolean;
  /** When it was sent, and when it took effect; epoch milliseconds of virtual time. */
  readonly at: number;
  readonly effectAt?: number;
  /** AWS's own code of the error that it ended in, such as `DuplicateListener`, whether or not anybody heard it. */
  readonly errorCode?: string;
}

/**
 * What happens to a call instead of the ordinary:
 * - `crash`: the session is killed before the call takes effect
 * - `crash-after`: it takes effect, and the session is killed before the answer
 * - `lose-answer`: it takes effect, and the caller sees a reset connection
 * - `throttle`: AWS's throttling error of that service; no effect
 * - `hang`: no effect and no answer, until the caller aborts; `hang-after`: the same with the effect
 *
 * or a combination:
 * - `error`: that code is answered (`httpStatus` 400 unless said otherwise), without the effect, or with it for
 *   `afterEffect`
 * - `arriveMs`: the request takes effect so much later, even if the caller has given up by then
 * - `delayMs`: the answer comes so much later
 * - `staleMs`: a read answers the state of so long ago
 */
export type Fault =
  | 'crash'
  | 'crash-after'
  | 'hang'
  | 'hang-after'
  | 'lose-answer'
  | 'throttle'
  | {
      readonly arriveMs?: number;
      readonly delayMs?: number;
      readonly staleMs?: number;
      readonly error?: string;
      readonly httpStatus?: number;
      readonly afterEffect?: boolean;
    };

/** Asked once for every call, when it is sent. */
export type Intercept = (call: Call) => Fault | undefined;
