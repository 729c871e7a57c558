// What the controller tells of itself while it works, for metrics. Only types and names: nothing here counts.
import type { GateOptions } from '../provider/gate.ts';
import type { QueueHooks } from './queue.ts';

/**
 * What a reconcile spends its time on. gather: reading what the cloud has to tell. compile: working out what should be.
 * apply: comparing and changing the cloud. status: everything that is asked of the API server.
 */
export const STAGES = ['gather', 'compile', 'apply', 'status'] as const;
export type Stage = (typeof STAGES)[number];

/** One object that was not as it had been left, and whether it has been put right. */
export interface Drift {
  readonly provider: string;
  readonly kind: string;
  readonly action: 'create' | 'update' | 'replace' | 'delete';
  readonly repaired: boolean;
}

export interface NodeSyncHooks {
  /** One Service was looked at because nodes changed. */
  readonly updated: (seconds: number, failed: boolean) => void;
  /** Every Service was looked at since nodes changed. */
  readonly ended: (seconds: number) => void;
}

/** Every hook may be absent. */
export interface ControllerHooks {
  readonly queue?: QueueHooks;
  readonly gate?: Pick<GateOptions, 'onCall' | 'onWait' | 'onPace'>;
  /** A key was worked on; 'done', 'again' or the error's code. */
  readonly reconciled?: (result: string, seconds: number) => void;
  /** What one reconcile spent on a stage, once for each that it had. */
  readonly stage?: (stage: Stage, seconds: number) => void;
  readonly relisted?: (resource: string, why: string) => void;
  /** A verification found something changed outside. */
  readonly drift?: (found: Drift) => void;
  readonly nodeSync?: NodeSyncHooks;
  /** A Service of ours got its first address; seconds since it was created. */
  readonly addressed?: (seconds: number) => void;
}
