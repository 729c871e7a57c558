// EC2 as far as a load-balancer controller needs it.

import { Problem } from '../problem.ts';
import { operationsByName, type Service } from '../service.ts';
import { describeAddresses, describeInstances } from './describe-instances.ts';
import { describeAvailabilityZones, describeRouteTables, describeSubnets, describeVpcs } from './describe-networks.ts';
import { ec2Exception, invalidValue, missingParameter } from './errors.ts';
import {
  authorizeSecurityGroupIngress,
  revokeSecurityGroupIngress,
  updateSecurityGroupRuleDescriptionsIngress,
} from './rule-changes.ts';
import { createSecurityGroup, deleteSecurityGroup, describeSecurityGroups } from './security-group.ts';
import { createTags, deleteTags } from './tagging.ts';

export const ec2: Service = {
  name: 'ec2',
  operations: operationsByName(
    authorizeSecurityGroupIngress,
    createSecurityGroup,
    createTags,
    deleteSecurityGroup,
    deleteTags,
    describeAddresses,
    describeAvailabilityZones,
    describeInstances,
    describeRouteTables,
    describeSecurityGroups,
    describeSubnets,
    describeVpcs,
    revokeSecurityGroupIngress,
    updateSecurityGroupRuleDescriptionsIngress,
  ),
  throttled: new Problem('RequestLimitExceeded', 'Request limit exceeded.', 503),
  missing: missingParameter,
  wrongType: (path) => invalidValue(`Invalid value for parameter ${path}`),
  exception: ec2Exception,
};
