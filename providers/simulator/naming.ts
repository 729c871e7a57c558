// Names and marks: how an object of ours is found again by its name alone, and how it says whose it is. Pure. A name
// depends on nothing but the owner and what cannot change on a live object, so that a create that was lost is found.
import { createHash } from '../../src/engine/hash.ts';
import type { Mark, Owner } from '../../src/engine/owner.ts';
import type { ClusterIdentity } from '../../src/provider/provider.ts';
import type { Tags } from './api.ts';

/** On everything of ours: `<cluster UID>/<Service UID>`, or only the cluster's where several Services share it. */
const OWNER_TAG = 'fairlead.dev/owner';
/** `<namespace>/<name>` of the Service, for people. */
const SERVICE_TAG = 'fairlead.dev/service';
/** The keys of the user's tags that we set: only those are ours to take away again. */
const APPLIED_TAG = 'fairlead.dev/tags';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** What all names of one cluster begin with. */
export function stem(cluster: ClusterIdentity): string {
  return `fl-${cluster.uid.replaceAll('-', '').slice(0, 12)}-`;
}

/** What cannot change is part of the name: its replacement stands beside it under a name of its own. */
export function loadBalancerName(
  cluster: ClusterIdentity,
  owner: Owner,
  fixed: { readonly tier: string; readonly internal: boolean },
): string {
  const hash = createHash(`${fixed.tier} ${fixed.internal}`).slice(0, 6);
  return `${stem(cluster)}${owner.uid.replaceAll('-', '').slice(0, 16)}-${hash}`;
}

/** The one document of rules for all nodes of the cluster. */
export function firewallName(cluster: ClusterIdentity): string {
  return `${stem(cluster)}nodes`;
}

/** Ids of what lives in a load balancer begin with its name. */
export function childId(loadBalancer: string, key: string): string {
  return `${loadBalancer}/${key}`;
}

export function splitChildId(id: string): { readonly loadBalancer: string; readonly key: string } {
  const slash = id.indexOf('/');
  return { loadBalancer: id.slice(0, slash), key: id.slice(slash + 1) };
}

export function loadBalancerTags(owner: Owner, tags: readonly Tag[]): Tags {
  return {
    [OWNER_TAG]: `${owner.cluster}/${owner.uid}`,
    [SERVICE_TAG]: `${owner.namespace}/${owner.name}`,
    ...userTags(tags),
  };
}

/** `before` with the user's tags that we set there replaced by `tags`; what others set stays. */
export function retagged(before: Tags, tags: readonly Tag[]): Tags {
  const ours = new Set([APPLIED_TAG, ...appliedTags(before).map(({ key }) => key)]);
  return { ...Object.fromEntries(Object.entries(before).filter(([key]) => !ours.has(key))), ...userTags(tags) };
}

function userTags(tags: readonly Tag[]): Tags {
  if (tags.length === 0) return {};
  return Object.fromEntries([
    ...tags.map(({ key, value }) => [key, value]),
    [APPLIED_TAG, tags.map(({ key }) => key).join()],
  ]);
}

/** The user's tags that we set, by key: the spec's form of them. */
export function appliedTags(tags: Tags): readonly Tag[] {
  const keys = tags[APPLIED_TAG]?.split(',') ?? [];
  const found = keys.flatMap((key) => {
    const value = tags[key];
    return value === undefined ? [] : [{ key, value }];
  });
  return sortedTags(found);
}

export function sortedTags(tags: readonly Tag[]): readonly Tag[] {
  return [...tags].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Whose a load balancer is; empty: somebody else's. */
export function marksOf(tags: Tags): readonly Mark[] {
  const [cluster, uid] = tags[OWNER_TAG]?.split('/') ?? [];
  if (!cluster || !uid) return [];
  const [namespace, name] = tags[SERVICE_TAG]?.split('/') ?? [];
  return [{ cluster, uid, ...(namespace !== undefined && name !== undefined && { namespace, name }) }];
}

export function clusterTags(cluster: ClusterIdentity): Tags {
  return { [OWNER_TAG]: cluster.uid };
}

export function isOfCluster(tags: Tags, cluster: ClusterIdentity): boolean {
  return tags[OWNER_TAG] === cluster.uid;
}
