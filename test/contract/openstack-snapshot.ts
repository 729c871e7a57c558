// What is in a project as plain data that two projects with the same things in them have alike: names in place of ids, and
// nothing that time or chance decides. Pure.
import type { CloudObject, ProjectContent } from '../../localstack/openstack/inspect.ts';
import type { Snapshot } from './harness.ts';

const BY_CHANCE = new Set([
  'created_at',
  'device_id',
  'fixed_ip_address',
  'fixed_ips',
  'floating_ip_address',
  'id',
  'mac_address',
  'operating_status',
  'pool_id',
  'port_details',
  'project_id',
  'revision_number',
  'router_id',
  'standard_attr_id',
  'status',
  'tenant_id',
  'updated_at',
  'vip_address',
  'vip_port_id',
  'vip_vips',
]);

interface Named {
  readonly key: string;
  readonly object: CloudObject;
}

interface Reference {
  readonly id: string;
}

/** `known`: names for ids of what is not in the content, such as networks. */
export function snapshotOf(content: ProjectContent, known: ReadonlyMap<string, string>): Snapshot {
  const named = namesOf(content);
  const group = content.securityGroups.find(({ name }) => name === 'default');
  const keys = new Map([
    ...known,
    ...named.map(({ key, object }) => [object.id, key] as const),
    ...(group ? [[group.id, 'SecurityGroup/default'] as const] : []),
  ]);
  const all = named.map(({ key, object }) => {
    const own = content.members.filter(({ pool_id }) => key.startsWith('Pool/') && pool_id === object.id);
    return [key, normal({ ...object, ...(own.length > 0 && { members: own }) }, keys)] as const;
  });
  return Object.fromEntries(all.sort(([one], [two]) => (one < two ? -1 : 1)));
}

function namesOf(content: ProjectContent): readonly Named[] {
  const { loadBalancers, listeners, pools, healthMonitors, floatingIps, securityGroups, ports } = content;
  const balancers = new Map(loadBalancers.map((one) => [one.id, `${one.name} (${text(one.description)})`]));
  const places = new Map(
    [...listeners, ...pools].map((one) => [one.id, balancers.get(firstOf(one.loadbalancers)) ?? 'nowhere']),
  );
  const poolName = ({ id, name, description }: CloudObject) => `${places.get(id)}/${name} (${text(description)})`;
  const poolNames = new Map(pools.map((one) => [one.id, poolName(one)]));
  const keyed: readonly Named[] = [
    ...loadBalancers.map((object) => ({ key: `LoadBalancer/${balancers.get(object.id)}`, object })),
    ...listeners.map((object) => {
      const { id, name, protocol_port: port } = object;
      return { key: `Listener/${places.get(id)}/${name}:${port}`, object };
    }),
    ...pools.map((object) => ({ key: `Pool/${poolName(object)}`, object })),
    ...healthMonitors.map((object) => ({ key: `HealthMonitor/${poolNames.get(firstOf(object.pools))}`, object })),
    ...floatingIps.map((object) => ({ key: `FloatingIp/${text(object.description)}`, object })),
    // Neutron makes this one when it first needs it.
    ...securityGroups.filter(({ name }) => name !== 'default').map((object) => ({ key: groupKey(object), object })),
    ...ports.map((object) => {
      const balancer = loadBalancers.find(({ vip_port_id }) => vip_port_id === object.id);
      return { key: `Port/${balancer ? balancers.get(balancer.id) : object.name}`, object };
    }),
  ];
  const seen = new Map<string, number>();
  return keyed.map(({ key, object }) => {
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return { key: count === 1 ? key : `${key} #${count}`, object };
  });
}

/** Octavia's own groups are called by the load balancer's id. */
function groupKey({ name = '', description }: CloudObject): string {
  return `SecurityGroup/${name.startsWith('lb-') ? 'of a load balancer' : name} (${text(description)})`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function firstOf(references: unknown): string {
  return (references as readonly Reference[] | undefined)?.[0]?.id ?? '';
}

/** Lists are sets: where order counts, Octavia says so by a number. */
function normal(value: unknown, keys: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return keys.get(value) ?? value.replaceAll(UUID, (id) => keys.get(id) ?? id);
  if (Array.isArray(value)) {
    const items = value.map((item) => (isReference(item) ? (keys.get(item.id) ?? item.id) : normal(item, keys)));
    const order = (item: unknown) => JSON.stringify(item);
    return items.sort((one, two) => (order(one) < order(two) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !BY_CHANCE.has(name));
  return Object.fromEntries(kept.map(([name, one]) => [name, normal(one, keys)]));
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

function isReference(item: unknown): item is Reference {
  return typeof item === 'object' && item !== null && Object.keys(item).join() === 'id';
}
