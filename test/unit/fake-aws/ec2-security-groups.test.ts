// Security groups of the fake EC2: their names, their rules, what holds them, their tags.

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
  UpdateSecurityGroupRuleDescriptionsIngressCommand,
} from '@aws-sdk/client-ec2';
import { DeleteLoadBalancerCommand, SetSecurityGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Bench, codeOf, makeBench, START } from './bench.ts';

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

const sources = (id: string) =>
  bench.aws.state.securityGroups.get(id)?.ingress.map(({ source }) => Object.values(source)[1]);

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

describe('AuthorizeSecurityGroupIngress', () => {
  it('adds rules, which describing shows by protocol and ports', async () => {
    const id = await create();
    const described = { CidrIpv6: '2001:db8::/32', Description: 'v6' };
    const answer = await authorize(
      id,
      { ...tcp(80, '10.0.0.0/8'), Ipv6Ranges: [described] },
      { IpProtocol: '6', FromPort: 80, ToPort: 80, UserIdGroupPairs: [{ GroupId: 'sg-nodes' }] },
      { IpProtocol: 'icmp', FromPort: 3, ToPort: 4, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
      { IpProtocol: '-1', FromPort: 1, ToPort: 2, IpRanges: [{ CidrIp: '192.0.2.1/32' }] },
    );
    expect(answer.SecurityGroupRules?.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId)).toEqual(
      bench.aws.state.securityGroups.get(id)?.ingress.map((rule) => rule.id),
    );
    const lists = { IpRanges: [], Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [] };
    expect((await read(id)).IpPermissions).toEqual([
      {
        ...lists,
        IpProtocol: 'tcp',
        FromPort: 80,
        ToPort: 80,
        IpRanges: [{ CidrIp: '10.0.0.0/8' }],
        Ipv6Ranges: [described],
        UserIdGroupPairs: [{ GroupId: 'sg-nodes', UserId: '123456789012' }],
      },
      { ...lists, IpProtocol: 'icmp', FromPort: 3, ToPort: 4, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
      { ...lists, IpProtocol: '-1', IpRanges: [{ CidrIp: '192.0.2.1/32' }] },
    ]);
  });

  it('clears host bits, and knows the rule again by its canonical range', async () => {
    const id = await create();
    await authorize(id, tcp(80, '10.1.2.3/8'));
    expect(sources(id)).toEqual(['10.0.0.0/8']);
    expect(await codeOf(authorize(id, tcp(80, '10.9.9.9/8')))).toBe('InvalidPermission.Duplicate');
  });

  it('adds all or nothing', async () => {
    const id = await create();
    await authorize(id, tcp(80, '10.0.0.0/8'));
    expect(await codeOf(authorize(id, tcp(81, '10.0.0.0/8'), tcp(80, '10.0.0.0/8')))).toBe(
      'InvalidPermission.Duplicate',
    );
    expect(bench.aws.state.securityGroups.get(id)?.ingress).toHaveLength(1);
  });

  it('knows a duplicate whatever its description', async () => {
    const id = await create();
    const described = (Description: string) => ({ ...tcp(80), IpRanges: [{ CidrIp: '10.0.0.0/8', Description }] });
    await authorize(id, described('one'));
    expect(await codeOf(authorize(id, described('two')))).toBe('InvalidPermission.Duplicate');
  });

  it('refuses the same rule twice in one call', async () => {
    const id = await create();
    expect(await codeOf(authorize(id, tcp(80, '10.0.0.0/8'), tcp(80, '10.0.0.1/8')))).toBe('InvalidParameterValue');
  });

  it.each<[string, IpPermission, string]>([
    ['a malformed range', tcp(80, '10.0.0.0/33'), 'InvalidParameterValue'],
    ['a bare address', tcp(80, '10.0.0.1'), 'InvalidParameterValue'],
    ['IPv6 in the place of IPv4', tcp(80, '2001:db8::/32'), 'InvalidParameterValue'],
    ['no source', tcp(80), 'InvalidParameterValue'],
    ['an unknown protocol', { ...tcp(80, '10.0.0.0/8'), IpProtocol: 'tls' }, 'InvalidParameterValue'],
    ['a port out of range', { ...tcp(99_999, '10.0.0.0/8') }, 'InvalidParameterValue'],
    ['ports the wrong way round', { ...tcp(80, '10.0.0.0/8'), ToPort: 79 }, 'InvalidParameterValue'],
    ['no ports', { IpProtocol: 'udp', IpRanges: [{ CidrIp: '10.0.0.0/8' }] }, 'InvalidParameterValue'],
    ['an unknown group', { ...tcp(80), UserIdGroupPairs: [{ GroupId: 'sg-none' }] }, 'InvalidGroup.NotFound'],
    [
      'an unknown prefix list',
      { ...tcp(80), PrefixListIds: [{ PrefixListId: 'pl-0' }] },
      'InvalidPrefixListID.NotFound',
    ],
    [
      'a bad description',
      { ...tcp(80), IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'a>b' }] },
      'InvalidParameterValue',
    ],
    [
      'a long description',
      { ...tcp(80), IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'x'.repeat(256) }] },
      'InvalidParameterValue',
    ],
  ])('refuses %s', async (_, permission, code) => {
    const id = await create();
    expect(await codeOf(authorize(id, permission))).toBe(code);
    expect(sources(id)).toEqual([]);
  });

  it('refuses an unknown group and a call without permissions', async () => {
    expect(await codeOf(authorize('sg-none', tcp(80, '10.0.0.0/8')))).toBe('InvalidGroup.NotFound');
    expect(await codeOf(authorize('web', tcp(80, '10.0.0.0/8')))).toBe('InvalidGroupId.Malformed');
    expect(await codeOf(authorize('sg-nodes'))).toBe('MissingParameter');
  });

  it('refuses more rules than the quota, counting IPv4 and IPv6 apart and groups for both', async () => {
    bench.aws.limits.rulesPerSecurityGroup = 3;
    const id = await create();
    await authorize(id, tcp(80, '10.0.0.0/16', '10.1.0.0/16'));
    await authorize(id, {
      ...tcp(80),
      Ipv6Ranges: [{ CidrIpv6: '::/0' }],
      UserIdGroupPairs: [{ GroupId: 'sg-nodes' }],
    });
    expect(await codeOf(authorize(id, tcp(80, '10.2.0.0/16')))).toBe('RulesPerSecurityGroupLimitExceeded');
    await authorize(id, { ...tcp(80), Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }] });
    const group = { ...tcp(81), UserIdGroupPairs: [{ GroupId: 'sg-nodes' }] };
    expect(await codeOf(authorize(id, group))).toBe('RulesPerSecurityGroupLimitExceeded');
  });

  it('counts a prefix list by its size', async () => {
    bench.aws.limits.rulesPerSecurityGroup = 10;
    bench.aws.seed.prefixList({ id: 'pl-1', maxEntries: 10 });
    const id = await create();
    await authorize(id, { ...tcp(80), PrefixListIds: [{ PrefixListId: 'pl-1' }] });
    expect(await codeOf(authorize(id, tcp(80, '10.2.0.0/16')))).toBe('RulesPerSecurityGroupLimitExceeded');
  });
});

describe('RevokeSecurityGroupIngress', () => {
  it('removes by protocol, ports and source, whatever the description', async () => {
    const id = await create();
    await authorize(
      id,
      { ...tcp(80), IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'one' }] },
      tcp(81, '10.0.0.0/8'),
    );
    const { RevokedSecurityGroupRules } = await revoke(id, tcp(80, '10.1.1.1/8'));
    expect(RevokedSecurityGroupRules).toMatchObject([{ IpProtocol: 'tcp', FromPort: 80, CidrIpv4: '10.0.0.0/8' }]);
    expect(bench.aws.state.securityGroups.get(id)?.ingress.map(({ fromPort }) => fromPort)).toEqual([81]);
  });

  it('removes nothing when one of the rules does not exist', async () => {
    const id = await create();
    await authorize(id, tcp(80, '10.0.0.0/8'));
    expect(await codeOf(revoke(id, tcp(80, '10.0.0.0/8'), tcp(81, '10.0.0.0/8')))).toBe('InvalidPermission.NotFound');
    expect(sources(id)).toEqual(['10.0.0.0/8']);
  });

  it('removes by the ids of rules', async () => {
    const id = await create();
    const { SecurityGroupRules = [] } = await authorize(id, tcp(80, '10.0.0.0/16', '10.1.0.0/16'));
    const byId = (ruleId: string | undefined) =>
      bench.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: id, SecurityGroupRuleIds: [ruleId!] }));
    await byId(SecurityGroupRules[0]?.SecurityGroupRuleId);
    expect(sources(id)).toEqual(['10.1.0.0/16']);
    expect(await codeOf(byId('sgr-none'))).toBe('InvalidSecurityGroupRuleId.NotFound');
  });
});

describe('UpdateSecurityGroupRuleDescriptionsIngress', () => {
  const update = (GroupId: string, IpPermissions: IpPermission[]) =>
    bench.ec2.send(new UpdateSecurityGroupRuleDescriptionsIngressCommand({ GroupId, IpPermissions }));
  const descriptions = (id: string) =>
    bench.aws.state.securityGroups.get(id)?.ingress.map(({ description }) => description);

  it('changes descriptions, and takes them away where none is given', async () => {
    const id = await create();
    await authorize(id, tcp(80, '10.0.0.0/16', '10.1.0.0/16'));
    await update(id, [{ ...tcp(80), IpRanges: [{ CidrIp: '10.1.0.0/16', Description: 'new' }] }]);
    expect(descriptions(id)).toEqual([undefined, 'new']);
    await update(id, [tcp(80, '10.1.0.0/16')]);
    expect(descriptions(id)).toEqual([undefined, undefined]);
  });

  it('works by rule id', async () => {
    const id = await create();
    const { SecurityGroupRules } = await authorize(id, tcp(80, '10.0.0.0/16'));
    const SecurityGroupRuleId = SecurityGroupRules?.[0]?.SecurityGroupRuleId;
    await bench.ec2.send(
      new UpdateSecurityGroupRuleDescriptionsIngressCommand({
        GroupId: id,
        SecurityGroupRuleDescriptions: [{ SecurityGroupRuleId, Description: 'by id' }],
      }),
    );
    expect(descriptions(id)).toEqual(['by id']);
  });

  it('refuses a rule that does not exist', async () => {
    expect(await codeOf(update('sg-nodes', [tcp(80, '10.0.0.0/8')]))).toBe('InvalidPermission.NotFound');
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
