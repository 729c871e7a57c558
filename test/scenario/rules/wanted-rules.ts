// The rules that the group of some nodes needs for the Services that are served there.
import type { Node, Service } from '../../../src/kube/types.ts';
import { classicGroups } from '../classic-wishes.ts';
import { doorsOf } from '../doors.ts';
import { findBalancer } from '../looks.ts';
import { EVERYWHERE, healthOf, instancesFor, rangesOf } from '../wishes.ts';
import type { World } from '../world.ts';

/** As `tcp 30000 0.0.0.0/0`. */
export function expectedRules(world: World, services: readonly Service[], groupId: string): ReadonlySet<string> {
  const nodes = world.api.list<Node>('Node');
  const here = services.filter((service) =>
    instancesFor(service, nodes, world.unready).some((id) => groupOf(world, id) === groupId),
  );
  return new Set(here.flatMap((service) => rulesOf(world, service)));
}

/** The one group of an instance that has the cluster's tag, or its only one. */
function groupOf(world: World, instance: string): string | undefined {
  const groups = world.aws.state.instances.get(instance)?.groups ?? [];
  const tag = `kubernetes.io/cluster/${world.clusterName}`;
  const tagged = groups.filter((id) => world.aws.state.securityGroups.get(id)?.tags[tag] !== undefined);
  const candidates = tagged.length > 0 ? tagged : groups;
  return candidates.length === 1 ? candidates[0] : undefined;
}

function rulesOf(world: World, service: Service): readonly string[] {
  const { state } = world.aws;
  return doorsOf(state, service.metadata.uid).flatMap(({ kind, name }) => {
    if (kind === 'nlb') return nlbRules(world, service, name);
    // The groups of a load balancer have no order; those of the Service do.
    const [has] = state.classicLoadBalancers.get(name)?.securityGroups ?? [];
    const first = classicGroups(service).first[0] ?? has;
    return first === undefined ? [] : [`-1 all ${first}`];
  });
}

function nlbRules(world: World, service: Service, name: string): readonly string[] {
  const ranges = rangesOf(service) ?? [];
  const { subnets = [] } = findBalancer(world.aws.state, name) ?? {};
  const networks = subnets.map((id) => world.aws.state.subnets.get(id)?.cidr ?? id);
  const ports = service.spec.ports ?? [];
  const clients = ports.flatMap(({ protocol = 'TCP', nodePort }) =>
    ranges.map((range) => `${protocol.toLowerCase()} ${nodePort} ${range}`),
  );
  const { port: healthPort } = healthOf(service);
  const checked = healthPort === 'traffic-port' ? ports.map(({ nodePort }) => nodePort) : [Number(healthPort)];
  const isOpen = ranges.length === 1 && ranges[0] === EVERYWHERE;
  const health = checked
    .filter((port) => !(isOpen && clients.includes(`tcp ${port} ${EVERYWHERE}`)))
    .flatMap((port) => networks.map((network) => `tcp ${port} ${network}`));
  return [...clients, ...health, ...ranges.map((range) => `icmp 3-4 ${range}`)];
}
