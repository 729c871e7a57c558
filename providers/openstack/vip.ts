// What a load balancer is made with: above all where it has its address. Pure.
import { type ExistingLoadBalancer, type Facts, subnetOf } from './facts.ts';
import { placeOf, textOf } from './naming.ts';
import type { LoadBalancerSpec } from './resources.ts';
import type { Seat } from './seat.ts';
import type { OpenstackInput, Wish } from './wish.ts';
import { annotationName, type Findings } from './wish-findings.ts';

/** Undefined: there is an error in `findings`. */
export function vipOf(
  input: OpenstackInput,
  wish: Wish,
  facts: Facts,
  seat: Seat,
  findings: Findings,
): LoadBalancerSpec | undefined {
  const { owner } = input.request;
  const common = {
    owners: [textOf(owner)],
    madeBy: placeOf(input.cluster.name, seat.id) ? 'controller' : 'hand',
    made: wish.serial ? 'step by step' : 'whole',
  } as const;
  const nothing = { portId: null, subnetId: null, networkId: null, address: null, flavorId: null, zone: null };
  // What it cannot be changed to was told from what the Service asks for already.
  if (seat.existing) {
    if (seat.isMaker) warnOfClass(input, seat.existing, findings);
    return { ...common, ...nothing, provider: null };
  }
  const { portId, subnetId, networkId, address } = wish.vip;
  const isPlaced = portId !== undefined || subnetId !== undefined || networkId !== undefined;
  const found = isPlaced ? undefined : subnetOfNodes(input, wish, facts, findings);
  if (!isPlaced && found === undefined) return undefined;
  return {
    ...common,
    portId: portId ?? null,
    subnetId: subnetId ?? found ?? null,
    networkId: networkId ?? null,
    address: address ?? null,
    flavorId: wish.flavorId ?? null,
    zone: wish.availabilityZone ?? null,
    provider: wish.provider,
  };
}

/** Where nobody says otherwise: beside the nodes. */
function subnetOfNodes(
  { nodes }: OpenstackInput,
  { family }: Wish,
  facts: Facts,
  findings: Findings,
): string | undefined {
  for (const { name } of nodes) {
    const found = subnetOf(facts.nodes[name], family);
    if (found) return found;
  }
  const why =
    nodes.length === 0
      ? 'and there is no node whose subnet could be taken'
      : `and Neutron shows no port with the ${family} address of any node`;
  const expected = 'the UUID of a subnet for the load balancer, here or as option --openstack-subnet-id';
  findings.missing(annotationName('subnetId'), why, expected);
  return undefined;
}

/** A class is the operators' to change: what it says of the address counts when a load balancer is made. */
function warnOfClass(
  { annotations, options }: OpenstackInput,
  { subnetId, networkId }: ExistingLoadBalancer,
  findings: Findings,
): void {
  const name = annotations.class ?? '';
  const says = options.loadBalancerClasses?.[name];
  const differs = (want: string | undefined, have: string | null, own: string | undefined) =>
    own === undefined && want !== undefined && have !== null && want !== have;
  if (!says || annotations.portId) return;
  if (
    differs(says.subnetId, subnetId, annotations.subnetId) ||
    differs(says.networkId, networkId, annotations.networkId)
  ) {
    const because = 'the load balancer has its address in another subnet, and a class counts when one is made';
    findings.idle(annotationName('class'), name, because, 'the class that it was made with, or a new Service');
  }
}
