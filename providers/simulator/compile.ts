// From what a Service asks for and what the cloud offers to what should exist. Pure and total: the same input gives the
// same graph, on a laptop and in a browser too; what cannot be built is a problem, never an exception.
import { GraphBuilder } from '../../src/engine/graph.ts';
import type { Compiled, Input } from '../../src/provider/provider.ts';
import type { EligibleNode } from '../../src/provider/request.ts';
import type { Problem } from '../../src/schema/index.ts';
import type { AnnotationValues } from './annotations.ts';
import type { Existing, Facts } from './gather.ts';
import { Firewall, sortedRules } from './kinds/firewall.ts';
import { Listener } from './kinds/listener.ts';
import { LoadBalancer } from './kinds/load-balancer.ts';
import { Members, membersId } from './kinds/members.ts';
import { limitsOf, rangesOf } from './limits.ts';
import { childId, firewallName, loadBalancerName, sortedTags } from './naming.ts';
import type { OptionValues } from './options.ts';

export type SimulatorInput = Input<AnnotationValues, OptionValues>;

/** One Service is one stack. */
export function compile([input]: readonly SimulatorInput[], facts: Facts): Compiled {
  if (!input) return { problems: [] };
  const ranges = rangesOf(input);
  const problems: readonly Problem[] = [...ranges.problems, ...limitsOf(input, facts.tiers)];
  // All problems at once, and nothing is built from half of a wish.
  if (problems.some(({ severity }) => severity === 'error')) return { problems };
  const { request, cluster, annotations, nodes } = input;
  const { owner } = request;
  const local = request.externalTrafficPolicy === 'Local';
  const healthPort = (nodePort: number) => (local ? request.healthCheckNodePort : nodePort);
  const graph = new GraphBuilder();

  // A shared object: this is only the Service's own part of it.
  const ports = new Set(request.ports.flatMap(({ nodePort }) => [nodePort, healthPort(nodePort)]));
  const rules = sortedRules([...ports].map((port) => ({ owner: owner.uid, port })));
  graph.add(Firewall, firewallName(cluster), { rules });

  const { idleTimeoutSeconds } = annotations;
  const tags = sortedTags(Object.entries(annotations.tags ?? {}).map(([key, value]) => ({ key, value })));
  const { name, tier, internal } = identityOf(input, facts.existing[owner.uid] ?? [], graph);
  const loadBalancer = graph.add(LoadBalancer, name, { tier, internal, idleTimeoutSeconds, tags });

  addMembers(graph, loadBalancer.id, nodes);
  // An API server lets no port come twice; a file may have it so.
  const listeners = new Map(
    request.ports.map(({ protocol, port, nodePort }) => [`${protocol.toLowerCase()}-${port}`, nodePort]),
  );
  for (const [port, nodePort] of listeners) {
    graph.add(Listener, childId(loadBalancer.id, port), {
      nodePort,
      healthPort: healthPort(nodePort),
      allowedRanges: ranges.allowed,
      affinity: request.sessionAffinity,
    });
  }
  return { graph: graph.build(), problems };
}

/**
 * The load balancer that is meant: one that fits; else a new one beside the old, if the Service lets it be replaced; else
 * the old one, left as it is in what cannot be changed.
 */
function identityOf(
  { cluster, request, annotations, nodes }: SimulatorInput,
  existing: readonly Existing[],
  graph: GraphBuilder,
): Existing {
  const { tier, internal, allowReplacement } = annotations;
  const fits = existing.find((one) => one.tier === tier && one.internal === internal);
  const [old] = existing;
  if (!fits && old && !allowReplacement) {
    const what = old.tier === tier ? `internal: ${old.internal}` : `tier ${old.tier}`;
    graph.block(LoadBalancer, old.name, `LoadBalancer ${old.name} has ${what}, which cannot be changed; ${HOW}`);
    return old;
  }
  const chosen = fits ?? { name: loadBalancerName(cluster, request.owner, { tier, internal }), tier, internal };
  for (const old of existing) {
    const { name } = old;
    if (name === chosen.name) continue;
    const why = `it cannot change in place: ${wordsOf(old)} -> ${wordsOf(chosen)}`;
    graph.replace(LoadBalancer, name, `${LoadBalancer.name}/${chosen.name}`, why);
    // As long as it serves, it has to know the nodes.
    addMembers(graph, name, nodes);
  }
  return chosen;
}

const wordsOf = ({ tier, internal }: Existing) => `${tier}, ${internal ? 'internal' : 'public'}`;

const HOW =
  'a new one, with a new address, is made if the Service has the annotation fairlead.dev/allow-replacement "true"';

/** Nodes without an address may get one soon: until any has, the members stay as they are. */
export function addMembers(graph: GraphBuilder, loadBalancer: string, nodes: readonly EligibleNode[]): void {
  const addresses = nodes.flatMap((node) => node.addresses.slice(0, 1)).sort();
  if (nodes.length > 0 && addresses.length === 0) graph.hold(Members);
  else graph.add(Members, membersId(loadBalancer), { addresses });
}
