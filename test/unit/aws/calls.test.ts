// What a plan cannot foretell, since it is no part of what is compared: who else wrote something, and who wrote it first. All
// that it does foretell is in test/contract/aws-calls.test.ts.
import * as ec2 from '@aws-sdk/client-ec2';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withCalls } from '../../../src/engine/calls.ts';
import { type Connection, connect } from '../../fake/aws/connect.ts';
import type { StrictAws } from '../../fake/aws/strict-aws.ts';
import { BALANCER, newAws, OWNER, type Run, scope, start, type Wish } from './stage.ts';

let aws: StrictAws;
let hand: Connection;

beforeEach(() => {
  vi.useFakeTimers();
  aws = newAws();
  Object.assign(aws.timings, { interfaceReleaseMs: 0, targetGroupReleaseMs: 0 });
  hand = connect(aws);
});

afterEach(() => {
  aws.assertSound();
  vi.useRealTimers();
});

async function foretell(run: Run, wish: Wish | undefined) {
  await run.engine.sync(scope());
  const graph = wish && (await run.compile(wish)).graph;
  const { steps } = withCalls(run.engine.plan(OWNER, graph), run.provider.kinds, run.engine.inventory);
  const foretold = steps.flatMap(({ calls = [] }) => calls.map((call) => call.slice(call.indexOf(':') + 1)));
  const { calls } = await run.converge(wish);
  return { foretold: foretold.sort(), calls: calls.toSorted() };
}

it('a rule that somebody else wrote in a group without any of ours: EC2 refuses it once, and then it is left out', async () => {
  const tcp = { IpProtocol: 'tcp', FromPort: 30080, ToPort: 30080, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
  await hand.ec2.send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId: 'sg-nodes', IpPermissions: [tcp] }));
  const { foretold, calls } = await foretell(await start(aws), {});
  // Two looks: at what is there, and at what came of it.
  const more = ['AuthorizeSecurityGroupIngress', 'DescribeSecurityGroups', 'DescribeSecurityGroups'];
  expect(calls).toEqual([...foretold, ...more].sort());
});

it('the group of the official controller that only its use tells to be ours: it gets our tag before it is let go', async () => {
  const Tags = [
    { Key: 'kubernetes.io/cluster/prod', Value: 'owned' },
    { Key: 'kubernetes.io/service-name', Value: 'shop/web' },
  ];
  const { GroupId = '' } = await hand.ec2.send(
    new ec2.CreateSecurityGroupCommand({
      GroupName: 'k8s-shop-web-a5e59d15a1',
      Description: 'made by another',
      VpcId: 'vpc-main',
      TagSpecifications: [{ ResourceType: 'security-group', Tags: Tags.slice(0, 1) }],
    }),
  );
  const Subnets = ['subnet-public-a', 'subnet-public-b', 'subnet-public-c'];
  const input = { Name: BALANCER, Type: 'network' as const, Subnets, SecurityGroups: [GroupId], Tags };
  await hand.elbv2.send(new elb.CreateLoadBalancerCommand(input));
  const { foretold, calls } = await foretell(await start(aws), undefined);
  expect(calls).toEqual([...foretold, 'CreateTags'].sort());
});
