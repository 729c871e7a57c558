// What must hold once nothing moves any more: each wanted Service has its one load balancer, as it asks (rule 1); nothing
// with our mark lacks an owner (rule 2); nothing is ignored in silence (rule 9).
import type { Node, Service } from '../../../src/kube/types.ts';
import { balancerName, FINALIZER } from '../ledger.ts';
import { type BalancerLook, findBalancer, type ListenerLook } from '../looks.ts';
import { balancerOf, isOurs, ruleText } from '../rule-text.ts';
import { AWS, healthOf, instancesFor, isWanted, listenerProtocol, rangesOf, tagsOf } from '../wishes.ts';
import type { World } from '../world.ts';
import { thingsOf } from './release.ts';
import { expectedRules } from './wanted-rules.ts';

export interface RestOptions {
  /** Services that cannot be as they ask, for a reason of the test's. */
  readonly except?: readonly string[];
  /** Services whose faults are to be refused; all others are to be accepted. */
  readonly refused?: readonly string[];
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
  { except = [], refused = [], classless = true, events = true, lostRules = false }: RestOptions = {},
): readonly string[] {
  const services = world.ledger.all();
  const known = services.filter(({ metadata }) => !except.includes(metadata.name));
  return [
    ...known.flatMap((service) =>
      isWanted(service, classless) ? faultsOfWanted(world, service, refused, events) : faultsOfOther(world, service),
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
  refused: readonly string[],
  events: boolean,
): readonly string[] {
  const { name, uid, finalizers = [] } = service.metadata;
  const balancer = findBalancer(world.aws.state, balancerName(uid));
  const say = (what: string) => `${name}: ${what}`;
  const accepted = conditionOf(service, 'Accepted');
  if (refused.includes(name)) {
    if (accepted?.status !== 'False') return [say('it was not refused')];
    const told = !events || world.events(name).includes('Warning SyncLoadBalancerFailed');
    const silent = told && accepted.message !== '' ? [] : [say('it was refused in silence')];
    return [...silent, ...(balancer ? targetFaults(world, service, balancer) : []).map(say)];
  }
  const programmed = conditionOf(service, 'Programmed');
  if (accepted?.status !== 'True' || programmed?.status !== 'True') {
    return [say(`it is not programmed: ${JSON.stringify(service.status?.conditions ?? [])}`)];
  }
  if (!balancer) return [say('it has no load balancer')];
  const held = finalizers.includes(FINALIZER) ? [] : [say('it has no finalizer')];
  return [
    ...held,
    ...[...balancerFaults(world, service, balancer), ...targetFaults(world, service, balancer)].map(say),
  ];
}

function balancerFaults(world: World, service: Service, balancer: BalancerLook): readonly string[] {
  const annotations = service.metadata.annotations ?? {};
  const internal = ['true', '0.0.0.0/0'].includes(annotations[`${AWS}internal`] ?? '');
  const dnsName = [...world.aws.state.loadBalancers.values()].find(({ name }) => name === balancer.name)?.dnsName;
  const shown = service.status?.loadBalancer?.ingress?.map(({ hostname }) => hostname);
  const subnets = annotations[`${AWS}subnets`]?.split(',').toSorted();
  const crossZone = annotations[`${AWS}cross-zone-load-balancing-enabled`] ?? 'false';
  const ports = (service.spec.ports ?? []).map(({ port }) => port).sort((a, b) => a - b);
  const faults = [
    differs('scheme', balancer.scheme, internal ? 'internal' : 'internet-facing'),
    differs('status', shown, [dnsName]),
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
function targetFaults(world: World, service: Service, balancer: BalancerLook): readonly string[] {
  const wanted = instancesFor(service, world.api.list<Node>('Node'), world.unready);
  if (wanted.length === 0) return [];
  return balancer.listeners.flatMap(({ port, group }) =>
    differs(`targets of port ${port}`, group?.targets ?? [], wanted),
  );
}

function tagFaults(what: string, have: Readonly<Record<string, string>>, service: Service): readonly string[] {
  const user = tagsOf(service);
  const ours = (key: string) => /^(kubernetes\.io|fairlead\.dev|somebody)\//.test(key);
  const given = Object.fromEntries(Object.entries(have).filter(([key]) => !ours(key)));
  const sorted = (tags: object) => Object.entries(tags).sort();
  return differs(`tags of ${what}`, sorted(given), sorted(user));
}

function faultsOfOther(world: World, service: Service): readonly string[] {
  const { name, uid } = service.metadata;
  return thingsOf(world.aws.state, uid).map((thing) => `${name} wants no load balancer, but there is ${thing}`);
}

/** Things with our mark whose Service is not there. */
function orphans(world: World, services: readonly Service[]): readonly string[] {
  const { loadBalancers, targetGroups, listeners, securityGroups } = world.aws.state;
  const uids = new Set(services.map(({ metadata }) => metadata.uid));
  const rows = [loadBalancers, targetGroups, listeners, securityGroups].flatMap((table) => [...table.values()]);
  const lost = rows.filter(({ tags }) => {
    const uid = tags['fairlead.dev/owner']?.split('/')[1];
    return uid !== undefined && !uids.has(uid);
  });
  return lost.map((row) => `orphan: ${'name' in row ? row.name : `listener ${row.port}`}`);
}

/** Rules for load balancers whose Service is not there. */
function orphanedRules(world: World, services: readonly Service[]): readonly string[] {
  const names = new Set(services.map(({ metadata }) => balancerName(metadata.uid)));
  const rules = [...world.aws.state.securityGroups.values()].flatMap(({ ingress }) => ingress.filter(isOurs));
  const lost = rules.filter((rule) => {
    const name = balancerOf(rule);
    return name === undefined ? names.size === 0 : !names.has(name);
  });
  return lost.map((rule) => `orphan: ${ruleText(rule)}`);
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

function differs(what: string, have: unknown, want: unknown): readonly string[] {
  const [has, wants] = [JSON.stringify(have), JSON.stringify(want)];
  return has === wants ? [] : [`${what} is ${has}, not ${wants}`];
}
