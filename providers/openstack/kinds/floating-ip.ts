// Floating IPs on the VIP ports of load balancers. One that was not made for a Service is attached and taken off, and never
// deleted.
import { asFairleadError, FairleadError } from '../../../src/engine/errors.ts';
import { defineKind, type Listed, type Observed, type Scope } from '../../../src/engine/kind.ts';
import type { Mark, Owner } from '../../../src/engine/owner.ts';
import { isAbsent } from '../client/errors.ts';
import { createFloatingIp, deleteFloatingIp, listFloatingIps, updateFloatingIp } from '../client/neutron.ts';
import type { FloatingIp } from '../client/types.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Known } from '../cloud/load-balancers.ts';
import { baseOf, floatingIpDescription, floatingIpOrigin, placeOf, serviceName, textOf } from '../naming.ts';
import { FLOATING_IP, type FloatingIpOut, type FloatingIpSpec } from '../resources.ts';
import { mergedFloatingIp } from './shared-parts.ts';

export const floatingIpKind = defineKind<Cloud, FloatingIpSpec, FloatingIpOut>({
  name: FLOATING_IP.name,
  equal: {
    keep: (want, have) => have === 'theirs' || want === have,
    // Who has a part in it is said by the load balancer; but whoever has left must not seem to be there.
    owners: (want, have) => have.every((one) => want.includes(one)),
    networkId: () => true,
    subnetIds: () => true,
    address: () => true,
    use: () => true,
  },
  calls(deed) {
    if (deed.action === 'create' && deed.want.use === null) return ['neutron:CreateFloatingIp'];
    if (deed.action === 'create') return ['neutron:UpdateFloatingIp'];
    if (deed.action === 'update') return deed.changed.every(isSaidElsewhere) ? [] : ['neutron:UpdateFloatingIp'];
    return [
      deed.have === undefined || deed.have.keep === 'no' ? 'neutron:DeleteFloatingIp' : 'neutron:UpdateFloatingIp',
    ];
  },
  merge: mergedFloatingIp,

  async list(cloud, scope) {
    const [balancers, all] = await Promise.all([
      cloud.loadBalancers.current(scope),
      listFloatingIps(cloud.session, {}, scope),
    ]);
    const seen = identified(cloud, balancers, all);
    cloud.lookups.sawFloatingIps(all);
    return seen.map(({ id, marks, object, owners }): Listed<FloatingIpOut, FloatingIpSpec> => {
      return { id, marks, out: outOf(object), spec: specOf(cloud, id, object, owners) };
    });
  },

  read(cloud, wanted, scope) {
    return Promise.all(
      wanted.map(async ({ id, out }) => {
        try {
          const balancers = await cloud.loadBalancers.current(scope);
          const found = await look(cloud, balancers, id, out?.uuid, scope);
          const object = found && observed(cloud, balancers, id, found);
          // One that somebody has put elsewhere, and that was never made for a Service, is none of ours any more.
          const isLost = object?.spec.keep === 'theirs' && object.marks.length === 0;
          if (!object || isLost) return { id, state: 'gone' as const };
          return { id, state: 'known' as const, object };
        } catch (error) {
          return { id, state: 'unknown' as const, error };
        }
      }),
    );
  },

  async create(cloud, _owners, id, spec, scope) {
    const place = placeOf(cloud.cluster.name, id);
    if (spec.use !== null) {
      const attached = await updateFloatingIp(cloud.session, spec.use, { port_id: spec.port }, scope);
      cloud.lookups.sawFloatingIp(attached);
      return observed(cloud, await cloud.loadBalancers.current(scope), id, attached);
    }
    if (!place || spec.networkId === null || spec.port === null) {
      throw new FairleadError('bug', `floating IP ${id} cannot be made from ${JSON.stringify(spec)}`);
    }
    const body = {
      floating_network_id: spec.networkId,
      port_id: spec.port,
      description: floatingIpDescription(cloud.cluster.name, place, spec.keep === 'yes'),
      ...(spec.address !== null && { floating_ip_address: spec.address }),
    };
    const made = await firstOf(spec.subnetIds, (subnet) =>
      createFloatingIp(cloud.session, { ...body, ...(subnet !== undefined && { subnet_id: subnet }) }, scope),
    );
    cloud.lookups.sawFloatingIp(made);
    return observed(cloud, await cloud.loadBalancers.current(scope), id, made);
  },

  async update(cloud, now, spec, changed, scope) {
    const place = placeOf(cloud.cluster.name, now.id);
    if (changed.every(isSaidElsewhere)) {
      const { marks } = userOf(await cloud.loadBalancers.current(scope), { port_id: now.spec.port }) ?? now;
      return withOwners({ ...now, marks }, spec.owners);
    }
    const isOurs = now.spec.keep !== 'theirs';
    const body = {
      ...(changed.includes('port') && { port_id: spec.port }),
      ...(changed.includes('keep') &&
        isOurs &&
        place && { description: floatingIpDescription(cloud.cluster.name, place, spec.keep === 'yes') }),
    };
    const written = await updateFloatingIp(cloud.session, now.out.uuid, body, scope);
    cloud.lookups.sawFloatingIp(written);
    const made = observed(cloud, await cloud.loadBalancers.current(scope), now.id, written);
    return { ...made, spec: { ...made.spec, owners: spec.owners } };
  },

  async delete(cloud, now, scope) {
    const { uuid } = now.out;
    const known = cloud.lookups.floatingIp(uuid) ?? (await listFloatingIps(cloud.session, { id: uuid }, scope))[0];
    const balancers = await cloud.loadBalancers.current(scope);
    // On the port of somebody else it is theirs by now.
    if (!known || (known.port_id !== null && !userOf(balancers, known))) return 'gone';
    try {
      if (keepOf(cloud, now.id, known) === 'no') {
        await deleteFloatingIp(cloud.session, uuid, scope);
        cloud.lookups.sawFloatingIpGone(uuid);
      } else {
        cloud.lookups.sawFloatingIp(await updateFloatingIp(cloud.session, uuid, { port_id: null }, scope));
      }
    } catch (thrown) {
      if (!isAbsent(thrown)) throw thrown;
      cloud.lookups.sawFloatingIpGone(uuid);
    }
    return 'gone';
  },
});

/** The first subnet that has a free address; without any, Neutron chooses. */
async function firstOf(
  subnetIds: readonly string[],
  make: (subnet: string | undefined) => Promise<FloatingIp>,
): Promise<FloatingIp> {
  const [first, ...rest] = subnetIds;
  try {
    return await make(first);
  } catch (thrown) {
    if (rest.length === 0 || asFairleadError(thrown).code !== 'quota') throw thrown;
    return firstOf(rest, make);
  }
}

interface Seen {
  readonly id: string;
  readonly marks: readonly Mark[];
  readonly owners: readonly string[];
  readonly object: FloatingIp;
}

/**
 * One that is attached to a load balancer of ours belongs to its Services. One that is attached to nothing and was made for a
 * Service may have been kept on purpose: it is taken again by that Service, and otherwise left alone.
 */
function identified(cloud: Cloud, balancers: readonly Known[], all: readonly FloatingIp[]): readonly Seen[] {
  const { name: cluster } = cloud.cluster;
  const taken = new Set<string>();
  const attachedFirst = [...all].sort((a, b) => Number(b.port_id !== null) - Number(a.port_id !== null));
  return attachedFirst.flatMap((object): readonly Seen[] => {
    const user = userOf(balancers, object);
    const origin = floatingIpOrigin(cluster, object.description);
    const base = user ? baseOf(cluster, user.id) : origin && object.port_id === null && serviceName(cluster, origin);
    if (!base) return [];
    const id = taken.has(base) ? `${base}#${object.id}` : base;
    taken.add(id);
    return [{ id, object, marks: user?.marks ?? [], owners: user?.owners ?? (origin ? [textOf(origin)] : []) }];
  });
}

function userOf(balancers: readonly Known[], { port_id }: Pick<FloatingIp, 'port_id'>): Known | undefined {
  return port_id === null ? undefined : balancers.find(({ lb }) => lb.vip_port_id === port_id);
}

/** By its id; of one whose create was lost, by the port that it was made for. */
async function look(
  cloud: Cloud,
  balancers: readonly Known[],
  id: string,
  uuid: string | undefined,
  scope: Scope,
): Promise<FloatingIp | undefined> {
  const ports = balancers
    .filter((one) => baseOf(cloud.cluster.name, one.id) === id)
    .flatMap(({ lb }) => lb.vip_port_id ?? []);
  const query = uuid === undefined ? { port_id: ports } : { id: uuid };
  const found = uuid === undefined && ports.length === 0 ? [] : await listFloatingIps(cloud.session, query, scope);
  const [first] = found;
  if (first) cloud.lookups.sawFloatingIp(first);
  else if (uuid !== undefined) cloud.lookups.sawFloatingIpGone(uuid);
  return first;
}

function outOf({ id, floating_ip_address }: FloatingIp): FloatingIpOut {
  return { uuid: id, address: floating_ip_address };
}

/** One that was made for another Service than the load balancer is, is as if made by hand. */
function keepOf(cloud: Cloud, id: string, { description }: FloatingIp): FloatingIpSpec['keep'] {
  const origin = floatingIpOrigin(cloud.cluster.name, description);
  const base = id.split('#')[0];
  if (!origin || serviceName(cloud.cluster.name, origin) !== base) return 'theirs';
  return origin.keep ? 'yes' : 'no';
}

/** Who has a part in it is said by the load balancer: there is nothing to write. */
const isSaidElsewhere = (field: keyof FloatingIpSpec) => field === 'owners';

function withOwners(
  now: Observed<FloatingIpSpec, FloatingIpOut>,
  owners: readonly string[],
): Observed<FloatingIpSpec, FloatingIpOut> {
  const marks = now.marks.filter(({ namespace, name }) => owners.includes(`${namespace}/${name}`));
  return { ...now, marks, spec: { ...now.spec, owners } };
}

function specOf(cloud: Cloud, id: string, object: FloatingIp, owners: readonly string[]): FloatingIpSpec {
  return {
    owners,
    port: object.port_id,
    keep: keepOf(cloud, id, object),
    networkId: object.floating_network_id,
    subnetIds: [],
    address: object.floating_ip_address,
    use: null,
  };
}

function observed(
  cloud: Cloud,
  balancers: readonly Known[],
  id: string,
  object: FloatingIp,
): Observed<FloatingIpSpec, FloatingIpOut> {
  const user = userOf(balancers, object);
  const spec = specOf(cloud, id, object, user?.owners ?? []);
  return { id, marks: user?.marks ?? ([] as readonly Owner[]), spec, out: outOf(object), settled: true };
}
