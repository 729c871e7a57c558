// The load balancer itself, without what lives in it: the pattern of an ordinary object with an owner.
import { defineKind, type Observed, type Reading } from '../../../src/engine/kind.ts';
import type { LoadBalancerSummary, LoadBalancerView } from '../api.ts';
import type { SimulatorConnection } from '../connection.ts';
import { isAbsent } from '../errors.ts';
import { appliedTags, loadBalancerTags, marksOf, retagged, type Tag } from '../naming.ts';

/** Total: every field that an annotation can set, with the cloud's default written out, and no other. */
export interface LoadBalancerSpec {
  readonly tier: string;
  readonly internal: boolean;
  readonly idleTimeoutSeconds: number;
  /** By key. */
  readonly tags: readonly Tag[];
}

/** What only the cloud can say. */
export interface LoadBalancerOut {
  readonly address: string;
}

export const LoadBalancer = defineKind<SimulatorConnection, LoadBalancerSpec, LoadBalancerOut>({
  name: 'LoadBalancer',
  // The engine never asks update() for these; it reports that a replacement is needed.
  immutable: ['tier', 'internal'],

  // All that the verbs below call when nothing goes wrong, reads too. A plan says what it costs with it.
  calls(deed) {
    if (deed.action === 'create') return ['simulator:CreateLoadBalancer'];
    if (deed.action === 'delete') return ['simulator:DeleteLoadBalancer', 'simulator:GetLoadBalancer'];
    return [...(deed.changed.includes('tags') ? ['simulator:GetLoadBalancer'] : []), 'simulator:UpdateLoadBalancer'];
  },

  // One call for all owners. Names of our shape without our mark are in it too, so that none is taken for free.
  async list(cloud, scope) {
    const all = await cloud.listLoadBalancers(scope);
    return all.map((one) => ({ id: one.name, marks: marksOf(one.tags), out: outOf(one) }));
  },

  // By the id alone: after a lost answer that is all there is.
  read(cloud, wanted, scope) {
    return Promise.all(
      wanted.map(async ({ id }): Promise<Reading<LoadBalancerSpec, LoadBalancerOut>> => {
        try {
          return { id, state: 'known', object: observed(cloud, await getLoadBalancer(cloud, id, scope)) };
        } catch (error) {
          if (!isAbsent(error)) return { id, state: 'unknown', error };
          cloud.sawGone(id);
          return { id, state: 'gone' };
        }
      }),
    );
  },

  // The mark is part of the create: there is no moment at which the object has no owner.
  async create(cloud, owners, id, spec, scope) {
    const tags = loadBalancerTags(owners[0]!, spec.tags);
    return observed(
      cloud,
      await cloud.write('CreateLoadBalancer', scope, (api) => api.createLoadBalancer(id, { ...spec, tags })),
    );
  },

  async update(cloud, now, spec, changed, scope) {
    // Tags live in one map that others may write to, so the newest one is the base.
    const before = changed.includes('tags') ? (await getLoadBalancer(cloud, now.id, scope)).tags : {};
    const patch = {
      ...(changed.includes('idleTimeoutSeconds') && { idleTimeoutSeconds: spec.idleTimeoutSeconds }),
      ...(changed.includes('tags') && { tags: retagged(before, spec.tags) }),
    };
    return observed(
      cloud,
      await cloud.write('UpdateLoadBalancer', scope, (api) => api.updateLoadBalancer(now.id, patch)),
    );
  },

  // Asked for, and then looked at: 'gone' is said only of what was seen to be gone.
  async delete(cloud, now, scope) {
    try {
      await cloud.write('DeleteLoadBalancer', scope, (api) => api.deleteLoadBalancer(now.id));
      const left = await getLoadBalancer(cloud, now.id, scope);
      return { retryAfterMs: left.readyInMs, why: `load balancer ${now.id} is being deleted` };
    } catch (error) {
      if (!isAbsent(error)) throw error;
      cloud.sawGone(now.id);
      return 'gone';
    }
  },
});

type Scope = Parameters<SimulatorConnection['listLoadBalancers']>[0];

/** Merged where several kinds ask at once: one read shows everything that lives in a load balancer. */
export function getLoadBalancer(cloud: SimulatorConnection, name: string, scope: Scope): Promise<LoadBalancerView> {
  return cloud.read('GetLoadBalancer', name, scope, (api) => api.getLoadBalancer(name));
}

/** Whether the cloud is still at work on it, as data: nobody sleeps for it. */
export function settledOf(one: LoadBalancerView): Observed['settled'] {
  if (one.readyInMs === 0) return true;
  return { retryAfterMs: one.readyInMs, why: `load balancer ${one.name} is ${one.status}` };
}

function outOf(one: LoadBalancerSummary): LoadBalancerOut {
  return { address: one.address };
}

/** The cloud's words in the spec's: what is compared with the wish must look like it. */
function observed(cloud: SimulatorConnection, one: LoadBalancerView): Observed<LoadBalancerSpec, LoadBalancerOut> {
  cloud.saw(one);
  const { tier, internal, idleTimeoutSeconds } = one;
  const spec = { tier, internal, idleTimeoutSeconds, tags: appliedTags(one.tags) };
  return { id: one.name, marks: marksOf(one.tags), spec, out: outOf(one), settled: settledOf(one) };
}
