// Elastic Load Balancing, version 2012-06-01: Classic Load Balancers in a VPC.

import { Problem } from '../problem.ts';
import { operationsByName, type Service } from '../service.ts';
import { describeLoadBalancerAttributes, modifyLoadBalancerAttributes } from './attributes.ts';
import { createLoadBalancer, deleteLoadBalancer } from './create-load-balancer.ts';
import { describeLoadBalancers } from './describe-load-balancers.ts';
import { elbException, invalid } from './errors.ts';
import { configureHealthCheck } from './health-check.ts';
import { describeInstanceHealth } from './instance-health.ts';
import { deregisterInstances, registerInstances } from './instances.ts';
import { createListeners, deleteListeners, setListenerCertificate } from './listeners.ts';
import { applySecurityGroups, attachToSubnets, detachFromSubnets } from './networks.ts';
import {
  createPolicy,
  deletePolicy,
  describePolicies,
  setPoliciesForBackend,
  setPoliciesOfListener,
} from './policies.ts';
import { addTags, describeTags, removeTags } from './tagging.ts';

export const elb: Service = {
  name: 'elb',
  operations: operationsByName(
    addTags,
    applySecurityGroups,
    attachToSubnets,
    configureHealthCheck,
    createListeners,
    createLoadBalancer,
    createPolicy,
    deleteListeners,
    deleteLoadBalancer,
    deletePolicy,
    deregisterInstances,
    describeInstanceHealth,
    describeLoadBalancerAttributes,
    describeLoadBalancers,
    describePolicies,
    describeTags,
    detachFromSubnets,
    modifyLoadBalancerAttributes,
    registerInstances,
    removeTags,
    setListenerCertificate,
    setPoliciesForBackend,
    setPoliciesOfListener,
  ),
  throttled: new Problem('Throttling', 'Rate exceeded'),
  missing: (path) => invalid(`The parameter ${path} must be specified`),
  wrongType: (path) => invalid(`The value of ${path} is of the wrong type`),
  exception: elbException,
};
