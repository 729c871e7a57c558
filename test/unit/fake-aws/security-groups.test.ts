// Security groups of the fake EC2: their names, what holds them, how they are found, their tags.

import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  type CreateSecurityGroupCommandInput,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { DeleteLoadBalancerCommand, SetSecurityGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Bench, codeOf, makeBench, START } from './workbench.ts';

let bench: Bench;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  bench = makeBench();
});
afterEach(() => {
  bench.aws.assertSound();
  vi.useRealTimers();
});

async function create(input: Partial<CreateSecurityGroupCommandInput> = {}): Promise<string> {
  const usual = { GroupName: 'web', Description: 'for the web', VpcId: bench.cluster.vpcId };
  return (await bench.ec2.send(new CreateSecurityGroupCommand({ ...usual, ...input }))).GroupId!;
}

function tcp(port: number, ...cidrs: string[]): IpPermission {
  return { IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: cidrs.map((CidrIp) => ({ CidrIp })) };
}

function authorize(GroupId: string, ...IpPermissions: IpPermission[]) {
  return bench.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
}

function revoke(GroupId: string, ...IpPermissions: IpPermission[]) {
  return bench.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
}

function remove(GroupId: string) {
  return bench.ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
}

async function read(GroupId: string) {
  const { SecurityGroups } = await bench.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
  return SecurityGroups![0]!;
}

describe('CreateSecurityGroup', () => {
  it('makes a group that lets everything out, with its tags', async () => {
    const TagSpecifications = [{ ResourceType: 'security-group' as const, Tags: [{ Key: 'a', Value: 'b' }] }];
    const id = await create({ TagSpecifications });
    expect(id).toMatch(/^sg-[0-9a-f]{17}$/);
    expect(await read(id)).toMatchObject({
      GroupName: 'web',
      Description: 'for the web',
      VpcId: 'vpc-main',
      IpPermissions: [],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      Tags: [{ Key: 'a', Value: 'b' }],
    });
  });

  it('refuses a name that is taken in the VPC, whatever its case, but not in another VPC', async () => {
    await create();
    expect(await codeOf(create())).toBe('InvalidGroup.Duplicate');
    expect(await codeOf(create({ GroupName: 'WEB' }))).toBe('InvalidGroup.Duplicate');
    bench.aws.seed.vpc({ id: 'vpc-other', cidr: '10.9.0.0/16' });
    expect(await create({ VpcId: 'vpc-other' })).toMatch(/^sg-/);
  });

  it.each<[string, Partial<CreateSecurityGroupCommandInput>, string]>([
    ['no description', { Description: undefined }, 'MissingParameter'],
    ['no name', { GroupName: undefined }, 'MissingParameter'],
    ['no VPC', { VpcId: undefined }, 'MissingParameter'],
    ['an unknown VPC', { VpcId: 'vpc-none' }, 'InvalidVpcID.NotFound'],
    ['a name like an id', { GroupName: 'sg-web' }, 'InvalidParameterValue'],
    ['the reserved name', { GroupName: 'default' }, 'InvalidGroup.Reserved'],
    ['a description with an apostrophe', { Description: "it's" }, 'InvalidParameterValue'],
    ['a description of 256 characters', { Description: 'x'.repeat(256) }, 'InvalidParameterValue'],
    ['tags for something else', { TagSpecifications: [{ ResourceType: 'vpc' }] }, 'InvalidParameterValue'],
  ])('refuses %s', async (_, input, code) => {
    expect(await codeOf(create(input))).toBe(code);
  });

  it('refuses more groups than the quota', async () => {
    bench.aws.limits.securityGroups = bench.aws.state.securityGroups.size + 1;
    await create();
    expect(await codeOf(create({ GroupName: 'one more' }))).toBe('SecurityGroupLimitExceeded');
  });
});

describe('DeleteSecurityGroup', () => {
  it('deletes what nothing uses, once', async () => {
    const id = await create();
    await remove(id);
    expect(await codeOf(remove(id))).toBe('InvalidGroup.NotFound');
  });

  it('refuses while an instance uses it, until that has ended', async () => {
    expect(await codeOf(remove('sg-nodes'))).toBe('DependencyViolation');
    for (const id of bench.cluster.nodes) bench.aws.seed.instance({ id, state: 'terminated' });
    await remove('sg-nodes');
  });

  it('refuses while a rule of another group names it; its own rules do not matter', async () => {
    const [id, other] = [await create(), await create({ GroupName: 'other' })];
    const fromId = { ...tcp(80), UserIdGroupPairs: [{ GroupId: id }] };
    await authorize(id, fromId);
    await authorize(other, fromId);
    expect(await codeOf(remove(id))).toBe('DependencyViolation');
    await revoke(other, fromId);
    await remove(id);
  });

  it('refuses while a load balancer has it, and for a while after the load balancer is gone', async () => {
    const id = await create();
    const { LoadBalancerArn } = await bench.loadBalancer({ SecurityGroups: [id] });
    expect(await codeOf(remove(id))).toBe('DependencyViolation');
    await bench.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    vi.advanceTimersByTime(bench.aws.timings.interfaceReleaseMs - 1);
    expect(await codeOf(remove(id))).toBe('DependencyViolation');
    vi.advanceTimersByTime(1);
    await remove(id);
  });

  it('allows it when the load balancer has other groups by now', async () => {
    const [id, other] = [await create(), await create({ GroupName: 'other' })];
    const { LoadBalancerArn } = await bench.loadBalancer({ SecurityGroups: [id] });
    await bench.elbv2.send(new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: [other] }));
    await remove(id);
    expect(await codeOf(remove(other))).toBe('DependencyViolation');
  });

  it('refuses the default group of a VPC', async () => {
    const found = [...bench.aws.state.securityGroups.values()].find(({ name }) => name === 'default');
    expect(await codeOf(remove(found!.id))).toBe('CannotDelete');
  });
});

describe('DescribeSecurityGroups', () => {
  it('filters by name, VPC, and by what rules name', async () => {
    const id = await create();
    await authorize(id, { ...tcp(80, '10.0.0.0/8'), UserIdGroupPairs: [{ GroupId: 'sg-nodes' }] });
    const find = async (Name: string, value: string) => {
      const Filters = [{ Name, Values: [value] }];
      const { SecurityGroups = [] } = await bench.ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
      return SecurityGroups.map(({ GroupId }) => GroupId);
    };
    expect(await find('group-name', 'web')).toEqual([id]);
    expect(await find('ip-permission.group-id', 'sg-nodes')).toEqual([id]);
    expect(await find('ip-permission.cidr', '10.0.0.0/8')).toEqual([id]);
    expect(await find('vpc-id', 'vpc-main')).toHaveLength(3);
  });
});

describe('CreateTags and DeleteTags', () => {
  const tag = (Resources: string[], ...Tags: { Key: string; Value?: string }[]) =>
    bench.ec2.send(new CreateTagsCommand({ Resources, Tags }));
  const untag = (Resources: string[], Tags?: { Key: string; Value?: string }[]) =>
    bench.ec2.send(new DeleteTagsCommand({ Resources, Tags }));
  const tags = (id: string) => bench.aws.state.securityGroups.get(id)?.tags;

  it('add and overwrite, for all resources or for none', async () => {
    const id = await create();
    await tag([id, 'subnet-public-a'], { Key: 'a', Value: '1' });
    await tag([id], { Key: 'a', Value: '2' }, { Key: 'b' });
    expect(tags(id)).toEqual({ a: '2', b: '' });
    expect(bench.aws.state.subnets.get('subnet-public-a')?.tags).toMatchObject({ a: '1' });
    expect(await codeOf(tag([id, 'sg-none'], { Key: 'c', Value: '' }))).toBe('InvalidGroup.NotFound');
    expect(tags(id)).toEqual({ a: '2', b: '' });
  });

  it('work on every kind of resource that is simulated, and fail loudly on others', async () => {
    bench.aws.seed.address({ allocationId: 'eipalloc-1', ip: '198.51.100.1' });
    bench.aws.seed.routeTable({ id: 'rtb-1' });
    const { vpcs, routeTables, addresses, instances } = bench.aws.state;
    await tag(['vpc-main', 'rtb-1', 'eipalloc-1', 'i-node-1'], { Key: 'x', Value: '1' });
    const rows = [
      vpcs.get('vpc-main'),
      routeTables.get('rtb-1'),
      addresses.get('eipalloc-1'),
      instances.get('i-node-1'),
    ];
    expect(rows.map((row) => row?.tags.x)).toEqual(['1', '1', '1', '1']);
    const strange = makeBench();
    const command = new CreateTagsCommand({ Resources: ['vol-1'], Tags: [{ Key: 'a', Value: '' }] });
    await expect(strange.ec2.send(command)).rejects.toThrow('vol-1');
  });

  it('need resources', async () => {
    expect(await codeOf(tag([], { Key: 'a', Value: '' }))).toBe('MissingParameter');
    expect(await codeOf(untag([]))).toBe('MissingParameter');
  });

  it('refuse reserved keys, repeated keys, bad characters, and too many', async () => {
    const id = await create();
    bench.aws.limits.tags = 2;
    expect(await codeOf(tag([id], { Key: 'aws:a', Value: '' }))).toBe('InvalidParameterValue');
    expect(await codeOf(tag([id], { Key: 'a', Value: '1' }, { Key: 'a', Value: '2' }))).toBe('InvalidParameterValue');
    expect(await codeOf(tag([id], { Key: 'a', Value: 'x'.repeat(257) }))).toBe('InvalidParameterValue');
    expect(await codeOf(tag([id], ...['a', 'b', 'c'].map((Key) => ({ Key, Value: '' }))))).toBe('TagLimitExceeded');
    expect(await codeOf(tag([id]))).toBe('MissingParameter');
  });

  it('remove by key, by key and value, or everything', async () => {
    const id = await create();
    await tag([id], ...['a', 'b', 'c'].map((Key) => ({ Key, Value: '1' })));
    await untag([id], [{ Key: 'a' }, { Key: 'b', Value: '2' }, { Key: 'none' }]);
    expect(tags(id)).toEqual({ b: '1', c: '1' });
    await untag([id]);
    expect(tags(id)).toEqual({});
  });
});
