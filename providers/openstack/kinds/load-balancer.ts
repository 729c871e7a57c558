// Octavia's load balancers. One call makes one with all that is in it; after that Octavia takes one change at a time.
import { FairleadError } from '../../../src/engine/errors.ts';
import { defineKind, type Inner, type Made, type Observed, type Scope } from '../../../src/engine/kind.ts';
import { isAbsent } from '../client/errors.ts';
import { createLoadBalancer, deleteLoadBalancer, getLoadBalancer, updateLoadBalancer } from '../client/octavia.ts';
import type { LoadBalancer, LoadBalancerBody } from '../client/types.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { isServing, type Known } from '../cloud/load-balancers.ts';
import { has } from '../gates.ts';
import { isTagOf, loadBalancerDescription, ownerTag, placeOf, serviceName } from '../naming.ts';
import {
  HEALTH_MONITOR,
  LISTENER,
  LOAD_BALANCER,
  type LoadBalancerOut,
  type LoadBalancerSpec,
  MEMBERS,
  POOL,
} from '../resources.ts';
import { listenersOf, madeInside } from './populated.ts';
import { mergedLoadBalancer } from './shared-parts.ts';

/** Null asks for nothing. */
const unlessAsked = (want: unknown, have: unknown) => want === null || want === have;

export const loadBalancerKind = defineKind<Cloud, LoadBalancerSpec, LoadBalancerOut>({
  name: LOAD_BALANCER.name,
  exclusive: true,
  // The driver is only for new ones: Octavia may show another name of it.
  immutable: ['portId', 'subnetId', 'networkId', 'address', 'flavorId', 'zone'],
  equal: {
    portId: unlessAsked,
    subnetId: unlessAsked,
    networkId: unlessAsked,
    address: unlessAsked,
    flavorId: unlessAsked,
    zone: unlessAsked,
    provider: () => true,
    madeBy: () => true,
    made: () => true,
  },
  nests: ({ made }) => (made === 'whole' ? [POOL.name, MEMBERS.name, HEALTH_MONITOR.name, LISTENER.name] : []),
  calls({ action }) {
    if (action === 'create') return ['octavia:CreateLoadBalancer'];
    if (action === 'delete') return ['octavia:DeleteLoadBalancer', 'octavia:GetLoadBalancer'];
    return ['octavia:GetLoadBalancer', 'octavia:UpdateLoadBalancer'];
  },
  merge: mergedLoadBalancer,

  async list(cloud, scope) {
    const all = await cloud.loadBalancers.list(scope);
    return all.map((one) => {
      const { id, marks } = one;
      const createdAt = one.lb.created_at ? Date.parse(`${one.lb.created_at}Z`) : Number.NaN;
      return {
        id,
        marks,
        out: outOf(one.lb),
        // Of what has our name and is not ours, nothing is known before it is looked at; and then that is said.
        ...(!isStrange(cloud, one) && { spec: specOf(cloud, one) }),
        settled: cloud.loadBalancers.settled(one.lb),
        ...(!Number.isNaN(createdAt) && { createdAt }),
      };
    });
  },

  read(cloud, wanted, scope) {
    return Promise.all(
      wanted.map(async ({ id, out }) => {
        try {
          const before = cloud.loadBalancers.get(id)?.lb.provisioning_status;
          const known = await cloud.loadBalancers.look(id, out?.uuid, scope);
          if (!known) return { id, state: 'gone' as const };
          if (isStrange(cloud, known)) throw taken(known);
          if (known.lb.provisioning_status === 'ERROR' && before !== 'ERROR') {
            cloud.loadBalancers.failed(id);
            throw failed(known);
          }
          return { id, state: 'known' as const, object: observed(cloud, known) };
        } catch (error) {
          return { id, state: 'unknown' as const, error };
        }
      }),
    );
  },

  async create(cloud, owners, id, spec, scope, inside) {
    cloud.loadBalancers.checkPause(id);
    // What was compiled as one that exists says nothing of its address.
    if (spec.portId === null && spec.subnetId === null && spec.networkId === null) throw goneMeanwhile(id);
    const made = await createLoadBalancer(cloud.session, bodyOf(cloud, owners, id, spec, inside), scope);
    const known = cloud.loadBalancers.saw(id, made);
    return { ...observed(cloud, known), inside: madeInside(made, inside, known.marks) } satisfies Made;
  },

  // Tags are all that can change, and others write theirs beside ours: the newest are the base.
  async update(cloud, now, spec, _changed, scope) {
    const { uuid } = now.out as LoadBalancerOut;
    const fresh = await getLoadBalancer(cloud.session, uuid, scope).catch((thrown: unknown) => {
      throw isAbsent(thrown) ? goneMeanwhile(now.id) : thrown;
    });
    const before = now.spec as LoadBalancerSpec;
    const leaving = before.owners.filter((owner) => !spec.owners.includes(owner));
    if (fresh.provisioning_status === 'ERROR') throw await brokenUp(cloud, now.id, fresh, spec, scope);
    const kept = (fresh.tags ?? []).filter((tag) => !leaving.some((owner) => isTagOf(cloud.cluster.name, owner, tag)));
    const tags = [...new Set([...kept, ...spec.owners.map((owner) => tagOf(cloud, owner))])].sort();
    const written = await updateLoadBalancer(cloud.session, uuid, { tags }, scope);
    return observed(cloud, cloud.loadBalancers.saw(now.id, written));
  },

  async delete(cloud, now, scope) {
    const { uuid } = now.out as LoadBalancerOut;
    const { loadBalancers } = cloud;
    const before = loadBalancers.get(now.id)?.lb;
    const isBusy = before !== undefined && loadBalancers.settled(before) !== true;
    if (loadBalancers.isDeleting(uuid) || isBusy) {
      const known = await loadBalancers.look(now.id, uuid, scope);
      if (!known) return 'gone';
      const settled = loadBalancers.settled(known.lb);
      if (settled !== true) return settled;
    }
    try {
      await deleteLoadBalancer(cloud.session, uuid, scope);
      loadBalancers.sawDelete(uuid);
    } catch (thrown) {
      if (!isAbsent(thrown)) throw thrown;
    }
    const left = await loadBalancers.look(now.id, uuid, scope);
    if (!left) return 'gone';
    const settled = loadBalancers.settled(left.lb);
    return settled === true ? { retryAfterMs: 1_000, why: `load balancer ${left.lb.name} is being deleted` } : settled;
  },
});

/**
 * Nobody can leave a load balancer in ERROR, since Octavia changes nothing in it. One that passes no traffic is deleted for all;
 * those who stay make another.
 */
async function brokenUp(
  cloud: Cloud,
  id: string,
  lb: LoadBalancer,
  { owners, madeBy }: LoadBalancerSpec,
  scope: Scope,
): Promise<FairleadError> {
  if (isServing(lb) || madeBy === 'hand') {
    const others = owners.length > 0 ? ` It is shared with ${owners.join(', ')}.` : '';
    const message = `load balancer ${lb.name} (${lb.id}) is in ERROR, and Octavia changes nothing in it any more: it has to be repaired (openstack loadbalancer failover) or deleted by hand.${others}`;
    return new FairleadError('in-use', message);
  }
  await deleteLoadBalancer(cloud.session, lb.id, scope);
  cloud.loadBalancers.sawDelete(lb.id);
  return goneMeanwhile(id);
}

function bodyOf(
  cloud: Cloud,
  owners: Parameters<typeof loadBalancerKind.create>[1],
  id: string,
  spec: LoadBalancerSpec,
  inside: readonly Inner[],
): LoadBalancerBody {
  const [owner] = owners;
  const { name: cluster } = cloud.cluster;
  const place = placeOf(cluster, id);
  if (!place || !owner) throw new FairleadError('not-found', `there is no load balancer ${id}, and it cannot be made`);
  const listeners = listenersOf(inside);
  return {
    name: id,
    description: loadBalancerDescription(cluster, place),
    admin_state_up: true,
    ...(spec.portId !== null && { vip_port_id: spec.portId }),
    ...(spec.subnetId !== null && { vip_subnet_id: spec.subnetId }),
    ...(spec.networkId !== null && { vip_network_id: spec.networkId }),
    ...(spec.address !== null && { vip_address: spec.address }),
    ...(spec.flavorId !== null && { flavor_id: spec.flavorId }),
    ...(spec.zone !== null && { availability_zone: spec.zone }),
    ...(spec.provider !== null && { provider: spec.provider }),
    ...(has(cloud.version, 'tags') && {
      tags: [...owners.map((one) => serviceName(cluster, one)), ownerTag(owner)].sort(),
    }),
    ...(listeners.length > 0 && { listeners }),
  };
}

function tagOf(cloud: Cloud, owner: string): string {
  const [namespace = '', name = ''] = owner.split('/');
  return serviceName(cloud.cluster.name, { namespace, name });
}

/** It has a name of ours, but another cluster of our name says that it is its own. */
function isStrange(cloud: Cloud, { id, marks }: Known): boolean {
  return marks.length === 0 && placeOf(cloud.cluster.name, id) !== undefined;
}

function taken({ lb }: Known): FairleadError {
  const message = `there is a load balancer named ${lb.name} (${lb.id}) that does not belong to this Service; rename or remove it`;
  return new FairleadError('name-taken', message);
}

function failed({ lb }: Known): FairleadError {
  const state = `its operating status is ${lb.operating_status}`;
  const message = `Octavia's work on load balancer ${lb.name} (${lb.id}) ended in ERROR; ${state}. Octavia changes it no more: it has to be replaced`;
  return new FairleadError('unavailable', message, { retryAfterMs: 1_000 });
}

function goneMeanwhile(id: string): FairleadError {
  return new FairleadError('conflict', `load balancer ${id} is gone`);
}

function outOf({ id, vip_port_id, vip_address }: LoadBalancer): LoadBalancerOut {
  return { uuid: id, vipPortId: vip_port_id, vipAddress: vip_address };
}

function specOf(cloud: Cloud, { lb, owners }: Known): LoadBalancerSpec {
  return {
    owners,
    portId: lb.vip_port_id,
    subnetId: lb.vip_subnet_id,
    networkId: lb.vip_network_id,
    address: lb.vip_address,
    flavorId: lb.flavor_id || null,
    zone: lb.availability_zone || null,
    provider: lb.provider,
    madeBy: placeOf(cloud.cluster.name, lb.name) ? 'controller' : 'hand',
    made: 'whole',
  };
}

function observed(cloud: Cloud, known: Known): Observed<LoadBalancerSpec, LoadBalancerOut> {
  const { id, lb, marks } = known;
  return {
    id,
    marks,
    spec: specOf(cloud, known),
    out: outOf(lb),
    settled: cloud.loadBalancers.settled(lb),
  };
}
