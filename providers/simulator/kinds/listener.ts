// A port of a load balancer: the pattern of a kind whose objects live inside another. None exist when the parent is made
// and all go with it, so the engine creates them without a look and never deletes them before their parent.
import { defineKind, type Observed } from '../../../src/engine/kind.ts';
import type { ListenerBody, LoadBalancerView } from '../api.ts';
import type { SimulatorConnection } from '../connection.ts';
import { isAbsent } from '../errors.ts';
import { childId, marksOf, splitChildId } from '../naming.ts';
import { getLoadBalancer, settledOf } from './load-balancer.ts';

/** `allowedRanges` is sorted. Protocol and port are the id: another port is another listener. */
export type ListenerSpec = ListenerBody;

export const Listener = defineKind<SimulatorConnection, ListenerSpec, object>({
  name: 'Listener',
  parent: 'LoadBalancer',
  parentId: (id) => splitChildId(id).loadBalancer,
  calls: ({ action }) => [action === 'delete' ? 'simulator:DeleteListener' : 'simulator:PutListener'],

  async readAll(cloud, parent, scope) {
    try {
      const found = await getLoadBalancer(cloud, parent.id, scope);
      return Object.keys(found.listeners).map((key) => observed(found, key));
    } catch (error) {
      if (isAbsent(error)) return [];
      throw error;
    }
  },

  create: (cloud, _owners, id, spec, scope) => put(cloud, id, spec, scope),

  // The cloud takes the whole listener and swaps it in one go, so at no instant are the ranges wider than asked for.
  update: (cloud, now, spec, _changed, scope) => put(cloud, now.id, spec, scope),

  async delete(cloud, now, scope) {
    const { loadBalancer, key } = splitChildId(now.id);
    try {
      await cloud.write('DeleteListener', scope, (api) => api.deleteListener(loadBalancer, key));
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
    return 'gone';
  },
});

type Scope = Parameters<typeof getLoadBalancer>[2];

async function put(cloud: SimulatorConnection, id: string, spec: ListenerSpec, scope: Scope) {
  const { loadBalancer, key } = splitChildId(id);
  return observed(await cloud.write('PutListener', scope, (api) => api.putListener(loadBalancer, key, spec)), key);
}

/** It has no mark of its own: whose it is and whether it is settled is the load balancer's to say. */
function observed(parent: LoadBalancerView, key: string): Observed<ListenerSpec, object> {
  const body = parent.listeners[key]!;
  const spec = { ...body, allowedRanges: [...body.allowedRanges].sort() };
  return { id: childId(parent.name, key), marks: marksOf(parent.tags), spec, out: {}, settled: settledOf(parent) };
}
