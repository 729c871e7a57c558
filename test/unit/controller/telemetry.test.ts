// What the metrics and the log tell of a whole controller: the real one, on the simulator, with a clock of the test's own.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { simulatorOn } from '../../../providers/simulator/index.ts';
import { Controller } from '../../../src/controller/controller.ts';
import { workFields } from '../../../src/controller/work.ts';
import { KubeError } from '../../../src/kube/api.ts';
import { EventRecorder } from '../../../src/kube/events.ts';
import { createLog } from '../../../src/log.ts';
import { createMetrics } from '../../../src/metrics.ts';
import type { AnyProvider } from '../../../src/provider/provider.ts';
import { parseOptions } from '../../../src/schema/index.ts';
import { FakeApiServer } from '../../fake/kube/api-server.ts';
import type { Json } from '../../fake/kube/json.ts';

const SIMULATOR = 'simulator.fairlead.dev/';

interface Line {
  readonly msg: string;
  readonly [field: string]: unknown;
}

function node(name: string): Json {
  return {
    kind: 'Node',
    metadata: { name },
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      addresses: [{ type: 'InternalIP', address: `10.0.0.${name.length}` }],
    },
  };
}

async function start({ workers = 5 } = {}) {
  const api = new FakeApiServer();
  api.create(node('a'));
  const lines: Line[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line) as Line) };
  const log = await createLog('debug', 'json', { stream, fields: workFields });
  const metrics = createMetrics('0.0.0');
  const session = api.session();
  const provider = simulatorOn() as unknown as AnyProvider;
  const events = new EventRecorder({ api: session, component: 'fairlead', instance: 'one', log, ...metrics.events });
  const controller = new Controller({
    api: session,
    log,
    events,
    clusterName: 'prod',
    providers: [{ provider, options: parseOptions(provider.options, { flags: {}, env: {} }).values }],
    claimClassless: true,
    namespace: '',
    election: undefined,
    workers,
    policy: 'sync',
    driftIntervalMs: 0,
    nodeUnreadyAfterMs: 0,
    foreignAdditions: 'report',
    replacementDrainMs: 0,
    maxLoadBalancersPerNamespace: 0,
    orphans: 'report',
    shutdownMs: 1000,
    hooks: metrics.hooks,
  });
  metrics.watch({
    isLeader: () => controller.isLeader,
    census: () => controller.census(),
    work: () => ({ active: controller.atWork.length, maximum: workers, unfinishedSeconds: 0, longestSeconds: 0 }),
    oldestVerificationMs: () => controller.oldestVerificationMs(),
    driftIntervalMs: 600_000,
    leaseName: 'fairlead',
    orphans: () => controller.orphans(),
    lastContactMs: () => controller.lastContactMs(),
    kinds: () => provider.kinds.map(({ name }) => ({ provider: provider.name, kind: name })),
  });
  const stop = new AbortController();
  const ended = controller.run(stop.signal);
  closing.push(async () => {
    stop.abort();
    await vi.advanceTimersByTimeAsync(5000);
    await ended;
  });
  await vi.advanceTimersByTimeAsync(1000);
  /** The value of a series, as Prometheus would read it. */
  const value = async (series: string): Promise<number | undefined> => {
    const line = (await metrics.registry.metrics()).split('\n').find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1).replace('Inf', 'Infinity'));
  };
  return { api, lines, controller, metrics, value };
}

function service(name: string, annotations: Readonly<Record<string, string>> = {}, more: Json = {}): Json {
  return {
    kind: 'Service',
    metadata: { name, annotations },
    spec: { type: 'LoadBalancer', ports: [{ port: 80 }], ...more },
  };
}

const closing: (() => Promise<void>)[] = [];
beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2030, 0, 1) });
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  vi.useRealTimers();
});

describe('the log of a reconcile', () => {
  it('carries its id, the Service and its UID on every line, down to the calls', async () => {
    const { api, lines } = await start();
    for (const name of ['a', 'b', 'c']) api.create(service(name));
    await vi.advanceTimersByTimeAsync(60_000);
    const begun = lines.filter(({ msg }) => msg === 'a reconcile begins');
    expect(new Set(begun.map(({ reconcileID }) => reconcileID)).size).toBe(begun.length);
    expect(begun.length).toBeGreaterThan(3);
    for (const name of ['a', 'b', 'c']) {
      const uid = api.get('Service', `default/${name}`)?.metadata.uid;
      const mine = lines.filter((line) => line.service === `default/${name}`);
      expect(mine.every((line) => line.uid === uid)).toBe(true);
      const ids = new Set(begun.flatMap((line) => (line.uid === uid ? [line.reconcileID] : [])));
      expect(mine.filter(({ reconcileID }) => !ids.has(reconcileID))).toEqual([]);
      const steps = mine.filter(({ step }) => step === 'create').map(({ kind }) => kind);
      expect(steps).toEqual(expect.arrayContaining(['LoadBalancer', 'Listener']));
      const call = mine.find(({ operation }) => operation === 'CreateLoadBalancer');
      expect(call).toMatchObject({ level: 'debug', api: 'simulator', lane: 'change', code: 'ok', durationMs: 0 });
    }
  });

  it('tells of a failure with its code, and of nothing outside of a reconcile by its id', async () => {
    const { api, lines } = await start();
    const error = new KubeError('out of order', { status: 500 });
    api.faults.push(({ method, path }) =>
      method === 'PATCH' && path.endsWith('/status') ? { fault: 'error', error } : undefined,
    );
    api.create(service('web'));
    await vi.advanceTimersByTimeAsync(5000);
    const failed = lines.find(({ level }) => level === 'warn');
    expect(failed).toMatchObject({ service: 'default/web', code: 'unavailable', reconcileID: expect.any(String) });
    const outside = lines.filter(({ msg }) => /caches|leading/.test(msg));
    expect(outside).toHaveLength(2);
    expect(outside.filter((line) => 'reconcileID' in line)).toEqual([]);
  });
});

describe('the metrics of a controller', () => {
  it('tell the stages, the states, the time to an address, and what is at work', async () => {
    const { api, value } = await start();
    expect(await value('fairlead_service_states{state="programmed"}')).toBe(0);
    api.create(service('good'));
    api.create(service('bad', { [`${SIMULATOR}tier`]: 'no such tier' }));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await value('fairlead_service_states{state="programmed"}')).toBe(1);
    expect(await value('fairlead_service_states{state="invalid"}')).toBe(1);
    expect(await value('fairlead_services{stance="ensure"}')).toBe(2);
    expect(await value('fairlead_oldest_unprogrammed_seconds')).toBe(0);
    expect(await value('fairlead_time_to_ready_seconds_count')).toBe(1);
    const reconciles = (await value('controller_runtime_reconcile_time_seconds_count{controller="service"}')) ?? 0;
    for (const stage of ['gather', 'compile', 'apply']) {
      const count = await value(`fairlead_reconcile_stage_duration_seconds_count{stage="${stage}"}`);
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThan(reconciles);
    }
    expect(await value('fairlead_reconcile_stage_duration_seconds_count{stage="status"}')).toBeGreaterThan(0);
    expect(await value('cloud_api_limiter_pace{bucket="simulator:write"}')).toBe(Number.POSITIVE_INFINITY);
    expect(await value('controller_runtime_max_concurrent_reconciles{controller="service"}')).toBe(5);
  });

  it('count one node sync for a change of the nodes, and each Service of it', async () => {
    const { api, value } = await start();
    for (const name of ['a', 'b', 'c']) api.create(service(name));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await value('service_controller_loadbalancer_sync_total')).toBe(0);
    api.create(node('bb'));
    api.create(node('ccc'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await value('service_controller_loadbalancer_sync_total')).toBe(3);
    expect(await value('service_controller_nodesync_error_total')).toBe(0);
    expect(await value('service_controller_nodesync_latency_seconds_count')).toBe(1);
    expect(await value('service_controller_update_loadbalancer_host_latency_seconds_count')).toBe(3);
  });

  it('have no more series for 10,000 hostile Services than for ten', async () => {
    const { api, metrics, value } = await start({ workers: 100 });
    const hostile = (from: number, to: number) => {
      for (let index = from; index < to; index++) {
        const text = `"} ${index}\n\u202e\\evil{a="b"} 1`;
        const kinds = [
          service(`wrong-${index}`, { [`${SIMULATOR}tier`]: text, [`${SIMULATOR}${index}`]: text }),
          service(`class-${index}`, {}, { loadBalancerClass: `example.com/c${index}` }),
          service(
            `ports-${index}`,
            { [`${SIMULATOR}tags`]: text },
            { ports: [{ name: `p${index}`, port: 1 + index }] },
          ),
          service(`plain-${index}`, { [`example.com/${index}`]: text }, { type: 'ClusterIP' }),
        ];
        api.create(kinds[index % kinds.length] ?? {});
      }
    };
    // Of each shape some, and a few that are served.
    for (const name of ['one', 'two', 'three']) api.create(service(name));
    hostile(0, 40);
    await vi.advanceTimersByTimeAsync(600_000);
    const series = async () =>
      (await metrics.registry.metrics())
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('nodejs_'))
        .map((line) => line.slice(0, line.lastIndexOf(' ')))
        .sort();
    const few = await series();
    hostile(40, 10_000);
    await vi.advanceTimersByTimeAsync(1_200_000);
    expect(await value('fairlead_service_states{state="invalid"}')).toBe(5000);
    expect(await value('fairlead_services{stance="foreign"}')).toBe(5000);
    expect(await series()).toEqual(few);
    expect(few.filter((one) => /evil|example\.com|wrong|default/.test(one))).toEqual([]);
  }, 120_000);
});
