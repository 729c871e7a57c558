// Every metric, declared in one place. Names are those of the service controller, controller-runtime and client-go where
// they have one; the rest begins with fairlead_ or cloud_api_. No label has values that a user can invent.
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ControllerHooks } from './controller/controller.ts';
import type { CallRecord } from './provider/gate.ts';

const SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** What is read when somebody asks for the metrics. */
export interface Probes {
  readonly isLeader: () => boolean;
  readonly claims: () => Readonly<Record<string, number>>;
  readonly oldestVerificationMs: () => number;
  readonly orphans: () => readonly { readonly provider: string; readonly kind: string; readonly count: number }[];
}

export interface Metrics {
  readonly registry: Registry;
  readonly hooks: ControllerHooks;
  /** Connects the gauges to the running controller. */
  watch(probes: Probes): void;
}

export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const queue = { name: 'service' };

  const depth = new Gauge({
    name: 'workqueue_depth',
    help: 'Keys waiting for a worker.',
    labelNames: ['name'],
    registers,
  });
  const adds = new Counter({ name: 'workqueue_adds_total', help: 'Keys added.', labelNames: ['name'], registers });
  const retries = new Counter({
    name: 'workqueue_retries_total',
    help: 'Keys put back with a backoff.',
    labelNames: ['name'],
    registers,
  });
  const waited = new Histogram({
    name: 'workqueue_queue_duration_seconds',
    help: 'From ready to running.',
    labelNames: ['name'],
    buckets: SECONDS,
    registers,
  });
  const worked = new Histogram({
    name: 'workqueue_work_duration_seconds',
    help: 'Time at work on one key.',
    labelNames: ['name'],
    buckets: SECONDS,
    registers,
  });
  const reconciled = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Reconciles by result: done, again, or an error code of docs/errors.md.',
    labelNames: ['controller', 'result'],
    registers,
  });
  const reconcileTime = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'Time of one reconcile.',
    labelNames: ['controller'],
    buckets: SECONDS,
    registers,
  });
  const calls = new Counter({
    name: 'cloud_api_calls_total',
    help: 'Calls to the cloud by operation, result and lane.',
    labelNames: ['service', 'operation', 'code', 'lane'],
    registers,
  });
  const callTime = new Histogram({
    name: 'cloud_api_call_duration_seconds',
    help: 'Time of one call.',
    labelNames: ['service', 'operation'],
    buckets: SECONDS,
    registers,
  });
  const limiterWait = new Histogram({
    name: 'cloud_api_limiter_wait_seconds',
    help: 'Time a call waited for its turn.',
    labelNames: ['bucket', 'lane'],
    buckets: SECONDS,
    registers,
  });
  const relists = new Counter({
    name: 'fairlead_relists_total',
    help: 'Full lists from the API server.',
    labelNames: ['resource', 'why'],
    registers,
  });
  const driftFound = new Counter({
    name: 'fairlead_drift_found_total',
    help: 'Cloud objects that a verification found changed by others.',
    labelNames: ['provider', 'kind'],
    registers,
  });
  const driftRepaired = new Counter({
    name: 'fairlead_drift_repaired_total',
    help: 'Cloud objects that were changed by others and put right again.',
    labelNames: ['provider', 'kind'],
    registers,
  });
  new Gauge({ name: 'fairlead_build_info', help: 'Always 1.', labelNames: ['version'], registers }).set({ version }, 1);

  const recordCall = (record: CallRecord) => {
    const { service, operation, code, lane } = record;
    calls.inc({ service, operation, code, lane });
    callTime.observe({ service, operation }, record.durationMs / 1000);
  };
  return {
    registry,
    hooks: {
      queue: {
        depth: (keys) => depth.set(queue, keys),
        added: () => adds.inc(queue),
        retried: () => retries.inc(queue),
        waited: (seconds) => waited.observe(queue, seconds),
        worked: (seconds) => worked.observe(queue, seconds),
      },
      gate: {
        onCall: recordCall,
        onWait: (bucket, lane, waitedMs) => limiterWait.observe({ bucket, lane }, waitedMs / 1000),
      },
      reconciled: (result, seconds) => {
        reconciled.inc({ controller: 'service', result });
        reconcileTime.observe({ controller: 'service' }, seconds);
      },
      relisted: (resource, why) => relists.inc({ resource, why }),
      drift: ({ provider, kind, repaired }) => {
        driftFound.inc({ provider, kind });
        if (repaired) driftRepaired.inc({ provider, kind });
      },
    },
    watch: (probes) => {
      new Gauge({
        name: 'leader_election_master_status',
        help: '1 while this replica leads.',
        labelNames: ['name'],
        registers,
        collect() {
          this.set({ name: 'fairlead' }, probes.isLeader() ? 1 : 0);
        },
      });
      new Gauge({
        name: 'fairlead_services',
        help: 'Services by what the controller does with them.',
        labelNames: ['stance'],
        registers,
        collect() {
          this.reset();
          for (const [stance, count] of Object.entries(probes.claims())) this.set({ stance }, count);
        },
      });
      new Gauge({
        name: 'fairlead_orphans',
        help: 'Cloud objects with our mark whose Service is gone.',
        labelNames: ['provider', 'kind'],
        registers,
        collect() {
          this.reset();
          for (const { provider, kind, count } of probes.orphans()) this.set({ provider, kind }, count);
        },
      });
      new Gauge({
        name: 'fairlead_oldest_unverified_seconds',
        help: 'Time since the Service that waits longest was last compared with the cloud.',
        registers,
        collect() {
          this.set(probes.oldestVerificationMs() / 1000);
        },
      });
    },
  };
}
