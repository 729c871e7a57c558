// What tests put into the fake AWS: what follows of itself, what cannot be, and what later seeds change.

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { StrictAws } from '../../fake/aws/strict-aws.ts';
import { seedTypicalCluster } from '../../fake/aws/typical-cluster.ts';

let aws: StrictAws;

beforeEach(() => {
  aws = new StrictAws({ region: 'eu-west-1', accountId: '123456789012' });
});

describe('seeding', () => {
  it('makes a VPC when none is there, with main routes and a default group', () => {
    aws.seed.subnet({ id: 'subnet-a', az: 'eu-west-1a', cidr: '10.0.0.0/24' });
    const [vpc] = aws.state.vpcs.keys();
    expect([...aws.state.subnets.values()].map(({ vpcId }) => vpcId)).toEqual([vpc]);
    expect([...aws.state.routeTables.values()].map(({ main }) => main)).toEqual([true]);
    expect([...aws.state.securityGroups.values()].map(({ name }) => name)).toEqual(['default']);
  });

  it('wants to know the VPC when there are several, and a subnet for every instance', () => {
    aws.seed.vpc({ id: 'vpc-a', cidr: '10.0.0.0/16' });
    aws.seed.vpc({ id: 'vpc-b', cidr: '10.1.0.0/16' });
    expect(() => aws.seed.securityGroup({ id: 'sg-x' })).toThrow('which VPC');
    expect(() => aws.seed.securityGroup({ id: 'sg-x', vpc: 'vpc-none' })).toThrow('vpc-none');
    expect(() => aws.seed.instance({ id: 'i-x', az: 'eu-west-1a' })).toThrow('no subnet');
  });

  it('puts an instance into a subnet of its zone, and changes only what is said later', () => {
    seedTypicalCluster(aws);
    aws.seed.instance({ id: 'i-x', az: 'eu-west-1b', groups: ['sg-nodes'], tags: { a: 'b' } });
    const before = aws.state.instances.get('i-x');
    expect(before).toMatchObject({ zone: 'eu-west-1b', state: 'running', vpcId: 'vpc-main' });
    aws.seed.instance({ id: 'i-x', state: 'stopped' });
    expect(aws.state.instances.get('i-x')).toEqual({ ...before, state: 'stopped' });
  });

  it('gives every instance another address', () => {
    const { nodes } = seedTypicalCluster(aws, { nodes: 30 });
    const addresses = [...aws.state.instances.values()].map(({ privateIp }) => privateIp);
    expect([nodes.length, new Set(addresses).size]).toEqual([30, 30]);
  });

  it('takes rules for a security group in the form of the SDK', () => {
    const ingress = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '10.0.0.1/8' }] }];
    aws.seed.securityGroup({ id: 'sg-x', ingress });
    expect(aws.state.securityGroups.get('sg-x')?.ingress).toMatchObject([
      { protocol: 'tcp', fromPort: 22, toPort: 22, source: { type: 'ipv4', cidr: '10.0.0.0/8' } },
    ]);
  });

  it('is one step for each seed, whatever it brings along', () => {
    const listener = vi.fn();
    aws.onStep(listener);
    aws.seed.vpc({ id: 'vpc-a', cidr: '10.0.0.0/16' });
    aws.seed.subnet({ id: 'subnet-a', az: 'eu-west-1a', cidr: '10.0.0.0/24', public: true });
    expect(listener).toHaveBeenCalledTimes(2);
  });
});
