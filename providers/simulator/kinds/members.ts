// The nodes behind a load balancer: the pattern of a kind that follows nodes. `churns` lets the engine run it alone when
// only nodes changed, even while the rest of the stack is blocked.
import { defineKind, type Observed } from '../../../src/engine/kind.ts';
import type { LoadBalancerView } from '../api.ts';
import type { SimulatorConnection } from '../connection.ts';
import { isAbsent } from '../errors.ts';
import { childId, marksOf, splitChildId } from '../naming.ts';
import { getLoadBalancer, settledOf } from './load-balancer.ts';

export interface MembersSpec {
  /** Sorted. */
  readonly addresses: readonly string[];
}

/** A load balancer has exactly one list of members, which may be empty. */
export function membersId(loadBalancer: string): string {
  return childId(loadBalancer, 'members');
}

export const Members = defineKind<SimulatorConnection, MembersSpec, object>({
  name: 'Members',
  parent: 'LoadBalancer',
  parentId: (id) => splitChildId(id).loadBalancer,
  churns: true,
  calls: () => ['simulator:PutMembers'],

  async readAll(cloud, parent, scope) {
    try {
      return [observed(await getLoadBalancer(cloud, parent.id, scope))];
    } catch (error) {
      if (isAbsent(error)) return [];
      throw error;
    }
  },

  create: (cloud, _owners, id, spec, scope) => put(cloud, id, spec, scope),

  // One call swaps the list. Where a cloud has one call to add and one to remove, add first.
  update: (cloud, now, spec, _changed, scope) => put(cloud, now.id, spec, scope),

  async delete(cloud, now, scope) {
    try {
      await put(cloud, now.id, { addresses: [] }, scope);
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
    return 'gone';
  },
});

type Scope = Parameters<typeof getLoadBalancer>[2];

async function put(cloud: SimulatorConnection, id: string, spec: MembersSpec, scope: Scope) {
  const { loadBalancer } = splitChildId(id);
  return observed(await cloud.write('PutMembers', scope, (api) => api.putMembers(loadBalancer, spec.addresses)));
}

function observed(parent: LoadBalancerView): Observed<MembersSpec, object> {
  const spec = { addresses: [...parent.members].sort() };
  return { id: membersId(parent.name), marks: marksOf(parent.tags), spec, out: {}, settled: settledOf(parent) };
}
