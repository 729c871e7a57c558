// The calls that a Network Load Balancer takes. Pure.
import type { Deed } from '../../../src/engine/kind.ts';
import type { AwsCall } from '../cloud/operations.ts';
import type { LoadBalancerSpec } from '../resources.ts';
import { tagCalls, when } from './field-calls.ts';
import { attributeChanges } from './load-balancer-attributes.ts';

/**
 * One more, ec2:CreateTags, comes along where the official controller made the load balancer with a group that says nowhere
 * whose it is: only a list shows that.
 */
export function loadBalancerCalls(deed: Deed<LoadBalancerSpec>): readonly AwsCall[] {
  switch (deed.action) {
    case 'create':
      return ['elasticloadbalancing:CreateLoadBalancer', ...attributeCalls(deed.want)];
    case 'update': {
      const { want, have, changed } = deed;
      return [
        ...when(changed.includes('securityGroups'), 'elasticloadbalancing:SetSecurityGroups'),
        ...when(changed.includes('subnets'), 'elasticloadbalancing:SetSubnets'),
        ...attributeCalls(want, have),
        ...(changed.includes('tags') ? tagCalls(want.tags, have.tags) : []),
      ];
    }
    case 'delete':
      // And one look that it is gone.
      return ['elasticloadbalancing:DeleteLoadBalancer', 'elasticloadbalancing:DescribeLoadBalancers'];
  }
}

function attributeCalls(want: LoadBalancerSpec, have?: LoadBalancerSpec): readonly AwsCall[] {
  return when(attributeChanges(want, have).length > 0, 'elasticloadbalancing:ModifyLoadBalancerAttributes');
}
