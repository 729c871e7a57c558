// Scenes without a cloud: one that is made up, and one as a graph leaves it. Pure.
import type { Graph } from '../../src/engine/graph.ts';
import type { Owner } from '../../src/engine/owner.ts';
import type { Scene } from '../../src/provider/provider.ts';
import { TIERS } from './annotations.ts';
import type { Facts } from './gather.ts';
import { LoadBalancer, type LoadBalancerSpec } from './kinds/load-balancer.ts';

const NODES = [1, 2, 3].map((number) => ({
  name: `node-${number}`,
  providerId: `simulator://node-${number}`,
  labels: {},
  addresses: [`10.0.0.${number}`],
}));

/** A Service of this cloud names nothing that would have to exist. */
export function imagine(): Scene<Facts> {
  return { nodes: NODES, facts: { tiers: TIERS, existing: {} } };
}

export function assume(facts: Facts, { uid }: Owner, { resources }: Graph): Facts {
  const made = resources.filter(({ kind }) => kind === LoadBalancer.name);
  const existing = made.map(({ id: name, spec }) => {
    const { tier, internal } = spec as LoadBalancerSpec;
    return { name, tier, internal };
  });
  return { ...facts, existing: { ...facts.existing, [uid]: existing } };
}
