// Which function answers which operation of Classic Load Balancing. Operations that are not here go to the emulator.
import { AwsError } from '../proxy-answer.ts';
import { describeClassicAttributes, modifyClassicAttributes } from './classic-attributes.ts';
import { configureClassicHealthCheck } from './classic-health-check.ts';
import { deregisterClassicInstances, describeClassicHealth, registerClassicInstances } from './classic-instances.ts';
import { createClassicListeners, deleteClassicListeners, setClassicCertificate } from './classic-listeners.ts';
import { createClassic, deleteClassic, describeClassic } from './classic-load-balancers.ts';
import { applyClassicGroups, attachClassicSubnets, detachClassicSubnets } from './classic-placement.ts';
import {
  createClassicPolicy,
  deleteClassicPolicy,
  describeClassicPolicies,
  setClassicBackendPolicies,
  setClassicListenerPolicies,
} from './classic-policies.ts';
import { addClassicTags, describeClassicTags, removeClassicTags } from './classic-tags.ts';
import type { Operation } from './operations.ts';

export const classicOperations: Readonly<Record<string, Operation>> = {
  CreateLoadBalancer: createClassic,
  DeleteLoadBalancer: deleteClassic,
  DescribeLoadBalancers: describeClassic,
  DescribeLoadBalancerAttributes: describeClassicAttributes,
  ModifyLoadBalancerAttributes: modifyClassicAttributes,
  ConfigureHealthCheck: configureClassicHealthCheck,
  CreateLoadBalancerListeners: createClassicListeners,
  DeleteLoadBalancerListeners: deleteClassicListeners,
  SetLoadBalancerListenerSSLCertificate: setClassicCertificate,
  CreateLoadBalancerPolicy: createClassicPolicy,
  DeleteLoadBalancerPolicy: deleteClassicPolicy,
  DescribeLoadBalancerPolicies: describeClassicPolicies,
  SetLoadBalancerPoliciesOfListener: setClassicListenerPolicies,
  SetLoadBalancerPoliciesForBackendServer: setClassicBackendPolicies,
  RegisterInstancesWithLoadBalancer: registerClassicInstances,
  DeregisterInstancesFromLoadBalancer: deregisterClassicInstances,
  DescribeInstanceHealth: describeClassicHealth,
  ApplySecurityGroupsToLoadBalancer: applyClassicGroups,
  AttachLoadBalancerToSubnets: attachClassicSubnets,
  DetachLoadBalancerFromSubnets: detachClassicSubnets,
  AddTags: addClassicTags,
  RemoveTags: removeClassicTags,
  DescribeTags: describeClassicTags,
};

/** The statuses of Classic refusals where they differ from v2's. */
export function classicRefusal(error: unknown): unknown {
  const conflict = error instanceof AwsError && error.code === 'InvalidConfigurationRequest';
  return conflict ? new AwsError(error.code, error.message, 409) : error;
}
