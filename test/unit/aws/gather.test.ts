// What is asked of AWS before compiling: how often, in what batches, and what the answers become.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect as connectTo } from '../../../providers/aws/cloud/cloud.ts';
import { Gate } from '../../../src/provider/gate.ts';
import { connect } from '../../fake/aws/connect.ts';
import type { StrictAws } from '../../fake/aws/strict-aws.ts';
import {
  BALANCER,
  CLUSTER,
  hostOf,
  inputOf,
  NODES,
  newAws,
  node,
  OWNER,
  type Run,
  scope,
  start,
  TCP_80,
  UID,
  type Wish,
} from './stage.ts';

let aws: StrictAws;
let run: Run;

beforeEach(async () => {
  vi.useFakeTimers();
  aws = newAws();
  run = await start(aws);
});

afterEach(() => {
  aws.assertSound();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const ALL = [
  'DescribeAvailabilityZones',
  'DescribeInstances',
  'DescribeRouteTables',
  'DescribeSecurityGroups',
  'DescribeSubnets',
];

async function gather(...wishes: readonly Wish[]) {
  const before = aws.calls.length;
  const inputs = (wishes.length === 0 ? [{}] : wishes).map(inputOf);
  const facts = await run.provider.gather(inputs, run.cloud, scope());
  return { facts, calls: [...run.operations(before)].sort() };
}

describe('gather', () => {
  it('asks once, and then not for ten minutes', async () => {
    expect((await gather()).calls).toEqual(ALL);
    expect((await gather()).calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect((await gather()).calls).toEqual(ALL.filter((operation) => operation !== 'DescribeInstances'));
  });

  it('is one round for all who ask at the same time', async () => {
    const before = aws.calls.length;
    await Promise.all([gather(), gather({ nodes: NODES.slice(1) }), gather({}, {})]);
    expect([...run.operations(before)].sort()).toEqual(ALL);
  });

  it('answers plain JSON', async () => {
    const { facts } = await gather();
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });

  it('describes the place', async () => {
    const { facts } = await gather();
    expect(facts).toMatchObject({ region: 'eu-west-1', partition: 'aws', vpcId: 'vpc-main', loadBalancers: {} });
    expect(facts.instances['i-node-1']).toEqual({
      vpcId: 'vpc-main',
      zone: 'eu-west-1a',
      state: 'running',
      refused: false,
      groups: ['sg-nodes'],
    });
    expect(facts.groups).toEqual({ 'sg-nodes': { name: 'nodes', tagged: true, loadBalancers: [] } });
  });

  it('reads of subnets what the choice needs', async () => {
    aws.seed.zone({ name: 'eu-west-1-lax-1a', type: 'local-zone' });
    aws.seed.subnet({ id: 'subnet-local', az: 'eu-west-1-lax-1a', cidr: '10.0.60.0/24', tags: { Name: 'far' } });
    const { facts } = await gather();
    const [local, inside, , , outside] = facts.subnets;
    expect(local).toEqual({
      id: 'subnet-local',
      name: 'far',
      zone: 'eu-west-1-lax-1a',
      zoneType: 'local-zone',
      cidr: '10.0.60.0/24',
      public: false,
      clusters: [],
      roles: [],
    });
    expect(inside).toMatchObject({
      id: 'subnet-private-a',
      public: false,
      clusters: ['prod'],
      roles: ['internal-elb'],
    });
    expect(outside).toMatchObject({
      id: 'subnet-public-a',
      public: true,
      roles: ['elb'],
      zoneType: 'availability-zone',
    });
  });

  it('looks again at once for what is named and missing, but not all the time', async () => {
    await gather();
    const named = { annotations: { subnets: 'new' } };
    aws.seed.subnet({ id: 'subnet-new', az: 'eu-west-1a', cidr: '10.0.70.0/24', tags: { Name: 'new' } });
    const found = await gather(named);
    expect(found.calls).toContain('DescribeSubnets');
    expect(found.facts.subnets.map(({ name }) => name)).toContain('new');
    const missing = { annotations: { subnets: 'nobody' } };
    expect((await gather(missing)).calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect((await gather(missing)).calls).toContain('DescribeSubnets');
    expect((await gather(missing)).calls).toEqual([]);
  });

  it('asks for Elastic IP addresses only where they are named and not held yet', async () => {
    aws.seed.address({ allocationId: 'eipalloc-0000000a', ip: '192.0.2.1' });
    const wish = { annotations: { subnets: 'subnet-x', 'eip-allocations': 'eipalloc-0000000a' } };
    aws.seed.subnet({ id: 'subnet-x', az: 'eu-west-1a', cidr: '10.0.80.0/24', public: true, tags: { Name: 'x' } });
    const byName = { annotations: { ...wish.annotations, subnets: 'x' } };
    const { facts, calls } = await gather(byName);
    expect(calls).toContain('DescribeAddresses');
    expect(facts.addresses).toEqual({ 'eipalloc-0000000a': { inUse: false } });
    await run.converge(byName);
    expect((await gather(byName)).calls).toEqual([]);
    const other = await start(aws);
    const inputs = [inputOf(byName)];
    expect((await other.provider.gather(inputs, other.cloud, scope())).addresses).toEqual({
      'eipalloc-0000000a': { inUse: true },
    });
    await other.converge(undefined, { ...inputs[0]!.request.owner, uid: 'nobody' });
    expect((await other.provider.gather(inputs, other.cloud, scope())).addresses).toEqual({});
  });

  it('knows the load balancers and target groups that exist, from lists and from writes', async () => {
    const subnets = ['subnet-public-a', 'subnet-public-b', 'subnet-public-c'];
    const free = { allocationId: null, privateIPv4Address: null };
    const expected = {
      kind: 'nlb',
      name: BALANCER,
      marks: [{ cluster: CLUSTER.uid, uid: UID, namespace: 'shop', name: 'web' }],
      scheme: 'internet-facing',
      subnets,
      addresses: Object.fromEntries(subnets.map((id) => [id, free])),
      allocationIds: [],
      hasSecurityGroups: false,
    };
    await run.converge({});
    const { facts } = await gather();
    expect(facts.loadBalancers).toEqual([expected]);
    expect(facts.targetGroups).toEqual([
      {
        name: expect.stringMatching(/^k8s-shop-web-/),
        marks: [{ cluster: CLUSTER.uid, uid: UID, namespace: 'shop', name: 'web' }],
        arn: [...aws.state.targetGroups.values()][0]?.arn,
        port: 30080,
      },
    ]);
    run = await start(aws);
    await run.engine.sync(scope());
    const { loadBalancers, targetGroups } = (await gather()).facts;
    expect({ loadBalancers, targetGroups }).toEqual({
      loadBalancers: facts.loadBalancers,
      targetGroups: facts.targetGroups,
    });
  });

  it('knows a load balancer of another letter, and none of another Service', async () => {
    await run.converge({});
    const other = { ...OWNER, uid: 'ffffffff-3e4f-4061-8273-8495a6b7c8d9', name: 'other' };
    await run.converge({ request: { owner: other, ports: [{ ...TCP_80, nodePort: 30081 }] } }, other);
    await run.converge({ annotations: { internal: 'true', 'fairlead.dev/allow-replacement': 'true' } });
    const { facts } = await gather();
    expect(facts.loadBalancers.map(({ name, scheme }) => `${name} ${scheme}`)).toEqual([
      `b${BALANCER.slice(1)} internal`,
    ]);
  });

  it('sees which load balancers have rules in a group', async () => {
    await run.converge({});
    run = await start(aws);
    expect((await gather()).facts.groups['sg-nodes']?.loadBalancers).toEqual([BALANCER]);
  });

  it('shares the read of security groups with the lists', async () => {
    await run.engine.sync(scope());
    expect((await gather()).calls).not.toContain('DescribeSecurityGroups');
    expect(run.operations().filter((operation) => operation === 'DescribeSecurityGroups')).toHaveLength(1);
  });

  it('reads pages to the end', async () => {
    aws.pageSizes.ec2 = 5;
    const { facts } = await gather({ nodes: Array.from({ length: 3 }, (_, i) => node(`node-${i + 1}`)) });
    expect(facts.subnets).toHaveLength(6);
  });
});

describe('the connection', () => {
  const place = { region: '', vpcId: '', roleArn: '' };
  const clients = () => connect(aws);
  const withRegion = (region: string) =>
    NODES.map((one) => ({ ...one, labels: { 'topology.kubernetes.io/region': region } }));

  it.each([
    ['the option', { ...place, region: 'eu-west-1' }, 'us-east-1', 'eu-west-1'],
    ['the environment', place, 'us-east-1', 'us-east-1'],
    ['the nodes', place, undefined, 'cn-north-1'],
  ])('takes the region from %s', async (_what, given, inEnvironment, region) => {
    vi.stubEnv('AWS_REGION', inEnvironment);
    const cloud = await connectTo(given, hostOf(new Gate(), withRegion('cn-north-1')), clients);
    expect(cloud.region).toBe(region);
  });

  it('knows the partition of the region', async () => {
    const cloud = await connectTo({ ...place, region: 'cn-north-1' }, hostOf(), clients);
    expect(cloud.partition).toBe('aws-cn');
  });

  it('says what to set where no region is known', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    const sent = connectTo(place, hostOf(), clients);
    await expect(sent).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('--aws-region') });
  });

  it('takes the VPC of the option without asking', async () => {
    const chosen = await start(aws, { vpcId: 'vpc-main' });
    expect(await chosen.cloud.vpcId(scope())).toBe('vpc-main');
    expect(aws.calls).toEqual([]);
  });

  it('takes the VPC that most nodes are in, once', async () => {
    aws.seed.vpc({ id: 'vpc-2', cidr: '10.9.0.0/16' });
    aws.seed.subnet({ id: 'subnet-2', az: 'eu-west-1a', cidr: '10.9.0.0/24', vpc: 'vpc-2' });
    aws.seed.instance({ id: 'i-other', subnet: 'subnet-2', groups: [] });
    const host = hostOf(new Gate(), [node('other'), ...NODES]);
    const cloud = await connectTo({ ...place, region: 'eu-west-1' }, host, clients);
    expect(await cloud.vpcId(scope())).toBe('vpc-main');
    expect(await cloud.vpcId(scope())).toBe('vpc-main');
    expect(aws.calls).toHaveLength(1);
  });

  it.each([
    ['no node is in EC2', [], 'no node has the providerID'],
    ['EC2 knows no node', [node('ghost')], 'EC2 knows none'],
  ])('says what to set where %s', async (_what, nodes, part) => {
    const cloud = await connectTo({ ...place, region: 'eu-west-1' }, hostOf(new Gate(), nodes), clients);
    const found = cloud.vpcId(scope());
    await expect(found).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining(part) });
    await expect(found).rejects.toThrow('--aws-vpc-id');
  });
});
