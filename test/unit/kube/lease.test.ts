import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KubeError } from '../../../src/kube/api.ts';
import { alwaysLeader, LeaseElector } from '../../../src/kube/lease.ts';
import type { Lease } from '../../../src/kube/types.ts';
import { FakeApiServer } from '../../fake/kube/api-server.ts';
import type { FakeSession } from '../../fake/kube/session.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const down = new KubeError('refused', { status: 0, reason: 'ECONNREFUSED' });

function candidate(server: FakeApiServer, identity: string, session: FakeSession = server.session(identity)) {
  const diary: string[] = [];
  const elector = new LeaseElector({
    api: session,
    namespace: 'kube-system',
    name: 'fairlead',
    identity,
    random: () => 0,
    onStartedLeading: () => diary.push('started'),
    onStoppedLeading: (why) => diary.push(why),
  });
  const scope = new AbortController();
  const ended = elector.run(scope.signal);
  return { elector, session, diary, scope, ended };
}

const lease = (server: FakeApiServer) => server.get<Lease>('Lease', 'kube-system/fairlead')!;
const elapse = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('LeaseElector', () => {
  it('creates the lease, renews it every 2 s, and gives it back at the end', async () => {
    const server = new FakeApiServer();
    const { elector, diary, scope, ended } = candidate(server, 'a');
    expect([elector.isLeader, elector.validForMs()]).toEqual([false, 0]);
    await elapse(0);
    expect([elector.isLeader, elector.validForMs(), diary]).toEqual([true, 15_000, ['started']]);
    const { acquireTime, ...first } = lease(server).spec!;
    expect(first).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0 });
    await elapse(60_000);
    expect(server.calls.length).toBe(2 + 30);
    expect(lease(server).spec).toMatchObject({ acquireTime, holderIdentity: 'a' });
    expect(lease(server).spec?.renewTime).not.toBe(first.renewTime);
    scope.abort();
    expect(await ended).toBe('stopped');
    expect(diary).toEqual(['started', 'stopped']);
    expect(lease(server).spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    expect([elector.isLeader, elector.validForMs()]).toEqual([false, 0]);
  });

  it('has one leader; the next follows within a retry of a release', async () => {
    const server = new FakeApiServer();
    const first = candidate(server, 'a');
    await elapse(0);
    const second = candidate(server, 'b');
    await elapse(60_000);
    expect([first.elector.isLeader, second.elector.isLeader]).toEqual([true, false]);
    first.scope.abort();
    await elapse(2_000);
    expect([first.elector.isLeader, second.elector.isLeader]).toEqual([false, true]);
    expect(lease(server).spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  });

  it('takes over from a dead leader after the whole duration, whatever the clocks say', async () => {
    const server = new FakeApiServer();
    const first = candidate(server, 'a');
    await elapse(10_000);
    first.session.kill();
    // The dead one's last renewal claims to be of another year; only what is seen counts.
    server.patch('Lease', 'kube-system/fairlead', { spec: { renewTime: '2001-01-01T00:00:00.000000Z' } });
    const second = candidate(server, 'b');
    await elapse(14_900);
    expect(second.elector.isLeader).toBe(false);
    await elapse(2_100);
    expect(second.elector.isLeader).toBe(true);
  });

  it('is never valid on two at once, at any instant', async () => {
    const server = new FakeApiServer();
    const first = candidate(server, 'a');
    await elapse(5_000);
    const second = candidate(server, 'b');
    await elapse(7_000);
    server.faults.push(({ session }) => (session === 'a' ? { fault: 'error', error: down } : undefined));
    for (let step = 0; step < 400; step++) {
      await elapse(100);
      expect(first.elector.validForMs() > 0 && second.elector.validForMs() > 0).toBe(false);
    }
    expect([first.diary, second.diary]).toEqual([['started', 'lost'], ['started']]);
  });

  it('counts validity from the sending of the renewal, not from its answer', async () => {
    const server = new FakeApiServer();
    server.faults.push(({ method }) => (method === 'POST' ? { fault: 'delay', delayMs: 4_000 } : undefined));
    const { elector } = candidate(server, 'a');
    await elapse(4_000);
    expect([elector.isLeader, elector.validForMs()]).toEqual([true, 11_000]);
  });

  it('stops at the renew deadline, before anybody else may begin, and does not come back', async () => {
    const server = new FakeApiServer();
    const { elector, diary, ended } = candidate(server, 'a');
    await elapse(4_000);
    server.faults.push(() => ({ fault: 'hang' }));
    await elapse(9_900);
    expect(diary).toEqual(['started']);
    expect(elector.validForMs()).toBeGreaterThan(0);
    await elapse(200);
    expect(await ended).toBe('lost');
    expect([diary, elector.validForMs()]).toEqual([['started', 'lost'], 0]);
    server.faults.length = 0;
    await elapse(60_000);
    expect(elector.isLeader).toBe(false);
  });

  it('survives failures shorter than the deadline', async () => {
    const server = new FakeApiServer();
    const { elector, diary } = candidate(server, 'a');
    await elapse(3_000);
    server.faults.push(() => ({ fault: 'error', error: new KubeError('boom', { status: 500 }) }));
    await elapse(6_000);
    server.faults.length = 0;
    await elapse(5_000);
    expect([elector.isLeader, diary]).toEqual([true, ['started']]);
    expect(elector.validForMs()).toBeGreaterThan(12_000);
  });

  it('is not valid after a stall, and gives up as soon as it wakes', async () => {
    const server = new FakeApiServer();
    const { elector, ended } = candidate(server, 'a');
    await elapse(3_000);
    const now = performance.now();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(now + 20_000);
    expect([elector.isLeader, elector.validForMs()]).toEqual([true, 0]);
    await elapse(2_000);
    expect(await ended).toBe('lost');
    clock.mockRestore();
    expect(lease(server).spec?.holderIdentity).toBe('a');
  });

  it('is not valid while the wall clock says that the machine slept, until the next renewal', async () => {
    const server = new FakeApiServer();
    const { elector } = candidate(server, 'a');
    await elapse(3_000);
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(elector.validForMs()).toBe(0);
    await elapse(2_000);
    expect(elector.validForMs()).toBeGreaterThan(12_000);
    vi.setSystemTime(Date.now() - 7_200_000);
    expect(elector.validForMs()).toBeLessThanOrEqual(15_000);
    expect(elector.isLeader).toBe(true);
  });

  it('gives way at once to whoever took the lease by hand', async () => {
    const server = new FakeApiServer();
    const { elector, ended } = candidate(server, 'a');
    await elapse(3_000);
    server.patch('Lease', 'kube-system/fairlead', { spec: { holderIdentity: 'admin' } });
    await elapse(4_000);
    expect(await ended).toBe('lost');
    expect([elector.isLeader, lease(server).spec?.holderIdentity]).toEqual([false, 'admin']);
  });

  it('is not thrown off by labels, a deleted lease, or a lost answer', async () => {
    const server = new FakeApiServer();
    const { elector, diary } = candidate(server, 'a');
    await elapse(3_000);
    server.patch('Lease', 'kube-system/fairlead', { metadata: { labels: { x: 'y' } } });
    await elapse(5_000);
    server.delete('Lease', 'kube-system/fairlead');
    await elapse(5_000);
    let armed = true;
    server.faults.push(() => {
      const fault = armed ? ({ fault: 'lose' } as const) : undefined;
      armed = false;
      return fault;
    });
    await elapse(5_000);
    expect([elector.isLeader, diary, lease(server).spec?.holderIdentity]).toEqual([true, ['started'], 'a']);
    expect(elector.validForMs()).toBeGreaterThan(10_000);
  });

  it('takes a dead leader’s lease though somebody else keeps labelling it', async () => {
    const server = new FakeApiServer();
    const first = candidate(server, 'a');
    await elapse(1_000);
    first.session.kill();
    const { elector } = candidate(server, 'b');
    for (let second = 0; second < 20; second++) {
      server.patch('Lease', 'kube-system/fairlead', { metadata: { labels: { second: String(second) } } });
      await elapse(1_000);
    }
    expect(elector.isLeader).toBe(true);
  });

  it('respects a longer duration that the holder wrote', async () => {
    const server = new FakeApiServer();
    server.create({
      kind: 'Lease',
      metadata: { name: 'fairlead', namespace: 'kube-system' },
      spec: { holderIdentity: 'other', leaseDurationSeconds: 40 },
    });
    const { elector } = candidate(server, 'a');
    await elapse(39_000);
    expect(elector.isLeader).toBe(false);
    await elapse(4_000);
    expect(elector.isLeader).toBe(true);
  });

  it('gives the lease back even if the last renewal was cut off on its way', async () => {
    const server = new FakeApiServer();
    const { diary, scope, ended } = candidate(server, 'a');
    await elapse(1_900);
    server.faults.push(({ method }) => (method === 'PATCH' ? { fault: 'lose' } : undefined));
    await elapse(200);
    server.faults.length = 0;
    scope.abort();
    expect(await ended).toBe('stopped');
    expect([diary, lease(server).spec?.holderIdentity]).toEqual([['started', 'stopped'], '']);
  });

  it('ends without a lease where it never got one, and within its bound where nobody answers', async () => {
    const server = new FakeApiServer();
    candidate(server, 'a');
    await elapse(0);
    const waiting = candidate(server, 'b');
    await elapse(5_000);
    waiting.scope.abort();
    expect([await waiting.ended, waiting.diary]).toEqual(['stopped', []]);
    const alone = new FakeApiServer();
    const leader = candidate(alone, 'a');
    await elapse(0);
    alone.faults.push(() => ({ fault: 'hang' }));
    leader.scope.abort();
    await elapse(3_000);
    expect(await leader.ended).toBe('stopped');
  });

  it('makes an identity of its host and a UUID', () => {
    const options = { api: new FakeApiServer().session(), namespace: 'x', name: 'y' };
    expect(new LeaseElector(options).identity).toMatch(/^.+_[0-9a-f-]{36}$/);
    expect(new LeaseElector(options).identity).not.toBe(new LeaseElector(options).identity);
  });
});

describe('alwaysLeader', () => {
  it('leads from start to stop', async () => {
    const diary: string[] = [];
    const leadership = alwaysLeader({
      onStartedLeading: () => diary.push('started'),
      onStoppedLeading: (why) => diary.push(why),
    });
    expect([leadership.isLeader, leadership.validForMs()]).toEqual([false, 0]);
    const scope = new AbortController();
    const ended = leadership.run(scope.signal);
    expect([leadership.isLeader, leadership.validForMs()]).toEqual([true, Number.POSITIVE_INFINITY]);
    scope.abort();
    expect([await ended, leadership.isLeader, diary]).toEqual(['stopped', false, ['started', 'stopped']]);
  });
});
