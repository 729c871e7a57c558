// The instances that a load balancer sends to, and the groups of theirs that need its rules; or the decision to leave
// both as they are, where no node can be told. Pure.
import type { EligibleNode } from '../../../src/provider/request.ts';
import type { Facts } from '../facts.ts';
import { nodeGroups, targetsOf, withLabels } from '../instances.ts';
import { annotationName, type Findings } from './findings.ts';

export interface TargetPlan {
  /** Ids, sorted. Null: nobody is known now, and those that are registered stay. */
  readonly instances: readonly string[] | null;
  /** Ids of instances that are waited for, sorted. */
  readonly expected: readonly string[];
  /** Ids of the security groups that take rules, sorted. Null: the rules stay as they are. */
  readonly groups: readonly string[] | null;
}

/** Nodes named in a message. */
const SHOWN = 5;

/**
 * Undefined: there is no node to send to at the moment. Then nothing is taken away, since an empty answer is more often a
 * mistake than a wish. `loadBalancers` are the names of all that the Service has.
 */
export function planTargets(
  nodes: readonly EligibleNode[],
  labels: Readonly<Record<string, string>>,
  facts: Facts,
  loadBalancers: readonly string[],
  findings: Findings,
): TargetPlan | undefined {
  const chosen = withLabels(nodes, labels);
  const { targets, expected, elsewhere } = targetsOf(chosen, facts);
  if (elsewhere.length > 0) {
    say(findings, elsewhere.join(','), `${list('Node', elsewhere)} cannot be a target: not in ${facts.vpcId}`);
  }
  if (targets.length === 0) {
    say(findings, '', `${reason(nodes, chosen, labels)}: targets and node rules stay as they are`);
    return expected.length === 0 ? undefined : { instances: null, expected, groups: null };
  }
  const { groups, unclear } = nodeGroups(targets, facts.groups, loadBalancers);
  for (const { nodes: names, groups: candidates } of unclear) {
    const which = candidates.map((id) => `${id} (${facts.groups[id]?.name ?? 'unknown'})`).join(', ');
    const message = `${list('Node', names)} may not be reached: no rules are written since any of ${which} could take them; tag exactly one with the cluster's tag`;
    say(findings, candidates.join(','), message);
  }
  return { instances: targets.map(({ instanceId }) => instanceId), expected, groups };
}

function reason(
  nodes: readonly EligibleNode[],
  chosen: readonly EligibleNode[],
  labels: Readonly<Record<string, string>>,
): string {
  if (nodes.length === 0) return 'No node is eligible';
  if (chosen.length > 0) return `EC2 has no usable instance for any of ${chosen.length} nodes`;
  const wanted = Object.entries(labels).map(([key, value]) => (value === '' ? key : `${key}=${value}`));
  return `No node has the labels of annotation ${annotationName('targetNodeLabels').key} (${wanted.join(', ')})`;
}

function list(noun: string, names: readonly string[]): string {
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `${noun}${names.length > 1 ? 's' : ''} ${names.slice(0, SHOWN).join(', ')}${more}`;
}

function say(findings: Findings, value: string, message: string): void {
  const shown = value.length > 80 ? `${value.slice(0, 79)}…` : value;
  findings.add({
    severity: 'warning',
    code: 'missing',
    key: 'nodes',
    value: shown,
    expected: 'usable nodes',
    message: `${message}.`,
  });
}
