// The tags of our objects: the marks that the official controller sets too, our owner tag, the user's tags, and the list
// of the user's keys, by which a key that was taken away can be removed again. Pure.
import type { Mark, Owner } from '../../src/engine/owner.ts';
import type { ClusterIdentity } from '../../src/provider/provider.ts';

export type Tags = Readonly<Record<string, string>>;

export const CLUSTER_TAG_STEM = 'kubernetes.io/cluster/';
export const SERVICE_TAG = 'kubernetes.io/service-name';
const OWN_STEM = 'fairlead.dev/';
const OWNER_TAG = `${OWN_STEM}owner`;
const TAG_KEYS = `${OWN_STEM}tag-keys`;
/** AWS's limit for a tag's value. */
const VALUE_LENGTH = 256;
/** Between keys in TAG_KEYS: no key of the annotation can hold it. */
const SEPARATOR = '=';

export function clusterTag(clusterName: string): string {
  return `${CLUSTER_TAG_STEM}${clusterName}`;
}

export interface TagWish {
  readonly cluster: ClusterIdentity;
  readonly owner: Owner;
  readonly user: Tags;
  /** False for security groups: the official controller does not name the Service on them. */
  readonly named: boolean;
}

/** All tags that an object of this owner should have. */
export function wantedTags({ cluster, owner, user, named }: TagWish): Tags {
  return {
    ...user,
    ...keyList(Object.keys(user)),
    ...(named ? { [SERVICE_TAG]: `${owner.namespace}/${owner.name}` } : {}),
    ...ownerTag(owner.cluster, owner.uid),
    [clusterTag(cluster.name)]: 'owned',
  };
}

function keyList(keys: readonly string[]): Tags {
  const values: string[] = [];
  for (const key of keys.toSorted()) {
    const last = values.at(-1);
    const longer = last === undefined ? undefined : `${last}${SEPARATOR}${key}`;
    if (longer !== undefined && longer.length <= VALUE_LENGTH) values[values.length - 1] = longer;
    else values.push(key);
  }
  return Object.fromEntries(values.map((value, i) => [i === 0 ? TAG_KEYS : `${TAG_KEYS}-${i + 1}`, value]));
}

/** What has to be done to the tags of an object. Tags of others are in neither part. */
export interface TagChanges {
  readonly add: Tags;
  readonly remove: readonly string[];
}

export function tagChanges(want: Tags, have: Tags): TagChanges {
  const add = Object.entries(want).filter(([key, value]) => have[key] !== value);
  return { add: Object.fromEntries(add), remove: staleKeys(want, have) };
}

/**
 * True if nothing has to be done. On an object of the official controller the absence of our own tags is no difference:
 * taking over writes nothing.
 */
export function equalTags(want: Tags, have: Tags): boolean {
  const { add, remove } = tagChanges(want, have);
  const ofPeer = have[OWNER_TAG] === undefined;
  const missing = Object.keys(add).filter((key) => !(ofPeer && key.startsWith(OWN_STEM) && have[key] === undefined));
  return missing.length === 0 && remove.length === 0;
}

/**
 * The changes as single steps: in this order a crash between two forgets no key that we set for the user, since what a
 * list names goes before the list says otherwise.
 */
export function tagSteps({
  add,
  remove,
}: TagChanges): readonly ({ readonly add: Tags } | { readonly remove: string[] })[] {
  if (Object.keys(add).length === 0) return remove.length === 0 ? [] : [{ remove: [...remove] }];
  const keys = remove.filter((key) => !isKeyList(key));
  const lists = remove.filter(isKeyList);
  return [
    ...(keys.length === 0 ? [] : [{ remove: keys }]),
    { add },
    ...(lists.length === 0 ? [] : [{ remove: lists }]),
  ];
}

/** Keys that we set for the user once and that are no longer wanted. */
function staleKeys(want: Tags, have: Tags): readonly string[] {
  const lists = Object.keys(have).filter(isKeyList);
  const listed = lists.flatMap((key) => have[key]?.split(SEPARATOR) ?? []);
  const removable = listed.filter((key) => key in have && !isReserved(key));
  return [...new Set([...removable, ...lists])].filter((key) => !(key in want)).sort();
}

function isKeyList(key: string): boolean {
  return /^fairlead\.dev\/tag-keys(-\d+)?$/.test(key);
}

function isReserved(key: string): boolean {
  const reserved = [CLUSTER_TAG_STEM, SERVICE_TAG, OWN_STEM, 'aws:'];
  return key === '' || reserved.some((prefix) => key.toLowerCase().startsWith(prefix));
}

/**
 * What the tags say of the owner; undefined if the cluster's tag is not there, so the object is not ours. The UID and
 * the cluster come from our own tag, namespace and name from the official controller's: either may be missing.
 */
export function tagMark(clusterName: string, tags: Tags): Mark | undefined {
  if (tags[clusterTag(clusterName)] !== 'owned') return undefined;
  const [cluster, uid] = pair(tags[OWNER_TAG]);
  const [namespace, name] = pair(tags[SERVICE_TAG]);
  return {
    ...(cluster !== undefined && uid !== undefined ? { cluster, uid } : {}),
    ...(namespace !== undefined && name !== undefined ? { namespace, name } : {}),
  };
}

/** Both halves of `a/b`, or none. */
function pair(text: string | undefined): readonly (string | undefined)[] {
  const parts = text?.split('/') ?? [];
  return parts.length === 2 && parts.every((part) => part !== '') ? parts : [];
}

/** From the SDK's form. AWS's own tags are left out: nobody can change them. */
export function fromSdk(list: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined): Tags {
  const pairs = (list ?? []).map(({ Key = '', Value = '' }): [string, string] => [Key, Value]);
  return Object.fromEntries(pairs.filter(([key]) => !key.startsWith('aws:')));
}

/** To the SDK's form. */
export function toSdk(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** The tags of an object after the changes were made. */
export function withTagChanges(have: Tags, { add, remove }: TagChanges): Tags {
  const gone = new Set(remove);
  return Object.fromEntries(Object.entries({ ...have, ...add }).filter(([key]) => !gone.has(key)));
}

/** The tag that says beyond doubt whose an object is. */
export function ownerTag(cluster: string, uid: string): Tags {
  return { [OWNER_TAG]: `${cluster}/${uid}` };
}
