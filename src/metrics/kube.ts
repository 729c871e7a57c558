// The API server: requests by the names of client-go, lists, events, the lease.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ControllerHooks } from '../controller/hooks.ts';
import type { EventRecorderOptions } from '../kube/events.ts';
import type { RestOptions } from '../kube/rest.ts';
import { SECONDS } from './buckets.ts';
import type { Probing } from './probes.ts';

const RESOURCES = ['services', 'nodes'];
const REASONS = ['start', 'expired', 'silent', 'rewound'];
const DROPPED = ['limited', 'full', 'failed'];

export interface KubeMetrics {
  readonly rest: Required<Pick<RestOptions, 'onRequest'>>;
  readonly events: Required<Pick<EventRecorderOptions, 'onDropped'>>;
  readonly relisted: NonNullable<ControllerHooks['relisted']>;
}

export function kubeMetrics(registry: Registry, probing: Probing): KubeMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'rest_client_requests_total',
    help: 'Requests to the API server by status code, <error> where no answer came.',
    labelNames: ['code', 'method', 'host'],
    registers,
  });
  const requestTime = new Histogram({
    name: 'rest_client_request_duration_seconds',
    help: 'From a request to the head of its answer.',
    labelNames: ['verb', 'host'],
    buckets: SECONDS,
    registers,
  });
  const relists = new Counter({
    name: 'fairlead_relists_total',
    help: 'Full lists from the API server.',
    labelNames: ['resource', 'why'],
    registers,
  });
  const dropped = new Counter({
    name: 'fairlead_events_dropped_total',
    help: 'Events that were not written: over a limit, no room in the queue, or refused.',
    labelNames: ['why'],
    registers,
  });
  new Gauge({
    name: 'fairlead_last_contact_seconds',
    help: 'Time since the API server was last heard of.',
    registers,
    collect() {
      this.set((probing()?.lastContactMs() ?? 0) / 1000);
    },
  });
  new Gauge({
    name: 'leader_election_master_status',
    help: '1 while this replica leads.',
    labelNames: ['name'],
    registers,
    collect() {
      const probes = probing();
      if (probes) this.set({ name: probes.leaseName }, probes.isLeader() ? 1 : 0);
    },
  });
  for (const resource of RESOURCES) for (const why of REASONS) relists.inc({ resource, why }, 0);
  for (const why of DROPPED) dropped.inc({ why }, 0);
  const known = new Set<string>();
  return {
    rest: {
      onRequest: ({ method, code, host, seconds }) => {
        const about = `${method} ${host}`;
        if (!known.has(about)) for (const one of ['500', '<error>']) requests.inc({ code: one, method, host }, 0);
        known.add(about);
        requests.inc({ code: code === 'error' ? '<error>' : code, method, host });
        requestTime.observe({ verb: method, host }, seconds);
      },
    },
    events: { onDropped: (why) => dropped.inc({ why }) },
    relisted: (resource, why) => relists.inc({ resource, why }),
  };
}
