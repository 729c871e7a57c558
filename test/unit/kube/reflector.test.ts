import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KubeError } from '../../../src/kube/api.ts';
import { Reflector, type ReflectorOptions } from '../../../src/kube/reflector.ts';
import type { Service } from '../../../src/kube/types.ts';
import { FakeApiServer } from '../../fake/kube/api-server.ts';
import type { Fault } from '../../fake/kube/faults.ts';
import { loadBalancer } from '../../fake/kube/objects.ts';

const scopes: AbortController[] = [];

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  for (const scope of scopes.splice(0)) scope.abort();
  vi.useRealTimers();
});

/** A reflector of Services and a diary of what its handlers hear: `+name`, `~name`, `-name`. */
function start(server: FakeApiServer, more: Partial<ReflectorOptions<Service>> = {}) {
  const session = server.session();
  const diary: string[] = [];
  const seen = { relists: [] as string[], failures: [] as number[], handlerErrors: 0 };
  const reflector = new Reflector<Service>({
    api: session,
    path: '/api/v1/services',
    random: () => 0.5,
    hooks: {
      relisted: (why) => seen.relists.push(why),
      failed: (code) => seen.failures.push(code),
      handlerFailed: () => seen.handlerErrors++,
    },
    ...more,
  });
  reflector.onChange((old, now) => {
    diary.push(`${old === undefined ? '+' : now === undefined ? '-' : '~'}${(now ?? old)!.metadata.name}`);
  });
  const scope = new AbortController();
  scopes.push(scope);
  const running = reflector.run(scope.signal);
  return { session, reflector, diary, seen, scope, running };
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const label = (value: string) => ({ metadata: { labels: { value } } });
/** Whether the store holds exactly what the server has. */
function expectEqual(reflector: Reflector<Service>, server: FakeApiServer) {
  const versions = (all: readonly Service[]) =>
    all.map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`).sort();
  expect(versions(reflector.store.list())).toEqual(versions(server.list<Service>('Service')));
}

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
