// The calls that a target group takes. Pure.
import type { Deed } from '../../../src/engine/kind.ts';
import type { AwsCall } from '../cloud/operations.ts';
import type { TargetGroupSpec } from '../resources.ts';
import { tagCalls, when } from './field-calls.ts';
import { attributeChanges } from './target-group-attributes.ts';

/** One call changes all of them. */
export const HEALTH_CHECK_FIELDS = [
  'healthCheckPort',
  'healthCheckPath',
  'healthyThreshold',
  'unhealthyThreshold',
  'healthCheckTimeoutSeconds',
  'healthCheckProtocol',
  'healthCheckIntervalSeconds',
] as const satisfies readonly (keyof TargetGroupSpec)[];

export function targetGroupCalls(deed: Deed<TargetGroupSpec>): readonly AwsCall[] {
  switch (deed.action) {
    case 'create':
      return ['elasticloadbalancing:CreateTargetGroup', ...attributeCalls(deed.want)];
    case 'update': {
      const { want, have, changed } = deed;
      const isChecked = HEALTH_CHECK_FIELDS.some((field) => changed.includes(field));
      return [
        ...when(isChecked, 'elasticloadbalancing:ModifyTargetGroup'),
        ...attributeCalls(want, have),
        ...(changed.includes('tags') ? tagCalls(want.tags, have.tags) : []),
      ];
    }
    case 'delete':
      return ['elasticloadbalancing:DeleteTargetGroup'];
  }
}

function attributeCalls(want: TargetGroupSpec, have?: TargetGroupSpec): readonly AwsCall[] {
  return when(attributeChanges(want, have).length > 0, 'elasticloadbalancing:ModifyTargetGroupAttributes');
}
