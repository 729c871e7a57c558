// From what a Service asks for and what OpenStack has to what should exist. Pure and total: the same input gives the same
// graph, on a laptop and in a browser too; what cannot be built is a problem, never an exception.
import { GraphBuilder, type Handle, handleOf } from '../../src/engine/graph.ts';
import type { Compiled } from '../../src/provider/provider.ts';
import type { Facts } from './facts.ts';
import { type FloatingSeat, floatingSeatOf } from './floating.ts';
import { checkFeatures, has } from './gates.ts';
import { addMembers, chosenNodes } from './members.ts';
import { addMonitor } from './monitors.ts';
import { baseOf, childName, poolDescription, poolId, serviceName, spotId, textOf } from './naming.ts';
import { addSecurityGroup } from './node-rules.ts';
import {
  FLOATING_IP,
  HEALTH_MONITOR,
  LISTENER,
  LOAD_BALANCER,
  type LoadBalancerOut,
  type LoadBalancerSpec,
  MEMBERS,
  POOL,
  SECURITY_GROUP,
  type Timeouts,
} from './resources.ts';
import { type Seat, seatOf } from './seat.ts';
import type { Shown } from './shown.ts';
import { vipOf } from './vip.ts';
import { type OpenstackInput, type Wish, type WishedPort, wishOf } from './wish.ts';
import { annotationName, Findings, optionName } from './wish-findings.ts';
import { joiningProblems } from './wish-joining.ts';

/** One Service is one stack. */
export function compile([input]: readonly OpenstackInput[], facts: Facts): Compiled {
  if (!input) return { problems: [] };
  const { wish, problems } = wishOf(input);
  if (!wish) return { problems };
  const findings = new Findings();
  checkFeatures(input, wish, facts, findings);
  const seat = seatOf(input, wish, facts, findings);
  const floating = seat && floatingSeatOf(input, wish, facts, seat, findings);
  const vip = seat && vipOf(input, wish, facts, seat, findings);
  warnOfSelector(input, wish, findings);
  const joining = seat && !seat.isMaker ? joiningProblems(input, wish) : [];
  const all = [...problems, ...findings.problems, ...joining];
  if (!seat || !vip || all.some(({ severity }) => severity === 'error')) return { problems: all };
  return { graph: graphOf({ input, wish, facts, seat, floating, vip }), problems: all };
}

function warnOfSelector(input: OpenstackInput, wish: Wish, findings: Findings): void {
  if (input.nodes.length === 0 || chosenNodes(input.nodes, wish).length > 0) return;
  const { nodeSelector: own } = input.annotations;
  const labels = Object.entries(wish.nodeSelector).map(([key, value]) => (value === '' ? key : `${key}=${value}`));
  const because = 'no node fits: members stay as they are';
  findings.warn(
    own === undefined ? optionName('nodeSelector') : annotationName('nodeSelector'),
    labels.join(','),
    { code: 'no-effect', because },
    'labels of some node',
  );
}

interface Plan {
  readonly input: OpenstackInput;
  readonly wish: Wish;
  readonly facts: Facts;
  readonly seat: Seat;
  readonly floating: FloatingSeat | undefined;
  readonly vip: LoadBalancerSpec;
}

function graphOf(plan: Plan) {
  const { input, wish, facts, seat, floating } = plan;
  const graph = new GraphBuilder();
  const { cluster, request } = input;
  graph.show({
    loadBalancer: seat.id,
    floatingIp: floating ? baseOf(cluster.name, seat.id) : null,
    proxy: wish.proxy !== 'none',
    ...(asksInVain(plan) && { keepsId: true }),
    ...(wish.hostname !== undefined && { hostname: wish.hostname }),
    ...(wish.ingressHostname && { suffix: wish.ingressHostname.suffix }),
  } satisfies Shown);
  if (seat.blocked !== undefined) graph.block(LOAD_BALANCER, seat.id, seat.blocked);
  if (seat.clearing !== undefined) {
    // The floating IP is let go of by what has it, and taken again.
    graph.hold(FLOATING_IP);
    for (const id of seat.keeps ?? []) graph.add(LOAD_BALANCER, id, plan.vip);
    if (seat.keeps) for (const kind of [SECURITY_GROUP, ...INSIDE]) graph.hold(kind);
    graph.clear(seat.clearing);
    return graph.build();
  }
  const loadBalancer = graph.add(LOAD_BALANCER, seat.id, plan.vip);
  addFloatingIp(graph, plan, loadBalancer);
  addSecurityGroup(graph, input, wish, facts, seat);
  if (seat.stuck) {
    for (const kind of INSIDE) graph.hold(kind);
    return graph.build();
  }
  const spots = new Map(wish.ports.map((port) => [spotId(seat.id, port), port]));
  const ports = [...spots.values()];
  for (const [index, port] of ports.entries()) addPort(graph, plan, loadBalancer, port, index);
  for (const { old, why } of seat.replaces) {
    const by = `${LOAD_BALANCER.name}/${seat.id}`;
    graph.replace(LOAD_BALANCER, old.id, by, why, seat.isMaker && plan.floating !== undefined);
    // As long as it serves, it follows the Service in all that can change, above all in who may come. It reaches the nodes as it did.
    if (old.owners.join() !== textOf(request.owner) || old.status === 'ERROR') continue;
    const { memberSubnetId: _, ...rest } = wish;
    const seatOfOld = { ...plan, wish: rest, seat: { ...seat, id: old.id, existing: old } };
    const handle = handleOf<LoadBalancerOut>(LOAD_BALANCER, old.id);
    for (const [index, port] of ports.entries()) addPort(graph, seatOfOld, handle, port, index);
  }
  return graph.build();
}

/** It names another load balancer, which it may not change to: what it asks for stays there to be read. */
function asksInVain({ wish: { sharedId }, seat, facts }: Plan): boolean {
  if (seat.blocked === undefined || sharedId === undefined || sharedId === seat.existing?.uuid) return false;
  return facts.loadBalancers.some(({ uuid }) => uuid === sharedId);
}

/** What a load balancer has in it. */
const INSIDE = [POOL, MEMBERS, HEALTH_MONITOR, LISTENER];

function addFloatingIp(graph: GraphBuilder, plan: Plan, loadBalancer: Handle<LoadBalancerOut>): void {
  const { floating, seat, input } = plan;
  if (!floating) return;
  const id = baseOf(input.cluster.name, seat.id);
  if (floating.blocked !== undefined) graph.block(FLOATING_IP, id, floating.blocked);
  if (floating.clearing !== undefined) {
    graph.clear(floating.clearing);
    return;
  }
  // A new one is made at once; one that serves elsewhere moves when the new place works.
  const port = floating.moves ? loadBalancer.settledRef('vipPortId') : loadBalancer.ref('vipPortId');
  graph.add(FLOATING_IP, id, { ...floating.spec, port });
}

function addPort(
  graph: GraphBuilder,
  { input, wish, facts, seat }: Plan,
  loadBalancer: Handle<LoadBalancerOut>,
  port: WishedPort,
  index: number,
): void {
  const { protocol, port: number, listenerProtocol, poolProtocol } = port;
  const { version } = facts;
  const { owner } = input.request;
  const service = serviceName(input.cluster.name, owner);
  const id = poolId(seat.id, port, poolProtocol);
  const pool = graph.add(POOL, id, {
    protocol,
    port: number,
    loadBalancer: loadBalancer.ref('uuid'),
    poolProtocol,
    method: wish.method,
    affinity: wish.affinity,
    name: childName('pool', index, service),
    description: poolDescription(owner, port),
  });
  addMembers(graph, input, wish, version, id, port);
  addMonitor(graph, wish, version, pool, port, childName('monitor', index, service));
  const isOvn = wish.provider === 'ovn';
  graph.add(LISTENER, spotId(seat.id, port), {
    protocol,
    port: number,
    loadBalancer: loadBalancer.ref('uuid'),
    listenerProtocol,
    pool: pool.ref('uuid'),
    connectionLimit: wish.connectionLimit,
    timeouts: isOvn || !has(version, 'timeouts') ? null : timeoutsOf(wish),
    allowedCidrs: isOvn || !has(version, 'allowedCidrs') ? null : wish.allowedCidrs,
    tlsRef: wish.tlsRef ?? null,
    xForwardedFor: wish.xForwardedFor,
    tags: has(version, 'tags') ? [service] : [],
    name: childName('listener', index, service),
  });
}

/** Octavia's own defaults, where nobody says otherwise. */
function timeoutsOf({ timeouts }: Wish): Timeouts {
  const { clientData = 50_000, memberConnect = 5_000, memberData = 50_000, tcpInspect = 0 } = timeouts;
  return { clientData, memberConnect, memberData, tcpInspect };
}
