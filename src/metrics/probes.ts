// What the metrics ask of the running controller when somebody reads them. Every answer has to be cheap.
import type { Census } from '../controller/census.ts';

/** The workers of the queue at this moment. */
export interface Work {
  /** Keys at work. */
  readonly active: number;
  /** Workers there are. */
  readonly maximum: number;
  /** Time that the keys at work have taken so far, all together. */
  readonly unfinishedSeconds: number;
  /** Time that the one at work for the longest has taken so far. */
  readonly longestSeconds: number;
}

export interface Probes {
  /** The name of the Lease. */
  readonly leaseName: string;
  readonly isLeader: () => boolean;
  readonly census: () => Census;
  readonly work: () => Work;
  readonly oldestVerificationMs: () => number;
  /** How old that may become; 0: nothing is compared. */
  readonly driftIntervalMs: number;
  readonly orphans: () => readonly { readonly provider: string; readonly kind: string; readonly count: number }[];
  /** Time since the API server was last heard of; never more than the age of the process. */
  readonly lastContactMs: () => number;
  /** Every kind of cloud object there is. */
  readonly kinds: () => readonly { readonly provider: string; readonly kind: string }[];
}

/** The probes, once there are any. */
export type Probing = () => Probes | undefined;
