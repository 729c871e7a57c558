// Which load balancer a Service has, gets or shares: by what exists, what of it cannot be changed, and what the Service
// allows. Pure.
import { isOwnedBy } from '../../src/engine/owner.ts';
import type { ExistingLoadBalancer, Facts } from './facts.ts';
import { has } from './gates.ts';
import { clusterOf, loadBalancerName, placeOf, serviceName, textOf } from './naming.ts';
import type { OpenstackInput, Wish } from './wish.ts';
import { annotationName, type Findings } from './wish-findings.ts';
import { KEY_OF_ADDRESS } from './written.ts';

export interface Seat {
  /** The engine's id. */
  readonly id: string;
  /** Absent: it is to be made. */
  readonly existing?: ExistingLoadBalancer;
  /** False: another Service, or somebody by hand, made it and says what it is like. */
  readonly isMaker: boolean;
  /** Those that it stands in for, each with the reason. */
  readonly replaces: readonly { readonly old: ExistingLoadBalancer; readonly why: string }[];
  /** What would need another load balancer, which the Service does not allow. */
  readonly blocked?: string;
  /** Why nothing can be made before what exists is gone. */
  readonly clearing?: string;
  /** Ids of those that stay while others are cleared away. */
  readonly keeps?: readonly string[];
  /** Octavia changes nothing in it any more. */
  readonly stuck?: true;
}

const ALLOW = 'the annotation fairlead.dev/allow-replacement "true" lets it be replaced';

/** Undefined: there is an error in `findings`. */
export function seatOf(input: OpenstackInput, wish: Wish, facts: Facts, findings: Findings): Seat | undefined {
  const own = ownOf(input, facts);
  const shared = sharedOf(input, wish, facts, own, findings);
  if (findings.hasErrors) return undefined;
  if (shared) return besideOwn(input, shared, own);
  const usable = own.filter((one) => one.status !== 'ERROR' && misfitsOf(input, wish, one).length === 0);
  // One that is going is meant only where there is no other.
  const chosen = usable.find(({ status }) => status !== 'PENDING_DELETE') ?? usable[0];
  const others = own.filter((one) => one !== chosen);
  if (chosen && !chosen.owners.includes(textOf(input.request.owner)) && isFull(chosen, wish, findings))
    return undefined;
  if (chosen) {
    const replaces = others.map((old) => ({ old, why: whyOf(input, wish, old) || `${chosen.id} is used` }));
    return { id: chosen.id, existing: chosen, isMaker: true, replaces };
  }
  const [old] = own;
  const id = freeName(input, facts);
  return old ? insteadOf(input, wish, own, old, id) : { id, isMaker: true, replaces: [] };
}

/** The oldest name first. */
function ownOf({ cluster, request: { owner } }: OpenstackInput, facts: Facts): readonly ExistingLoadBalancer[] {
  const number = ({ id }: ExistingLoadBalancer) => {
    const place = placeOf(cluster.name, id);
    return place && textOf(place) === textOf(owner) ? place.number : 0;
  };
  // One that was made for a Service of this name, and that others have shared since, is its own again.
  const isLeft = ({ marks, owners }: ExistingLoadBalancer) => marks.length > 0 && !owners.includes(textOf(owner));
  const isOwn = (one: ExistingLoadBalancer) =>
    number(one) > 0 && (isLeft(one) || one.marks.some((mark) => isOwnedBy(mark, owner)));
  return facts.loadBalancers.filter(isOwn).sort((a, b) => number(a) - number(b));
}

function freeName({ cluster, request: { owner } }: OpenstackInput, facts: Facts): string {
  // Nobody has ever had more than two; a name that somebody else took is refused, not gone round.
  const taken = new Set(ownOf({ cluster, request: { owner } } as OpenstackInput, facts).map(({ id }) => id));
  const free = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => loadBalancerName(cluster.name, owner, number));
  return free.find((name) => !taken.has(name)) ?? serviceName(cluster.name, owner);
}

/** Another Service's load balancer that this one names; undefined: it has its own. */
function sharedOf(
  { cluster, request: { owner }, given }: OpenstackInput,
  wish: Wish,
  facts: Facts,
  own: readonly ExistingLoadBalancer[],
  findings: Findings,
): ExistingLoadBalancer | undefined {
  const { sharedId } = wish;
  if (sharedId === undefined || own.some(({ uuid }) => uuid === sharedId)) return undefined;
  const name = annotationName('loadBalancerId');
  const found = facts.loadBalancers.find(({ uuid }) => uuid === sharedId);
  const refuse = (because: string, expected: string) =>
    findings.error(name, sharedId, { code: 'conflict', because, expected });
  if (!found) {
    // With an address beside it the id was written by a controller, of a load balancer that is gone by now.
    if (given[KEY_OF_ADDRESS] !== undefined) return undefined;
    refuse('is no load balancer of this project', 'the id of one that exists, or no such annotation');
    return undefined;
  }
  const other = clusterOf(found.name ?? found.id);
  if (other !== undefined && !placeOf(cluster.name, found.id)) {
    refuse(
      `is the load balancer ${found.name ?? found.id} of a cluster named ${other}, and this one is named ${cluster.name}`,
      `--cluster-name ${other} if that is this cluster's name, or no such annotation`,
    );
  } else if (found.marks.length === 0 && placeOf(cluster.name, found.id)) {
    refuse('is a load balancer of another cluster', 'the id of one of this cluster, or of one that was made by hand');
  } else if (!has(facts.version, 'tags')) {
    refuse('can be shared only where Octavia knows tags (API 2.5)', 'no such annotation');
  } else if (found.owners.includes(textOf(owner)) || !isFull(found, wish, findings)) return found;
  return undefined;
}

/** True if no other Service may join it any more, which is told. */
function isFull({ owners, uuid }: ExistingLoadBalancer, { maxShared }: Wish, findings: Findings): boolean {
  if (owners.length < maxShared) return false;
  const because = `has ${owners.length} Services already (${owners.join(', ')}), the most that --openstack-max-shared-lb allows`;
  findings.error(annotationName('loadBalancerId'), uuid, {
    code: 'conflict',
    because,
    expected: 'the id of another load balancer',
  });
  return true;
}

function besideOwn(
  { annotations, request: { owner } }: OpenstackInput,
  shared: ExistingLoadBalancer,
  own: readonly ExistingLoadBalancer[],
): Seat {
  const isMember = shared.owners.includes(textOf(owner));
  const why = `the Service asks for a part of load balancer ${shared.id}`;
  if (shared.status === 'ERROR') {
    const blocked = `Load balancer ${shared.id}, which ${shared.owners.join(', ')} share, is in ERROR, and Octavia changes nothing in it any more; it can only be deleted`;
    return { id: shared.id, existing: shared, isMaker: false, replaces: [], blocked, stuck: true };
  }
  const [old] = own;
  if (old && !annotations.allowReplacement && !isMember) {
    const blocked = `Load balancer ${old.id} stays: ${why}, which has another address; ${ALLOW}`;
    return { id: old.id, existing: old, isMaker: true, replaces: [], blocked };
  }
  return { id: shared.id, existing: shared, isMaker: false, replaces: own.map((one) => ({ old: one, why })) };
}

/** None of those that exist will do. */
function insteadOf(
  input: OpenstackInput,
  wish: Wish,
  own: readonly ExistingLoadBalancer[],
  old: ExistingLoadBalancer,
  id: string,
): Seat {
  const why = whyOf(input, wish, old);
  const me = textOf(input.request.owner);
  const sharers = own.flatMap(({ owners }) => owners).filter((one) => one !== me);
  if (sharers.length > 0) {
    // Nothing of it can move or go without taking their address from them.
    const blocked = `Load balancer ${old.id} stays as it is: ${why}; it is shared with ${sharers.join(', ')}`;
    const stuck = old.status === 'ERROR' ? { stuck: true as const } : {};
    return { id: old.id, existing: old, isMaker: true, replaces: [], blocked, ...stuck };
  }
  const dead = own.filter((one) => one.status === 'ERROR' && !one.serving);
  const isDead = dead.length === own.length;
  // Its floating IP moves along, so that nobody sees another address.
  const isUnseen = own.every(({ status }) => status === 'ERROR') && wish.floating !== undefined;
  if (!isDead && !isUnseen && !input.annotations.allowReplacement) {
    const blocked = `Load balancer ${old.id} stays as it is: ${why}; ${ALLOW}`;
    const stuck = old.status === 'ERROR' ? { stuck: true as const } : {};
    return { id: old.id, existing: old, isMaker: true, replaces: [], blocked, ...stuck };
  }
  const { portId, address } = wish.vip;
  const isInTheWay = own.some((one) => one.portId === portId || one.address === address);
  if (isDead || isInTheWay) {
    const clearing = isDead
      ? `Load balancer ${old.id} is in ERROR and serves nobody: it is removed and made again.`
      : `Load balancer ${old.id} has the address that the new one is to have: it goes first (${why}).`;
    return { id: old.id, existing: old, isMaker: true, replaces: [], clearing };
  }
  const [first, ...rest] = own.filter((one) => !dead.includes(one));
  if (first && dead.length > 0) {
    // A new one that came to nothing goes before the next is tried, under the same name.
    const clearing = `Load balancer ${dead.map((one) => one.id).join(', ')} is in ERROR and serves nobody: it is removed and made again.`;
    const keeps = [first, ...rest].map((one) => one.id);
    return { id: first.id, existing: first, isMaker: true, replaces: [], clearing, keeps };
  }
  return { id, isMaker: true, replaces: own.map((one) => ({ old: one, why: whyOf(input, wish, one) })) };
}

function whyOf(input: OpenstackInput, wish: Wish, old: ExistingLoadBalancer): string {
  const misfits = misfitsOf(input, wish, old);
  const isBroken = old.status === 'ERROR' ? ['it is in ERROR, and Octavia changes nothing in it any more'] : [];
  return [...isBroken, ...misfits].join('; ');
}

/** What the Service itself asks for and cannot be had of a live load balancer. What only options say is for new ones. */
export function misfitsOf(
  { annotations }: OpenstackInput,
  { vip }: Wish,
  old: ExistingLoadBalancer,
): readonly string[] {
  const differs = (what: string, want: string | undefined, have: string | null) =>
    want === undefined || want === '' || want === have ? [] : [`${what}: ${have ?? 'none'} -> ${want}`];
  const { portId, subnetId, networkId, flavorId, availabilityZone } = annotations;
  const placed = portId
    ? []
    : [...differs('subnet', subnetId, old.subnetId), ...differs('network', networkId, old.networkId)];
  return [
    ...differs('port', portId, old.portId),
    ...placed,
    ...differs('address', vip.address, old.address),
    ...differs('flavor', flavorId, old.flavorId),
    ...differs('availability zone', availabilityZone, old.zone),
  ];
}
