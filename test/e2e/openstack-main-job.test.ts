// The main job on the real API server and the real APIs of OpenStack: a Service becomes a load balancer with a floating IP,
// changes, and leaves nothing; with the calls that it takes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../../src/kube/types.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { reconciled } from './looked-at.ts';
import { addressOf, FINALIZER, OpenStackView, STEM } from './openstack-view.ts';
import { conditionOf, Services } from './services.ts';

let stack: Stack<'openstack'>;
let cloud: OpenStackView;
let services: Services;
let controller: ControllerProcess;

beforeAll(async () => {
  stack = await startStack({ nodes: 4, clusterName: 'e2e', clouds: ['openstack'] });
  cloud = new OpenStackView(stack);
  services = new Services(stack);
  controller = stack.controller(['--drift-interval', '0']);
  await controller.leading();
});
afterAll(() => stack?.stop());

const now = async (name: string) => cloud.of(await services.get(name));
const listenersOf = async (name: string) => (await now(name))?.listeners.map((one) => one.protocol_port) ?? [];
const operations = () => stack.openstack.proxy.calls.map(({ operation }) => operation);

/** Annotates it with what means nothing to anybody, and waits until it was looked at. */
async function nudge(name: string, note: string): Promise<void> {
  const before = await reconciled(controller);
  await services.annotate(name, { 'example.com/note': note });
  await stack.until(`${name} was looked at`, async () => (await reconciled(controller)) > before);
}

describe('the life of a Service', () => {
  it('becomes a load balancer with members and a floating IP, at two writes and no read before them', async () => {
    await services.make({ name: 'first' });
    await services.programmed('first');
    stack.openstack.proxy.clear();
    await services.make({ name: 'life' });
    const one = await services.programmed('life');
    const reads = operations().filter((operation) => operation === 'GET loadbalancers/*');
    // After the first one there is nothing left to be asked; how often it is looked at depends on how long Octavia takes.
    expect(operations()).toEqual(['POST loadbalancers', 'POST floatingips', ...reads]);
    expect(reads.length).toBeLessThanOrEqual(3);

    const view = await cloud.of(one);
    const name = 'kube_service_e2e_default_life';
    expect(view).toMatchObject({
      balancer: { description: 'Kubernetes external service default/life from cluster e2e' },
      listeners: [{ name: `listener_0_${name}`, protocol: 'TCP', protocol_port: 80, tags: [name] }],
      pools: [{ name: `pool_0_${name}`, protocol: 'TCP', session_persistence: null }],
      floatingIp: { description: 'Floating IP for Kubernetes external service default/life from cluster e2e' },
    });
    expect(view?.balancer.tags).toContain(name);
    expect(view?.members.map(({ address }) => address)).toEqual(cloud.addresses(4));
    const nodePort = one.spec.ports?.[0]?.nodePort;
    expect(new Set(view?.members.map(({ protocol_port }) => protocol_port))).toEqual(new Set([nodePort]));
    const address = view?.floatingIp?.floating_ip_address;
    expect(one.status?.loadBalancer?.ingress).toEqual([{ ip: address, ipMode: 'VIP' }]);
    expect(one.metadata.finalizers).toEqual([FINALIZER]);
    expect(one.metadata.annotations).toEqual({
      [`${STEM}load-balancer-id`]: view?.balancer.id,
      [`${STEM}load-balancer-address`]: address,
    });
    expect(conditionOf(one, 'Accepted')).toMatchObject({ status: 'True', reason: 'Accepted' });
    await services.remove('first');
  });

  it('an unrelated annotation and a foreign finalizer cost no call and survive', async () => {
    stack.openstack.proxy.clear();
    await nudge('life', 'x');
    await services.edit('life', { metadata: { finalizers: ['example.com/mine', FINALIZER] } });
    await nudge('life', 'y');
    expect(operations()).toEqual([]);
    const one = await services.get('life');
    expect(one.metadata.finalizers).toEqual(['example.com/mine', FINALIZER]);
    expect(one.metadata.annotations?.['example.com/note']).toBe('y');
    await services.edit('life', { metadata: { finalizers: [FINALIZER] } });
  });

  it('gets a port more at three writes, and keeps its address', async () => {
    const before = await services.get('life');
    stack.openstack.proxy.clear();
    await services.addPort('life', 443);
    const one = await services.programmed('life', async () => (await listenersOf('life')).length === 2);
    expect(cloud.writes()).toEqual(['POST listeners', 'POST pools', 'PUT pools/*/members']);
    expect(addressOf(one)).toBe(addressOf(before));
    const view = await cloud.of(one);
    expect(view?.members).toHaveLength(8);
    expect(view?.listeners.map((listener) => listener.protocol_port)).toEqual([80, 443]);
  });

  it('members follow the nodes with one write a pool', async () => {
    stack.openstack.proxy.clear();
    await stack.removeNode(3);
    const addresses = async () => [...new Set((await now('life'))?.members.map(({ address }) => address))].sort();
    const members = async (count: number) => (await now('life'))?.members.length === 2 * count;
    await services.programmed('life', () => members(3));
    expect(await addresses()).toEqual(cloud.addresses(3));
    expect(cloud.writes()).toEqual(['PUT pools/*/members', 'PUT pools/*/members']);
    await stack.addNode(3);
    await services.programmed('life', () => members(4));
    expect(await addresses()).toEqual(cloud.addresses(4));
  });

  it('follows a change of the session affinity with one write a pool', async () => {
    const persistence = async () => (await now('life'))?.pools.map((pool) => pool.session_persistence?.type ?? 'none');
    stack.openstack.proxy.clear();
    await services.edit('life', { spec: { sessionAffinity: 'ClientIP' } });
    await services.programmed('life', async () => (await persistence())?.join() === 'SOURCE_IP,SOURCE_IP');
    expect(cloud.writes()).toEqual(['PUT pools/*', 'PUT pools/*']);
    await services.edit('life', { spec: { sessionAffinity: 'None' } });
    await services.programmed('life', async () => (await persistence())?.join() === 'none,none');
  });

  it('loses a port with all that was behind it', async () => {
    const ports = (await services.get('life')).spec.ports ?? [];
    stack.openstack.proxy.clear();
    await services.edit('life', { spec: { ports: ports.slice(1) } });
    await services.programmed('life', async () => (await now('life'))?.pools.length === 1);
    expect(cloud.writes()).toEqual(['DELETE listeners/*', 'DELETE pools/*']);
    expect(await listenersOf('life')).toEqual([443]);
  });

  it('is found again after a restart by lists alone', async () => {
    expect(await controller.stop()).toBe(0);
    stack.openstack.proxy.clear();
    controller = stack.controller(['--drift-interval', '0']);
    await controller.leading();
    await nudge('life', 'z');
    const lists = ['GET /', 'GET floatingips', 'GET loadbalancers', 'GET security-groups', 'POST auth/tokens'];
    expect([...new Set(operations())].filter((operation) => !lists.includes(operation))).toEqual([]);
    expect(operations().length).toBeLessThanOrEqual(lists.length + 1);
  });

  it('leaves nothing behind, and says so', async () => {
    stack.openstack.proxy.clear();
    await services.remove('life');
    expect(cloud.writes()).toEqual(['DELETE floatingips/*', 'DELETE loadbalancers/*']);
    expect(await cloud.left()).toEqual({});
    const events = await stack.until('the last event', async () => {
      const { items } = await stack.request<{ items: Event[] }>('GET', '/api/v1/namespaces/default/events');
      const reasons = items
        .filter((event) => event.involvedObject.name === 'life' && event.source?.component === 'fairlead')
        .map((event) => event.reason);
      return reasons.includes('DeletedLoadBalancer') ? reasons : undefined;
    });
    expect(new Set(events)).toEqual(
      new Set([
        'EnsuringLoadBalancer',
        'EnsuredLoadBalancer',
        'UpdatedLoadBalancer',
        'DeletingLoadBalancer',
        'DeletedLoadBalancer',
      ]),
    );
  });
});

describe('what a Service can ask for', () => {
  it('TLS that ends at the load balancer, with source ranges, timeouts and a monitor; what is taken away is reset', async () => {
    const reference = stack.openstack.proxy.keyManager.addContainer('shop');
    await services.make({
      name: 'secure',
      ports: [{ port: 443 }],
      annotations: {
        [`${STEM}default-tls-container-ref`]: reference,
        [`${STEM}timeout-client-data`]: '60000',
        [`${STEM}enable-health-monitor`]: 'true',
      },
      spec: { loadBalancerSourceRanges: ['192.0.2.0/24', '10.0.0.0/8'] },
    });
    const one = await services.programmed('secure');
    const view = await cloud.of(one);
    expect(view?.listeners).toMatchObject([
      { protocol: 'TERMINATED_HTTPS', default_tls_container_ref: reference, timeout_client_data: 60_000 },
    ]);
    expect([...(view?.listeners[0]?.allowed_cidrs ?? [])].sort()).toEqual(['10.0.0.0/8', '192.0.2.0/24']);
    expect(view?.pools).toMatchObject([{ protocol: 'HTTP' }]);
    expect((await cloud.content()).healthMonitors).toMatchObject([{ type: 'TCP', delay: 5, timeout: 3 }]);

    const { balancer } = view ?? {};
    await services.annotate('secure', {
      [`${STEM}default-tls-container-ref`]: null,
      [`${STEM}timeout-client-data`]: null,
      [`${STEM}enable-health-monitor`]: null,
    });
    await services.programmed('secure', async () => (await now('secure'))?.listeners[0]?.protocol === 'TCP');
    const plain = await now('secure');
    expect(plain?.balancer.id).toBe(balancer?.id);
    expect(plain?.listeners).toMatchObject([{ default_tls_container_ref: null, timeout_client_data: 50_000 }]);
    expect(plain?.pools).toMatchObject([{ protocol: 'TCP' }]);
    expect((await cloud.content()).healthMonitors).toEqual([]);
    await services.remove('secure');
    expect(await cloud.left()).toEqual({});
  });

  it('an internal address, and the PROXY protocol', async () => {
    const internal = { 'service.beta.kubernetes.io/openstack-internal-load-balancer': 'true' };
    await services.make({ name: 'proxy', annotations: { ...internal, [`${STEM}proxy-protocol`]: 'v2' } });
    const one = await services.programmed('proxy');
    const view = await cloud.of(one);
    expect(view?.pools).toMatchObject([{ protocol: 'PROXYV2' }]);
    expect(one.status?.loadBalancer?.ingress).toEqual([{ ip: view?.balancer.vip_address, ipMode: 'Proxy' }]);
    expect(await cloud.left()).not.toHaveProperty('floatingIps');
    await services.remove('proxy');
  });

  it('what is wrong is refused with every reason, nothing is built, and mending it builds', async () => {
    await services.make({
      name: 'wrong',
      annotations: { [`${STEM}proxy-protocol`]: 'v3', [`${STEM}conection-limit`]: '5' },
    });
    const one = await services.until('it is refused', 'wrong', (now) => {
      return conditionOf(now, 'Accepted')?.status === 'False';
    });
    const message = conditionOf(one, 'Accepted')?.message ?? '';
    expect(message).toContain('"v3"');
    expect(message).toContain(`${STEM}connection-limit`);
    expect(one.metadata.finalizers ?? []).toEqual([]);
    expect(await cloud.left()).toEqual({});
    await services.annotate('wrong', { [`${STEM}proxy-protocol`]: null, [`${STEM}conection-limit`]: null });
    await services.programmed('wrong');
    await services.remove('wrong');
  });
});

describe('the process', () => {
  it('counts its calls, stops in good order, and never writes a secret into its log', async () => {
    const metrics = await (await fetch(`${await controller.healthUrl()}/metrics`)).text();
    expect(metrics).toContain('cloud_api_calls_total{service="octavia",operation="CreateLoadBalancer"');
    expect(await controller.stop()).toBe(0);
    const text = controller.tail(100_000);
    // What Keystone's tokens begin with; the password of tests is a common word.
    expect(text).not.toMatch(/gAAAAA|X-Auth-Token|"password"/i);
  });
});
