// Every metric, put together from its parts in metrics/. Names are those of the service controller, controller-runtime and
// client-go where they have one; the rest begins with fairlead_ or cloud_api_. No label has values that a user can invent.
import { Registry } from 'prom-client';
import type { ControllerHooks } from './controller/hooks.ts';
import { cloudMetrics } from './metrics/cloud.ts';
import { type KubeMetrics, kubeMetrics } from './metrics/kube.ts';
import type { Probes } from './metrics/probes.ts';
import { processMetrics } from './metrics/process.ts';
import { queueMetrics } from './metrics/queue.ts';
import { reconcileMetrics } from './metrics/reconcile.ts';
import { serviceMetrics } from './metrics/services.ts';

export interface Metrics {
  readonly registry: Registry;
  readonly hooks: ControllerHooks;
  /** For the connection to the API server. */
  readonly rest: KubeMetrics['rest'];
  /** For the recorder of events. */
  readonly events: KubeMetrics['events'];
  /** Connects the gauges to the running controller; until then they say 0. */
  watch(probes: Probes): void;
}

export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  let watched: Probes | undefined;
  const probing = () => watched;
  processMetrics(registry, version);
  const queue = queueMetrics(registry, probing);
  const { mayDrift, ...reconcile } = reconcileMetrics(registry);
  const gate = cloudMetrics(registry);
  const { rest, events, relisted } = kubeMetrics(registry, probing);
  const services = serviceMetrics(registry, probing);
  return {
    registry,
    hooks: { queue, gate, relisted, ...reconcile, ...services },
    rest,
    events,
    watch: (probes) => {
      watched = probes;
      for (const { provider, kind } of probes.kinds()) mayDrift(provider, kind);
    },
  };
}
