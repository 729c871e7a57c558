// What goes wrong in OpenStack, with its real APIs: load balancers that are busy, slow or in ERROR, tokens that end, services
// that are down, answers that are lost.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Event } from '../../src/kube/types.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { addressOf, OpenStackView } from './openstack-view.ts';
import { conditionOf, Services } from './services.ts';

const INTERNAL = { 'service.beta.kubernetes.io/openstack-internal-load-balancer': 'true' };
const SETTLE_MS = 200;

let stack: Stack<'openstack'>;
let cloud: OpenStackView;
/** Of the test at hand: each has a namespace of its own, so that its events are its own too. */
let services: Services;
let namespace = '';
let count = 0;
/** One worker: whoever waits for OpenStack would keep all others waiting. */
let controller: ControllerProcess;
const ARGS = ['--leader-elect=false', '--drift-interval', '0', '--replacement-drain', '0s', '--workers', '1'];

beforeAll(async () => {
  stack = await startStack({ nodes: 2, clusterName: 'e2e', clouds: ['openstack'] });
  cloud = new OpenStackView(stack);
  controller = stack.controller(ARGS);
  await controller.leading();
});
afterAll(() => stack?.stop());

beforeEach(async () => {
  namespace = `test-${count++}`;
  await stack.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  services = new Services(stack, namespace);
});
afterEach(async () => {
  const { proxy, control } = stack.openstack;
  proxy.clearFaults();
  await control.reset();
  await control.setSettleMs(SETTLE_MS);
  const mine = (await stack.services()).filter(({ metadata }) => metadata.namespace === namespace);
  await Promise.all(mine.map(({ metadata }) => services.remove(metadata.name)));
  expect(await cloud.left()).toEqual({});
});

async function warnings(): Promise<readonly string[]> {
  const { items } = await stack.request<{ items: Event[] }>('GET', `/api/v1/namespaces/${namespace}/events`);
  return items.filter(({ type }) => type === 'Warning').map(({ reason, message }) => `${reason}: ${message}`);
}

const post = { service: 'load-balancer', operation: 'POST loadbalancers' } as const;
const isWaiting = async (name: string) =>
  services.until(`${name} waits`, name, (one) => {
    const programmed = conditionOf(one, 'Programmed');
    return programmed?.status === 'False' && programmed.message.includes('PENDING_CREATE');
  });

describe('a load balancer that is busy', () => {
  it('(409, three times in a row) is waited for without a word and without haste', async () => {
    await services.make({ name: 'busy' });
    const made = await services.programmed('busy');
    const { proxy } = stack.openstack;
    proxy.clear();
    const faultstring = 'Load Balancer is immutable and cannot be updated.';
    const busy = proxy.fault({
      ...{ service: 'load-balancer', operation: /^(POST|PUT|DELETE) /, phase: 'before', times: 3 },
      effect: { status: 409, body: { faultcode: 'Client', faultstring, debuginfo: null } },
    });
    await services.addPort('busy', 443);
    const one = await services.programmed('busy', async (now) => (await cloud.of(now))?.listeners.length === 2);
    expect(busy.hits).toBe(3);
    expect(addressOf(one)).toBe(addressOf(made));
    expect(await warnings()).toEqual([]);
    // Three writes that are needed, three that were refused, and looks in between.
    expect(proxy.find({ write: true })).toHaveLength(6);
    expect(proxy.calls.length).toBeLessThanOrEqual(30);
  });

  it('with the work of somebody else is written to when that is done', async () => {
    await services.make({ name: 'busy' });
    const made = await services.programmed('busy');
    const { proxy, control, admin } = stack.openstack;
    const id = (await cloud.of(made))?.balancer.id;
    await control.hold();
    await admin.call('PUT', 'load-balancer', `/v2/lbaas/loadbalancers/${id}`, {
      loadbalancer: { description: 'mine' },
    });
    proxy.clear();
    await services.addPort('busy', 443);
    const refused = () => proxy.find({ status: 409 });
    await stack.until('it was refused', async () => refused().length >= 1);
    // It is looked at again and again, and nothing more is tried while it is busy.
    const looks = () => proxy.count({ operation: 'GET loadbalancers/*' });
    const seen = looks();
    await stack.until('it was looked at twice more', async () => looks() >= seen + 2);
    expect(refused().length).toBeLessThanOrEqual(3);
    await control.release();
    await services.programmed('busy', async (now) => (await cloud.of(now))?.listeners.length === 2);
    expect(await warnings()).toEqual([]);
    expect(proxy.calls.length).toBeLessThanOrEqual(40);
  });
});

describe('a token that ends', () => {
  it('in the middle of work is replaced by one new one, and no Service notices', async () => {
    const { proxy } = stack.openstack;
    proxy.clear();
    const end = proxy.fault({ ...post, phase: 'before', effect: 'expire', times: 1 });
    await services.make({ name: 'first' });
    await services.make({ name: 'second' });
    await services.programmed('first');
    await services.programmed('second');
    expect(end.hits).toBe(1);
    expect(proxy.count({ operation: 'POST auth/tokens' })).toBe(1);
    expect(proxy.count({ ...post, status: 201 })).toBe(2);
    expect(await warnings()).toEqual([]);
  });
});

describe('slow settling', () => {
  it('of one Service holds no worker: others are served meanwhile by the only one', async () => {
    const { control, proxy } = stack.openstack;
    await control.setSettleMs(600_000);
    await services.make({ name: 'slow', annotations: INTERNAL });
    await isWaiting('slow');
    await control.setSettleMs(SETTLE_MS);
    proxy.clear();
    await services.make({ name: 'quick', annotations: INTERNAL });
    await services.make({ name: 'public' });
    await services.programmed('quick');
    await services.programmed('public');
    const slow = await services.get('slow');
    expect(conditionOf(slow, 'Programmed')).toMatchObject({ status: 'False', reason: 'Progressing' });
    await control.release();
    expect(addressOf(await services.programmed('slow'))).toBe((await cloud.of(slow))?.balancer.vip_address);
    expect(await warnings()).toEqual([]);
  });

  it('can be cut short: a Service that is deleted while its load balancer is made leaves nothing', async () => {
    const { control } = stack.openstack;
    await control.hold();
    await services.make({ name: 'short' });
    await isWaiting('short');
    const gone = services.remove('short');
    await services.until('it says why it waits', 'short', (one) => {
      return conditionOf(one, 'DeletionBlocked')?.message.includes('PENDING_CREATE');
    });
    await control.release();
    await gone;
    expect(await cloud.left()).toEqual({});
  });
});

describe('a load balancer in ERROR', () => {
  it('when it is made: the Service is told, and after a pause it is made again', async () => {
    const { control, proxy } = stack.openstack;
    await control.failNext('fails');
    proxy.clear();
    await services.make({ name: 'fails' });
    await services.until('the Service is told', 'fails', (one) => {
      const { status, message } = conditionOf(one, 'Programmed') ?? {};
      return status === 'False' && message?.includes('ERROR');
    });
    const one = await services.programmed('fails');
    expect(await cloud.all()).toHaveLength(1);
    const view = await cloud.of(one);
    expect(view?.balancer.provisioning_status).toBe('ACTIVE');
    expect(addressOf(one)).toBe(view?.floatingIp?.floating_ip_address);
    expect((await cloud.content()).floatingIps).toHaveLength(1);
    expect(proxy.count(post)).toBe(2);
    expect(proxy.count({ operation: 'DELETE loadbalancers/*' })).toBe(1);
  });

  it('while it serves: another takes its place, with the same floating IP', async () => {
    const { control } = stack.openstack;
    await services.make({ name: 'breaks' });
    const made = await services.programmed('breaks');
    const before = await cloud.of(made);
    await control.setStatus(before?.balancer.id ?? '', 'ERROR', 'ONLINE');
    await services.addPort('breaks', 443);
    const one = await services.programmed('breaks', async () => {
      const all = await cloud.all();
      return all.length === 1 && all[0]?.balancer.id !== before?.balancer.id && all[0]?.listeners.length === 2;
    });
    expect(addressOf(one)).toBe(addressOf(made));
    const [after] = await cloud.all();
    expect(after?.floatingIp?.id).toBe(before?.floatingIp?.id);
    expect(after?.balancer.name).toBe(`${before?.balancer.name}_2`);
    expect(after?.members).toHaveLength(4);
  });
});

describe('a service that is down at the start', () => {
  it.each(['identity', 'load-balancer'] as const)(
    '(%s) is said, and Services are served when it is back',
    async (service) => {
      const { proxy } = stack.openstack;
      const down = proxy.fault({ service, operation: /./, phase: 'before', effect: { status: 503 } });
      expect(await controller.stop()).toBe(0);
      controller = stack.controller(ARGS);
      await services.make({ name: 'late', annotations: INTERNAL });
      const line = await controller.line(
        ({ msg, level }) => level === 'warn' && /^could not .*openstack/.test(msg ?? ''),
      );
      expect(line.msg).toContain('503');
      down.remove();
      await controller.leading();
      await services.programmed('late');
    },
  );
});

describe('an answer that is lost', () => {
  it('to each create makes nothing twice', async () => {
    const { proxy } = stack.openstack;
    const lost = (operation: string, effect: 'reset' | 'truncate') =>
      proxy.fault({ operation, phase: 'after', effect, times: 1 });
    const faults = [lost('POST loadbalancers', 'reset'), lost('POST floatingips', 'truncate')];
    await services.make({ name: 'lost' });
    const one = await services.programmed('lost');
    expect(faults.map(({ hits }) => hits)).toEqual([1, 1]);
    expect(await cloud.all()).toHaveLength(1);
    const view = await cloud.of(one);
    expect(view).toMatchObject({ listeners: [{ protocol_port: 80 }], pools: [{ protocol: 'TCP' }] });
    expect(view?.members).toHaveLength(2);
    expect((await cloud.content()).floatingIps).toHaveLength(1);
    expect(addressOf(one)).toBe(view?.floatingIp?.floating_ip_address);
  });
});
