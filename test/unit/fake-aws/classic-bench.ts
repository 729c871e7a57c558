// A place to try Classic Load Balancers in: the usual bench, and short ways to usual Classic objects.
// No test is in here.

import {
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  DescribeLoadBalancersCommand,
  type Listener,
  type LoadBalancerDescription,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import type { ClassicLoadBalancer } from '../../fake/aws/elb/tables.ts';
import { type Bench, CERTIFICATE, makeBench } from './workbench.ts';

export interface ClassicBench extends Bench {
  /** Creates `lb`, with one TCP listener on port 80 in the public subnets; answers its DNS name. */
  classic(input?: Partial<CreateLoadBalancerCommandInput>): Promise<string>;
  /** As DescribeLoadBalancers answers it. */
  described(name?: string): Promise<LoadBalancerDescription>;
  /** As it is in the state. */
  row(name?: string): ClassicLoadBalancer;
  register(...ids: readonly string[]): Promise<string[]>;
}

export const TCP_80: Listener = {
  Protocol: 'TCP',
  LoadBalancerPort: 80,
  InstanceProtocol: 'TCP',
  InstancePort: 30_080,
};

export const HTTPS_443: Listener = {
  Protocol: 'HTTPS',
  LoadBalancerPort: 443,
  InstanceProtocol: 'HTTP',
  InstancePort: 30_443,
  SSLCertificateId: CERTIFICATE,
};

export function makeClassicBench(): ClassicBench {
  const bench = makeBench();
  const { aws, cluster, elb } = bench;
  aws.seed.securityGroup({ id: 'sg-lb' });

  async function classic(input: Partial<CreateLoadBalancerCommandInput> = {}): Promise<string> {
    const usual = {
      LoadBalancerName: 'lb',
      Listeners: [TCP_80],
      Subnets: [...cluster.publicSubnets],
      SecurityGroups: ['sg-lb'],
    };
    const { DNSName = '' } = await elb.send(new CreateLoadBalancerCommand({ ...usual, ...input }));
    return DNSName;
  }

  async function described(name = 'lb'): Promise<LoadBalancerDescription> {
    const answer = await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerNames: [name] }));
    return answer.LoadBalancerDescriptions![0]!;
  }

  async function register(...ids: readonly string[]): Promise<string[]> {
    const Instances = ids.map((InstanceId) => ({ InstanceId }));
    const input = { LoadBalancerName: 'lb', Instances };
    const answer = await elb.send(new RegisterInstancesWithLoadBalancerCommand(input));
    return answer.Instances!.map(({ InstanceId = '' }) => InstanceId);
  }

  const row = (name = 'lb') => aws.state.classicLoadBalancers.get(name)!;
  return { ...bench, classic, described, row, register };
}

/** The security groups of each network interface that is in use. */
export function liveGroups({ aws }: Pick<ClassicBench, 'aws'>): (readonly string[])[] {
  const interfaces = [...aws.state.networkInterfaces.values()];
  return interfaces.filter(({ releasedAt }) => releasedAt === undefined).map(({ groups }) => groups);
}
