import { describe, expect, it, vi } from 'vitest';
import { KubeError } from '../../../src/kube/api.ts';
import type { Service } from '../../../src/kube/types.ts';
import { FakeApiServer } from '../../fake/kube/api-server.ts';
import { loadBalancer } from '../../fake/kube/objects.ts';
import { expectEqual, label, settle, start, useFakeTimers } from './reflector-fixture.ts';

useFakeTimers();

describe('listing and watching', () => {
  it('lists by pages, then follows the watch', async () => {
    const server = new FakeApiServer();
    for (let index = 0; index < 1203; index++) server.create(loadBalancer(`s${index}`));
    const { session, reflector, diary, scope, running } = start(server);
    await settle();
    const [first, second, third, fourth] = server.calls;
    expect([first, second, third].map((call) => call?.query.limit)).toEqual([500, 500, 500]);
    expect(fourth?.method).toBe('WATCH');
    expect([reflector.isSynced, reflector.store.size]).toEqual([true, 1203]);
    diary.length = 0;
    server.create(loadBalancer('new'));
    server.patch('Service', 'default/new', label('1'));
    server.delete('Service', 'default/s7');
    await settle();
    expect(diary).toEqual(['+new', '~new', '-s7']);
    expectEqual(reflector, server);
    scope.abort();
    await running;
    expect(session.watches).toBe(0);
  });

  it('asks for bookmarks, for 5 to 10 minutes, and begins the next watch where bookmarks left it', async () => {
    const server = new FakeApiServer();
    server.create(loadBalancer('a'));
    const { reflector, seen } = start(server);
    await settle();
    for (let index = 0; index < 50; index++) server.create({ kind: 'Node', metadata: { name: `n${index}` } });
    await vi.advanceTimersByTimeAsync(449_000);
    server.compact();
    await vi.advanceTimersByTimeAsync(2_000);
    const watches = server.calls.filter(({ method }) => method === 'WATCH');
    expect(watches.map(({ query }) => query)).toMatchObject([
      { allowWatchBookmarks: true, timeoutSeconds: 450 },
      { resourceVersion: String(server.storage.version) },
    ]);
    expect(seen).toEqual({ relists: ['start'], failures: [], handlerErrors: 0 });
    expect(reflector.lastContactMs()).toBeLessThan(60_000);
  });

  it('passes on selectors and namespaces', async () => {
    const server = new FakeApiServer();
    server.create({ kind: 'Namespace', metadata: { name: 'other' } });
    for (const namespace of ['default', 'other']) {
      server.create(loadBalancer('a', { metadata: { namespace } }));
      server.create(loadBalancer('b', { metadata: { namespace } }));
    }
    const more = { path: '/api/v1/namespaces/other/services', fieldSelector: 'metadata.name=a' };
    const { reflector, diary } = start(server, more);
    await reflector.synced;
    server.patch('Service', 'default/a', label('1'));
    server.patch('Service', 'other/b', label('1'));
    server.patch('Service', 'other/a', label('1'));
    await settle();
    expect(diary).toEqual(['+a', '~a']);
    expect(reflector.store.get('other/a')?.metadata.labels).toEqual({ value: '1' });
  });

  it('tells how long ago the server was heard', async () => {
    const server = new FakeApiServer();
    server.faults.push(() => ({ fault: 'error', error: new KubeError('down', { status: 0 }) }));
    const { reflector } = start(server);
    await settle();
    expect(reflector.lastContactMs()).toBe(Number.POSITIVE_INFINITY);
    server.faults.length = 0;
    await vi.advanceTimersByTimeAsync(2_000);
    await reflector.synced;
    server.faults.push(() => ({ fault: 'error', error: new KubeError('down', { status: 0 }) }));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reflector.lastContactMs()).toBeGreaterThan(0);
  });

  it('takes in our own writes at once, and tells of them once', async () => {
    const server = new FakeApiServer();
    server.create(loadBalancer('a'));
    server.watchLagMs = 1000;
    const { reflector, diary } = start(server);
    await reflector.synced;
    const written = server.patch<Service>('Service', 'default/a', label('ours'));
    reflector.learn(written);
    expect(reflector.store.get('default/a')?.metadata.labels).toEqual({ value: 'ours' });
    await vi.advanceTimersByTimeAsync(2000);
    expect(diary).toEqual(['+a', '~a']);
  });
});

describe('handlers', () => {
  it('that throw are counted and logged, and keep nobody else from hearing', async () => {
    const server = new FakeApiServer();
    server.create(loadBalancer('a'));
    const error = vi.fn();
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error };
    const { reflector, diary, seen } = start(server, { log });
    reflector.onChange(() => {
      throw new Error('handler');
    });
    const later: string[] = [];
    const off = reflector.onChange((_, now) => later.push(now?.metadata.name ?? ''));
    await reflector.synced;
    await settle();
    server.create(loadBalancer('b'));
    await settle();
    off();
    server.create(loadBalancer('c'));
    await settle();
    expect([diary, later, seen.handlerErrors]).toEqual([['+a', '+b', '+c'], ['a', 'b'], 3]);
    expect(error).toHaveBeenCalledTimes(3);
  });

  it('get frozen objects', async () => {
    const server = new FakeApiServer();
    server.create(loadBalancer('a'));
    const { reflector } = start(server);
    await reflector.synced;
    const service = reflector.store.get('default/a')!;
    expect(() => Object.assign(service.spec.ports![0]!, { port: 1 })).toThrow(TypeError);
  });
});
