// Whether another service controller works on a Service that is ours: two that write the same load balancer undo each
// other's work, so one has to be switched off. Pure: signs and clocks come in as values.
import { FairleadError } from '../engine/errors.ts';
import type { Service } from '../kube/types.ts';

/** Something that only a service controller does, seen to happen during our term. */
export interface Sign {
  /** Its field manager or its name in events. */
  readonly who: string;
  /** What it did, as a clause: "wrote status.loadBalancer or the finalizer". */
  readonly did: string;
  /** RFC 3339, as the API server or the other controller stamped it. */
  readonly stamp: string;
  /** When we noticed, on our own monotonic clock. */
  readonly noticedMs: number;
}

/** The signs of one stretch without a pause. */
export interface Contest {
  /** The one that began it; it stays the same, so that a condition that names it is told once. */
  readonly first: Sign;
  readonly lastNoticedMs: number;
}

/** For so long after a sign nothing is written: longer than the longest backoff of a service controller (5 min). */
export const SIGN_LASTS_MS = 10 * 60_000;
/** What a sign's stamp may lag behind the beginning of our term, for clocks that differ. */
const SKEW_MS = 5 * 60_000;

/**
 * Whether a stamp that we had not seen before can be of our term. The order of things is told by what we saw, never by
 * comparing clocks of three machines: everything that was there when the term began is past. The stamp only rules out what
 * comes to light late (an event that waited to be sent), by a margin that no clock in a working cluster is off by.
 */
export function isOfTerm(stamp: string | undefined, termBeganAtMs: number): boolean {
  const at = Date.parse(stamp ?? '');
  return Number.isNaN(at) || at >= termBeganAtMs - SKEW_MS;
}

/** The contest after one more sign. */
export function afterSign(contest: Contest | undefined, sign: Sign): Contest {
  const goesOn = contest !== undefined && isOpen(contest, sign.noticedMs);
  return { first: goesOn ? contest.first : sign, lastNoticedMs: sign.noticedMs };
}

/** A sign counts for ten minutes. Then the other one is taken to be gone, until its next sign. */
export function isOpen(contest: Contest, nowMs: number): boolean {
  return nowMs - contest.lastNoticedMs < SIGN_LASTS_MS;
}

/**
 * Why nothing may be written for the Service; undefined: it is ours alone. Service controllers leave Services of a class
 * alone until those go, and then remove what we remove too: with a class there is no contest.
 */
export function contestOf(
  service: Service,
  contest: Contest | undefined,
  nowMs: number,
  ourClass: string | undefined,
): FairleadError | undefined {
  if (service.spec.loadBalancerClass !== undefined || !contest || !isOpen(contest, nowMs)) return undefined;
  const { who, did, stamp } = contest.first;
  const byClass =
    ourClass === undefined
      ? ''
      : `, or create this Service anew with spec.loadBalancerClass ${ourClass}, so that it is not its any more`;
  return new FairleadError(
    'other-controller',
    `Another service controller works on this Service: ${who} ${did} at ${stamp}. Nothing is written for the Service ` +
      `until it has been quiet for ${SIGN_LASTS_MS / 60_000} minutes. Switch its service controller off with ` +
      `--controllers=*,-service-lb-controller (cloud-controller-manager)${byClass}.`,
  );
}
