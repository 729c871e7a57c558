// Whose a load balancer is, of either kind: by its name and its tags together, never by one alone. Pure.
import type { Mark } from '../../../src/engine/owner.ts';
import { uidOfLoadBalancer } from '../naming.ts';
import { type Tags, tagMark } from '../tags.ts';

/** Ours if it has the name, the cluster's tag and the Service's name; the owner tag, where it is, must fit the name. */
export function loadBalancerMarks(clusterName: string, name: string, tags: Tags): readonly Mark[] {
  const uid = uidOfLoadBalancer(name);
  const mark = tagMark(clusterName, tags);
  if (uid === undefined || mark?.namespace === undefined) return [];
  if (mark.uid !== undefined && !mark.uid.replaceAll('-', '').startsWith(uid)) return [];
  return [{ uid, ...mark }];
}
