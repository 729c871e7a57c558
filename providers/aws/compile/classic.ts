// From one Service and what AWS told to the resources of its Classic Load Balancer, by the rules of cloud-provider-aws. Pure.
import { type Graph, GraphBuilder, type Ref } from '../../../src/engine/graph.ts';
import { classicGroupName } from '../naming.ts';
import { classicRulesFor } from '../node-rules.ts';
import {
  CLASSIC_INSTANCES,
  CLASSIC_LOAD_BALANCER,
  type ClassicHealthCheck,
  NODE_RULES,
  SECURITY_GROUP,
} from '../resources.ts';
import { accessLogsOf } from './access-logs.ts';
import { type ClassicGroups, chooseClassicGroups } from './classic-groups.ts';
import { classicHealthCheckOf } from './classic-health.ts';
import { type ClassicListenerPlan, planClassicListeners } from './classic-listeners.ts';
import type { Findings } from './findings.ts';
import { managedRules } from './groups.ts';
import { type Identity, identify } from './identity.ts';
import { type Placement, placementAsIs, placementOf, schemeOf } from './placement.ts';
import { tellReplacement } from './replacement.ts';
import { groundOf, type Subject, tagsOf } from './subject.ts';
import { planTargets, type TargetPlan } from './targets.ts';

/** Everything that is decided before the first resource is written down. */
interface Plan {
  readonly identity: Identity;
  readonly listeners: readonly ClassicListenerPlan[];
  readonly healthCheck: ClassicHealthCheck;
  readonly placement: Placement;
  readonly groups: ClassicGroups;
  readonly targets: TargetPlan | undefined;
}

/** The graph; it counts only if nothing was found that is wrong. */
export function compileClassic(subject: Subject, findings: Findings): Graph {
  const { input, facts, own } = subject;
  const { request, annotations, options, nodes } = input;
  const identity = identify(
    request.owner.uid,
    own,
    { kind: 'classic', scheme: schemeOf(annotations), addressesOn: () => ({}), hasSecurityGroups: undefined },
    annotations.allowReplacement,
  );
  const names = [identity.name, ...own.map(({ name }) => name)];
  const listeners = planClassicListeners(request, annotations, findings);
  const firstNodePort = listeners[0]?.instancePort;
  const plan: Plan = {
    identity,
    listeners,
    healthCheck: classicHealthCheckOf(request, annotations, options, firstNodePort, findings),
    placement: placementFor(subject, identity, findings),
    groups: chooseClassicGroups(request, annotations, options, facts.groups, findings),
    targets: planTargets(nodes, annotations.targetNodeLabels ?? {}, facts, names, findings),
  };
  return build(subject, plan);
}

function placementFor(subject: Subject, identity: Identity, findings: Findings): Placement {
  const existing = identity.state === 'there' ? identity.existing : undefined;
  const wanted = placementOf(subject.input.annotations, subject.facts, groundOf(subject, existing), findings);
  return identity.state === 'blocked' ? placementAsIs(identity.existing, subject.facts) : wanted;
}

function build(subject: Subject, plan: Plan): Graph {
  const { annotations } = subject.input;
  const { identity, listeners, healthCheck, placement, targets } = plan;
  const builder = new GraphBuilder();
  const groups = addGroups(builder, subject, plan);
  addNodeRules(builder, subject, plan, groups[0]);
  const draining = annotations.connectionDrainingEnabled;
  builder.add(CLASSIC_LOAD_BALANCER, identity.name, {
    scheme: placement.scheme,
    subnets: placement.subnets,
    securityGroups: groups,
    listeners: Object.fromEntries(listeners.map(({ port, ...listener }) => [port, listener])),
    proxyProtocolPorts: annotations.proxyProtocol === undefined ? [] : nodePorts(listeners),
    healthCheck,
    crossZone: annotations.crossZoneLoadBalancingEnabled,
    idleTimeoutSeconds: annotations.connectionIdleTimeoutSeconds,
    drainingTimeoutSeconds: draining ? annotations.connectionDrainingTimeoutSeconds : null,
    ...accessLogsOf(annotations),
    accessLogIntervalMinutes: annotations.accessLogEnabled ? annotations.accessLogEmitIntervalMinutes : null,
    tags: tagsOf(subject.input, { named: true }),
  });
  if (targets === undefined) builder.hold(CLASSIC_INSTANCES);
  else {
    const { instances, expected } = targets;
    builder.add(CLASSIC_INSTANCES, identity.name, { instances, expected });
  }
  tellReplacement(builder, 'classic', identity);
  return builder.build();
}

/** The groups of the load balancer, each once; the nodes let in what comes from the first. */
function addGroups(
  builder: GraphBuilder,
  { input, facts, clients }: Subject,
  { identity, listeners, groups }: Plan,
): readonly (string | Ref<string>)[] {
  if (groups.first.length > 0) return [...new Set([...groups.first, ...groups.extra])];
  const entrances = listeners.map(({ port }) => ({ port, protocols: ['tcp'] as const }));
  const managed = builder.add(SECURITY_GROUP, classicGroupName(identity.name), {
    vpcId: facts.vpcId,
    rules: managedRules(entrances, clients),
    tags: tagsOf(input, { named: false }),
  });
  return [managed.ref('groupId'), ...new Set(groups.extra)];
}

function addNodeRules(
  builder: GraphBuilder,
  { input, clients }: Subject,
  { identity, targets }: Plan,
  source: string | Ref<string> | undefined,
): void {
  if (input.options.disableSecurityGroupIngress || source === undefined) return;
  if (!targets?.groups) {
    builder.hold(NODE_RULES);
    return;
  }
  const rules = classicRulesFor({ loadBalancer: identity.name, source, clients });
  for (const id of targets.groups) builder.add(NODE_RULES, id, rules);
}

function nodePorts(listeners: readonly ClassicListenerPlan[]): readonly number[] {
  return [...new Set(listeners.map(({ instancePort }) => instancePort))].sort((a, b) => a - b);
}
