// What scenario tests rely on in the fake API server; each rule was compared with a real one (Kubernetes 1.36).
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KubeError, type KubeRequest, type Query, type WatchEvent } from '../../../src/kube/api.ts';
import type { KubeList, Service } from '../../../src/kube/types.ts';
import { FakeApiServer } from '../../fake/kube/api-server.ts';
import { loadBalancer, node } from '../../fake/kube/objects.ts';
import type { FakeSession } from '../../fake/kube/session.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const forever = new AbortController().signal;
const SERVICES = '/api/v1/services';
const WEB = '/api/v1/namespaces/default/services/web';
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

function get(path: string, more: Partial<KubeRequest> = {}): KubeRequest {
  return { method: 'GET', path, signal: forever, ...more };
}

function patch(body: unknown, path = WEB): KubeRequest {
  return { method: 'PATCH', path, body, contentType: 'application/merge-patch+json', signal: forever };
}

function start() {
  const server = new FakeApiServer();
  const service = server.create<Service>(loadBalancer('web'));
  return { server, service, session: server.session('one'), live: () => server.get<Service>('Service', 'default/web') };
}

/** Collects what a watch yields, and how it ended. */
function collect(session: FakeSession, query: Query, signal = forever) {
  const seen: string[] = [];
  const add = ({ type, object }: WatchEvent) => seen.push(`${type} ${object.metadata.name}`.trim());
  void (async () => {
    for await (const event of session.watch(SERVICES, query, signal)) add(event);
    seen.push('end');
  })().catch((error: Error) => seen.push(error.message));
  return seen;
}

describe('objects', () => {
  it('get what the server adds', () => {
    const { server, service } = start();
    expect(service.metadata).toMatchObject({
      uid: expect.any(String),
      resourceVersion: expect.stringMatching(/^\d+$/),
    });
    expect(service.spec).toMatchObject({
      externalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      sessionAffinity: 'None',
    });
    expect(service.spec.ports).toEqual([{ name: 'http', port: 80, protocol: 'TCP', targetPort: 80, nodePort: 30_000 }]);
    expect(service).toMatchObject({ status: { loadBalancer: {} } });
    const local = server.create<Service>(loadBalancer('local', { spec: { externalTrafficPolicy: 'Local' } }));
    expect(local.spec.healthCheckNodePort).toBe(30_002);
    expect(server.get('Namespace', 'kube-system')?.metadata.uid).toBeDefined();
  });

  it('keep their version where nothing changes, and nobody is told', async () => {
    const { server, service, session } = start();
    const seen = collect(session, { resourceVersion: service.metadata.resourceVersion });
    const same = server.patch<Service>('Service', 'default/web', { spec: { type: 'LoadBalancer' } });
    await settle();
    expect([same.metadata.resourceVersion, seen]).toEqual([service.metadata.resourceVersion, []]);
  });

  it('lose what belonged to the load balancer when the type changes', () => {
    const { server } = start();
    server.patch(
      'Service',
      'default/web',
      { status: { loadBalancer: { ingress: [{ hostname: 'a.example' }] } } },
      '/status',
    );
    const changed = server.patch<Service>('Service', 'default/web', { spec: { type: 'ClusterIP' } });
    expect(changed.spec.ports).toEqual([{ name: 'http', port: 80, protocol: 'TCP', targetPort: 80 }]);
    expect(changed.spec).not.toHaveProperty('externalTrafficPolicy');
    expect(changed.status).toEqual({ loadBalancer: {} });
  });

  it('cannot change their class while they are load balancers', () => {
    const { server } = start();
    const change = () => server.patch('Service', 'default/web', { spec: { loadBalancerClass: 'x/y' } });
    expect(change).toThrow(expect.objectContaining({ status: 422, fields: ['spec.loadBalancerClass'] }));
  });

  it('stay until the last finalizer goes', () => {
    const { server, live } = start();
    server.patch('Service', 'default/web', { metadata: { finalizers: ['a/b'] } });
    server.delete('Service', 'default/web');
    expect(live()?.metadata.deletionTimestamp).toBeDefined();
    server.unfinalize('Service', 'default/web');
    expect(live()).toBeUndefined();
  });

  it('are created anew with another UID', () => {
    const { server, service, live } = start();
    server.delete('Service', 'default/web');
    server.create(loadBalancer('web'));
    expect(live()?.metadata.uid).not.toBe(service.metadata.uid);
  });
});

describe('requests', () => {
  it('are refused as the real server refuses them', async () => {
    const { server, session } = start();
    const refused = async (request: KubeRequest) => {
      const error = await session.request(request).catch((reason: unknown) => reason as KubeError);
      return [(error as KubeError).status, (error as KubeError).reason];
    };
    expect(await refused(get('/api/v1/nonsense'))).toEqual([404, 'NotFound']);
    expect(await refused(patch({ metadata: { resourceVersion: '1' } }))).toEqual([409, 'Conflict']);
    expect(await refused(patch({ metadata: { name: 'other' } }))).toEqual([422, 'Invalid']);
    expect(await refused({ ...patch({}), contentType: 'application/json' })).toEqual([415, 'UnsupportedMediaType']);
    const body = { preconditions: { uid: 'other' } };
    expect(await refused(get(WEB, { method: 'DELETE', body }))).toEqual([409, 'Conflict']);
    expect(
      await refused(get('/api/v1/namespaces/default/services', { method: 'POST', body: loadBalancer('web') })),
    ).toEqual([409, 'AlreadyExists']);
    const lease = { kind: 'Lease', metadata: { name: 'l' }, spec: { leaseDurationSeconds: 0 } };
    expect(() => server.create(lease)).toThrow(expect.objectContaining({ status: 422 }));
  });

  it('page through one version, until that is compacted', async () => {
    const { server, session } = start();
    for (const name of ['a', 'b', 'c']) server.create(loadBalancer(name));
    const first = await session.request<KubeList<Service>>(get(SERVICES, { query: { limit: 2 } }));
    server.delete('Service', 'default/web');
    const { continue: token } = first.metadata;
    const rest = await session.request<KubeList<Service>>(get(SERVICES, { query: { limit: 9, continue: token } }));
    expect([...first.items, ...rest.items].map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c', 'web']);
    expect(rest.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });
    server.compact();
    const late = session.request(get(SERVICES, { query: { limit: 9, continue: token } }));
    await expect(late).rejects.toMatchObject({ status: 410, reason: 'Expired' });
  });

  it('strategic patches merge by key, in the order of the real server', async () => {
    const { session } = start();
    const change = (status: object) =>
      session.request<Service>({
        ...patch({ status }, `${WEB}/status`),
        contentType: 'application/strategic-merge-patch+json',
      });
    await change({ conditions: [{ type: 'A' }, { type: 'B', status: 'x' }] });
    const after = await change({
      conditions: [{ type: 'C' }, { type: 'B', reason: 'y' }, { type: 'A', $patch: 'delete' }],
    });
    expect(after.status?.conditions).toEqual([{ type: 'C' }, { type: 'B', status: 'x', reason: 'y' }]);
  });
});

describe('watches', () => {
  it('tell what happened since and what happens, one namespace or a selection if so asked', async () => {
    const { server, service, session } = start();
    server.patch('Service', 'default/web', { metadata: { labels: { a: 'b' } } });
    const all = collect(session, { resourceVersion: service.metadata.resourceVersion });
    const balancers = collect(session, {
      resourceVersion: service.metadata.resourceVersion,
      fieldSelector: 'spec.type=LoadBalancer',
    });
    await settle();
    server.create(node('n'));
    server.patch('Service', 'default/web', { spec: { type: 'ClusterIP' } });
    server.delete('Service', 'default/web');
    await settle();
    expect(all).toEqual(['MODIFIED web', 'MODIFIED web', 'DELETED web']);
    expect(balancers).toEqual(['MODIFIED web', 'DELETED web']);
  });

  it('get bookmarks by the minute, end in time, and refuse a compacted version', async () => {
    const { server, session } = start();
    const seen = collect(session, { resourceVersion: '1002', allowWatchBookmarks: true, timeoutSeconds: 150 });
    await settle(150_000);
    expect(seen).toEqual(['ADDED web', 'BOOKMARK', 'BOOKMARK', 'end']);
    const quiet = collect(session, { resourceVersion: '1003', allowWatchBookmarks: true, timeoutSeconds: 150 });
    await settle(150_000);
    expect(quiet).toEqual(['end']);
    server.compact();
    const late = collect(session, { resourceVersion: '1' });
    await settle();
    expect(late).toEqual(['too old resource version: 1']);
  });

  it('lag, break and hang on demand', async () => {
    const { server, service, session } = start();
    const query = { resourceVersion: service.metadata.resourceVersion };
    server.watchLagMs = 500;
    const lagging = collect(session, query);
    await settle();
    server.patch('Service', 'default/web', { metadata: { labels: { a: 'b' } } });
    server.watchLagMs = 0;
    server.delete('Service', 'default/web');
    await settle(499);
    expect(lagging).toEqual([]);
    await settle(1);
    expect(lagging).toEqual(['MODIFIED web', 'DELETED web']);
    session.breakWatches(new KubeError('reset', { status: 0 }));
    await settle();
    expect(lagging.at(-1)).toBe('reset');
    server.faults.push(({ method }) => (method === 'WATCH' ? { fault: 'hang' } : undefined));
    const silent = collect(session, query);
    await settle(3_600_000);
    expect([silent, session.watches]).toEqual([[], 1]);
  });
});

describe('faults', () => {
  const labels = { metadata: { labels: { written: 'yes' } } };

  it('refuse, delay, lose, hang and make stale', async () => {
    const { server, session, live } = start();
    const faults = [
      { fault: 'error', error: new KubeError('no', { status: 500 }) },
      { fault: 'hang' },
      { fault: 'delay', delayMs: 1_000 },
      { fault: 'lose' },
      { fault: 'stale', writes: 1 },
    ] as const;
    server.faults.push(({ number }) => faults[number - 1]);
    const write = (value: string) => session.request(patch({ metadata: { labels: { value } } }));
    await expect(write('1')).rejects.toThrow('no');
    const hanging = expect(write('2')).rejects.toMatchObject({ status: 0, reason: 'Timeout' });
    await settle(30_000);
    await hanging;
    expect(live()?.metadata.labels).toBeUndefined();
    const delayed = write('3');
    await settle(999);
    expect(live()?.metadata.labels).toBeUndefined();
    await settle(1);
    await delayed;
    await expect(write('4')).rejects.toMatchObject({ status: 0 });
    expect(live()?.metadata.labels).toEqual({ value: '4' });
    expect((await session.request<Service>(get(WEB))).metadata.labels).toEqual({ value: '3' });
    expect(server.calls.map(({ number, method }) => `${number} ${method}`)).toEqual([
      '1 PATCH',
      '2 PATCH',
      '3 PATCH',
      '4 PATCH',
      '5 GET',
    ]);
  });

  it('a killed session does nothing more and hears nothing more; others go on', async () => {
    const { server, service, session, live } = start();
    server.faults.push(({ session: name, method }) =>
      name === 'one' && method === 'PATCH' ? { fault: 'delay', delayMs: 1_000 } : undefined,
    );
    const heard: string[] = [];
    const listen = (promise: Promise<unknown>) =>
      void promise.then(
        () => heard.push('resolved'),
        () => heard.push('rejected'),
      );
    listen(session.request(patch(labels)));
    const watched = collect(session, { resourceVersion: service.metadata.resourceVersion, allowWatchBookmarks: true });
    await settle();
    session.kill();
    listen(session.request(get(WEB)));
    await settle(3_600_000);
    expect([heard, live()?.metadata.labels, session.isAlive]).toEqual([[], undefined, false]);
    await server.session('two').request(patch(labels));
    await settle();
    expect([live()?.metadata.labels, watched]).toEqual([{ written: 'yes' }, []]);
  });

  it.each([
    ['before', undefined],
    ['after', { written: 'yes' }],
  ] as const)('a crash %s the call', async (when, expected) => {
    const { server, session, live } = start();
    server.faults.push(() => ({ fault: 'crash', when }));
    let isHeard = false;
    void session.request(patch(labels)).finally(() => {
      isHeard = true;
    });
    await settle(60_000);
    expect([live()?.metadata.labels, isHeard, session.isAlive]).toEqual([expected, false, false]);
  });
});
