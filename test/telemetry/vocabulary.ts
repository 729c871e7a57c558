// Every metric that dashboard and alerts may name, with its labels and, where they are few, their values. What is ours comes
// from the registry of the controller and from the tables in its code, what is not is listed here.

import { STATES } from '../../src/controller/census.ts';
import { STAGES } from '../../src/controller/hooks.ts';
import { CODES } from '../../src/engine/errors.ts';
import { createMetrics } from '../../src/metrics.ts';

export interface Word {
  readonly labels: readonly string[];
  /** `other`: not ours. */
  readonly type: 'counter' | 'gauge' | 'bucket' | 'other';
}

/** Labels that Prometheus or its operator put on every series of a target. */
export const TARGET_LABELS: readonly string[] = ['namespace', 'job', 'instance', 'pod', 'container', 'endpoint'];

const OTHERS: Readonly<Record<string, Word>> = {
  up: { labels: [], type: 'other' },
  ALERTS: { labels: ['alertname', 'alertstate', 'severity'], type: 'other' },
  kube_pod_container_resource_limits: { labels: ['resource'], type: 'other' },
};

interface Registered {
  readonly name: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

/** The metrics of the controller as they are registered; a histogram is one. */
export function registered(): readonly Registered[] {
  return createMetrics('0.0.0').registry.getMetricsAsArray() as unknown as readonly Registered[];
}

/** By the names that a query may use. */
export function vocabulary(): ReadonlyMap<string, Word> {
  const words = new Map<string, Word>(Object.entries(OTHERS));
  for (const { name, type, labelNames: labels } of registered()) {
    if (type !== 'histogram') {
      words.set(name, { labels, type: type === 'counter' ? 'counter' : 'gauge' });
      continue;
    }
    words.set(`${name}_bucket`, { labels: [...labels, 'le'], type: 'bucket' });
    for (const part of ['sum', 'count']) words.set(`${name}_${part}`, { labels, type: 'counter' });
  }
  return words;
}

const codes = Object.keys(CODES);
const STATUS = ['200', '201', '401', '403', '404', '409', '410', '422', '429', '500', '503', '<error>'];

/** By metric and label; a label that is not here may have any value. */
export const VALUES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  ALERTS: { alertstate: ['pending', 'firing'] },
  kube_pod_container_resource_limits: { resource: ['cpu', 'memory'], container: ['controller'] },
  cloud_api_calls_total: { code: ['ok', ...codes], lane: ['targets', 'change', 'background', 'verify'] },
  controller_runtime_reconcile_total: { controller: ['service'], result: ['done', 'again', ...codes] },
  rest_client_requests_total: { code: STATUS },
  fairlead_service_states: { state: STATES },
  fairlead_services: { stance: ['ensure', 'release', 'foreign', 'ignore'] },
  fairlead_reconcile_stage_duration_seconds_bucket: { stage: STAGES },
  fairlead_relists_total: { resource: ['services', 'nodes'], why: ['start', 'expired', 'silent', 'rewound'] },
  fairlead_events_dropped_total: { why: ['limited', 'full', 'failed'] },
  ...Object.fromEntries(
    [
      'depth',
      'adds_total',
      'retries_total',
      'queue_duration_seconds_bucket',
      'work_duration_seconds_bucket',
      'work_duration_seconds_count',
      'unfinished_work_seconds',
      'longest_running_processor_seconds',
    ].map((name) => [`workqueue_${name}`, { name: ['service'] }]),
  ),
};
