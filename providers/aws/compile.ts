// From one Service and what AWS told to the resources of its Network Load Balancer. Pure, total, and runs in a browser.
import { type Graph, GraphBuilder, type Handle } from '../../src/engine/graph.ts';
import type { Listed } from '../../src/engine/kind.ts';
import type { Compiled, Input } from '../../src/provider/provider.ts';
import type { Annotations } from './annotations.ts';
import { checkCertificate } from './compile/certificate.ts';
import { clientsOf, EVERYWHERE } from './compile/clients.ts';
import { annotationName, Findings } from './compile/findings.ts';
import { chooseGroups, type GroupChoice, managedRules } from './compile/groups.ts';
import { type Placement, placementOf } from './compile/placement.ts';
import { type ListenerPlan, planListeners } from './compile/ports.ts';
import { checkRequest, checkType } from './compile/request.ts';
import { planTargets, type TargetPlan } from './compile/targets.ts';
import type { Facts } from './facts.ts';
import { type HealthCheck, healthCheckOf, TRAFFIC_PORT } from './health.ts';
import { loadBalancerName, securityGroupName, targetGroupName } from './naming.ts';
import { rulesFor } from './node-rules.ts';
import type { Options } from './options.ts';
import {
  LISTENER,
  LOAD_BALANCER,
  listenerId,
  NODE_RULES,
  SECURITY_GROUP,
  TARGET_GROUP,
  TARGETS,
  type TargetGroupOut,
} from './resources.ts';
import { type Tags, wantedTags } from './tags.ts';

export type AwsInput = Input<Annotations, Options>;

/** What a TLS listener has whose policy nobody chose (ELB user guide, "Security policies for your NLB"). */
const DEFAULT_SSL_POLICY = 'ELBSecurityPolicy-2016-08';

const LABELS_KEY = annotationName('targetNodeLabels').key;

export function compile(members: readonly AwsInput[], facts: Facts): Compiled {
  const findings = new Findings();
  const [input] = members;
  if (input === undefined || !checkType(input.annotations, input.options, findings)) {
    return { problems: findings.problems };
  }
  const plan = planOf(input, facts, findings);
  if (findings.hasErrors) return { problems: findings.problems };
  return { graph: build(input, facts, plan), problems: findings.problems };
}

/** Everything that is decided before the first resource is written down. */
interface Plan {
  readonly name: string;
  readonly listeners: readonly ListenerPlan[];
  readonly health: HealthCheck;
  readonly clients: readonly string[];
  readonly placement: Placement;
  readonly groups: GroupChoice;
  readonly targets: TargetPlan | undefined;
  readonly preserveClientIp: boolean;
}

function planOf({ request, annotations, options, cluster, nodes }: AwsInput, facts: Facts, findings: Findings): Plan {
  const name = loadBalancerName(request.owner.uid);
  const existing = facts.loadBalancers[name];
  checkRequest(request, findings);
  checkCertificate(annotations.sslCert, facts, findings);
  const plan: Plan = {
    name,
    listeners: planListeners(request, annotations, findings),
    health: healthCheckOf(request, annotations, findings),
    clients: clientsOf(request, annotations, findings),
    placement: placementOf(annotations, facts, { clusterName: cluster.name, existing }, findings),
    groups: chooseGroups(annotations, options, existing, facts.groups, findings),
    targets: planTargets(nodes, annotations.targetNodeLabels ?? {}, facts, name, findings),
    preserveClientIp: annotations.targetGroupAttributes?.['preserve_client_ip.enabled'] !== 'false',
  };
  checkClientIp(plan, findings);
  return plan;
}

/** What follows from hiding the clients' addresses from the nodes. */
function checkClientIp({ preserveClientIp, listeners, clients, groups }: Plan, findings: Findings): void {
  if (preserveClientIp) return;
  const name = annotationName('targetGroupAttributes');
  const value = 'preserve_client_ip.enabled=false';
  const datagrams = listeners.find(({ protocols }) => protocols.includes('udp'));
  if (datagrams !== undefined) {
    const because = `AWS does not allow with UDP (port ${datagrams.port})`;
    findings.error(name, value, { code: 'conflict', because, expected: 'preserve_client_ip.enabled=true' });
  }
  if (groups.use === 'none' && !isOpen(clients)) {
    findings.error(name, value, {
      code: 'conflict',
      because: 'hides the clients from the rules of the nodes, so that source ranges would keep nobody out',
      expected: 'clients that are preserved, or a load balancer with security groups (--aws-nlb-security-groups)',
    });
  }
}

function isOpen(clients: readonly string[]): boolean {
  return clients.length === 1 && clients[0] === EVERYWHERE;
}

function build(input: AwsInput, facts: Facts, plan: Plan): Graph {
  const { request, annotations, cluster } = input;
  const { owner } = request;
  const builder = new GraphBuilder();
  const user = annotations.additionalResourceTags ?? {};
  const tags = wantedTags({ cluster, owner, user, named: true });
  const groups = addGroups(builder, input, facts, plan);
  addNodeRules(builder, plan);
  const { scheme, subnets, addresses } = plan.placement;
  const logs = annotations.accessLogEnabled;
  const balancer = builder.add(LOAD_BALANCER, plan.name, {
    scheme,
    subnets,
    addresses,
    hasSecurityGroups: groups.length > 0,
    securityGroups: groups,
    crossZone: annotations.crossZoneLoadBalancingEnabled,
    accessLogs: logs,
    accessLogBucket: logs ? (annotations.accessLogS3BucketName ?? '') : null,
    accessLogPrefix: logs ? (annotations.accessLogS3BucketPrefix ?? '') : null,
    tags,
  });
  for (const listener of plan.listeners) {
    const group = addTargetGroup(builder, input, facts, plan, listener, tags);
    const tls = listener.protocol === 'TLS';
    builder.add(LISTENER, listenerId(plan.name, listener.port), {
      loadBalancer: balancer.ref('arn'),
      protocol: listener.protocol,
      targetGroup: group.ref('arn'),
      certificate: tls ? (annotations.sslCert ?? null) : null,
      sslPolicy: tls ? (annotations.sslNegotiationPolicy ?? DEFAULT_SSL_POLICY) : null,
      tags,
    });
  }
  if (plan.targets === undefined) builder.hold(TARGETS);
  if (!plan.targets?.groups) builder.hold(NODE_RULES);
  return builder.build();
}

/** The groups of the load balancer: ids, and the reference to the one that is made for it. */
function addGroups(
  builder: GraphBuilder,
  { request, annotations, options, cluster }: AwsInput,
  facts: Facts,
  plan: Plan,
) {
  if (plan.groups.use === 'named') return plan.groups.ids;
  if (plan.groups.use === 'none') return [];
  const { owner } = request;
  const user = annotations.additionalResourceTags ?? {};
  const group = builder.add(SECURITY_GROUP, securityGroupName(options.ccmClusterName, owner), {
    vpcId: facts.vpcId,
    rules: managedRules(plan.listeners, plan.clients),
    tags: wantedTags({ cluster, owner, user, named: false }),
  });
  return [group.ref('groupId')];
}

function addNodeRules(
  builder: GraphBuilder,
  { name, listeners, health, clients, placement, targets, ...plan }: Plan,
): void {
  if (!targets?.groups) return;
  const rules = rulesFor({
    loadBalancer: name,
    ports: listeners,
    healthPorts: healthPorts(listeners, health),
    // Where the nodes do not see the clients, what they see is the load balancer itself.
    clients: plan.preserveClientIp || isOpen(clients) ? clients : placement.cidrs,
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
  { request, annotations, cluster }: AwsInput,
  { vpcId }: Facts,
  { health, targets, preserveClientIp }: Plan,
  { port, nodePort, targetProtocol }: ListenerPlan,
  tags: Tags,
): Handle<TargetGroupOut> {
  const id = targetGroupName({
    clusterName: cluster.name,
    owner: request.owner,
    servicePort: port,
    nodePort,
    protocol: targetProtocol,
    healthCheckProtocol: health.healthCheckProtocol,
    healthCheckIntervalSeconds: health.healthCheckIntervalSeconds,
  });
  const group = builder.add(TARGET_GROUP, id, {
    protocol: targetProtocol,
    port: nodePort,
    vpcId,
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

/**
 * For a Service with an annotation at fault: the targets of every target group that it has. If the labels are at fault,
 * or no node can be told, the targets stay as they are.
 */
export function retarget(
  { annotations, given, nodes, request }: AwsInput,
  facts: Facts,
  existing: readonly (Listed & { readonly kind: string })[],
): Graph {
  const builder = new GraphBuilder();
  // A faulty annotation has no value.
  const labels: Annotations['targetNodeLabels'] = annotations.targetNodeLabels;
  const text = Object.hasOwn(given, LABELS_KEY) ? (given[LABELS_KEY] ?? '') : '';
  const faulty = labels === undefined && text.trim() !== '';
  const name = loadBalancerName(request.owner.uid);
  const targets = faulty ? undefined : planTargets(nodes, labels ?? {}, facts, name, new Findings());
  if (targets === undefined) {
    builder.hold(TARGETS);
    return builder.build();
  }
  for (const { kind, id, out } of existing) {
    if (kind !== TARGET_GROUP.name) continue;
    const { arn, port } = out as TargetGroupOut;
    const { instances, expected } = targets;
    builder.add(TARGETS, id, { targetGroup: arn, port, instances, expected });
  }
  return builder.build();
}
