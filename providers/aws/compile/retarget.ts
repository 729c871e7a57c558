// For a Service that cannot be compiled now: what follows the nodes, made from what it has. Pure.
import { type Graph, GraphBuilder } from '../../../src/engine/graph.ts';
import type { Listed } from '../../../src/engine/kind.ts';
import type { Annotations } from '../annotations.ts';
import type { Facts } from '../facts.ts';
import { CLASSIC_INSTANCES, CLASSIC_LOAD_BALANCER, TARGET_GROUP, TARGETS, type TargetGroupOut } from '../resources.ts';
import { annotationName, Findings } from './findings.ts';
import type { AwsInput } from './subject.ts';
import { planTargets } from './targets.ts';

const LABELS_KEY = annotationName('targetNodeLabels').key;

/**
 * The instances of every load balancer and target group that the Service has. If the labels are at fault, or no node can
 * be told, they stay as they are.
 */
export function retarget(
  { annotations, given, nodes }: AwsInput,
  facts: Facts,
  existing: readonly (Listed & { readonly kind: string })[],
): Graph {
  const builder = new GraphBuilder();
  // A faulty annotation has no value.
  const labels: Annotations['targetNodeLabels'] = annotations.targetNodeLabels;
  const text = Object.hasOwn(given, LABELS_KEY) ? (given[LABELS_KEY] ?? '') : '';
  const faulty = labels === undefined && text.trim() !== '';
  const targets = faulty ? undefined : planTargets(nodes, labels ?? {}, facts, [], new Findings());
  if (targets === undefined) {
    builder.hold(TARGETS);
    builder.hold(CLASSIC_INSTANCES);
    return builder.build();
  }
  const { instances, expected } = targets;
  for (const { kind, id, out } of existing) {
    if (kind === CLASSIC_LOAD_BALANCER.name) builder.add(CLASSIC_INSTANCES, id, { instances, expected });
    if (kind !== TARGET_GROUP.name) continue;
    const { arn, port } = out as TargetGroupOut;
    builder.add(TARGETS, id, { targetGroup: arn, port, instances, expected });
  }
  return builder.build();
}
