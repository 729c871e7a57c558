// A place to try the fake AWS in: a typical cluster, connected clients, and short ways to usual objects.
// No test is in here.

import {
  CreateListenerCommand,
  type CreateListenerCommandInput,
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  type Listener,
  type LoadBalancer,
  RegisterTargetsCommand,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Connection, connect } from '../../fake/aws/connect.ts';
import { StrictAws } from '../../fake/aws/strict-aws.ts';
import { seedTypicalCluster, type TypicalCluster } from '../../fake/aws/typical-cluster.ts';

export interface Bench extends Connection {
  readonly aws: StrictAws;
  readonly cluster: TypicalCluster;
  loadBalancer(input?: Partial<CreateLoadBalancerCommandInput>): Promise<LoadBalancer>;
  targetGroup(input?: Partial<CreateTargetGroupCommandInput>): Promise<TargetGroup>;
  listener(
    input: Pick<CreateListenerCommandInput, 'LoadBalancerArn'> & Partial<CreateListenerCommandInput>,
  ): Promise<Listener>;
  /** A load balancer whose listener forwards to a group with the given instances. */
  served(...instances: readonly string[]): Promise<Served>;
}

export interface Served {
  readonly loadBalancerArn: string;
  readonly listenerArn: string;
  readonly targetGroupArn: string;
}

export const START = Date.UTC(2030, 0, 1);
export const CERTIFICATE = 'arn:aws:acm:eu-west-1:123456789012:certificate/one';

export function makeBench(): Bench {
  const aws = new StrictAws({ region: 'eu-west-1', accountId: '123456789012' });
  const cluster = seedTypicalCluster(aws);
  aws.seed.certificate(CERTIFICATE);
  const connection = connect(aws);
  const { elbv2 } = connection;

  async function loadBalancer(input: Partial<CreateLoadBalancerCommandInput> = {}): Promise<LoadBalancer> {
    const usual = {
      Name: 'lb',
      Type: 'network' as const,
      Subnets: input.SubnetMappings ? undefined : [...cluster.publicSubnets],
    };
    const answer = await elbv2.send(new CreateLoadBalancerCommand({ ...usual, ...input }));
    return answer.LoadBalancers![0]!;
  }

  async function targetGroup(input: Partial<CreateTargetGroupCommandInput> = {}): Promise<TargetGroup> {
    const usual = { Name: 'group', Protocol: 'TCP' as const, Port: 30_080, VpcId: cluster.vpcId };
    const answer = await elbv2.send(new CreateTargetGroupCommand({ ...usual, ...input }));
    return answer.TargetGroups![0]!;
  }

  async function listener(
    input: Pick<CreateListenerCommandInput, 'LoadBalancerArn'> & Partial<CreateListenerCommandInput>,
  ): Promise<Listener> {
    const usual = { Protocol: 'TCP' as const, Port: 80, DefaultActions: undefined };
    const answer = await elbv2.send(new CreateListenerCommand({ ...usual, ...input }));
    return answer.Listeners![0]!;
  }

  async function served(...instances: readonly string[]): Promise<Served> {
    const { LoadBalancerArn: loadBalancerArn = '' } = await loadBalancer();
    const { TargetGroupArn: targetGroupArn = '' } = await targetGroup();
    const DefaultActions = [forwardTo(targetGroupArn)];
    const { ListenerArn: listenerArn = '' } = await listener({ LoadBalancerArn: loadBalancerArn, DefaultActions });
    if (instances.length > 0) {
      const Targets = instances.map((Id) => ({ Id }));
      await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets }));
    }
    return { loadBalancerArn, listenerArn, targetGroupArn };
  }

  return { ...connection, aws, cluster, loadBalancer, targetGroup, listener, served };
}

export function forwardTo(TargetGroupArn: string | undefined) {
  return { Type: 'forward' as const, TargetGroupArn };
}

/** The code that AWS answered; a test whose call succeeds fails here. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error('the call succeeded');
  const code: unknown = Reflect.get(error, 'Code');
  return typeof code === 'string' ? code : `${error.name}: ${error.message}`;
}
