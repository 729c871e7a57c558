// Whether there are nodes that can receive traffic, and what keeps the others out. Pure.
import { AUTOSCALER_TAINT, EXCLUDE_LABEL, type Exclusion, exclusionOf } from '../controller/nodes.ts';
import type { Node } from '../kube/types.ts';
import type { Finding } from '../provider/provider.ts';
import { count, some } from '../provider/wording.ts';
import { failure, ok, warning } from './check.ts';

const ABOUT = 'nodes';
const ZONE_LABEL = 'topology.kubernetes.io/zone';

const WHY: Readonly<Record<Exclusion, string>> = {
  deleting: 'being deleted',
  label: `label ${EXCLUDE_LABEL}`,
  autoscaler: `taint ${AUTOSCALER_TAINT}`,
  unready: 'not ready for longer than --node-unready-after',
};

/** `nowMs`: since 1970. */
export function judgeNodes(nodes: readonly Node[], unreadyAfterMs: number, nowMs: number): readonly Finding[] {
  const sorted = nodes.map((node) => ({ node, why: exclusionOf(node, unreadyAfterMs, nowMs) }));
  const eligible = sorted.flatMap(({ node, why }) => (why === undefined ? [node] : []));
  const left = Object.entries(WHY).flatMap(([why, text]) => {
    const names = sorted.flatMap((one) => (one.why === why ? one.node.metadata.name : []));
    return names.length === 0 ? [] : [`${some(names)} (${text})`];
  });
  const others = left.length === 0 ? '' : ` Left out: ${left.join('; ')}.`;
  if (nodes.length === 0) {
    return [failure(ABOUT, 'The cluster has no nodes: load balancers would have no targets.', 'Add nodes.')];
  }
  if (eligible.length === 0) {
    const message = `None of ${count(nodes.length, 'node')} may receive traffic.${others}`;
    return [failure(ABOUT, message, 'Add nodes, or take what excludes them away.')];
  }
  const zones = [...new Set(eligible.flatMap(({ metadata }) => metadata.labels?.[ZONE_LABEL] ?? []))].sort();
  const where = zones.length === 0 ? '' : ` in ${count(zones.length, 'zone')} (${some(zones)})`;
  const findings = [
    ok(ABOUT, `${count(eligible.length, 'node')} of ${nodes.length} may receive traffic${where}.${others}`),
  ];
  const nameless = eligible.filter(({ spec }) => !spec?.providerID).map(({ metadata }) => metadata.name);
  if (nameless.length > 0) {
    const message = `${some(nameless)} ${nameless.length === 1 ? 'has' : 'have'} no spec.providerID, so the cloud cannot find ${nameless.length === 1 ? 'it' : 'them'}.`;
    const remedy =
      'The node controller of the cloud sets it: see that cloud-controller-manager runs, with its service controller switched off.';
    const all = nameless.length === eligible.length;
    findings.push((all ? failure : warning)('provider ids', message, remedy));
  }
  return findings;
}
