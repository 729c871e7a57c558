// The values that are about metrics and have no flag. Written by hand.
import type { Section, Value } from './value.ts';
import { flag, freeList, strings, text } from './value-schemas.ts';

const duration = text({ pattern: '^([0-9]{1,9}(ms|s|m|h))+$' });

const metrics: readonly Value[] = [
  {
    path: 'metrics.host',
    doc: 'The address in the pod to listen at. `"[::]"` where pods have IPv6 addresses only.',
    type: 'text',
    default: '0.0.0.0',
    schema: { type: 'string', pattern: '^(\\[[0-9A-Fa-f:.]{2,45}\\]|[A-Za-z0-9.-]{1,253})$' },
  },
  {
    path: 'metrics.port',
    doc: 'The port of `/metrics`, `/healthz` and `/readyz`.',
    type: 'whole number',
    default: 9090,
    schema: { type: 'integer', minimum: 1024, maximum: 65_535 },
    alsoKnown: ['metricsPort', 'metricsAddress'],
  },
  {
    path: 'metrics.service.enabled',
    doc: 'Whether there is a Service for the metrics.',
    type: 'true or false',
    default: true,
    schema: flag,
  },
  {
    path: 'metrics.service.annotations',
    doc: 'Its annotations: `prometheus.io/scrape` and the like.',
    type: 'object',
    default: {},
    schema: strings,
  },
  {
    path: 'metrics.serviceMonitor.enabled',
    doc: 'Whether there is a ServiceMonitor for the Prometheus operator.',
    type: 'true or false',
    default: false,
    schema: flag,
    alsoKnown: ['serviceMonitor'],
  },
  {
    path: 'metrics.serviceMonitor.labels',
    doc: 'Labels by which a Prometheus finds it.',
    type: 'object',
    default: {},
    schema: strings,
  },
  {
    path: 'metrics.serviceMonitor.interval',
    doc: 'How often to scrape.',
    type: 'duration',
    default: null,
    defaultText: 'as that Prometheus does',
    schema: duration,
  },
  {
    path: 'metrics.serviceMonitor.scrapeTimeout',
    doc: 'How long a scrape may take.',
    type: 'duration',
    default: null,
    defaultText: 'as that Prometheus does',
    schema: duration,
  },
  {
    path: 'metrics.serviceMonitor.relabelings',
    doc: 'Changes of the labels of the target.',
    type: 'list of objects',
    default: [],
    schema: freeList,
  },
  {
    path: 'metrics.serviceMonitor.metricRelabelings',
    doc: 'Changes of the labels of the metrics.',
    type: 'list of objects',
    default: [],
    schema: freeList,
  },
  {
    path: 'metrics.prometheusRule.enabled',
    doc: 'Whether there is a PrometheusRule with the alerts. Each names its page in docs/runbooks.',
    type: 'true or false',
    default: false,
    schema: flag,
    alsoKnown: ['prometheusRule', 'prometheusRules', 'alerts'],
  },
  {
    path: 'metrics.prometheusRule.labels',
    doc: 'Labels by which a Prometheus finds it.',
    type: 'object',
    default: {},
    schema: strings,
  },
  {
    path: 'metrics.prometheusRule.alertLabels',
    doc: 'Labels of every alert, such as the team to call.',
    type: 'object',
    default: {},
    schema: strings,
  },
  {
    path: 'metrics.prometheusRule.runbooks',
    doc: 'Where the pages that alerts name are to be read, such as a wiki of yours: takes the place of `docs/runbooks` in their links.',
    type: 'text',
    default: null,
    schema: text(),
  },
  {
    path: 'metrics.prometheusRule.disabled',
    doc: 'Names of alerts to leave out.',
    type: 'list',
    default: [],
    schema: { type: ['array', 'null'], items: { type: 'string' } },
  },
  {
    path: 'metrics.dashboard.enabled',
    doc: 'Whether there is a ConfigMap with the Grafana dashboard.',
    type: 'true or false',
    default: false,
    schema: flag,
    alsoKnown: ['dashboard', 'dashboards'],
  },
  {
    path: 'metrics.dashboard.labels',
    doc: 'Labels by which Grafana’s sidecar finds it.',
    type: 'object',
    default: { grafana_dashboard: '1' },
    schema: strings,
  },
  {
    path: 'metrics.dashboard.annotations',
    doc: 'Annotations of it, such as `grafana_folder`.',
    type: 'object',
    default: {},
    schema: strings,
  },
];

export const metricsSection: Section = {
  title: 'Metrics',
  doc: 'What a Prometheus and a Grafana need.',
  values: metrics,
};
