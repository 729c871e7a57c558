// What a graph says of load balancers that are replaced, or that would have to be and may not. Pure.
import { type Blocked, type Graph, GraphBuilder } from '../../../src/engine/graph.ts';
import type { LoadBalancerKind } from '../annotations.ts';
import type { ExistingLoadBalancer, ExistingTargetGroup } from '../facts.ts';
import {
  CLASSIC_INSTANCES,
  CLASSIC_LOAD_BALANCER,
  LISTENER,
  LOAD_BALANCER,
  NODE_RULES,
  SECURITY_GROUP,
  type SecurityGroupSpec,
  TARGET_GROUP,
  TARGETS,
} from '../resources.ts';
import { annotationName } from './findings.ts';
import type { Identity, Misfit } from './identity.ts';
import type { TargetPlan } from './targets.ts';

const KINDS = {
  nlb: { resource: LOAD_BALANCER, what: 'a Network Load Balancer' },
  classic: { resource: CLASSIC_LOAD_BALANCER, what: 'a Classic Load Balancer' },
} as const;

const PARTS: Readonly<Record<Misfit['part'], string>> = {
  kind: 'its kind',
  scheme: 'its scheme',
  addresses: 'its addresses',
  securityGroups: 'its security groups',
};

const HOW = `that needs a new load balancer with a new address, which annotation ${annotationName('allowReplacement').key} "true" allows`;

/** Says what the load balancer stands in for, and what of the Service's wish it cannot become. */
export function tellReplacement(builder: GraphBuilder, kind: LoadBalancerKind, identity: Identity): void {
  const by = `${KINDS[kind].resource.name}/${identity.name}`;
  for (const { kind: other, name, misfits } of identity.replaces) {
    builder.replace(KINDS[other].resource, name, by, whyReplaced(misfits));
  }
  if (identity.state !== 'blocked') return;
  const parts = identity.misfits.map(({ part, from, to }) => `${PARTS[part]} from ${from} to ${to}`);
  const why = `Load balancer ${identity.name} cannot change ${parts.join(', nor ')}: ${HOW}.`;
  builder.block(KINDS[kind].resource, identity.name, why);
}

/** Completes "it is replaced: …". */
function whyReplaced(misfits: readonly Misfit[]): string {
  const parts = misfits.map(({ part, from, to }) => `${PARTS[part]} cannot change in place: ${from} -> ${to}`);
  return parts.join('; ') || 'another load balancer of the Service is as it asks for';
}

/** Why none of what a Service has can become what it asks for. */
export function otherKind(wanted: LoadBalancerKind, own: Existing['loadBalancers']): readonly Blocked[] {
  return own.map(({ kind, name }) => {
    const why = `Load balancer ${name} is ${KINDS[kind].what} and cannot become ${KINDS[wanted].what}: ${HOW}.`;
    return { kind: KINDS[kind].resource.name, id: name, why };
  });
}

/** All that a Service has stays as it is, and only follows the nodes. */
export function keepAll(own: Existing, targets: TargetPlan | undefined, blocked: readonly Blocked[]): Graph {
  const builder = new GraphBuilder();
  const follows = addTargets(builder, own, targets);
  for (const { kind, id, why } of blocked) builder.block({ name: kind }, id, why);
  for (const kind of ALL) if (!follows.includes(kind)) builder.hold(kind);
  return builder.build();
}

/** The graph with the instances of all that the Service has beside what the graph makes. */
export function withTargetsOfReplaced(graph: Graph, own: Existing, targets: TargetPlan | undefined): Graph {
  const builder = new GraphBuilder();
  const made = new Set(graph.resources.map(({ kind, id }) => `${kind}/${id}`));
  const isLeft = (kind: { readonly name: string }) => (one: { readonly name: string }) =>
    !made.has(`${kind.name}/${one.name}`);
  const left = {
    loadBalancers: own.loadBalancers.filter(isLeft(CLASSIC_INSTANCES)),
    targetGroups: own.targetGroups.filter(isLeft(TARGETS)),
  };
  addTargets(builder, left, targets);
  return { ...graph, resources: [...graph.resources, ...builder.build().resources] };
}

/** The graph with the groups of what it replaces: they let in whom the Service lets in, until they go. */
export function withGroupsOfReplaced(graph: Graph, names: readonly string[], spec: SecurityGroupSpec): Graph {
  const made = new Set(graph.resources.map(({ kind, id }) => `${kind}/${id}`));
  const left = names.filter((name) => !made.has(`${SECURITY_GROUP.name}/${name}`));
  const groups = left.map((id) => ({ kind: SECURITY_GROUP.name, id, spec }));
  return { ...graph, resources: [...graph.resources, ...groups] };
}

/** What a Service has. */
interface Existing {
  readonly loadBalancers: readonly ExistingLoadBalancer[];
  readonly targetGroups: readonly ExistingTargetGroup[];
}

const ALL = [
  SECURITY_GROUP,
  NODE_RULES,
  TARGET_GROUP,
  TARGETS,
  LOAD_BALANCER,
  LISTENER,
  CLASSIC_LOAD_BALANCER,
  CLASSIC_INSTANCES,
];

/** The instances of all that there is; answers the kinds that hold them. */
function addTargets(builder: GraphBuilder, own: Existing, targets: TargetPlan | undefined): readonly object[] {
  if (targets === undefined) return [];
  const { instances, expected } = targets;
  const classic = own.loadBalancers.filter(({ kind }) => kind === 'classic');
  for (const { name } of classic) builder.add(CLASSIC_INSTANCES, name, { instances, expected });
  for (const { name, arn, port } of own.targetGroups) {
    builder.add(TARGETS, name, { targetGroup: arn, port, instances, expected });
  }
  return [...(classic.length > 0 ? [CLASSIC_INSTANCES] : []), ...(own.targetGroups.length > 0 ? [TARGETS] : [])];
}
