// EC2 as far as a load-balancer controller needs it.

import { Problem } from '../problem.ts';
import { type Operation, operationsByName, type Service } from '../service.ts';
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
    dryRunnable(authorizeSecurityGroupIngress),
    dryRunnable(createSecurityGroup),
    dryRunnable(createTags),
    dryRunnable(deleteSecurityGroup),
    dryRunnable(deleteTags),
    describeAddresses,
    describeAvailabilityZones,
    describeInstances,
    describeRouteTables,
    describeSecurityGroups,
    describeSubnets,
    describeVpcs,
    dryRunnable(revokeSecurityGroupIngress),
    dryRunnable(updateSecurityGroupRuleDescriptionsIngress),
  ),
  throttled: new Problem('RequestLimitExceeded', 'Request limit exceeded.', 503),
  missing: missingParameter,
  wrongType: (path) => invalidValue(`Invalid value for parameter ${path}`),
  exception: ec2Exception,
};

/** With `DryRun` EC2 answers whether the call is allowed, in place of what it asks for ("DryRun" of every action). */
function dryRunnable(operation: Operation): Operation {
  return {
    ...operation,
    fields: [...operation.fields, 'DryRun'],
    run(input, context) {
      if (!(input as { readonly DryRun?: boolean }).DryRun) return operation.run(input, context);
      throw new Problem('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
    },
  };
}
