// From one Service and what AWS told to the resources of its Network Load Balancer. Pure.
import { type Graph, GraphBuilder, type Handle } from '../../../src/engine/graph.ts';
import { type HealthCheck, healthCheckOf, TRAFFIC_PORT } from '../health.ts';
import { securityGroupName, targetGroupName } from '../naming.ts';
import { rulesFor } from '../node-rules.ts';
import {
  LISTENER,
  LOAD_BALANCER,
  listenerId,
  NODE_RULES,
  SECURITY_GROUP,
  TARGET_GROUP,
  TARGETS,
  type TargetGroupOut,
} from '../resources.ts';
import type { Tags } from '../tags.ts';
import { accessLogsOf } from './access-logs.ts';
import { isOpen } from './clients.ts';
import { annotationName, Findings } from './findings.ts';
import { asksForGroups, chooseGroups, type GroupChoice, managedRules } from './groups.ts';
import { type Identity, identify } from './identity.ts';
import { checkHeldAddresses, type Placement, placementAsIs, placementOf, schemeOf } from './placement.ts';
import { type ListenerPlan, planListeners } from './ports.ts';
import { tellReplacement } from './replacement.ts';
import { DEFAULT_SSL_POLICY } from './ssl-policy.ts';
import { groundOf, type Subject, tagsOf } from './subject.ts';
import { planTargets, type TargetPlan } from './targets.ts';

/** Everything that is decided before the first resource is written down. */
interface Plan {
  readonly identity: Identity;
  readonly listeners: readonly ListenerPlan[];
  readonly health: HealthCheck;
  readonly placement: Placement;
  readonly groups: GroupChoice;
  readonly targets: TargetPlan | undefined;
  readonly preserveClientIp: boolean;
}

/** The graph; it counts only if nothing was found that is wrong. */
export function compileNlb(subject: Subject, findings: Findings): Graph {
  const { request, annotations, options, nodes } = subject.input;
  const identity = identityOf(subject);
  const plan: Plan = {
    identity,
    listeners: planListeners(request, annotations, findings),
    health: healthCheckOf(request, annotations, options, findings),
    placement: placementFor(subject, identity, findings),
    groups: groupsFor(subject, identity, findings),
    targets: planTargets(
      nodes,
      annotations.targetNodeLabels ?? {},
      subject.facts,
      namesOf(subject, identity),
      findings,
    ),
    preserveClientIp: annotations.targetGroupAttributes?.['preserve_client_ip.enabled'] !== 'false',
  };
  checkClientIp(subject, plan, findings);
  return build(subject, plan);
}

function namesOf({ own }: Subject, { name }: Identity): readonly string[] {
  return [name, ...own.map((one) => one.name)];
}

function identityOf(subject: Subject): Identity {
  const { request, annotations, options } = subject.input;
  const wish = {
    kind: 'nlb',
    scheme: schemeOf(annotations),
    // What is wrong with them is told once, when the choice is made.
    addressesOn: (one) => placementOf(annotations, subject.facts, groundOf(subject, one), new Findings()).addresses,
    hasSecurityGroups: asksForGroups(annotations, options),
  } as const satisfies Parameters<typeof identify>[2];
  return identify(request.owner.uid, subject.own, wish, annotations.allowReplacement);
}

function placementFor(subject: Subject, identity: Identity, findings: Findings): Placement {
  const { annotations } = subject.input;
  const moves = identity.state === 'blocked' && identity.misfits.some(({ part }) => part !== 'securityGroups');
  const existing = identity.state === 'new' || moves ? undefined : identity.existing;
  const wanted = placementOf(annotations, subject.facts, groundOf(subject, existing), findings);
  if (identity.state === 'new') checkHeldAddresses(wanted, identity.replaces, findings);
  return moves ? placementAsIs(identity.existing, subject.facts) : wanted;
}

function groupsFor({ input, facts }: Subject, identity: Identity, findings: Findings): GroupChoice {
  const had = identity.state === 'new' ? undefined : identity.existing.hasSecurityGroups;
  return chooseGroups(input.annotations, input.options, had, facts.groups, findings);
}

/** What follows from hiding the clients' addresses from the nodes. */
function checkClientIp({ clients }: Subject, plan: Plan, findings: Findings): void {
  if (plan.preserveClientIp) return;
  const name = annotationName('targetGroupAttributes');
  const value = 'preserve_client_ip.enabled=false';
  const datagrams = plan.listeners.find(({ protocols }) => protocols.includes('udp'));
  if (datagrams !== undefined) {
    const because = `AWS does not allow with UDP (port ${datagrams.port})`;
    findings.error(name, value, { code: 'conflict', because, expected: 'preserve_client_ip.enabled=true' });
  }
  if (plan.groups.use === 'none' && !isOpen(clients)) {
    findings.error(name, value, {
      code: 'conflict',
      because: 'hides the clients from the rules of the nodes, so that source ranges would keep nobody out',
      expected: 'clients that are preserved, or a load balancer with security groups (--aws-nlb-security-groups)',
    });
  }
}

function build(subject: Subject, plan: Plan): Graph {
  const { annotations } = subject.input;
  const { identity, targets } = plan;
  const builder = new GraphBuilder();
  const tags = tagsOf(subject.input, { named: true });
  const groups = addGroups(builder, subject, plan);
  addNodeRules(builder, subject, plan);
  const { scheme, subnets, addresses } = plan.placement;
  const balancer = builder.add(LOAD_BALANCER, identity.name, {
    scheme,
    subnets,
    addresses,
    hasSecurityGroups: groups.length > 0,
    securityGroups: groups,
    crossZone: annotations.crossZoneLoadBalancingEnabled,
    ...accessLogsOf(annotations),
    tags,
  });
  for (const listener of plan.listeners) {
    const group = addTargetGroup(builder, subject, plan, listener, tags);
    const tls = listener.protocol === 'TLS';
    builder.add(LISTENER, listenerId(identity.name, listener.port), {
      loadBalancer: balancer.ref('arn'),
      protocol: listener.protocol,
      targetGroup: group.ref('arn'),
      certificate: tls ? (annotations.sslCert ?? null) : null,
      sslPolicy: tls ? (annotations.sslNegotiationPolicy ?? DEFAULT_SSL_POLICY) : null,
      tags,
    });
  }
  if (targets === undefined) builder.hold(TARGETS);
  if (!targets?.groups) builder.hold(NODE_RULES);
  tellReplacement(builder, 'nlb', identity);
  return builder.build();
}

/** The groups of the load balancer: ids, and the reference to the one that is made for it. */
function addGroups(builder: GraphBuilder, { input, facts, clients }: Subject, { groups, listeners }: Plan) {
  if (groups.use === 'named') return groups.ids;
  if (groups.use === 'none') return [];
  const group = builder.add(SECURITY_GROUP, securityGroupName(input.options.ccmClusterName, input.request.owner), {
    vpcId: facts.vpcId,
    rules: managedRules(listeners, clients),
    tags: tagsOf(input, { named: false }),
  });
  return [group.ref('groupId')];
}

function addNodeRules(builder: GraphBuilder, { clients }: Subject, plan: Plan): void {
  const { identity, listeners, health, placement, targets, preserveClientIp } = plan;
  if (!targets?.groups) return;
  const rules = rulesFor({
    loadBalancer: identity.name,
    ports: listeners,
    healthPorts: healthPorts(listeners, health),
    // Where the nodes do not see the clients, what they see is the load balancer itself.
    clients: preserveClientIp || isOpen(clients) ? clients : placement.cidrs,
    subnets: placement.cidrs,
  });
  for (const id of targets.groups) builder.add(NODE_RULES, id, rules);
}

function healthPorts(listeners: readonly ListenerPlan[], { healthCheckPort }: HealthCheck): readonly number[] {
  if (healthCheckPort !== TRAFFIC_PORT) return [Number(healthCheckPort)];
  return listeners.map(({ nodePort }) => nodePort);
}

function addTargetGroup(
  builder: GraphBuilder,
  { input, facts }: Subject,
  { identity, health, targets, preserveClientIp }: Plan,
  { port, nodePort, targetProtocol }: ListenerPlan,
  tags: Tags,
): Handle<TargetGroupOut> {
  const { annotations, cluster, request } = input;
  const id = targetGroupName({
    clusterName: cluster.name,
    owner: request.owner,
    servicePort: port,
    nodePort,
    protocol: targetProtocol,
    healthCheckProtocol: health.healthCheckProtocol,
    healthCheckIntervalSeconds: health.healthCheckIntervalSeconds,
    letter: identity.name.slice(0, 1),
  });
  const group = builder.add(TARGET_GROUP, id, {
    protocol: targetProtocol,
    port: nodePort,
    vpcId: facts.vpcId,
    ...health,
    preserveClientIp,
    proxyProtocolV2: annotations.targetGroupAttributes?.['proxy_protocol_v2.enabled'] === 'true',
    tags,
  });
  if (targets !== undefined) {
    const { instances, expected } = targets;
    builder.add(TARGETS, id, { targetGroup: group.ref('arn'), port: nodePort, instances, expected });
  }
  return group;
}
