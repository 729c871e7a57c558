// The Services and their cloud objects, counted from what is known when somebody asks. Never one series for a Service.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ControllerHooks } from '../controller/hooks.ts';
import { DOUBLING_SECONDS, READY_SECONDS } from './buckets.ts';
import type { Probing } from './probes.ts';

export type ServiceMetrics = Required<Pick<ControllerHooks, 'addressed' | 'nodeSync'>>;

export function serviceMetrics(registry: Registry, probing: Probing): ServiceMetrics {
  gauges(registry, probing);
  const registers = [registry];
  const ready = new Histogram({
    name: 'fairlead_time_to_ready_seconds',
    help: 'From the creation of a Service to its first address.',
    buckets: READY_SECONDS,
    registers,
  });
  const updates = new Counter({
    name: 'service_controller_loadbalancer_sync_total',
    help: 'Services looked at because nodes changed.',
    registers,
  });
  const errors = new Counter({
    name: 'service_controller_nodesync_error_total',
    help: 'Services looked at because nodes changed, where that failed.',
    registers,
  });
  const updateTime = new Histogram({
    name: 'service_controller_update_loadbalancer_host_latency_seconds',
    help: 'Time to bring the targets of one Service in line with the nodes.',
    buckets: DOUBLING_SECONDS,
    registers,
  });
  const syncTime = new Histogram({
    name: 'service_controller_nodesync_latency_seconds',
    help: 'From a change of the nodes until every Service was looked at.',
    buckets: DOUBLING_SECONDS,
    registers,
  });
  return {
    addressed: (seconds) => ready.observe(seconds),
    nodeSync: {
      updated: (seconds, failed) => {
        updates.inc();
        if (failed) errors.inc();
        updateTime.observe(seconds);
      },
      ended: (seconds) => syncTime.observe(seconds),
    },
  };
}

function gauges(registry: Registry, probing: Probing): void {
  const registers = [registry];
  new Gauge({
    name: 'fairlead_services',
    help: 'Services by what the controller does with them.',
    labelNames: ['stance'],
    registers,
    collect() {
      for (const [stance, count] of Object.entries(probing()?.census().stances ?? {})) this.set({ stance }, count);
    },
  });
  new Gauge({
    name: 'fairlead_service_states',
    help: 'Services of ours by how they are.',
    labelNames: ['state'],
    registers,
    collect() {
      for (const [state, count] of Object.entries(probing()?.census().states ?? {})) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'fairlead_oldest_deletion_seconds',
    help: 'Time since the deletion of the Service of ours that has been going the longest; 0: none is going.',
    registers,
    collect() {
      this.set((probing()?.census().oldestDeletionMs ?? 0) / 1000);
    },
  });
  new Gauge({
    name: 'fairlead_oldest_unprogrammed_seconds',
    help: 'Time that the Service that waits the longest for its load balancer has waited; 0: none waits.',
    registers,
    collect() {
      this.set((probing()?.census().oldestUnprogrammedMs ?? 0) / 1000);
    },
  });
  new Gauge({
    name: 'fairlead_oldest_unverified_seconds',
    help: 'Time since the Service that waits longest was last compared with the cloud.',
    registers,
    collect() {
      this.set((probing()?.oldestVerificationMs() ?? 0) / 1000);
    },
  });
  new Gauge({
    name: 'fairlead_drift_interval_seconds',
    help: 'How old the last look at a load balancer may become (--drift-interval); 0: none is compared.',
    registers,
    collect() {
      this.set((probing()?.driftIntervalMs ?? 0) / 1000);
    },
  });
  new Gauge({
    name: 'fairlead_orphans',
    help: 'Cloud objects with our mark whose Service is gone.',
    labelNames: ['provider', 'kind'],
    registers,
    collect() {
      this.reset();
      for (const { provider, kind, count } of probing()?.orphans() ?? []) this.set({ provider, kind }, count);
    },
  });
}
