// A cluster whose load balancers the official cloud-controller-manager made: what that leaves in OpenStack and on a Service is
// made by hand here, by its formulas, and ours goes on with it as if it had always been there.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Service } from '../../src/kube/types.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { addressOf, FINALIZER, OpenStackView, STEM } from './openstack-view.ts';
import { conditionOf, Services } from './services.ts';

const NAME = 'kube_service_e2e_default_web';
const SENTENCE = 'Kubernetes external service default/web from cluster e2e';

let stack: Stack<'openstack'>;
let cloud: OpenStackView;
let services: Services;

beforeAll(async () => {
  stack = await startStack({ nodes: 3, clusterName: 'e2e', clouds: ['openstack'] });
  cloud = new OpenStackView(stack);
  services = new Services(stack);
});
afterAll(() => stack?.stop());

/** The load balancer of the Service, with all its listeners in one call, and its floating IP. */
async function makeAsOfficial(one: Service): Promise<{ readonly id: string; readonly address: string }> {
  const { demo, fixtures, control } = stack.openstack;
  const subnet_id = fixtures.privateSubnetId;
  const ports = one.spec.ports ?? [];
  const listeners = ports.map(({ port, nodePort }, index) => ({
    ...{ name: `listener_${index}_${NAME}`, protocol: 'TCP', protocol_port: port, connection_limit: -1, tags: [NAME] },
    ...{ timeout_client_data: 50_000, timeout_member_connect: 5_000, timeout_member_data: 50_000 },
    ...{ timeout_tcp_inspect: 0, allowed_cidrs: ['0.0.0.0/0'] },
    default_pool: {
      ...{ name: `pool_${index}_${NAME}`, protocol: 'TCP', lb_algorithm: 'ROUND_ROBIN' },
      members: fixtures.nodes.map(({ ip }, at) => ({
        ...{ name: `node-${at}`, address: ip, protocol_port: nodePort, subnet_id },
      })),
      healthmonitor: {
        ...{ name: `monitor_${index}_${NAME}`, type: 'TCP', delay: 5, timeout: 3, max_retries: 1, max_retries_down: 3 },
      },
    },
  }));
  type Made = { readonly loadbalancer: { readonly id: string; readonly vip_port_id: string } };
  const { loadbalancer } = await demo.session.call<Made>('POST', 'load-balancer', '/v2/lbaas/loadbalancers', {
    loadbalancer: { name: NAME, description: SENTENCE, tags: [NAME], vip_subnet_id: subnet_id, listeners },
  });
  type Ip = { readonly floatingip: { readonly floating_ip_address: string } };
  const { floatingip } = await demo.session.call<Ip>('POST', 'network', '/v2.0/floatingips', {
    floatingip: {
      floating_network_id: fixtures.externalNetworkId,
      port_id: loadbalancer.vip_port_id,
      description: `Floating IP for ${SENTENCE}`,
    },
  });
  await stack.until('it is built', async () => (await control.pending()) === 0);
  return { id: loadbalancer.id, address: floatingip.floating_ip_address };
}

it('takes over without a write, changes what changes, and removes it with its Service', async () => {
  const one = await services.make({
    name: 'web',
    annotations: { [`${STEM}enable-health-monitor`]: 'true' },
    ports: [
      { name: 'http', port: 80 },
      { name: 'https', port: 443 },
    ],
  });
  const { id, address } = await makeAsOfficial(one);
  const annotations = { [`${STEM}load-balancer-id`]: id, [`${STEM}load-balancer-address`]: address };
  await services.edit('web', { metadata: { finalizers: [FINALIZER], annotations } });
  const status = { loadBalancer: { ingress: [{ ip: address, ipMode: 'VIP' }] } };
  await stack.request('PATCH', '/api/v1/namespaces/default/services/web/status', { status });
  const before = await cloud.of(one);

  stack.openstack.proxy.clear();
  const controller = stack.controller(['--drift-interval', '0']);
  await controller.leading();
  const taken = await services.programmed('web');
  expect(cloud.writes()).toEqual([]);
  expect(taken.status?.loadBalancer?.ingress).toEqual([{ ip: address, ipMode: 'VIP' }]);
  expect(taken.metadata.finalizers).toEqual([FINALIZER]);
  expect(taken.metadata.annotations).toEqual({ ...annotations, [`${STEM}enable-health-monitor`]: 'true' });
  expect(conditionOf(taken, 'Accepted')).toMatchObject({ reason: 'Accepted' });
  expect(await cloud.of(taken)).toEqual(before);

  const [first] = taken.spec.ports ?? [];
  await services.edit('web', { spec: { ports: [first, { name: 'https', port: 8443 }] } });
  const changed = await services.programmed('web', async (now) => {
    return (await cloud.of(now))?.listeners.map(({ protocol_port }) => protocol_port).join() === '80,8443';
  });
  const after = await cloud.of(changed);
  expect(after?.balancer.id).toBe(id);
  expect(after?.listeners[0]).toEqual(before?.listeners[0]);
  expect(after?.pools).toHaveLength(2);
  expect(after?.members).toHaveLength(6);
  expect(addressOf(changed)).toBe(address);
  expect(stack.openstack.proxy.count({ operation: /loadbalancers/, write: true })).toBe(0);

  await services.remove('web');
  expect(await cloud.left()).toEqual({});
});
