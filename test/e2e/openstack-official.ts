// What the official cloud-controller-manager makes of a Service in OpenStack, made by hand: its names, tags and descriptions, one
// call for all that is in the load balancer, and the floating IP.
import type { OpenStackStack } from '../../localstack/openstack/start.ts';
import type { Service } from '../../src/kube/types.ts';

/** How it differs from a plain one. */
export interface Form {
  readonly listener?: object;
  readonly pool?: object;
  readonly member?: object;
  readonly monitor?: object;
  readonly internal?: boolean;
}

/** Of a cluster named e2e, in the namespace default. Resolves once all of it is built. */
export async function makeAsOfficial(
  { demo, fixtures, control }: OpenStackStack,
  { metadata, spec }: Service,
  form: Form,
): Promise<{ readonly id: string; readonly address: string }> {
  const name = `kube_service_e2e_default_${metadata.name}`;
  const sentence = `Kubernetes external service default/${metadata.name} from cluster e2e`;
  const subnet_id = fixtures.privateSubnetId;
  const listeners = (spec.ports ?? []).map(({ port, nodePort }, index) => ({
    ...{ name: `listener_${index}_${name}`, protocol: 'TCP', protocol_port: port, connection_limit: -1, tags: [name] },
    ...{ timeout_client_data: 50_000, timeout_member_connect: 5_000, timeout_member_data: 50_000 },
    ...{ timeout_tcp_inspect: 0, allowed_cidrs: ['0.0.0.0/0'] },
    ...form.listener,
    default_pool: {
      ...{ name: `pool_${index}_${name}`, protocol: 'TCP', lb_algorithm: 'ROUND_ROBIN' },
      ...form.pool,
      members: fixtures.nodes.map(({ ip }, at) => ({
        ...{ name: `node-${at}`, address: ip, protocol_port: nodePort, subnet_id },
        ...form.member,
      })),
      ...(form.monitor && { healthmonitor: { name: `monitor_${index}_${name}`, ...form.monitor } }),
    },
  }));
  type Made = { readonly loadbalancer: { id: string; vip_port_id: string; vip_address: string } };
  const { loadbalancer } = await demo.session.call<Made>('POST', 'load-balancer', '/v2/lbaas/loadbalancers', {
    loadbalancer: { name, description: sentence, tags: [name], vip_subnet_id: subnet_id, listeners },
  });
  let address = loadbalancer.vip_address;
  if (!form.internal) {
    type Ip = { readonly floatingip: { readonly floating_ip_address: string } };
    const { floatingip } = await demo.session.call<Ip>('POST', 'network', '/v2.0/floatingips', {
      floatingip: {
        floating_network_id: fixtures.externalNetworkId,
        port_id: loadbalancer.vip_port_id,
        description: `Floating IP for ${sentence}`,
      },
    });
    address = floatingip.floating_ip_address;
  }
  while ((await control.pending()) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  return { id: loadbalancer.id, address };
}
