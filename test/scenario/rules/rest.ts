// What must hold once nothing moves any more: each wanted Service has its one load balancer, as it asks (rule 1); nothing
// with our mark lacks an owner (rule 2); nothing is ignored in silence (rule 9).
import type { Node, Service } from '../../../src/kube/types.ts';
import { type Door, doorsOf } from '../doors.ts';
import { addressOf, FINALIZER, isBalancerName } from '../ledger.ts';
import { type BalancerLook, findBalancer, type ListenerLook } from '../looks.ts';
import { balancerOf, isOurs, ruleText } from '../rule-text.ts';
import { AWS, healthOf, instancesFor, isWanted, kindOf, listenerProtocol, rangesOf, schemeOf } from '../wishes.ts';
import type { World } from '../world.ts';
import { faultsOfClassic } from './classic.ts';
import { differs, tagFaults } from './differences.ts';
import { thingsOf } from './release.ts';
import { expectedRules } from './wanted-rules.ts';

export interface RestOptions {
  /** Services that cannot be as they ask, for a reason of the test's. */
  readonly except?: readonly string[];
  /** Services whose faults are to be refused; all others are to be accepted. */
  readonly refused?: readonly string[];
  /** Services that would need a replacement, which they do not allow; in all else they are to be as they ask. */
  readonly blocked?: readonly string[];
  readonly classless?: boolean;
  /** False: events may have been lost with a process that died. */
  readonly events?: boolean;
  /**
   * True: rules of Services that went by force may be left, since nothing but the load balancer tells whose they are, and
   * that may not have been there yet, or any more.
   */
  readonly lostRules?: boolean;
}

/** Everything that is not as it should be. */
export function faultsAtRest(
  world: World,
  { except = [], refused = [], blocked = [], classless = true, events = true, lostRules = false }: RestOptions = {},
): readonly string[] {
  const services = world.ledger.all();
  const known = services.filter(({ metadata }) => !except.includes(metadata.name));
  return [
    ...known.flatMap((service) =>
      isWanted(service, classless)
        ? faultsOfWanted(world, service, { refused, blocked, events })
        : faultsOfOther(world, service),
    ),
    ...orphans(world, services),
    ...orphanedRules(world, services).filter(() => !lostRules),
    ...faultsOfRules(
      world,
      services.filter((service) => isWanted(service, classless)),
      except,
      lostRules,
    ),
  ];
}

function conditionOf(service: Service, type: string) {
  return service.status?.conditions?.find((condition) => condition.type === `fairlead.dev/${type}`);
}

function faultsOfWanted(
  world: World,
  service: Service,
  { refused, blocked, events }: Required<Pick<RestOptions, 'refused' | 'blocked' | 'events'>>,
): readonly string[] {
  const { name, uid, finalizers = [] } = service.metadata;
  const doors = doorsOf(world.aws.state, uid);
  const [door] = doors;
  const say = (what: string) => `${name}: ${what}`;
  const accepted = conditionOf(service, 'Accepted');
  if (refused.includes(name)) {
    if (accepted?.status !== 'False') return [say('it was not refused')];
    const told = !events || world.events(name).includes('Warning SyncLoadBalancerFailed');
    const silent = told && accepted.message !== '' ? [] : [say('it was refused in silence')];
    return [...silent, ...doors.flatMap((one) => targetFaults(world, service, one)).map(say)];
  }
  const isBlocked = blocked.includes(name);
  const programmed = conditionOf(service, 'Programmed');
  const isAsMeant = isBlocked ? programmed?.reason === 'ReplacementBlocked' : programmed?.status === 'True';
  if (accepted?.status !== 'True' || !isAsMeant) {
    return [say(`it is not as it should be: ${JSON.stringify(service.status?.conditions ?? [])}`)];
  }
  if (door === undefined) return [say('it has no load balancer')];
  // Which of them clients use nobody knows for sure, so none goes without leave.
  if (doors.length > 1 && isBlocked) {
    const known = doors.some(({ dnsName }) => dnsName === addressOf(service));
    const faults = doors.flatMap((one) => targetFaults(world, service, one));
    return [...(known ? [] : ['its address is that of none']), ...faults].map(say);
  }
  if (doors.length > 1) return [say(`it has ${doors.map((one) => `${one.kind} ${one.name}`).join(' and ')}`)];
  const kind = kindOf(service, world.defaultKind);
  const held = finalizers.includes(FINALIZER) ? [] : [say('it has no finalizer')];
  const replacing = conditionOf(service, 'Replacing');
  const fixed = [...differs('kind', door.kind, kind), ...differs('scheme', door.scheme, schemeOf(service))];
  const faults = [
    ...differs('status', addressOf(service), door.dnsName),
    ...(replacing === undefined ? [] : ['it is said to be replaced']),
    ...targetFaults(world, service, door),
    ...(isBlocked ? [] : fixed),
    ...(isBlocked && fixed.length === 0 ? ['it is blocked though it has what it asks for'] : []),
    // What it is not, it cannot become part by part.
    ...(door.kind === kind ? leftovers(world, uid) : []),
    ...(door.kind === kind ? balancerFaults(world, service, door) : []).filter((one) => !isBlocked || !isPlace(one)),
  ];
  return [...held, ...faults.map(say)];
}

/** What was made for it and is used by nothing. */
function leftovers(world: World, uid: string): readonly string[] {
  const { loadBalancers, classicLoadBalancers, targetGroups, listeners, securityGroups } = world.aws.state;
  const isOurs = ({ tags }: { readonly tags: Readonly<Record<string, string>> }) =>
    tags['fairlead.dev/owner']?.endsWith(`/${uid}`) === true;
  const forwarded = new Set([...listeners.values()].flatMap(({ forward }) => forward.map((to) => to.targetGroupArn)));
  const balancers = [...loadBalancers.values(), ...classicLoadBalancers.values()];
  const worn = new Set(balancers.flatMap((balancer) => balancer.securityGroups));
  return [
    ...[...targetGroups.values()].filter((one) => isOurs(one) && !forwarded.has(one.arn)),
    ...[...securityGroups.values()].filter((one) => isOurs(one) && !worn.has(one.id)),
  ].map(({ name }) => `nothing uses ${name}`);
}

/** A load balancer that keeps its scheme stays where it is. */
const isPlace = (fault: string) => fault.startsWith('subnets ');

function balancerFaults(world: World, service: Service, { kind, name }: Door): readonly string[] {
  if (kind === 'classic') return faultsOfClassic(world, service, name);
  const balancer = findBalancer(world.aws.state, name);
  return balancer === undefined ? ['it has no Network Load Balancer'] : faultsOfNlb(service, balancer);
}

function faultsOfNlb(service: Service, balancer: BalancerLook): readonly string[] {
  const annotations = service.metadata.annotations ?? {};
  const subnets = annotations[`${AWS}subnets`]?.split(',').toSorted();
  const crossZone = annotations[`${AWS}cross-zone-load-balancing-enabled`] ?? 'false';
  const ports = (service.spec.ports ?? []).map(({ port }) => port).sort((a, b) => a - b);
  const faults = [
    differs('subnets', balancer.subnets, subnets ?? balancer.subnets),
    differs('cross zone', balancer.attributes['load_balancing.cross_zone.enabled'], crossZone),
    differs(
      'listeners',
      balancer.listeners.map(({ port }) => port),
      ports,
    ),
    ...tagFaults('load balancer', balancer.tags, service),
  ];
  const listeners = balancer.listeners.flatMap((listener) => listenerFaults(service, listener));
  return [...faults.flat(), ...listeners];
}

function listenerFaults(service: Service, listener: ListenerLook): readonly string[] {
  const port = service.spec.ports?.find((one) => one.port === listener.port);
  if (!port) return [];
  const { group } = listener;
  const what = `port ${listener.port}`;
  if (!group) return [`${what} forwards nowhere`];
  const health = healthOf(service);
  const times = `${health.intervalSeconds}/${health.timeoutSeconds} s ${health.healthyThreshold}/${health.unhealthyThreshold}`;
  return [
    differs(`${what} protocol`, listener.protocol, listenerProtocol(service, port)),
    differs(`${what} node port`, group.port, port.nodePort),
    differs(`${what} target protocol`, group.protocol, port.protocol ?? 'TCP'),
    differs(`${what} health check`, group.health, `${health.protocol} ${health.port} ${health.path ?? '-'} ${times}`),
    ...tagFaults(`listener ${listener.port}`, listener.tags, service),
    ...tagFaults(`target group ${group.name}`, group.tags, service),
  ].flat();
}

/** Targets follow nodes even where the rest of the Service is at fault. With no node at all they stay. */
function targetFaults(world: World, service: Service, { passages }: Door): readonly string[] {
  const wanted = instancesFor(service, world.api.list<Node>('Node'), world.unready);
  if (wanted.length === 0) return [];
  return passages.flatMap(({ port, instances }) => differs(`targets of port ${port}`, instances, wanted));
}

function faultsOfOther(world: World, service: Service): readonly string[] {
  const { name, uid } = service.metadata;
  return thingsOf(world.aws.state, uid).map((thing) => `${name} wants no load balancer, but there is ${thing}`);
}

/** Things with our mark whose Service is not there. */
function orphans(world: World, services: readonly Service[]): readonly string[] {
  const { loadBalancers, classicLoadBalancers, targetGroups, listeners, securityGroups } = world.aws.state;
  const uids = new Set(services.map(({ metadata }) => metadata.uid));
  const tables = [loadBalancers, classicLoadBalancers, targetGroups, listeners, securityGroups];
  const rows = tables.flatMap((table) => [...table.values()]);
  const lost = rows.filter(({ tags }) => {
    const uid = tags['fairlead.dev/owner']?.split('/')[1];
    return uid !== undefined && !uids.has(uid);
  });
  return lost.map((row) => `orphan: ${'name' in row ? row.name : `listener ${row.port}`}`);
}

/** Rules for load balancers whose Service is not there, or has another one. */
function orphanedRules(world: World, services: readonly Service[]): readonly string[] {
  const nodes = world.api.list<Node>('Node');
  const isKnown = (name: string | undefined) =>
    services.some((service) => {
      const { uid } = service.metadata;
      if (name === undefined) return true;
      if (!isBalancerName(uid, name)) return false;
      const doors = doorsOf(world.aws.state, uid);
      // Without nodes nobody can tell in which groups they would be, and of a Service at fault what it needs: rules stay.
      const isFaulty = conditionOf(service, 'Accepted')?.status === 'False';
      const isHeld = isFaulty || doors.length === 0 || instancesFor(service, nodes, world.unready).length === 0;
      return isHeld || doors.some((door) => door.name === name);
    });
  const rules = [...world.aws.state.securityGroups.values()].flatMap(({ ingress }) => ingress.filter(isOurs));
  return rules.filter((rule) => !isKnown(balancerOf(rule))).map((rule) => `orphan: ${ruleText(rule)}`);
}

/** The rules of the nodes' groups are the union of what valid Services need, and nothing else. */
function faultsOfRules(
  world: World,
  wanted: readonly Service[],
  except: readonly string[],
  lostRules: boolean,
): readonly string[] {
  const nodes = world.api.list<Node>('Node');
  const isSettled = (service: Service) =>
    conditionOf(service, 'Programmed')?.status === 'True' &&
    conditionOf(service, 'Accepted')?.status === 'True' &&
    rangesOf(service) !== undefined &&
    !except.includes(service.metadata.name) &&
    instancesFor(service, nodes, world.unready).length > 0;
  const faults: string[] = [];
  for (const group of world.aws.state.securityGroups.values()) {
    if (group.tags['fairlead.dev/owner'] !== undefined) continue;
    const expected = expectedRules(world, wanted.filter(isSettled), group.id);
    const foreign = new Set(group.ingress.filter((rule) => !isOurs(rule)).map(ruleText));
    const have = new Set(group.ingress.filter(isOurs).map(ruleText));
    const missing = [...expected].filter((rule) => !have.has(rule) && !foreign.has(rule));
    faults.push(...missing.map((rule) => `rules: ${group.name} lacks ${rule}`));
    if (!wanted.every(isSettled) || lostRules) continue;
    const extra = [...have].filter((rule) => !expected.has(rule));
    faults.push(...extra.map((rule) => `rules: ${group.name} has ${rule}, which nobody needs`));
  }
  return faults;
}
