// AWS under the contract.
import { awsHarness } from './aws-harness.ts';
import { describeProvider } from './describe-provider.ts';

describeProvider('AWS', awsHarness());
// One group more to make.
describeProvider(
  'AWS with managed groups',
  awsHarness({ flags: { 'aws-nlb-security-groups': 'managed' }, createWrites: 7 }),
);
// Reads that are behind, as EC2's are.
describeProvider('a lagging AWS', awsHarness({ lagMs: 1500 }));
// The other kind of load balancer.
describeProvider('AWS with Classic Load Balancers', awsHarness({ classic: true }));
describeProvider('a lagging AWS with Classic Load Balancers', awsHarness({ classic: true, lagMs: 1500 }));
