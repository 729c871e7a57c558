// The controller under its own generated IAM policy: everything that it does is allowed, and no more than that.
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GRANTED } from '../../providers/aws/grants/features.ts';
import type { Node } from '../../src/kube/types.ts';
import { service } from '../cluster/objects.ts';
import { peerConfig } from '../peer/config.ts';
import { CLEANUP, makeAsPeer } from '../peer/peer.ts';
import { buildCommand, fairlead } from '../stack/command.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { AwsView } from './aws-view.ts';
import { CLUSTER, conditionOf, IamStage, policyOf, STEM } from './iam-stage.ts';

const NLB = { [`${STEM}type`]: 'nlb' };
const OWNED = `kubernetes.io/cluster/${CLUSTER}`;

let stack: Stack;
let aws: AwsView;
let stage: IamStage;
let controller: ControllerProcess;

beforeAll(async () => {
  await buildCommand();
  stack = await startStack({ nodes: 3, clusterName: CLUSTER, iam: { policy: policyOf() } });
  stack.emulator.proxy.enforce({ policy: policyOf(GRANTED, stack.emulator.fixtures.vpcId) });
  aws = new AwsView(stack);
  stage = new IamStage(stack);
  await start();
});
afterAll(() => stack?.stop());

async function start(): Promise<void> {
  controller = stack.controller([
    ...['--drift-interval', '0', '--replacement-drain', '1s', '--aws-nlb-security-groups', 'managed'],
  ]);
  await controller.leading();
}

describe('what the controller does', () => {
  beforeEach(() => stack.emulator.proxy.clear());
  afterEach(() => expect(stage.denied()).toEqual([]));

  it('is allowed, for an NLB: made, changed in every way, its nodes, deleted', async () => {
    const { certificateArn } = stack.emulator.fixtures;
    await stack.create(service({ name: 'nlb', annotations: NLB }));
    await stage.programmed('nlb');
    await stage.annotate('nlb', { 'cross-zone-load-balancing-enabled': 'true' });
    await stage.programmed('nlb', async (one) => {
      const view = await aws.of(one);
      return view?.attributes['load_balancing.cross_zone.enabled'] === 'true';
    });
    await stage.annotate('nlb', { 'additional-resource-tags': 'team=web,stage=test' });
    await stage.programmed('nlb', async (one) => (await aws.of(one))?.tags.stage === 'test');
    await stage.annotate('nlb', { 'additional-resource-tags': 'team=web' });
    await stage.programmed('nlb', async (one) => {
      const { tags } = (await aws.of(one)) ?? {};
      return tags?.team === 'web' && tags.stage === undefined;
    });
    await stage.annotate('nlb', {
      'healthcheck-healthy-threshold': '5',
      'target-group-attributes': 'preserve_client_ip.enabled=false',
    });
    await stage.programmed('nlb', async () => (await aws.groups())[0]?.HealthyThresholdCount === 5);
    const one = await stage.get('nlb');
    const first = { ...one.spec.ports?.[0], name: 'first' };
    await stage.edit('nlb', {
      spec: { ports: [first, { name: 'second', port: 443 }], loadBalancerSourceRanges: ['10.0.0.0/8'] },
    });
    await stage.programmed('nlb', async (now) => (await aws.of(now))?.listeners.length === 2);
    await stage.annotate('nlb', { 'ssl-cert': certificateArn, 'ssl-ports': '443' });
    await stage.programmed('nlb', async (now) => (await aws.of(now))?.listeners[1]?.Protocol === 'TLS');
    await stage.annotate('nlb', { 'ssl-cert': null, 'ssl-ports': null });
    await stage.programmed('nlb', async (now) => (await aws.of(now))?.listeners[1]?.Protocol === 'TCP');
    await stage.edit('nlb', { spec: { ports: [first], loadBalancerSourceRanges: ['192.0.2.0/24'] } });
    await stage.programmed('nlb', async (now) => (await aws.of(now))?.listeners.length === 1);
    await stack.removeNode(2);
    const targets = async () => (await aws.targets((await aws.of(await stage.get('nlb')))?.listeners[0])).length;
    await stack.until('the node is deregistered', async () => (await targets()) === 2);
    await stack.addNode(2);
    await stack.until('the node is registered', async () => (await targets()) === 3);
    await stage.remove('nlb');
    expect(await aws.balancers()).toEqual([]);
    expect(await aws.nodeRules()).toEqual([]);
    expect(new Set(stage.writes())).toEqual(
      new Set([
        ...['AddTags', 'RemoveTags', 'CreateTags', 'DeleteTags', 'CreateLoadBalancer', 'CreateTargetGroup'],
        ...['CreateListener', 'CreateSecurityGroup', 'AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress'],
        ...['ModifyLoadBalancerAttributes', 'ModifyTargetGroup', 'ModifyTargetGroupAttributes', 'ModifyListener'],
        ...['RegisterTargets', 'DeregisterTargets', 'DeleteListener', 'DeleteTargetGroup', 'DeleteLoadBalancer'],
        ...['DeleteSecurityGroup'],
      ]),
    );
  });

  it('is allowed, for a Classic one: made, changed in every way, deleted', async () => {
    const { certificateArn, publicSubnets } = stack.emulator.fixtures;
    await stack.create(service({ name: 'classic' }));
    const one = await stage.programmed('classic');
    const view = async () => aws.classicOf(await stage.get('classic'));
    await stage.annotate('classic', { 'connection-idle-timeout': '120', 'additional-resource-tags': 'team=web' });
    await stage.programmed('classic', async () => (await view())?.tags.team === 'web');
    await stage.annotate('classic', { 'additional-resource-tags': null, 'proxy-protocol': '*' });
    await stage.programmed('classic', async () => (await view())?.tags.team === undefined);
    const first = { ...one.spec.ports?.[0], name: 'first' };
    await stage.edit('classic', { spec: { ports: [first, { name: 'second', port: 443 }] } });
    await stage.programmed('classic', async () => (await view())?.balancer.ListenerDescriptions?.length === 2);
    await stage.annotate('classic', {
      ...{ 'ssl-cert': certificateArn, 'ssl-ports': '443' },
      'ssl-negotiation-policy': 'ELBSecurityPolicy-TLS-1-2-2017-01',
      'healthcheck-interval': '20',
    });
    await stage.programmed('classic', async () => (await view())?.balancer.HealthCheck?.Interval === 20);
    await stage.annotate('classic', {
      subnets: publicSubnets
        .slice(0, 2)
        .map(({ id }) => id)
        .join(','),
    });
    await stage.programmed('classic', async () => (await view())?.balancer.Subnets?.length === 2);
    await stage.annotate('classic', { subnets: publicSubnets.map(({ id }) => id).join(',') });
    await stage.programmed('classic', async () => (await view())?.balancer.Subnets?.length === 3);
    await stage.annotate('classic', { 'ssl-cert': null, 'ssl-ports': null, 'ssl-negotiation-policy': null });
    await stage.edit('classic', { spec: { ports: [first], loadBalancerSourceRanges: ['192.0.2.0/24'] } });
    await stage.programmed('classic', async () => (await view())?.balancer.ListenerDescriptions?.length === 1);
    await stage.remove('classic');
    expect(await aws.classics()).toEqual([]);
    expect(await aws.nodeRules()).toEqual([]);
    expect(new Set(stage.writes())).toEqual(
      new Set([
        ...['AddTags', 'RemoveTags', 'CreateLoadBalancer', 'CreateSecurityGroup', 'CreateTags', 'DeleteTags'],
        ...['AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress', 'ModifyLoadBalancerAttributes'],
        ...['ConfigureHealthCheck', 'CreateLoadBalancerListeners', 'DeleteLoadBalancerListeners'],
        ...['CreateLoadBalancerPolicy', 'SetLoadBalancerPoliciesOfListener'],
        ...['SetLoadBalancerPoliciesForBackendServer', 'RegisterInstancesWithLoadBalancer'],
        ...['AttachLoadBalancerToSubnets', 'DetachLoadBalancerFromSubnets', 'DeleteLoadBalancer'],
        ...['DeleteSecurityGroup'],
      ]),
    );
  });

  it('is allowed, for replacements of either kind by the other', async () => {
    const allowed = { 'fairlead.dev/allow-replacement': 'true' };
    await stack.create(service({ name: 'turns', annotations: { ...NLB, ...allowed } }));
    await stage.programmed('turns');
    const only = async (kind: 'nlb' | 'classic') => {
      const [nlbs, classics] = [(await aws.balancers()).length, (await aws.classics()).length];
      return kind === 'nlb' ? nlbs === 1 && classics === 0 : nlbs === 0 && classics === 1;
    };
    await stage.annotate('turns', { type: 'classic' });
    await stage.programmed('turns', () => only('classic'));
    await stage.annotate('turns', { type: 'nlb', internal: 'true' });
    await stage.programmed('turns', () => only('nlb'));
    await stage.remove('turns');
    expect(await aws.nodeRules()).toEqual([]);
  });

  it('is allowed, taking over from the official controller, listeners without tags included', async () => {
    await controller.stop();
    const { vpcId } = stack.emulator.fixtures;
    const { items: nodes } = await stack.request<{ items: Node[] }>('GET', '/api/v1/nodes');
    const hand = { ec2: aws.clients.ec2, elb: aws.clients.classic, elbv2: aws.clients.elb };
    const ports = [
      { name: 'http', port: 80 },
      { name: 'https', port: 443 },
    ];
    for (const [name, annotations] of [['peer-nlb', NLB] as const, ['peer-classic', {}] as const]) {
      const one = await stack.create(service({ name, annotations, ports }));
      await stage.edit(name, { metadata: { finalizers: [CLEANUP] } });
      const config = peerConfig({ clusterId: CLUSTER, vpcId });
      const hostname = await makeAsPeer(hand, (await stack.service(name)) ?? (one as never), nodes, config);
      const status = { loadBalancer: { ingress: [{ hostname }] } };
      await stack.request('PATCH', `/api/v1/namespaces/default/services/${name}/status`, { status });
    }
    const listeners = (await aws.of(await stage.get('peer-nlb')))?.listeners ?? [];
    const arns = listeners.map(({ ListenerArn = '' }) => ListenerArn);
    const TagKeys = [OWNED, 'kubernetes.io/service-name'];
    for (const arn of arns) await aws.clients.elb.send(new elb.RemoveTagsCommand({ ResourceArns: [arn], TagKeys }));
    expect(await tagsOf(arns)).toEqual([{}, {}]);

    // One of the listeners is not wanted any more: it goes, though it was never tagged.
    const one = await stage.get('peer-nlb');
    await stage.edit('peer-nlb', { spec: { ports: [one.spec.ports?.[0]] } });
    await start();
    await stage.programmed('peer-nlb', async (now) => (await aws.of(now))?.listeners.length === 1);
    await stage.programmed('peer-classic');
    expect((await tagsOf(arns.slice(0, 1)))[0]).toMatchObject({ [OWNED]: 'owned' });
    await stage.annotate('peer-nlb', { 'additional-resource-tags': 'team=web' });
    await stage.annotate('peer-classic', { 'additional-resource-tags': 'team=web' });
    await stage.programmed('peer-nlb', async (now) => (await aws.of(now))?.tags.team === 'web');
    await stage.programmed('peer-classic', async (now) => (await aws.classicOf(now))?.tags.team === 'web');
    await stage.remove('peer-nlb');
    await stage.remove('peer-classic');
    expect([...(await aws.balancers()), ...(await aws.classics()), ...(await aws.groups())]).toEqual([]);
  });

  it('is allowed, deleting what forgotten Services left', async () => {
    await stack.create(service({ name: 'lost-nlb', annotations: NLB }));
    await stack.create(service({ name: 'lost-classic' }));
    await stage.programmed('lost-nlb');
    await stage.programmed('lost-classic');
    await controller.stop();
    for (const name of ['lost-nlb', 'lost-classic']) {
      await stage.edit(name, { metadata: { finalizers: null } });
      await stage.remove(name);
    }
    const { code, out, err } = await fairlead(stack, ['orphans', '--delete', '--yes']);
    expect({ code, err }, out).toEqual({ code: 0, err: '' });
    expect([...(await aws.balancers()), ...(await aws.classics()), ...(await aws.groups())]).toEqual([]);
    await start();
  });
});

async function tagsOf(ResourceArns: string[]): Promise<readonly Record<string, string>[]> {
  const { TagDescriptions = [] } = await aws.clients.elb.send(new elb.DescribeTagsCommand({ ResourceArns }));
  return TagDescriptions.map(({ Tags = [] }) =>
    Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
  );
}

describe('without a feature', () => {
  it('the Service says which action is missing, and the others go on; with it, all is well again', async () => {
    const { proxy } = stack.emulator;
    proxy.enforce({ policy: policyOf(GRANTED.filter((feature) => feature !== 'classic')), hasServiceLinkedRole: true });
    await stack.create(service({ name: 'refused' }));
    const refused = await stack.until('it is refused', async () => {
      const one = await stage.get('refused');
      return /denies/.test(conditionOf(one, 'Programmed')?.message ?? '') ? one : undefined;
    });
    const { message, reason } = conditionOf(refused, 'Programmed') ?? {};
    expect(reason).toBe('Denied');
    expect(message).toMatch(
      /^AWS denies elasticloadbalancing:CreateLoadBalancer \(AccessDenied: User: .* on resource: arn:aws:elasticloadbalancing:eu-west-1:\d+:loadbalancer\/a\w{31}/,
    );
    await stack.create(service({ name: 'served', annotations: NLB }));
    await stage.programmed('served');
    proxy.enforce({ policy: policyOf(), hasServiceLinkedRole: true });
    await stage.annotate('refused', { 'connection-idle-timeout': '90' });
    await stage.programmed('refused');
    await stage.remove('refused');
    await stage.remove('served');
  });

  it('of the service-linked role, nothing can be made in an account that never had a load balancer', async () => {
    const { proxy } = stack.emulator;
    proxy.enforce({ policy: policyOf(GRANTED.filter((feature) => feature !== 'service-linked-role')) });
    await stack.create(service({ name: 'first', annotations: NLB }));
    const refused = await stack.until('it is refused', async () => {
      const one = await stage.get('first');
      return /denies/.test(conditionOf(one, 'Programmed')?.message ?? '') ? one : undefined;
    });
    expect(conditionOf(refused, 'Programmed')?.message).toContain('iam:CreateServiceLinkedRole');
    await stage.remove('first');
  });
});
