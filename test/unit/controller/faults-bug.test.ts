// A defect of ours shows itself in one Service: that Service fails and is tried ever more seldom, the others are served, the
// process lives, and the log and the metrics tell.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { simulatorOn } from '../../../providers/simulator/index.ts';
import { Controller } from '../../../src/controller/controller.ts';
import { EventRecorder } from '../../../src/kube/events.ts';
import type { Service } from '../../../src/kube/types.ts';
import type { AnyProvider } from '../../../src/provider/provider.ts';
import { parseOptions } from '../../../src/schema/index.ts';
import { FakeApiServer } from '../../fake/kube/api-server.ts';

type Verb = 'compile' | 'gather';

const server = () => {
  const api = new FakeApiServer();
  const conditions = [{ type: 'Ready', status: 'True' }];
  const addresses = [{ type: 'InternalIP', address: '10.0.0.1' }];
  api.create({ kind: 'Node', metadata: { name: 'node' }, status: { conditions, addresses } });
  return api;
};

/** The simulator with a defect: one of its functions throws for the Service `bad`. */
function broken(verb: Verb): AnyProvider {
  const provider = simulatorOn() as unknown as AnyProvider;
  const isBad = (argument: unknown) => JSON.stringify(argument).includes('"name":"bad"');
  return {
    ...provider,
    [verb]: (...args: unknown[]) => {
      if (isBad(args[0])) throw new TypeError(`${verb} is undefined`);
      return (provider[verb] as (...all: unknown[]) => unknown)(...args);
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a defect of ours', () => {
  it.each<Verb>(['compile', 'gather'])('in %s fails the one Service, and nobody else', async (verb) => {
    const api = server();
    const lines: { message: string; fields: Record<string, unknown> }[] = [];
    const note = (fields: object, message: string) =>
      lines.push({ message, fields: fields as Record<string, unknown> });
    const log = { debug: () => {}, info: () => {}, warn: note, error: note };
    const session = api.session();
    const results: string[] = [];
    const provider = broken(verb);
    const controller = new Controller({
      api: session,
      log,
      events: new EventRecorder({ api: session, component: 'fairlead', instance: 'one', log }),
      clusterName: 'prod',
      providers: [{ provider, options: parseOptions(provider.options, { flags: {}, env: {} }).values }],
      claimClassless: true,
      namespace: '',
      election: undefined,
      workers: 1,
      policy: 'sync',
      driftIntervalMs: 0,
      nodeUnreadyAfterMs: 0,
      foreignAdditions: 'report',
      replacementDrainMs: 0,
      maxLoadBalancersPerNamespace: 0,
      orphans: 'report',
      shutdownMs: 1000,
      hooks: { reconciled: (result) => results.push(result) },
    });
    const stop = new AbortController();
    const running = controller.run(stop.signal);
    await vi.advanceTimersByTimeAsync(1000);
    for (const name of ['bad', 'good']) {
      api.create({ kind: 'Service', metadata: { name }, spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } });
    }
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    const status = (name: string) =>
      api
        .get<Service>('Service', `default/${name}`)
        ?.status?.conditions?.find(({ type }) => type === 'fairlead.dev/Programmed');
    expect(status('good')).toMatchObject({ status: 'True' });
    expect(status('bad')).toMatchObject({ status: 'False', reason: 'Bug' });
    const bugs = results.filter((result) => result === 'bug').length;
    // 5 s, doubled each time up to 300 s: never a hot loop.
    expect(bugs).toBeGreaterThan(3);
    expect(bugs).toBeLessThan(10);
    const told = lines.filter(({ fields }) => fields.code === 'bug');
    expect(told).toHaveLength(bugs);
    expect(told[0]?.fields).toMatchObject({ service: 'default/bad', err: expect.any(TypeError) });
    stop.abort();
    await vi.advanceTimersByTimeAsync(5000);
    expect(await running).toBe('stopped');
  });
});
