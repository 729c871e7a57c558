// What a Prometheus, a Grafana and a network plug-in are given.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CHART, type Rendered, render } from './helm.ts';
import { deploymentOf, only } from './objects.ts';

const base = { clusterName: 'demo', admissionPolicy: { action: 'off' } };

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Rules extends Rendered {
  readonly spec: { readonly groups: readonly { readonly name: string; readonly rules: readonly Alert[] }[] };
}

interface Selector {
  readonly matchLabels: Readonly<Record<string, string>>;
}

const file = parse(readFileSync(join(CHART, 'files', 'alerts.yaml'), 'utf8')) as Rules['spec'];

describe('the Service for metrics', () => {
  it('leads to every pod, ready or not', async () => {
    const objects = await render({
      ...base,
      metrics: { port: 9191, service: { annotations: { 'prometheus.io/scrape': 'true' } } },
    });
    const service = only(objects, 'Service');
    expect(service).toMatchObject({
      metadata: { name: 'fairlead-metrics', annotations: { 'prometheus.io/scrape': 'true' } },
      spec: {
        ...{ clusterIP: 'None', publishNotReadyAddresses: true },
        selector: deploymentOf(objects).spec.selector.matchLabels,
        ports: [{ name: 'metrics', port: 9191, targetPort: 'metrics', protocol: 'TCP' }],
      },
    });
    expect(deploymentOf(objects).spec.template.spec.containers[0]?.args).toContain('--metrics-address=0.0.0.0:9191');
  });

  it('listens where pods have IPv6 addresses only', async () => {
    const objects = await render({ ...base, metrics: { host: '[::]' } });
    expect(deploymentOf(objects).spec.template.spec.containers[0]?.args).toContain('--metrics-address=[::]:9090');
  });
});

describe('by default', () => {
  it('nothing is rendered that needs an operator or a sidecar', async () => {
    const objects = await render(base);
    expect(objects.filter(({ apiVersion }) => apiVersion.startsWith('monitoring.'))).toEqual([]);
    expect(objects.map(({ kind }) => kind)).not.toContain('ConfigMap');
  });
});

describe('the ServiceMonitor', () => {
  it('finds the Service by its labels', async () => {
    const metrics = {
      serviceMonitor: {
        enabled: true,
        interval: '30s',
        scrapeTimeout: '10s',
        labels: { 'app.kubernetes.io/part-of': 'monitoring' },
      },
    };
    const objects = await render({ ...base, metrics });
    const monitor = only(objects, 'ServiceMonitor');
    expect(monitor).toMatchObject({
      metadata: { labels: { 'app.kubernetes.io/part-of': 'monitoring', 'app.kubernetes.io/name': 'fairlead' } },
      spec: {
        namespaceSelector: { matchNames: ['fairlead'] },
        endpoints: [{ port: 'metrics', path: '/metrics', interval: '30s', scrapeTimeout: '10s' }],
      },
    });
    const { matchLabels } = (monitor.spec as { selector: { matchLabels: object } }).selector;
    expect(only(objects, 'Service').metadata.labels).toMatchObject(matchLabels);
  });
});

describe('the PrometheusRule', () => {
  const rulesOf = async (prometheusRule: object) =>
    only<Rules>(
      await render({ ...base, metrics: { prometheusRule: { enabled: true, ...prometheusRule } } }),
      'PrometheusRule',
    );

  it('has the alerts of the file as they are', async () => {
    expect((await rulesOf({})).spec).toEqual(file);
  });

  it('gives them labels, other pages, and leaves some out', async () => {
    const [group] = file.groups;
    const [first, second] = group?.rules ?? [];
    const rule = await rulesOf({
      ...{ labels: { release: 'prometheus' }, alertLabels: { team: 'net', severity: 'page' } },
      ...{ runbooks: 'https://wiki.example.com/lb/', disabled: [first?.alert] },
    });
    expect(rule.metadata.labels).toMatchObject({ release: 'prometheus' });
    const all = rule.spec.groups.flatMap(({ rules }) => rules);
    expect(all.map(({ alert }) => alert)).not.toContain(first?.alert);
    const kept = all.find(({ alert }) => alert === second?.alert);
    expect(kept).toMatchObject({ expr: second?.expr, labels: { team: 'net', severity: 'page' } });
    expect(kept?.annotations).toEqual({
      ...second?.annotations,
      runbook_url: `https://wiki.example.com/lb/${second?.alert}.md`,
    });
  });

  it('has no group without alerts', async () => {
    const [group, ...others] = file.groups;
    const rule = await rulesOf({ disabled: group?.rules.map(({ alert }) => alert) });
    expect(rule.spec.groups.map(({ name }) => name)).toEqual(others.map(({ name }) => name));
  });
});

describe('the dashboard', () => {
  it('is in a ConfigMap that Grafana’s sidecar finds, to the letter', async () => {
    const metrics = { dashboard: { enabled: true, annotations: { grafana_folder: 'Network' } } };
    const map = only(await render({ ...base, metrics }), 'ConfigMap');
    expect(map.metadata).toMatchObject({
      labels: { grafana_dashboard: '1' },
      annotations: { grafana_folder: 'Network' },
    });
    const data = map.data as Record<string, string>;
    expect(data['fairlead.json']?.trim()).toBe(readFileSync(join(CHART, 'files', 'dashboard.json'), 'utf8').trim());
  });
});

describe('the NetworkPolicy', () => {
  it('admits connections to the metrics port only, and limits none out of the pod', async () => {
    const objects = await render(base);
    const podSelector = {
      matchLabels: { 'app.kubernetes.io/name': 'fairlead', 'app.kubernetes.io/instance': 'fairlead' },
    };
    expect(only(objects, 'NetworkPolicy').spec).toEqual({
      podSelector,
      policyTypes: ['Ingress'],
      ingress: [{ ports: [{ port: 'metrics', protocol: 'TCP' }] }],
    });
  });

  it('is for the pods of the Deployment, and for that of the test, which finds what they find', async () => {
    const objects = await render({ ...base, nameOverride: 'edge', commonLabels: { team: 'net' } });
    const { spec } = only(objects, 'NetworkPolicy') as unknown as { spec: { podSelector: Selector } };
    const labels = [deploymentOf(objects).spec.template.metadata.labels, only(objects, 'Pod').metadata.labels];
    for (const one of labels) expect(one).toMatchObject(spec.podSelector.matchLabels);
  });

  it('admits those that are named', async () => {
    const from = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }];
    const policy = only(await render({ ...base, networkPolicy: { metricsFrom: from } }), 'NetworkPolicy');
    expect(policy).toMatchObject({ spec: { ingress: [{ from }] } });
  });

  it('limits connections out of the pod to names, API server, cloud and credentials', async () => {
    const extra = [{ ports: [{ port: 3128, protocol: 'TCP' }] }];
    const networkPolicy = { egress: { enabled: true, ports: [443, 8443], extra } };
    const { spec } = only(await render({ ...base, networkPolicy }), 'NetworkPolicy') as unknown as {
      readonly spec: {
        readonly policyTypes: readonly string[];
        readonly egress: readonly { readonly ports: readonly { readonly port: number }[]; readonly to?: object }[];
      };
    };
    expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
    expect(spec.egress.map(({ ports }) => ports.map(({ port }) => port))).toEqual([
      [53, 53],
      [443, 8443],
      [80],
      [3128],
    ]);
    expect(JSON.stringify(spec.egress[2]?.to)).toContain('169.254.170.23/32');
    const elsewhere = only(await render({ ...base, provider: 'simulator', networkPolicy }), 'NetworkPolicy');
    expect(JSON.stringify(elsewhere)).not.toContain('169.254');
    const both = only(await render({ ...base, provider: 'simulator,aws', networkPolicy }), 'NetworkPolicy');
    expect(both.spec).toEqual(spec);
  });

  it('is left out if it is not wanted', async () => {
    const objects = await render({ ...base, networkPolicy: { enabled: false } });
    expect(objects.map(({ kind }) => kind)).not.toContain('NetworkPolicy');
  });
});
