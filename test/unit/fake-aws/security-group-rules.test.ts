// Rules of security groups of the fake EC2: authorizing, revoking, describing them.

import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  type CreateSecurityGroupCommandInput,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  RevokeSecurityGroupIngressCommand,
  UpdateSecurityGroupRuleDescriptionsIngressCommand,
} from '@aws-sdk/client-ec2';
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

async function read(GroupId: string) {
  const { SecurityGroups } = await bench.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
  return SecurityGroups![0]!;
}

const sources = (id: string) =>
  bench.aws.state.securityGroups.get(id)?.ingress.map(({ source }) => Object.values(source)[1]);

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
    ['a negative port', tcp(-1, '10.0.0.0/8'), 'InvalidParameterValue'],
    ['half a port range', { ...tcp(80, '10.0.0.0/8'), ToPort: undefined }, 'InvalidParameterValue'],
    ['ICMP without type', { IpProtocol: 'icmp', IpRanges: [{ CidrIp: '10.0.0.0/8' }] }, 'InvalidParameterValue'],
    ['an ICMP type of 256', { ...tcp(256, '10.0.0.0/8'), IpProtocol: 'icmp' }, 'InvalidParameterValue'],
    ['all ICMP types, one code', { ...tcp(-1, '10.0.0.0/8'), IpProtocol: 'icmp', ToPort: 4 }, 'InvalidParameterValue'],
    ['a source group by name', { ...tcp(80), UserIdGroupPairs: [{}] }, 'InvalidParameterValue'],
    ['a prefix list without id', { ...tcp(80), PrefixListIds: [{}] }, 'InvalidParameterValue'],
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
    expect(await codeOf(bench.ec2.send(new AuthorizeSecurityGroupIngressCommand({})))).toBe('MissingParameter');
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

  it('fails loudly for rules between VPCs and for groups named in other ways', async () => {
    const strange = makeBench();
    strange.aws.seed.vpc({ id: 'vpc-other', cidr: '10.9.0.0/16' });
    strange.aws.seed.securityGroup({ id: 'sg-other', vpc: 'vpc-other' });
    const misused = (pair: { GroupId: string; GroupName?: string }) => {
      const IpPermissions = [{ ...tcp(80), UserIdGroupPairs: [pair] }];
      return strange.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: 'sg-nodes', IpPermissions }));
    };
    await expect(misused({ GroupId: 'sg-other' })).rejects.toThrow('between VPCs');
    await expect(misused({ GroupId: 'sg-nodes', GroupName: 'nodes' })).rejects.toThrow('GroupName');
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
    expect(await codeOf(revoke(id))).toBe('MissingParameter');
    const both = { GroupId: id, IpPermissions: [tcp(80, '10.1.0.0/16')], SecurityGroupRuleIds: ['sgr-none'] };
    const call = bench.ec2.send(new RevokeSecurityGroupIngressCommand(both));
    expect(await codeOf(call)).toBe('InvalidParameterCombination');
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
