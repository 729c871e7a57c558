import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KubeError } from '../../../src/kube/api.ts';
import { EventRecorder, referenceTo } from '../../../src/kube/events.ts';
import type { Event, Service } from '../../../src/kube/types.ts';
import { FakeApiServer } from '../../fake/kube/api-server.ts';
import { loadBalancer } from '../../fake/kube/objects.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-01-02T03:04:05.678Z') });
});

afterEach(() => {
  vi.useRealTimers();
});

function start() {
  const server = new FakeApiServer();
  const service = server.create<Service>(loadBalancer('web'));
  const dropped: string[] = [];
  const recorder = new EventRecorder({
    api: server.session(),
    component: 'fairlead',
    instance: 'pod_1',
    onDropped: (why) => dropped.push(why),
  });
  const about = referenceTo(service, 'Service');
  const events = () => server.list<Event>('Event');
  return { server, recorder, about, dropped, events };
}

const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const boom = new KubeError('boom', { status: 500 });

describe('EventRecorder', () => {
  it('writes what kubectl describe shows', async () => {
    const { recorder, about, events } = start();
    recorder.record(about, 'Warning', 'SyncLoadBalancerFailed', 'no subnets');
    await settle();
    expect(events()).toMatchObject([
      {
        metadata: { namespace: 'default' },
        involvedObject: { apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'web', uid: about.uid },
        type: 'Warning',
        reason: 'SyncLoadBalancerFailed',
        message: 'no subnets',
        count: 1,
        firstTimestamp: '2026-01-02T03:04:05Z',
        lastTimestamp: '2026-01-02T03:04:05Z',
        source: { component: 'fairlead' },
        reportingComponent: 'fairlead',
        reportingInstance: 'pod_1',
      },
    ]);
    expect(events()[0]!.metadata.name).toMatch(/^web\.[0-9a-f]+$/);
  });

  it('counts repeats on the first, by patch, and tells different ones apart', async () => {
    const { server, recorder, about, events } = start();
    recorder.record(about, 'Normal', 'A', 'same');
    await settle();
    for (let times = 0; times < 3; times++) recorder.record(about, 'Normal', 'A', 'same');
    recorder.record(about, 'Normal', 'A', 'other');
    await settle(60_000);
    recorder.record(about, 'Normal', 'A', 'same');
    await settle();
    expect(events().map(({ message, count }) => [message, count])).toEqual([
      ['same', 5],
      ['other', 1],
    ]);
    expect(events()[0]).toMatchObject({
      firstTimestamp: '2026-01-02T03:04:05Z',
      lastTimestamp: '2026-01-02T03:05:05Z',
    });
    expect(server.calls.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'PATCH', 'POST', 'PATCH']);
  });

  it('begins a new one where the server forgot the old', async () => {
    const { server, recorder, about, events } = start();
    recorder.record(about, 'Normal', 'A', 'same');
    await settle();
    server.delete('Event', `default/${events()[0]!.metadata.name}`);
    recorder.record(about, 'Normal', 'A', 'same');
    await settle();
    expect(events().map(({ count }) => count)).toEqual([1]);
  });

  it('begins a new one where it may not count on the old', async () => {
    const { server, recorder, about, dropped, events } = start();
    const denied = new KubeError('forbidden', { status: 403 });
    server.faults.push(({ method }) => (method === 'PATCH' ? { fault: 'error', error: denied } : undefined));
    recorder.record(about, 'Normal', 'A', 'same');
    await settle();
    recorder.record(about, 'Normal', 'A', 'same');
    await settle();
    expect(events().map(({ count }) => count)).toEqual([1, 1]);
    expect(dropped).toEqual([]);
  });

  it('escapes and caps messages', async () => {
    const { recorder, about, events } = start();
    recorder.record(about, 'Warning', 'A', `line\nInjected \u202e${'x'.repeat(5000)}`);
    await settle();
    const [{ message }] = events() as [Event];
    expect(message).toMatch(/^line\\nInjected \\u202exxx.*…$/);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(1024);
  });

  it('limits one object, and does not let it starve others', async () => {
    const { server, recorder, about, dropped, events } = start();
    for (let index = 0; index < 100; index++) recorder.record(about, 'Normal', 'A', `message ${index}`);
    const other = referenceTo(server.create<Service>(loadBalancer('other')), 'Service');
    recorder.record(other, 'Normal', 'A', 'mine');
    await settle(60_000);
    expect(events()).toHaveLength(26);
    expect(events().some(({ message }) => message === 'mine')).toBe(true);
    expect(dropped).toEqual(Array(75).fill('limited'));
    await settle(300_000);
    recorder.record(about, 'Normal', 'A', 'later');
    await settle(1_000);
    expect(events().some(({ message }) => message === 'later')).toBe(true);
  });

  it('spreads a flood over time, and bounds what waits', async () => {
    const { server, recorder, about, dropped, events } = start();
    for (let index = 0; index < 2_500; index++) recorder.record({ ...about, uid: `u${index}` }, 'Normal', 'A', 'm');
    await settle(1_000);
    expect(events().length).toBeGreaterThan(90);
    expect(events().length).toBeLessThan(130);
    // 2,000 wait, beside the one that is being written.
    expect(dropped).toEqual(Array(499).fill('full'));
    await settle(120_000);
    expect(events()).toHaveLength(2_001);
    expect(server.calls).toHaveLength(2_001);
  });

  it('tries again what may pass, and drops what will not, without a throw', async () => {
    const { server, recorder, about, dropped, events } = start();
    const answers = [boom, new KubeError('slow', { status: 429, retryAfterMs: 3_000 }), undefined];
    server.faults.push(() => {
      const error = answers.shift();
      return error && { fault: 'error', error };
    });
    recorder.record(about, 'Normal', 'A', 'first');
    await settle(3_900);
    expect(events()).toHaveLength(1);
    const terminating = new KubeError('namespace is being terminated', { status: 403 });
    server.faults.push(() => ({ fault: 'error', error: terminating }));
    recorder.record(about, 'Normal', 'A', 'second');
    await settle(60_000);
    expect([events().length, dropped, server.calls.length]).toEqual([1, ['failed'], 4]);
  });

  it('takes a lost answer for what it is', async () => {
    const { server, recorder, about, events } = start();
    server.faults.push(({ number }) => (number === 1 ? { fault: 'lose' } : undefined));
    recorder.record(about, 'Normal', 'A', 'm');
    await settle(5_000);
    recorder.record(about, 'Normal', 'A', 'm');
    await settle(5_000);
    expect(events().map(({ count }) => count)).toEqual([2]);
  });

  it('writes what waits when it stops, in no longer than it may', async () => {
    const { server, recorder, about, events } = start();
    for (let index = 0; index < 300; index++) recorder.record({ ...about, uid: `u${index}` }, 'Normal', 'A', 'm');
    await recorder.stop(1_000);
    expect(events()).toHaveLength(300);
    recorder.record(about, 'Normal', 'A', 'too late');
    await settle(1_000);
    expect(events()).toHaveLength(300);
    const stuck = start();
    stuck.server.faults.push(() => ({ fault: 'hang' }));
    stuck.recorder.record(stuck.about, 'Normal', 'A', 'm');
    const stopped = stuck.recorder.stop(1_000);
    await settle(1_000);
    await expect(stopped).resolves.toBeUndefined();
    expect(server.calls).toHaveLength(300);
  });

  it('puts events of what has no namespace into default', async () => {
    const { server, recorder, events } = start();
    const node = server.create<Service>({ kind: 'Node', metadata: { name: 'n1' } });
    recorder.record(referenceTo(node, 'Node'), 'Normal', 'A', 'm');
    await settle();
    expect(events()[0]!.metadata.namespace).toBe('default');
  });
});
