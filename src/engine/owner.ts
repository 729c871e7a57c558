// Whose a cloud object is: the owner (a Service of one cluster) and the mark by which an object names its owner.

/** The Service that a stack belongs to. */
export interface Owner {
  /** UID of the cluster: that of its kube-system namespace. */
  readonly cluster: string;
  /** UID of the Service. */
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * What a cloud object says of its owner. A cloud cannot always carry all of it (a rule's description holds a shortened
 * UID, a target group of another controller only namespace and name), so every part may be absent; at least `uid` or
 * both `namespace` and `name` are there.
 */
export interface Mark {
  readonly cluster?: string;
  /** The Service's UID without dashes, or the beginning of it. */
  readonly uid?: string;
  readonly namespace?: string;
  readonly name?: string;
}

const plain = (uid: string): string => uid.replaceAll('-', '');

/** True if everything that the mark says fits the owner, and it says enough to tell. */
export function isOwnedBy(mark: Mark, owner: Owner): boolean {
  if (mark.cluster !== undefined && mark.cluster !== owner.cluster) return false;
  if (mark.uid !== undefined && !plain(owner.uid).startsWith(plain(mark.uid))) return false;
  if (mark.namespace !== undefined && mark.namespace !== owner.namespace) return false;
  if (mark.name !== undefined && mark.name !== owner.name) return false;
  // An empty UID would be the beginning of every UID.
  return Boolean(mark.uid) || (mark.namespace !== undefined && mark.name !== undefined);
}

/**
 * True if the mark is of an earlier Service with the owner's namespace and name: same place, another UID. Such a
 * Service is certainly gone, since a name belongs to one object at a time.
 */
export function isPredecessor(mark: Mark, owner: Owner): boolean {
  if (mark.cluster !== undefined && mark.cluster !== owner.cluster) return false;
  if (mark.namespace !== owner.namespace || mark.name !== owner.name || mark.uid === undefined) return false;
  return !plain(owner.uid).startsWith(plain(mark.uid));
}
