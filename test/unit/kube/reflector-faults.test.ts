import { describe, expect, it, vi } from 'vitest';
import { KubeError } from '../../../src/kube/api.ts';
import type { Service } from '../../../src/kube/types.ts';
import { FakeApiServer } from '../../fake/kube/api-server.ts';
import type { Fault } from '../../fake/kube/faults.ts';
import { loadBalancer } from '../../fake/kube/objects.ts';
import { expectEqual, label, settle, start, useFakeTimers } from './reflector-fixture.ts';

useFakeTimers();

describe('what breaks', () => {
  it.each([
    ['is closed', undefined],
    ['is reset', new KubeError('reset', { status: 0, reason: 'ECONNRESET' })],
    ['is cut within a line', new KubeError('cut', { status: 0, reason: 'TruncatedLine' })],
  ])('a watch that %s is opened again, and nothing is lost', async (_, error) => {
    const server = new FakeApiServer();
    server.create(loadBalancer('a'));
    const { session, reflector, diary, seen } = start(server);
    await reflector.synced;
    await settle();
    session.breakWatches(error);
    server.create(loadBalancer('b'));
    server.delete('Service', 'default/a');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(diary).toEqual(['+a', '+b', '-a']);
    expect(seen.relists).toEqual(['start']);
    expectEqual(reflector, server);
  });

  it('a storm of refusals ends in nothing but a backoff to 30 s, and Retry-After is obeyed', async () => {
    const server = new FakeApiServer();
    const atMs: number[] = [];
    let error = new KubeError('boom', { status: 500 });
    server.faults.push(() => {
      atMs.push(performance.now());
      return { fault: 'error', error };
    });
    const { reflector, seen } = start(server);
    const gaps = () => atMs.slice(1).map((at, index) => at - atMs[index]!);
    await vi.advanceTimersByTimeAsync(31_000);
    expect(gaps()).toEqual([1000, 2000, 4000, 8000, 16_000]);
    atMs.length = 0;
    await vi.advanceTimersByTimeAsync(300_000);
    expect(Math.max(...gaps())).toBe(30_000);
    error = new KubeError('slow down', { status: 429, retryAfterMs: 70_000 });
    await vi.advanceTimersByTimeAsync(30_000);
    atMs.length = 0;
    await vi.advanceTimersByTimeAsync(300_000);
    expect(new Set(gaps())).toEqual(new Set([70_000]));
    server.faults.length = 0;
    await vi.advanceTimersByTimeAsync(71_000);
    expect(reflector.isSynced).toBe(true);
    expect(new Set(seen.failures)).toEqual(new Set([500, 429]));
  });

  it('half an hour without an API server is survived without a delete', async () => {
    const server = new FakeApiServer();
    server.create(loadBalancer('a'));
    const { session, reflector, diary } = start(server);
    await reflector.synced;
    await settle();
    const down = new KubeError('refused', { status: 0, reason: 'ECONNREFUSED' });
    server.faults.push(() => ({ fault: 'error', error: down }));
    session.breakWatches(down);
    await vi.advanceTimersByTimeAsync(1_800_000);
    expect([diary, reflector.store.size, reflector.isSynced]).toEqual([['+a'], 1, true]);
    expect(reflector.lastContactMs()).toBeGreaterThanOrEqual(1_800_000);
    server.faults.length = 0;
    server.create(loadBalancer('b'));
    await vi.advanceTimersByTimeAsync(46_000);
    expect(diary).toEqual(['+a', '+b']);
  });

  it('a silent watch is opened anew at once, and in the end not believed', async () => {
    const server = new FakeApiServer();
    server.create(loadBalancer('a'));
    server.faults.push(({ method }) => (method === 'WATCH' ? { fault: 'hang' } : undefined));
    const { reflector, seen, diary } = start(server);
    await reflector.synced;
    server.create(loadBalancer('b'));
    const watches = () => server.calls.filter(({ method }) => method === 'WATCH').length;
    await vi.advanceTimersByTimeAsync(149_000);
    expect(watches()).toBe(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([watches(), reflector.lastContactMs()]).toEqual([2, 0]);
    await vi.advanceTimersByTimeAsync(450_000);
    expect(seen).toEqual({ relists: ['start', 'silent'], failures: [], handlerErrors: 0 });
    expect(diary).toEqual(['+a', '+b']);
  });

  it('a connection that dies without a word is replaced before long', async () => {
    const server = new FakeApiServer();
    server.create(loadBalancer('a'));
    let isDead = true;
    server.faults.push(({ method }) => (method === 'WATCH' && isDead ? { fault: 'hang' } : undefined));
    const { reflector, diary } = start(server);
    await reflector.synced;
    await settle();
    isDead = false;
    server.create(loadBalancer('b'));
    await vi.advanceTimersByTimeAsync(150_000);
    expect(diary).toEqual(['+a', '+b']);
  });

  it('watches that end at once, in good order, do not make it spin', async () => {
    const server = new FakeApiServer();
    const { session } = start(server);
    const closer = setInterval(() => session.breakWatches(), 10);
    await vi.advanceTimersByTimeAsync(60_000);
    clearInterval(closer);
    expect(server.calls.length).toBeLessThan(12);
  });
});

describe('expired and rewound versions', () => {
  /** While the watch is down: `a` goes, `b` is made anew under its name, `c` changes, `d` comes. */
  async function missed(server: FakeApiServer, session: ReturnType<FakeApiServer['session']>) {
    server.faults.push(({ method }) =>
      method === 'WATCH' ? { fault: 'error', error: new KubeError('x', { status: 500 }) } : undefined,
    );
    session.breakWatches();
    await settle();
    server.delete('Service', 'default/a');
    server.delete('Service', 'default/b');
    server.create(loadBalancer('b'));
    server.patch('Service', 'default/c', label('1'));
    server.create(loadBalancer('d'));
    server.compact();
    server.faults.length = 0;
  }

  it('410 on the watch makes a new list, with deletes by UID', async () => {
    const server = new FakeApiServer();
    for (const name of ['a', 'b', 'c']) server.create(loadBalancer(name));
    const { session, reflector, diary, seen } = start(server);
    await reflector.synced;
    await settle();
    diary.length = 0;
    await missed(server, session);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(seen.relists).toEqual(['start', 'expired']);
    expect(diary).toEqual(['-a', '-b', '+b', '~c', '+d']);
    expectEqual(reflector, server);
  });

  it('410 on a page starts the list over, in one piece', async () => {
    const server = new FakeApiServer();
    for (let index = 0; index < 600; index++) server.create(loadBalancer(`s${index}`));
    server.faults.push(({ number }) => {
      if (number !== 2) return undefined;
      server.patch('Service', 'default/s1', label('1'));
      server.compact();
      return undefined;
    });
    const { reflector, diary } = start(server);
    await vi.advanceTimersByTimeAsync(10);
    expect(server.calls.slice(0, 3).map(({ query }) => query.limit)).toEqual([500, 500, undefined]);
    expect(diary).toHaveLength(600);
    expectEqual(reflector, server);
  });

  it('410 again and again backs off', async () => {
    const server = new FakeApiServer();
    const gone: Fault = { fault: 'error', error: new KubeError('expired', { status: 410 }) };
    server.faults.push(({ method }) => (method === 'WATCH' ? gone : undefined));
    start(server);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.calls.length).toBeLessThan(20);
  });

  it('an older version in a watch is not believed: list', async () => {
    const server = new FakeApiServer();
    const old = server.create<Service>(loadBalancer('a'));
    server.patch('Service', 'default/a', label('new'));
    const session = server.session();
    const api = {
      request: session.request.bind(session),
      async *watch() {
        yield { type: 'MODIFIED' as const, object: old };
      },
    };
    const { reflector, seen } = start(server, { api });
    await vi.advanceTimersByTimeAsync(1_500);
    expect(seen.relists.slice(0, 2)).toEqual(['start', 'rewound']);
    expect(reflector.store.get('default/a')?.metadata.labels).toEqual({ value: 'new' });
  });

  it('a restored backup is followed back', async () => {
    const server = new FakeApiServer();
    server.create(loadBalancer('a'));
    const backup = server.storage.version;
    server.patch('Service', 'default/a', label('1'));
    server.create(loadBalancer('b'));
    const { session, reflector, diary } = start(server);
    await reflector.synced;
    await settle();
    diary.length = 0;
    server.rewind(backup);
    session.breakWatches(new KubeError('restarting', { status: 0 }));
    await vi.advanceTimersByTimeAsync(610_000);
    expect(diary).toEqual(['-b', '~a']);
    expectEqual(reflector, server);
  });
});
