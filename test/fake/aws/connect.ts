// SDK clients for an AWS of this folder: one call gives somebody hands to work with.

import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Session } from './session.ts';
import type { StrictAws } from './strict-aws.ts';

export interface Connection {
  readonly session: Session;
  /** For Classic Load Balancers. */
  readonly elb: ElasticLoadBalancingClient;
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly ec2: EC2Client;
}

/** New clients in a session of their own. They never reach a network. */
export function connect(aws: StrictAws): Connection {
  const config = { region: aws.place.region, credentials: { accessKeyId: 'none', secretAccessKey: 'none' } };
  const elb = new ElasticLoadBalancingClient(config);
  const elbv2 = new ElasticLoadBalancingV2Client(config);
  const ec2 = new EC2Client(config);
  return { elb, elbv2, ec2, session: aws.attach({ elb, elbv2, ec2 }) };
}
