// What must hold of a Classic Load Balancer once nothing moves any more: it is as its Service asks, part by part.
import type { Service } from '../../../src/kube/types.ts';
import { lookAtClassic } from '../classic-looks.ts';
import { classicAttributes, classicGroups, classicHealth, classicListener, proxyPorts } from '../classic-wishes.ts';
import { ruleText } from '../rule-text.ts';
import { AWS, rangesOf } from '../wishes.ts';
import type { World } from '../world.ts';
import { differs, tagFaults } from './differences.ts';

/** Everything but kind, scheme, address and instances. */
export function faultsOfClassic(world: World, service: Service, name: string): readonly string[] {
  const { state } = world.aws;
  const row = state.classicLoadBalancers.get(name);
  if (row === undefined) return ['it has no Classic Load Balancer'];
  const look = lookAtClassic(state, row);
  const subnets = service.metadata.annotations?.[`${AWS}subnets`]?.split(',').toSorted();
  const attributes = classicAttributes(service);
  // What was never set has no value.
  const given = Object.keys(attributes).map((key) => [key, look.attributes[key as keyof typeof attributes] ?? '']);
  return [
    differs('subnets', look.subnets, subnets ?? look.subnets),
    differs('listeners', listenersOf(world, name), wantedListeners(service)),
    differs('PROXY ports', look.proxyPorts, proxyPorts(service)),
    differs('health check', look.health, classicHealth(service)),
    differs('attributes', Object.fromEntries(given), attributes),
    ...groupFaults(world, service, name),
    ...tagFaults('load balancer', look.tags, service),
  ].flat();
}

/** With the security policy that their policies stand for. */
function listenersOf(world: World, name: string): readonly object[] {
  const { listeners = {}, policies = {} } = world.aws.state.classicLoadBalancers.get(name) ?? {};
  const all = Object.values(listeners).sort((a, b) => a.port - b.port);
  return all.map(({ port, protocol, instancePort, instanceProtocol, certificate, policies: names }) => {
    const standFor = names.map((one) => policies[one]?.attributes['Reference-Security-Policy'] ?? one);
    const sslPolicy = standFor.length > 1 ? standFor.join() : standFor[0];
    return { port, protocol, instancePort, instanceProtocol, certificate, sslPolicy };
  });
}

function wantedListeners(service: Service): readonly object[] {
  const wishes = (service.spec.ports ?? []).map((port) => classicListener(service, port));
  return wishes
    .toSorted((a, b) => a.port - b.port)
    .map(({ port, protocol, instancePort, instanceProtocol, certificate, sslPolicy }) => {
      return { port, protocol, instancePort, instanceProtocol, certificate, sslPolicy };
    });
}

/** The groups in their places, and in the managed one nothing but the ways in that the Service asks for. */
function groupFaults(world: World, service: Service, name: string): readonly string[] {
  const { securityGroups, classicLoadBalancers } = world.aws.state;
  const have = classicLoadBalancers.get(name)?.securityGroups ?? [];
  const { first, extra } = classicGroups(service);
  const shared = world.rules.ranges.sharedGroup;
  const named = first.length > 0 || shared === undefined ? first : [shared];
  const managed = [...securityGroups.values()].find((group) => group.name === `k8s-elb-${name}`);
  const wanted = named.length > 0 ? named : [managed?.id ?? 'a managed group'];
  const places = differs('groups', have.toSorted(), [...new Set([...wanted, ...extra])].sort());
  if (managed === undefined) return places;
  if (named.length > 0) return [...places, `there is a group ${managed.name}, which nothing uses`];
  const ways = (rangesOf(service) ?? []).flatMap((range) => [
    ...(service.spec.ports ?? []).map(({ port }) => `tcp ${port} ${range}`),
    `icmp 3-4 ${range}`,
  ]);
  const open = managed.ingress.map(ruleText).sort();
  const tags = tagFaults('security group', managed.tags, service);
  return [...places, ...differs('ways in', open, ways.sort()), ...tags];
}
