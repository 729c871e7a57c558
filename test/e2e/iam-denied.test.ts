// The policy holds against the controller's own credentials: nothing of another cluster, or of nobody's, can be changed.
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
} from '@aws-sdk/client-ec2';
import * as classic from '@aws-sdk/client-elastic-load-balancing';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal } from '../../localstack/clients.ts';
import { service } from '../cluster/objects.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { AwsView } from './aws-view.ts';
import { CLUSTER, IamStage, policyOf, STEM } from './iam-stage.ts';

const NLB = { [`${STEM}type`]: 'nlb' };
const OWNED = `kubernetes.io/cluster/${CLUSTER}`;

let stack: Stack;
let aws: AwsView;
let stage: IamStage;

beforeAll(async () => {
  stack = await startStack({ nodes: 2, clusterName: CLUSTER, iam: { policy: policyOf() } });
  aws = new AwsView(stack);
  stage = new IamStage(stack);
  await stack.controller(['--drift-interval', '0']).leading();
});
afterAll(() => stack?.stop());

describe('what the controller could be made to do', () => {
  const DENIED = /AccessDenied|UnauthorizedOperation/;
  const tags = (cluster: string) => [{ Key: `kubernetes.io/cluster/${cluster}`, Value: 'owned' }];
  const subnets = () => stack.emulator.fixtures.publicSubnets.map(({ id }) => id);

  it('is denied on objects of another cluster', async () => {
    const { vpcId } = stack.emulator.fixtures;
    const admin = aws.clients;
    using hand = stage.controllerClients();
    const name = 'a0123456789abcdef0123456789abcdef0'.slice(0, 32);
    const Tags = [...tags('other'), { Key: 'kubernetes.io/service-name', Value: 'default/web' }];
    const { LoadBalancers } = await admin.elb.send(
      new elb.CreateLoadBalancerCommand({ Name: name, Type: 'network', Subnets: subnets(), Tags }),
    );
    const arn = LoadBalancers?.[0]?.LoadBalancerArn ?? '';
    const group = { Name: 'k8s-default-web-0123456789', Protocol: 'TCP' as const, Port: 30_000, VpcId: vpcId };
    const { TargetGroups } = await admin.elb.send(new elb.CreateTargetGroupCommand({ ...group, Tags }));
    const target = TargetGroups?.[0]?.TargetGroupArn ?? '';
    const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn: target }];
    const listen = { LoadBalancerArn: arn, Port: 80, Protocol: 'TCP' as const, DefaultActions };
    const { Listeners } = await admin.elb.send(new elb.CreateListenerCommand({ ...listen, Tags }));
    const listener = Listeners?.[0]?.ListenerArn ?? '';
    const description = { VpcId: vpcId, Description: 'theirs' };
    const { GroupId } = await admin.ec2.send(
      new CreateSecurityGroupCommand({
        ...{ ...description, GroupName: 'theirs' },
        TagSpecifications: [{ ResourceType: 'security-group', Tags: tags('other') }],
      }),
    );
    const Listen = [{ Protocol: 'TCP', InstanceProtocol: 'TCP', LoadBalancerPort: 80, InstancePort: 30_000 }];
    await admin.classic.send(
      new classic.CreateLoadBalancerCommand({
        ...{ LoadBalancerName: name, Listeners: Listen, Subnets: subnets(), Tags: tags('other') },
      }),
    );
    const more = tags(CLUSTER);
    const rule = { IpProtocol: 'tcp', FromPort: 1, ToPort: 2, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
    const tries: readonly (() => Promise<unknown>)[] = [
      () => hand.elb.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerArn: arn })),
      () => hand.elb.send(new elb.AddTagsCommand({ ResourceArns: [arn], Tags: more })),
      () => hand.elb.send(new elb.CreateListenerCommand({ ...listen, Port: 81, Tags: more })),
      () => hand.elb.send(new elb.DeleteListenerCommand({ ListenerArn: listener })),
      () => hand.elb.send(new elb.AddTagsCommand({ ResourceArns: [listener], Tags: more })),
      () => hand.elb.send(new elb.RegisterTargetsCommand({ TargetGroupArn: target, Targets: [{ Id: 'i-0' }] })),
      () => hand.elb.send(new elb.DeleteTargetGroupCommand({ TargetGroupArn: target })),
      () => hand.classic.send(new classic.DeleteLoadBalancerCommand({ LoadBalancerName: name })),
      () => hand.classic.send(new classic.AddTagsCommand({ LoadBalancerNames: [name], Tags: more })),
      () => hand.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] })),
      () => hand.ec2.send(new CreateTagsCommand({ Resources: [GroupId ?? ''], Tags: more })),
      () => hand.ec2.send(new DeleteSecurityGroupCommand({ GroupId })),
      // And made for another cluster, or for none.
      () =>
        hand.elb.send(
          new elb.CreateLoadBalancerCommand({ Name: 'x', Type: 'network', Subnets: subnets(), Tags: tags('other') }),
        ),
      () => hand.elb.send(new elb.CreateTargetGroupCommand({ ...group, Name: 'y' })),
      () => hand.ec2.send(new CreateSecurityGroupCommand({ ...description, GroupName: 'mine' })),
    ];
    for (const attempt of tries) expect(await refusal(attempt())).toMatch(DENIED);
    // They are there, and an administrator can do all of it.
    await admin.elb.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
    await admin.elb.send(new elb.DeleteTargetGroupCommand({ TargetGroupArn: target }));
    await admin.classic.send(new classic.DeleteLoadBalancerCommand({ LoadBalancerName: name }));
    await admin.ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
  });

  it('is denied where it would say of its own objects that they belong to others', async () => {
    await stack.create(service({ name: 'own', annotations: NLB }));
    const view = await aws.of(await stage.programmed('own'));
    const ResourceArns = [view?.balancer.LoadBalancerArn ?? ''];
    using hand = stage.controllerClients();
    await hand.elb.send(new elb.AddTagsCommand({ ResourceArns, Tags: [{ Key: 'team', Value: 'web' }] }));
    for (const change of [
      new elb.AddTagsCommand({ ResourceArns, Tags: [{ Key: OWNED, Value: 'shared' }] }),
      new elb.AddTagsCommand({ ResourceArns, Tags: tags('other') }),
      new elb.AddTagsCommand({ ResourceArns, Tags: [{ Key: 'kubernetes.io/service-name', Value: 'a/b' }] }),
      new elb.RemoveTagsCommand({ ResourceArns, TagKeys: [OWNED, 'team'] }),
    ]) {
      expect(await refusal(hand.elb.send(change as elb.AddTagsCommand))).toBe('AccessDenied');
    }
    await stage.remove('own');
  });

  it('is denied in a group of nodes that another cluster alone has marked', async () => {
    const { nodeSecurityGroupId: GroupId } = stack.emulator.fixtures;
    const rule = { IpProtocol: 'tcp', FromPort: 1, ToPort: 2, IpRanges: [{ CidrIp: '192.0.2.0/24' }] };
    const IpPermissions = [rule];
    using hand = stage.controllerClients();
    await aws.clients.ec2.send(
      new CreateTagsCommand({ Resources: [GroupId], Tags: [{ Key: OWNED, Value: 'shared' }] }),
    );
    await hand.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    await aws.clients.ec2.send(new CreateTagsCommand({ Resources: [GroupId], Tags: [{ Key: OWNED, Value: 'no' }] }));
    const again = new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [{ ...rule, ToPort: 3 }] });
    expect(await refusal(hand.ec2.send(again))).toBe('UnauthorizedOperation');
    await aws.clients.ec2.send(new CreateTagsCommand({ Resources: [GroupId], Tags: [{ Key: OWNED, Value: 'owned' }] }));
  });
});
