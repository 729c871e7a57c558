// Two replicas on the real API server and the emulator, scraped by a real Prometheus: every panel of the dashboard has an
// answer, no alert fires while things go well, and those fire whose trouble is made. A minute of an alert's `for` is two
// seconds here, and 40 seconds the most.
import { readFile } from 'node:fs/promises';
import { CreateTargetGroupCommand, DeleteListenerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../../src/kube/types.ts';
import { service } from '../cluster/objects.ts';
import { AwsView } from '../e2e/aws-view.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { type FiringAlert, type PrometheusServer, startPrometheus } from '../tools/prometheus-server.ts';
import { ALERTS_FILE, dashboard } from './files.ts';

const MANY = 50;
const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';
const NLB = { [`${STEM}type`]: 'nlb' };
const log = (line: string) => process.stderr.write(`${line}\n`);

let stack: Stack;
let aws: AwsView;
let prometheus: PrometheusServer;
let replicas: readonly ControllerProcess[];
let leader: ControllerProcess;
let follower: ControllerProcess;
let startedAt: number;
/** Series of the leader with one Service. */
let few: number;

beforeAll(async () => {
  stack = await startStack({ nodes: 4, clusterName: 'e2e', log });
  aws = new AwsView(stack);
  replicas = ['a', 'b'].map(() => stack.controller(['--drift-interval', '10s']));
  leader = await Promise.any(replicas.map((one) => one.leading().then(() => one)));
  follower = replicas.find((one) => one !== leader) as ControllerProcess;
  const targets = await Promise.all(
    replicas.map(async (one, index) => ({
      address: (await one.healthUrl()).replace('http://', ''),
      // As the operator labels them: `service` is the Kubernetes Service in front.
      labels: {
        ...{ namespace: 'fairlead', service: 'fairlead', pod: `fairlead-${index}` },
        ...{ container: 'controller', endpoint: 'metrics' },
      },
    })),
  );
  const rules = (await readFile(ALERTS_FILE, 'utf8')).replace(
    /^( +for: )(\d+)([mh])$/gm,
    (_all, before: string, count: string, unit: string) =>
      `${before}${unit === 'h' ? 40 : Math.min(2 * Number(count), 40)}s`,
  );
  prometheus = await startPrometheus(targets, rules, log);
  // From here on it knows both of them at rest.
  await stack.until('both replicas are scraped', async () => (await value('sum(sum_over_time(up[1m]))')) >= 4);
  await stack.until('nothing fires', async () => (await firing()).length === 0);
  startedAt = Date.now() / 1000;
});
afterAll(async () => {
  await prometheus?.stop();
  await stack?.stop();
});

const page = async () => (await fetch(`${await leader.healthUrl()}/metrics`)).text();
/** How many series are about Services; those of calls grow with the operations that were ever called. */
const ownSeries = (text: string) =>
  text.match(/^(fairlead|workqueue|controller_runtime|service_controller)_/gm)?.length ?? 0;
const path = (name: string) => `/api/v1/namespaces/default/services/${name}`;
const edit = (name: string, patch: object) => stack.request('PATCH', path(name), patch);
const nameOf = (index: number) => `load-${index}`;
const served = async () =>
  (await stack.services()).filter((one) => one.status?.loadBalancer?.ingress?.[0]?.hostname !== undefined).length;
const value = async (expr: string) => (await prometheus.now(expr))[0]?.value ?? 0;
/** Until a query says something above 0. */
const metric = (expr: string, timeoutMs = 120_000) => stack.until(expr, async () => (await value(expr)) > 0, timeoutMs);
const firing = async () => (await prometheus.alerts()).filter(({ state }) => state === 'firing');
const fired = (name: string, timeoutMs = 240_000): Promise<FiringAlert> =>
  stack.until(`${name} fires`, async () => (await firing()).find(({ labels }) => labels.alertname === name), timeoutMs);
const PLACES: Readonly<Record<string, string>> = {
  $__rate_interval: '15s',
  $namespace: '.*',
  $job: '.+',
  $instance: '.+',
};
const filled = (expr: string) => expr.replace(/\$\w+/g, (name) => PLACES[name] ?? name);

describe('while all goes well', () => {
  it('what somebody deletes by hand is found, repaired and counted', async () => {
    await stack.create(service({ name: nameOf(0), annotations: NLB }));
    await stack.until('the first one is served', async () => (await served()) === 1);
    const view = await aws.of((await stack.service(nameOf(0))) as Service);
    await aws.clients.elb.send(new DeleteListenerCommand({ ListenerArn: view?.listeners[0]?.ListenerArn ?? '' }));
    await metric('sum(fairlead_drift_repaired_total{kind="Listener"})');
    few = ownSeries(await page());
  });

  it(`${MANY} Services are made, changed, and follow their nodes`, async () => {
    for (let index = 1; index < MANY; index++) await stack.create(service({ name: nameOf(index), annotations: NLB }));
    await stack.until('all are served', async () => (await served()) === MANY, 180_000);
    await stack.removeNode(3);
    await edit(nameOf(1), { spec: { ports: [80, 81].map((port) => ({ name: `p${port}`, port })) } });
    await stack.request('DELETE', path(nameOf(2)));
    await stack.until('one is gone', async () => (await stack.service(nameOf(2))) === undefined);
    await metric(`service_controller_nodesync_latency_seconds_count > 0`);
    await metric(`fairlead_service_states{state="programmed"} == ${MANY - 1}`);
  });

  it('a scrape is small and quick, and has as many series with many Services as with few', async () => {
    const started = performance.now();
    const text = await page();
    const ms = performance.now() - started;
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const samples = await prometheus.range('max(scrape_samples_scraped)');
    const most = Math.max(...samples.flatMap(({ values }) => values.map(([, one]) => Number(one))));
    const slowest = await value('max(max_over_time(scrape_duration_seconds[10m]))');
    log(
      `a scrape with ${MANY - 1} Services: ${lines.length} series, ${Math.round(text.length / 1024)} KiB, ${ms.toFixed(0)} ms; the most of all ${most}, the slowest ${(slowest * 1000).toFixed(0)} ms`,
    );
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.length).toBeLessThan(2000);
    expect(ownSeries(text)).toBe(few);
    expect(text).not.toContain(nameOf(1));
  });

  it('no alert fires, and none has', async () => {
    expect(await firing()).toEqual([]);
    const ever = await prometheus.range('ALERTS{alertstate="firing"}');
    const since = ever.filter(({ values }) => values.some(([at]) => at > startedAt));
    expect(since.map(({ metric: { alertname } }) => alertname)).toEqual([]);
  });
});

describe('trouble that is made', () => {
  const texts: string[] = [];
  const told = async (name: string) => {
    const { annotations } = await fired(name);
    texts.push(...Object.values(annotations));
  };

  it('is told: a wrong annotation, a missing permission, a leftover, throttling', { timeout: 600_000 }, async () => {
    await stack.create(service({ name: 'wrong', annotations: { ...NLB, [`${STEM}internal`]: 'maybe' } }));
    const { proxy, fixtures } = stack.emulator;
    const error = { code: 'AccessDenied', status: 403, message: 'not allowed' };
    const uid = (await stack.request<{ metadata: { uid: string } }>('GET', '/api/v1/namespaces/kube-system')).metadata
      .uid;
    const tags = {
      'kubernetes.io/cluster/e2e': 'owned',
      'kubernetes.io/service-name': 'default/ghost',
      'fairlead.dev/owner': `${uid}/00000000-0000-4000-8000-000000000000`,
    };
    await aws.clients.elb.send(
      new CreateTargetGroupCommand({
        ...{ Name: 'k8s-default-ghost-0123456789', Protocol: 'TCP', Port: 30_000, VpcId: fixtures.vpcId },
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    const denied = proxy.fault({ operation: 'CreateTargetGroup', phase: 'before', effect: { error } });
    await stack.create(service({ name: 'denied', annotations: NLB }));
    await metric('sum(cloud_api_calls_total{code="denied"}) >= 1');
    await edit('denied', { metadata: { annotations: { 'example.com/again': 'yes' } } });
    await told('FairleadCloudDenied');
    await told('FairleadServicesBlocked');
    denied.remove();
    const busy = { code: 'Throttling', status: 400, message: 'Rate exceeded' };
    const throttled = proxy.fault({ operation: /^Describe/, phase: 'before', effect: { error: busy } });
    await told('FairleadThrottled');
    throttled.remove();
    await told('FairleadServicesInvalid');
    await told('FairleadOrphans');
  });

  it('is told: a replica that is gone, and all of them', async () => {
    await follower.stop();
    await told('FairleadReplicaDown');
    await leader.stop();
    await told('FairleadAbsent');
  });

  it('is told in whole sentences, with values', () => {
    expect(texts).toHaveLength(21);
    for (const text of texts) expect(text).not.toMatch(/no value|%!|\{\{|error|NaN/i);
  });
});

describe('the dashboard', () => {
  const targets = dashboard().panels.flatMap(({ title, targets: queries = [] }) =>
    queries.map(({ refId, expr }) => ({ name: `${title} ${refId}`, expr: filled(expr) })),
  );

  it.each(targets)('$name has an answer', async ({ expr }) => {
    const series = await prometheus.range(expr);
    const numbers = series.flatMap(({ values }) => values.map(([, one]) => Number(one)));
    expect(numbers.filter((one) => !Number.isNaN(one)).length).toBeGreaterThan(0);
  });

  it('offers its variables', async () => {
    expect(await prometheus.labelValues('namespace', 'fairlead_build_info')).toEqual(['fairlead']);
    expect(await prometheus.labelValues('job', 'fairlead_build_info')).toEqual(['fairlead']);
    expect(await prometheus.labelValues('instance', 'fairlead_build_info')).toHaveLength(2);
  });

  it('marks where a replica began to lead', async () => {
    const [mark] = dashboard().annotations.list;
    expect(await prometheus.range(filled(mark?.expr ?? ''))).not.toEqual([]);
  });
});
