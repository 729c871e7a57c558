// Subnets and security groups of Classic Load Balancers, as AWS rules them. With the real SDK against the started emulator.
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import {
  ApplySecurityGroupsToLoadBalancerCommand,
  AttachLoadBalancerToSubnetsCommand,
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  DetachLoadBalancerFromSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clients, emulatorClients, refusal } from '../../localstack/clients.ts';
import { type Emulator, startEmulator } from '../../localstack/start.ts';

let emulator: Emulator;
let clients: Clients;
let subnets: string[];
let groups: string[];
let serial = 0;

beforeAll(async () => {
  emulator = await startEmulator({ log: () => {}, nodes: 1, clusterName: 'classic' });
  clients = emulatorClients({ endpoint: emulator.url, region: emulator.fixtures.region });
  subnets = emulator.fixtures.publicSubnets.map(({ id }) => id);
  groups = await Promise.all(['one', 'two'].map(newGroup));
}, 300_000);

afterAll(async () => {
  clients?.[Symbol.dispose]();
  await emulator?.stop();
});

const newGroup = async (GroupName: string) => {
  const group = { GroupName, Description: GroupName, VpcId: emulator.fixtures.vpcId };
  return (await clients.ec2.send(new CreateSecurityGroupCommand(group))).GroupId!;
};
/** The name of a new one. */
const made = async (input: Partial<CreateLoadBalancerCommandInput> = {}) => {
  const LoadBalancerName = `lb-${++serial}`;
  const Listeners = [{ Protocol: 'TCP', InstanceProtocol: 'TCP', LoadBalancerPort: 80, InstancePort: 30_080 }];
  const usual = { LoadBalancerName, Listeners, Subnets: subnets, SecurityGroups: groups.slice(0, 1) };
  await clients.classic.send(new CreateLoadBalancerCommand({ ...usual, ...input }));
  return LoadBalancerName;
};
const shown = async (name: string) => {
  const asked = new DescribeLoadBalancersCommand({ LoadBalancerNames: [name] });
  return (await clients.classic.send(asked)).LoadBalancerDescriptions![0]!;
};
const remove = (LoadBalancerName: string) => clients.classic.send(new DeleteLoadBalancerCommand({ LoadBalancerName }));

describe('placement', () => {
  const attach = (LoadBalancerName: string, ...Subnets: string[]) =>
    clients.classic.send(new AttachLoadBalancerToSubnetsCommand({ LoadBalancerName, Subnets }));
  const detach = (LoadBalancerName: string, ...Subnets: string[]) =>
    clients.classic.send(new DetachLoadBalancerFromSubnetsCommand({ LoadBalancerName, Subnets }));
  const apply = (LoadBalancerName: string, ...SecurityGroups: string[]) =>
    clients.classic.send(new ApplySecurityGroupsToLoadBalancerCommand({ LoadBalancerName, SecurityGroups }));

  it('changes subnet by subnet, never two in a zone nor none at all', async () => {
    const name = await made({ Subnets: subnets.slice(0, 2) });
    expect((await attach(name, subnets[2]!)).Subnets).toEqual(subnets);
    expect((await detach(name, subnets[0]!)).Subnets).toEqual(subnets.slice(1));
    const inside = emulator.fixtures.privateSubnets.map(({ id }) => id);
    expect(await refusal(attach(name, inside[1]!))).toBe('InvalidConfigurationRequest');
    expect(await refusal(attach(name, 'subnet-0123456789abcdef0'))).toBe('SubnetNotFound');
    expect(await refusal(detach(name, ...subnets))).toBe('InvalidConfigurationRequest');
    await attach(name, inside[0]!);
    const { Subnets, AvailabilityZones } = await shown(name);
    expect(Subnets).toEqual([subnets[1], subnets[2], inside[0]]);
    expect(AvailabilityZones).toEqual(['eu-west-1b', 'eu-west-1c', 'eu-west-1a']);
  });

  it('takes other groups, at least one and only known ones', async () => {
    const name = await made();
    expect((await apply(name, groups[1]!, groups[0]!)).SecurityGroups).toEqual([groups[1], groups[0]]);
    expect((await shown(name)).SourceSecurityGroup?.GroupName).toBe('two');
    expect(await refusal(apply(name))).toBe('InvalidConfigurationRequest');
    expect(await refusal(apply(name, 'sg-0123456789abcdef0'))).toBe('InvalidSecurityGroup');
    expect(await refusal(apply('absent', groups[0]!))).toBe('LoadBalancerNotFound');
  });

  it('keeps a group from being deleted, for as long as set', async () => {
    const GroupId = await newGroup('held');
    const removeGroup = () => clients.ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    const name = await made({ SecurityGroups: [GroupId] });
    expect(await refusal(removeGroup())).toBe('DependencyViolation');
    emulator.proxy.settings.securityGroupReleaseMs = 60_000;
    await remove(name);
    emulator.proxy.settings.securityGroupReleaseMs = 0;
    expect(await refusal(removeGroup())).toBe('DependencyViolation');
    const other = await newGroup('free');
    await remove(await made({ SecurityGroups: [other] }));
    await clients.ec2.send(new DeleteSecurityGroupCommand({ GroupId: other }));
  });
});

describe('the rule of the nodes for a load balancer', () => {
  it.each([undefined, 'kubernetes.io/rule/elb/client=x'])(
    'from its group, described as %s, holds it',
    async (Description) => {
      const { ec2 } = clients;
      const [GroupId, source] = [await newGroup(`nodes-${Description}`), await newGroup(`source-${Description}`)];
      const pair = { GroupId: source, ...(Description === undefined ? {} : { Description }) };
      const rule = (one: object) => ({ GroupId, IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [one] }] });
      await ec2.send(new AuthorizeSecurityGroupIngressCommand(rule(pair)));
      const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
      expect(SecurityGroups?.[0]?.IpPermissions?.[0]).toMatchObject({ IpProtocol: '-1', UserIdGroupPairs: [pair] });
      const again = new AuthorizeSecurityGroupIngressCommand(rule({ GroupId: source, Description: 'other' }));
      expect(await refusal(ec2.send(again))).toBe('InvalidPermission.Duplicate');
      const remove = () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: source }));
      expect(await refusal(remove())).toBe('DependencyViolation');
      await ec2.send(new RevokeSecurityGroupIngressCommand(rule({ GroupId: source, Description: 'any' })));
      await remove();
    },
  );
});
