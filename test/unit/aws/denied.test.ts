// Deleting what is gone under a policy that asks for tags: a denial is believed only while the object is there.
import * as ec2 from '@aws-sdk/client-ec2';
import * as elb from '@aws-sdk/client-elastic-load-balancing';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GRANTED } from '../../../providers/aws/grants/features.ts';
import { connect } from '../../fake/aws/connect.ts';
import { enforcePolicy } from '../../fake/aws/iam.ts';
import type { StrictAws } from '../../fake/aws/strict-aws.ts';
import { newAws, OWNER, type Run, scope, start, type Wish } from './stage.ts';

let aws: StrictAws;
let run: Run;

beforeEach(async () => {
  vi.useFakeTimers();
  aws = newAws();
  Object.assign(aws.timings, { interfaceReleaseMs: 0, targetGroupReleaseMs: 0 });
  run = await start(aws);
});
afterEach(() => {
  aws.assertSound();
  vi.useRealTimers();
});

const enforce = (features = GRANTED) =>
  enforcePolicy(aws, { clusterName: 'prod', features, answers: true, holdsFor: (session) => session === 1 });

/** By somebody's hand, behind the controller's back. */
async function takeAway(): Promise<void> {
  const hand = connect(aws);
  const { loadBalancers, listeners, targetGroups, classicLoadBalancers, securityGroups } = aws.state;
  for (const ListenerArn of [...listeners.keys()])
    await hand.elbv2.send(new elbv2.DeleteListenerCommand({ ListenerArn }));
  for (const LoadBalancerArn of [...loadBalancers.keys()])
    await hand.elbv2.send(new elbv2.DeleteLoadBalancerCommand({ LoadBalancerArn }));
  for (const TargetGroupArn of [...targetGroups.keys()])
    await hand.elbv2.send(new elbv2.DeleteTargetGroupCommand({ TargetGroupArn }));
  for (const LoadBalancerName of [...classicLoadBalancers.keys()])
    await hand.elb.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerName }));
  const nodes = securityGroups.get('sg-nodes');
  for (const { source } of nodes?.ingress ?? []) {
    if (source.type !== 'group' || source.groupId === 'sg-nodes') continue;
    const IpPermissions = [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: source.groupId }] }];
    await hand.ec2.send(new ec2.RevokeSecurityGroupIngressCommand({ GroupId: 'sg-nodes', IpPermissions }));
  }
  for (const { id, name } of [...securityGroups.values()]) {
    if (name.startsWith('k8s-')) await hand.ec2.send(new ec2.DeleteSecurityGroupCommand({ GroupId: id }));
  }
}

const WISHES: readonly (readonly [string, Wish])[] = [
  ['an NLB', {}],
  ['an NLB with a group', { options: { 'aws-nlb-security-groups': 'managed' } }],
  ['a Classic Load Balancer', { annotations: { type: 'classic' } }],
];
const remove = () =>
  run.engine.converge(
    { owner: OWNER, graph: undefined, remembered: undefined, beforeFirstWrite: async () => {} },
    scope(),
  );
const denials = () => aws.calls.filter(({ errorCode }) => /^(AccessDenied|Unauthorized)/.test(errorCode ?? ''));

describe.each(WISHES)('%s', (_, wish) => {
  it('that was deleted by hand is found to be gone, whatever AWS calls that', async () => {
    await run.converge(wish);
    enforce();
    await takeAway();
    await remove();
    expect(denials().length).toBeGreaterThan(0);
    expect(run.engine.inventory.ownedBy(OWNER)).toEqual([]);
  });

  it('that is there stays, and the denial is told', async () => {
    await run.converge(wish);
    enforce([]);
    await expect(remove()).rejects.toThrow(/^AWS denies elasticloadbalancing:/);
    expect(aws.state.loadBalancers.size + aws.state.classicLoadBalancers.size).toBe(1);
  });
});
