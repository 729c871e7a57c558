// Names, descriptions and tags of what we make in OpenStack, by the formulas of the official cloud-controller-manager, so
// that either can take over from the other; and back from a name to whose it is. Pure.
import type { Mark, Owner } from '../../src/engine/owner.ts';
import type { ClusterIdentity } from '../../src/provider/provider.ts';

/** A Service by its place. No label of Kubernetes has an underscore, so a name is taken apart in one way only. */
export interface Place {
  readonly namespace: string;
  readonly name: string;
}

/** Octavia's longest name and tag. */
const MOST = 255;
const OWNER_TAG = 'fairlead.dev/owner=';
const KEPT = ' (kept)';

/** The load balancer's name, and the tag of every load balancer and listener in which the Service has a part. */
export function serviceName(cluster: string, { namespace, name }: Place): string {
  return `kube_service_${cluster}_${namespace}_${name}`.slice(0, MOST);
}

/** A load balancer's name; from 2 on for those that stand beside what they replace. */
export function loadBalancerName(cluster: string, place: Place, number: number): string {
  return number === 1 ? serviceName(cluster, place) : `${serviceName(cluster, place)}_${number}`;
}

/** Undefined: it is no name of this cluster's. */
export function placeOf(cluster: string, text: string): (Place & { readonly number: number }) | undefined {
  const stem = `kube_service_${cluster}_`;
  if (!text.startsWith(stem)) return undefined;
  const [namespace, name, number = '1', ...rest] = text.slice(stem.length).split('_');
  if (!namespace || !name || rest.length > 0 || !/^[1-9][0-9]?$/.test(number)) return undefined;
  return { namespace, name, number: Number(number) };
}

/** The cluster whose name is in it; undefined: it is no name of the form. Kubernetes' names have no underscore. */
export function clusterOf(text: string): string | undefined {
  return /^kube_service_(.+)_[^_]+_[^_]+$/.exec(text)?.[1];
}

export function loadBalancerDescription(cluster: string, { namespace, name }: Place): string {
  return `Kubernetes external service ${namespace}/${name} from cluster ${cluster}`;
}

/** By this sentence the official controller knows a floating IP that it may delete. */
export function floatingIpDescription(cluster: string, place: Place, keep: boolean): string {
  return `Floating IP for ${loadBalancerDescription(cluster, place)}${keep ? KEPT : ''}`;
}

/** Whose floating IP it was made as; undefined: not ours. */
export function floatingIpOrigin(cluster: string, text: string): (Place & { readonly keep: boolean }) | undefined {
  const found = /^Floating IP for Kubernetes external service ([^/ ]+)\/([^/ ]+) from cluster (.+)$/.exec(text);
  const [, namespace, name, rest = ''] = found ?? [];
  if (!namespace || !name) return undefined;
  if (rest === cluster) return { namespace, name, keep: false };
  return rest === cluster + KEPT ? { namespace, name, keep: true } : undefined;
}

/** Where a listener or a pool belongs: what it is found again by. */
export interface Spot {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
}

/** Of a pool: its name tells no port, and while it is no listener's yet, nothing else does. */
export function poolDescription({ namespace, name }: Place, { protocol, port }: Spot): string {
  return `Kubernetes service ${namespace}/${name}, port ${port}/${protocol}`;
}

export function spotOfPool(description: string): Spot | undefined {
  const found = /, port (\d{1,5})\/(TCP|UDP|SCTP)$/.exec(description);
  return found ? { port: Number(found[1]), protocol: found[2] as Spot['protocol'] } : undefined;
}

/** `listener_0_kube_service_…`: whose it is, where no tag says so. */
export function placeOfChild(cluster: string, name: string): Place | undefined {
  const found = /^(?:listener|pool|monitor)_\d+_(.+)$/.exec(name);
  return found?.[1] === undefined ? undefined : placeOf(cluster, found[1]);
}

export function childName(what: 'listener' | 'pool' | 'monitor', index: number, service: string): string {
  return `${what}_${index}_${service}`.slice(0, MOST);
}

/** Beside the official tag: which cluster of this name, and which Service of this place. */
export function ownerTag({ cluster, uid, namespace, name }: Owner): string {
  return `${OWNER_TAG}${cluster}/${uid}/${namespace}/${name}`.slice(0, MOST);
}

interface Claim extends Place {
  readonly cluster: string;
  readonly uid: string;
}

function claimsOf(tags: readonly string[]): readonly Claim[] {
  return tags.flatMap((tag) => {
    const [cluster, uid, namespace, name] = tag.startsWith(OWNER_TAG) ? tag.slice(OWNER_TAG.length).split('/') : [];
    return cluster && uid && namespace && name ? [{ cluster, uid, namespace, name }] : [];
  });
}

/** The Services that have a part in a load balancer, `namespace/name`, sorted: by its tags, or without any by its name. */
export function ownersOf(cluster: string, name: string, tags: readonly string[]): readonly string[] {
  const tagged = tags.flatMap((tag) => placeOf(cluster, tag) ?? []);
  const places = tagged.length > 0 ? tagged : [placeOf(cluster, name) ?? []].flat();
  return [...new Set(places.map(textOf))].sort();
}

export const textOf = ({ namespace, name }: Place) => `${namespace}/${name}`;

/**
 * The marks of what these Services (`namespace/name`) have a part in. None at all where a tag says that it is another
 * cluster's, which happens to have our name.
 */
export function marksOf(cluster: ClusterIdentity, owners: readonly string[], tags: readonly string[]): readonly Mark[] {
  const claims = claimsOf(tags);
  if (claims.some((claim) => claim.cluster !== cluster.uid)) return [];
  return owners.map((owner) => {
    const [namespace = '', name = ''] = owner.split('/');
    const claim = claims.find((one) => textOf(one) === owner);
    return { cluster: cluster.uid, namespace, name, ...(claim && { uid: claim.uid }) };
  });
}

/** True for the tags by which the Service has a part in a load balancer. */
export function isTagOf(cluster: string, owner: string, tag: string): boolean {
  const place = placeOf(cluster, tag) ?? claimsOf([tag])[0];
  return place !== undefined && textOf(place) === owner;
}

/** Ids of children, from the inside out: `<load balancer>/tcp/80`, `<load balancer>/tcp/80/PROXY`, `<pool>/members`. */
export function spotId(loadBalancer: string, { protocol, port }: Spot): string {
  return `${loadBalancer}/${protocol.toLowerCase()}/${port}`;
}

export function poolId(loadBalancer: string, spot: Spot, protocol: string): string {
  return `${spotId(loadBalancer, spot)}/${protocol}`;
}

/** Without its last parts. */
export function within(id: string, parts: number): string {
  return id.split('/').slice(0, -parts).join('/');
}

/** What of a load balancer's id is the same for all that replace each other. */
export function baseOf(cluster: string, loadBalancer: string): string {
  const place = placeOf(cluster, loadBalancer);
  return place ? serviceName(cluster, place) : loadBalancer;
}

/** The security group that opens the nodes' ports, by the official formula. */
export function securityGroupName({ uid, namespace, name }: Owner): string {
  return `lb-sg-${uid}-${namespace}-${name}`.slice(0, MOST);
}

/** Of the Service that a group was made for only the UID is certain: a namespace may have hyphens, as names do. */
export function ownerOfGroup(text: string): { readonly uid: string } | undefined {
  const [, uid] = /^lb-sg-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-/.exec(text) ?? [];
  return uid === undefined ? undefined : { uid };
}
