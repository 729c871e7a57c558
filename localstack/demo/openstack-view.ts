// What exists in OpenStack, as a person would want to see it after the demo has built something.
import type { CloudObject, ProjectContent } from '../openstack/inspect.ts';

const listOf = (value: unknown): readonly CloudObject[] => (Array.isArray(value) ? value : []);
const ids = (value: unknown) => listOf(value).map(({ id }) => id);

/** Lines that show each load balancer with its listeners and the pools behind them. Empty: there is none. */
export function cloudLines(content: ProjectContent): readonly string[] {
  const balancers = [...content.loadBalancers].sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
  const lines = balancers.flatMap((balancer) => {
    const ports = content.listeners
      .filter(({ loadbalancers }) => ids(loadbalancers).includes(balancer.id))
      .sort((a, b) => Number(a.protocol_port) - Number(b.protocol_port));
    return [headOf(balancer, content), ...ports.map((one) => lineOf(one, balancer, content))];
  });
  const users = new Set(content.loadBalancers.map(({ vip_port_id }) => vip_port_id));
  const idle = content.floatingIps.filter(({ port_id }) => !users.has(port_id));
  const unused = content.pools.filter(({ listeners }) => ids(listeners).length === 0);
  return [
    ...lines,
    ...idle.map((one) => `${one.floating_ip_address}  unused floating IP`),
    ...unused.map(({ name }) => `${name}  unused pool`),
  ];
}

function headOf(balancer: CloudObject, { floatingIps }: ProjectContent): string {
  const { name, vip_address, vip_port_id, provisioning_status } = balancer;
  const outside = floatingIps.find(({ port_id }) => port_id === vip_port_id)?.floating_ip_address;
  const address = outside === undefined ? `${vip_address}, internal` : `${outside} -> ${vip_address}`;
  return `${name}  ${provisioning_status}, ${address}`;
}

function lineOf(listener: CloudObject, balancer: CloudObject, content: ProjectContent): string {
  const { pools, members, healthMonitors } = content;
  const { protocol, protocol_port, default_pool_id, allowed_cidrs, tags } = listener;
  const cidrs = Array.isArray(allowed_cidrs) ? allowed_cidrs.filter((one) => one !== '0.0.0.0/0').sort() : [];
  const clients = cidrs.length === 0 ? '' : ` for ${cidrs.join(', ')}`;
  const pool = pools.find(({ id }) => id === default_pool_id);
  const behind = members.filter(({ pool_id }) => pool_id === default_pool_id);
  const monitor = healthMonitors.find(({ pools: checked }) => ids(checked).includes(String(default_pool_id)));
  const affinity = pool?.session_persistence ? ', one node a client' : '';
  const check = monitor ? `, checked by ${monitor.type}` : '';
  const target = `${pool?.protocol} ${behind[0]?.protocol_port}`;
  const owner = String(tags) === balancer.name ? '' : `, of ${tags}`;
  return `  :${protocol_port} ${protocol}${clients} -> ${target} (${behind.length} members${affinity}${check}${owner})`;
}
