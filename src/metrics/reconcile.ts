// Reconciles: how they ended, how long they took and on what, and what they found changed by others.
import { Counter, Histogram, type Registry } from 'prom-client';
import type { ControllerHooks } from '../controller/hooks.ts';
import { STAGES } from '../controller/hooks.ts';
import { CODES } from '../engine/errors.ts';
import { SECONDS, STAGE_SECONDS } from './buckets.ts';

const CONTROLLER = { controller: 'service' };
/** How a reconcile can end. */
const RESULTS = ['done', 'again', ...Object.keys(CODES)];

export interface ReconcileMetrics extends Required<Pick<ControllerHooks, 'reconciled' | 'stage' | 'drift'>> {
  /** These kinds can drift: their counters begin at 0. */
  readonly mayDrift: (provider: string, kind: string) => void;
}

export function reconcileMetrics(registry: Registry): ReconcileMetrics {
  const registers = [registry];
  const total = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Reconciles by result: done, again, or an error code of docs/errors.md.',
    labelNames: ['controller', 'result'],
    registers,
  });
  const time = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'Time of one reconcile.',
    labelNames: ['controller'],
    buckets: SECONDS,
    registers,
  });
  const stageTime = new Histogram({
    name: 'fairlead_reconcile_stage_duration_seconds',
    help: 'Time of one stage of a reconcile: gather, compile, apply, status. No second counts for two of them.',
    labelNames: ['stage'],
    buckets: STAGE_SECONDS,
    registers,
  });
  const found = new Counter({
    name: 'fairlead_drift_found_total',
    help: 'Cloud objects that a verification found changed by others.',
    labelNames: ['provider', 'kind'],
    registers,
  });
  const repaired = new Counter({
    name: 'fairlead_drift_repaired_total',
    help: 'Cloud objects that were changed by others and put right again.',
    labelNames: ['provider', 'kind'],
    registers,
  });
  for (const result of RESULTS) total.inc({ ...CONTROLLER, result }, 0);
  time.zero(CONTROLLER);
  for (const stage of STAGES) stageTime.zero({ stage });
  return {
    reconciled: (result, seconds) => {
      total.inc({ ...CONTROLLER, result });
      time.observe(CONTROLLER, seconds);
    },
    stage: (stage, seconds) => stageTime.observe({ stage }, seconds),
    drift: ({ provider, kind, repaired: isRepaired }) => {
      found.inc({ provider, kind });
      if (isRepaired) repaired.inc({ provider, kind });
    },
    mayDrift: (provider, kind) => {
      found.inc({ provider, kind }, 0);
      repaired.inc({ provider, kind }, 0);
    },
  };
}
