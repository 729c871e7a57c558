// Elastic Load Balancing v2 as far as it is about Network Load Balancers.

import { Problem } from '../problem.ts';
import { operationsByName, type Service } from '../service.ts';
import { deleteLoadBalancer, setSecurityGroups, setSubnets } from './change-load-balancer.ts';
import { createLoadBalancer } from './create-load-balancer.ts';
import { createTargetGroup, modifyTargetGroup } from './create-target-group.ts';
import { describeLoadBalancers } from './describe-load-balancers.ts';
import { deleteTargetGroup, describeTargetGroups } from './describe-target-groups.ts';
import { constraint, elbv2Exception, invalid } from './errors.ts';
import { createListener, deleteListener, describeListeners, modifyListener } from './listeners.ts';
import { describeLoadBalancerAttributes, modifyLoadBalancerAttributes } from './load-balancer-attributes.ts';
import { addTags, describeTags, removeTags } from './tagging.ts';
import { describeTargetGroupAttributes, modifyTargetGroupAttributes } from './target-group-attributes.ts';
import { describeTargetHealth } from './target-health.ts';
import { deregisterTargets, registerTargets } from './targets.ts';

export const elbv2: Service = {
  name: 'elbv2',
  operations: operationsByName(
    addTags,
    createListener,
    createLoadBalancer,
    createTargetGroup,
    deleteListener,
    deleteLoadBalancer,
    deleteTargetGroup,
    deregisterTargets,
    describeListeners,
    describeLoadBalancerAttributes,
    describeLoadBalancers,
    describeTags,
    describeTargetGroupAttributes,
    describeTargetGroups,
    describeTargetHealth,
    modifyListener,
    modifyLoadBalancerAttributes,
    modifyTargetGroup,
    modifyTargetGroupAttributes,
    registerTargets,
    removeTags,
    setSecurityGroups,
    setSubnets,
  ),
  throttled: new Problem('Throttling', 'Rate exceeded'),
  missing: (path) => constraint(path, null, 'Member must not be null'),
  wrongType: (path) => invalid(`The value of ${path} is of the wrong type`),
  exception: elbv2Exception,
};
