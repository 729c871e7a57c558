// AWS's rules for security groups that the proxy keeps before moto, one test a rule. Against real moto.
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  RevokeSecurityGroupIngressCommand,
  UpdateSecurityGroupRuleDescriptionsIngressCommand,
} from '@aws-sdk/client-ec2';
import { CreateLoadBalancerCommand, DeleteLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clients, emulatorClients, refusal } from '../../localstack/clients.ts';
import { type Emulator, startEmulator } from '../../localstack/start.ts';

let emulator: Emulator;
let clients: Clients;
let serial = 0;

beforeAll(async () => {
  emulator = await startEmulator({ log: () => {}, nodes: 1, clusterName: 'security' });
  clients = emulatorClients({ endpoint: emulator.url, region: emulator.fixtures.region });
}, 300_000);

afterAll(async () => {
  clients?.[Symbol.dispose]();
  await emulator?.stop();
});

const create = async (input: { GroupName?: string; Description?: string } = {}) => {
  const group = { GroupName: `sg${++serial}`, Description: 'test', VpcId: emulator.fixtures.vpcId, ...input };
  return (await clients.ec2.send(new CreateSecurityGroupCommand(group))).GroupId!;
};
const remove = (GroupId: string) => clients.ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
const authorize = (GroupId: string, ...IpPermissions: IpPermission[]) =>
  clients.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
const revoke = (GroupId: string, ...IpPermissions: IpPermission[]) =>
  clients.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
const tcp = (port: number, ...cidrs: string[]): IpPermission => ({
  ...{ IpProtocol: 'tcp', FromPort: port, ToPort: port },
  IpRanges: cidrs.filter((cidr) => !cidr.includes(':')).map((CidrIp) => ({ CidrIp })),
  Ipv6Ranges: cidrs.filter((cidr) => cidr.includes(':')).map((CidrIpv6) => ({ CidrIpv6 })),
});
const from = (GroupId: string): IpPermission => ({ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] });
/** The group's rules, as `port source`. */
const rules = async (id: string) => {
  const { SecurityGroups } = await clients.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }));
  return SecurityGroups![0]!
    .IpPermissions!.flatMap(({ FromPort, IpRanges = [], Ipv6Ranges = [] }) =>
      [...IpRanges.map(({ CidrIp }) => CidrIp), ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6)].map(
        (source) => `${FromPort} ${source}`,
      ),
    )
    .sort();
};

describe('deleting', () => {
  it('is refused while a load balancer has the group, and for a set time after', async () => {
    const id = await create();
    const Subnets = emulator.fixtures.publicSubnets.map((subnet) => subnet.id);
    const balancer = async (Name: string) => {
      const input = { Name, Type: 'network' as const, Subnets, SecurityGroups: [id] };
      return (await clients.elb.send(new CreateLoadBalancerCommand(input))).LoadBalancers![0]!.LoadBalancerArn!;
    };
    const LoadBalancerArn = await balancer('held');
    expect(await refusal(remove(id))).toBe('DependencyViolation');
    emulator.proxy.settings.securityGroupReleaseMs = 1500;
    await clients.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    emulator.proxy.settings.securityGroupReleaseMs = 0;
    expect(await refusal(remove(id))).toBe('DependencyViolation');
    const gone = () =>
      remove(id).then(
        () => 'gone',
        (error) => error.Code,
      );
    await expect.poll(gone, { interval: 50, timeout: 10_000 }).toBe('gone');
    expect(await refusal(remove(id))).toBe('InvalidGroup.NotFound');
  });

  it('is refused while a rule of another group names it', async () => {
    const [used, using] = [await create(), await create()];
    await authorize(used, from(used));
    await authorize(using, from(used));
    expect(await refusal(remove(used))).toBe('DependencyViolation');
    await revoke(using, from(used));
    await remove(used);
  });

  it('is refused while an instance has it', async () => {
    expect(await refusal(remove(emulator.fixtures.nodeSecurityGroupId))).toBe('DependencyViolation');
  });

  it('is refused while a Classic load balancer has it', async () => {
    const id = await create();
    const classic = (parameters: Record<string, string>) => {
      const scope = 'Credential=test/20260101/eu-west-1/elasticloadbalancing/aws4_request';
      const headers = { authorization: `AWS4-HMAC-SHA256 ${scope}, Signature=none` };
      const body = new URLSearchParams({ Version: '2012-06-01', LoadBalancerName: 'old', ...parameters });
      return fetch(emulator.url, { method: 'POST', headers, body });
    };
    const made = await classic({
      ...{ Action: 'CreateLoadBalancer', 'SecurityGroups.member.1': id },
      'Subnets.member.1': emulator.fixtures.publicSubnets[0]!.id,
      'Listeners.member.1.Protocol': 'TCP',
      'Listeners.member.1.LoadBalancerPort': '80',
      'Listeners.member.1.InstancePort': '30000',
    });
    expect(made.status).toBe(200);
    expect(await refusal(remove(id))).toBe('DependencyViolation');
    await classic({ Action: 'DeleteLoadBalancer' });
    await remove(id);
  });
});

describe('authorizing', () => {
  it('is all or nothing when one rule is there already, whatever its description', async () => {
    const id = await create();
    const described = { ...tcp(80), IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'first' }] };
    await authorize(id, described);
    const call = authorize(id, tcp(81, '10.0.0.0/8'), tcp(80, '192.168.0.0/16', '10.0.0.0/8'));
    expect(await refusal(call)).toBe('InvalidPermission.Duplicate');
    expect(await rules(id)).toEqual(['80 10.0.0.0/8']);
    const twice = authorize(id, tcp(82, '10.0.0.0/8'), tcp(82, '10.0.0.0/8'));
    expect(await refusal(twice)).toBe('InvalidParameterValue');
  });

  it('keeps one rule when many add it at once', async () => {
    const id = await create();
    const codes = await Promise.all(
      Array.from({ length: 5 }, () =>
        authorize(id, tcp(80, '10.0.0.0/8')).then(
          () => 'added',
          (error) => error.Code,
        ),
      ),
    );
    expect(codes.sort()).toEqual([...Array(4).fill('InvalidPermission.Duplicate'), 'added']);
    expect(await rules(id)).toEqual(['80 10.0.0.0/8']);
  });

  it('stores CIDRs in canonical form, and finds them by any other', async () => {
    const id = await create();
    await authorize(id, tcp(80, '10.1.2.3/8', 'FD00:0:0:1:2:3:4:5/48', '1.2.3.4/0'));
    expect(await rules(id)).toEqual(['80 0.0.0.0/0', '80 10.0.0.0/8', '80 fd00::/48']);
    expect(await refusal(authorize(id, tcp(80, '10.9.9.9/8')))).toBe('InvalidPermission.Duplicate');
    await revoke(id, tcp(80, '10.7.7.7/8', 'fd00::1/48'));
    expect(await rules(id)).toEqual(['80 0.0.0.0/0']);
  });

  it.each(['10.0.0.0.0/8', '10.0.0.0', '10.0.0.0/33', '010.0.0.0/8', 'fe80::1%eth0/64', '10.0.0.0/8/8'])(
    'refuses the source %s',
    async (cidr) => {
      expect(await refusal(authorize(await create(), tcp(80, cidr)))).toBe('InvalidParameterValue');
    },
  );

  it('refuses ports and descriptions that AWS refuses', async () => {
    const id = await create();
    expect(await refusal(authorize(id, tcp(99999, '10.0.0.0/8')))).toBe('InvalidParameterValue');
    for (const Description of ['x'.repeat(256), 'naïve', 'a|b']) {
      const rule = { ...tcp(80), IpRanges: [{ CidrIp: '10.0.0.0/8', Description }] };
      expect(await refusal(authorize(id, rule))).toBe('InvalidParameterValue');
    }
    expect(await rules(id)).toEqual([]);
  });

  it('stops at the quota, counted for each address family, and adds nothing then', async () => {
    const id = await create();
    emulator.proxy.settings.quotas.rulesPerSecurityGroup = 3;
    const code = 'RulesPerSecurityGroupLimitExceeded';
    await authorize(id, tcp(1, '10.0.0.0/8', 'fd00::/8', 'fe00::/8'), tcp(2, '10.0.0.0/8'));
    expect(await refusal(authorize(id, tcp(3, '10.0.0.0/8'), tcp(4, '10.0.0.0/8')))).toBe(code);
    expect(await rules(id)).toHaveLength(4);
    await authorize(id, tcp(3, '10.0.0.0/8'));
    expect(await refusal(authorize(id, tcp(5, '10.0.0.0/8')))).toBe(code);
    emulator.proxy.settings.quotas.rulesPerSecurityGroup = 60;
  });
});

describe('revoking', () => {
  it('is all or nothing when one rule is not there', async () => {
    const id = await create();
    await authorize(id, tcp(80, '10.0.0.0/8', 'fd00::/8'));
    const call = revoke(id, tcp(80, '10.0.0.0/8'), tcp(81, '10.0.0.0/8'));
    expect(await refusal(call)).toBe('InvalidPermission.NotFound');
    expect(await rules(id)).toEqual(['80 10.0.0.0/8', '80 fd00::/8']);
  });
});

describe('describing', () => {
  it('takes a new description for a rule found by its canonical source', async () => {
    const id = await create();
    await authorize(id, tcp(80, '10.0.0.0/8'));
    const rule = { ...tcp(80), IpRanges: [{ CidrIp: '10.5.5.5/8', Description: 'new' }] };
    const input = { GroupId: id, IpPermissions: [rule] };
    await clients.ec2.send(new UpdateSecurityGroupRuleDescriptionsIngressCommand(input));
    const { SecurityGroups } = await clients.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }));
    expect(SecurityGroups![0]!.IpPermissions![0]!.IpRanges).toEqual([{ CidrIp: '10.0.0.0/8', Description: 'new' }]);
  });

  it('takes no reserved tags', async () => {
    const tag = (Key: string) =>
      clients.ec2.send(new CreateTagsCommand({ Resources: [emulator.fixtures.vpcId], Tags: [{ Key, Value: 'v' }] }));
    expect(await refusal(tag('aws:x'))).toBe('InvalidParameterValue');
    await tag('kubernetes.io/cluster/x');
  });

  it.each([{ Description: 'a|b' }, { Description: 'ü' }, { GroupName: 'sg-mine' }])('refuses %j', async (input) => {
    expect(await refusal(create(input))).toBe('InvalidParameterValue');
  });
});
