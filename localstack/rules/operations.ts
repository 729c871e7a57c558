// Which function answers which ELBv2 operation. Operations that are not here go to the emulator.
import type { Xml } from '../proxy-answer.ts';
import type { Params } from '../proxy-query.ts';
import type { Cloud } from './cloud.ts';
import { describeListenerAttributes, modifyListenerAttributes } from './listener-attributes.ts';
import { addListenerCertificates, describeListenerCertificates, removeListenerCertificates } from './listener-tls.ts';
import { createListener, deleteListener, describeListeners, describeRules, modifyListener } from './listeners.ts';
import { describeLoadBalancerAttributes, modifyLoadBalancerAttributes } from './load-balancer-attributes.ts';
import { setIpAddressType, setSecurityGroups, setSubnets } from './load-balancer-settings.ts';
import { createLoadBalancer, deleteLoadBalancer, describeLoadBalancers } from './load-balancers.ts';
import type { State } from './state.ts';
import { addTags, describeTags, removeTags } from './tags.ts';
import { describeTargetGroupAttributes, modifyTargetGroupAttributes } from './target-group-attributes.ts';
import { createTargetGroup, deleteTargetGroup, describeTargetGroups, modifyTargetGroup } from './target-groups.ts';
import { describeTargetHealth } from './target-health.ts';
import { deregisterTargets, registerTargets } from './targets.ts';

/**
 * Answers one operation: from its parameters to its result. Reads look only at `state`, which may be the past; writes
 * change it. Throws AwsError for what AWS refuses, before it changes anything.
 */
export type Operation = (params: Params, cloud: Cloud, state: State) => Xml | Promise<Xml>;

export const operations: Readonly<Record<string, Operation>> = {
  CreateLoadBalancer: createLoadBalancer,
  DeleteLoadBalancer: deleteLoadBalancer,
  DescribeLoadBalancers: describeLoadBalancers,
  DescribeLoadBalancerAttributes: describeLoadBalancerAttributes,
  ModifyLoadBalancerAttributes: modifyLoadBalancerAttributes,
  SetSubnets: setSubnets,
  SetSecurityGroups: setSecurityGroups,
  SetIpAddressType: setIpAddressType,
  CreateTargetGroup: createTargetGroup,
  ModifyTargetGroup: modifyTargetGroup,
  DeleteTargetGroup: deleteTargetGroup,
  DescribeTargetGroups: describeTargetGroups,
  DescribeTargetGroupAttributes: describeTargetGroupAttributes,
  ModifyTargetGroupAttributes: modifyTargetGroupAttributes,
  RegisterTargets: registerTargets,
  DeregisterTargets: deregisterTargets,
  DescribeTargetHealth: describeTargetHealth,
  CreateListener: createListener,
  ModifyListener: modifyListener,
  DeleteListener: deleteListener,
  DescribeListeners: describeListeners,
  DescribeListenerAttributes: describeListenerAttributes,
  ModifyListenerAttributes: modifyListenerAttributes,
  AddListenerCertificates: addListenerCertificates,
  DescribeListenerCertificates: describeListenerCertificates,
  RemoveListenerCertificates: removeListenerCertificates,
  DescribeRules: describeRules,
  AddTags: addTags,
  RemoveTags: removeTags,
  DescribeTags: describeTags,
};
