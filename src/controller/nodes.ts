// Which Nodes may receive traffic. Eligibility is that of the cloud-provider service controller, except that every cause
// acts by itself (the autoscaler's taint, a label) and that a long NotReady can take a Node out.

import type { Node } from '../kube/types.ts';
import type { EligibleNode } from '../provider/request.ts';

export const EXCLUDE_LABEL = 'node.kubernetes.io/exclude-from-external-load-balancers';
export const AUTOSCALER_TAINT = 'ToBeDeletedByClusterAutoscaler';

/** What Go's strconv.ParseBool takes for false: with such a value the exclusion label does not exclude. */
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/** Why a Node is not eligible. */
export type Exclusion = 'deleting' | 'label' | 'autoscaler' | 'unready';

/**
 * undefined: eligible. `unreadyAfterMs` 0: readiness does not count. `nowMs` is wall-clock time, since the Node's
 * condition carries one.
 */
export function exclusionOf(node: Node, unreadyAfterMs: number, nowMs: number): Exclusion | undefined {
  if (node.metadata.deletionTimestamp !== undefined) return 'deleting';
  const label = node.metadata.labels?.[EXCLUDE_LABEL];
  if (label !== undefined && !FALSE.has(label)) return 'label';
  if (node.spec?.taints?.some((taint) => taint.key === AUTOSCALER_TAINT)) return 'autoscaler';
  const since = unreadySince(node);
  if (unreadyAfterMs > 0 && since !== undefined && nowMs - since >= unreadyAfterMs) return 'unready';
  return undefined;
}

/** When the Node became NotReady, in ms of wall-clock time; undefined: it is ready, or says nothing. */
export function unreadySince(node: Node): number | undefined {
  const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready');
  if (!ready || ready.status === 'True') return undefined;
  const since = Date.parse(ready.lastTransitionTime ?? '');
  return Number.isNaN(since) ? undefined : since;
}

/** The eligible ones, by name. */
export function eligibleNodes(nodes: readonly Node[], unreadyAfterMs: number, nowMs: number): readonly EligibleNode[] {
  return nodes
    .filter((node) => exclusionOf(node, unreadyAfterMs, nowMs) === undefined)
    .map(eligible)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function eligible(node: Node): EligibleNode {
  const addresses = node.status?.addresses ?? [];
  const of = (type: string) => addresses.filter((one) => one.type === type).map((one) => one.address);
  return {
    name: node.metadata.name,
    providerId: node.spec?.providerID ?? '',
    labels: node.metadata.labels ?? {},
    addresses: [...of('InternalIP'), ...of('ExternalIP')],
  };
}

/**
 * When the next Node becomes ineligible for being NotReady, in ms of wall-clock time, if none changes before; undefined:
 * none will.
 */
export function nextUnready(nodes: readonly Node[], unreadyAfterMs: number, nowMs: number): number | undefined {
  if (unreadyAfterMs === 0) return undefined;
  const times = nodes.flatMap((node) => {
    const since = unreadySince(node);
    return since === undefined || since + unreadyAfterMs <= nowMs ? [] : [since + unreadyAfterMs];
  });
  return times.length === 0 ? undefined : Math.min(...times);
}
