// Network Load Balancers from their making to their end, by the real engine, against a strict in-memory AWS. What is
// counted are calls to AWS; `docs/design.md` says how many there may be.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Owner } from '../../../src/engine/owner.ts';
import type { Port } from '../../../src/provider/request.ts';
import { connect } from '../../fake/aws/connect.ts';
import type { StrictAws } from '../../fake/aws/strict-aws.ts';
import { BALANCER, newAws, OWNER, type Run, scope, start, TCP_80, type Wish } from './stage.ts';

const CERTIFICATE = 'arn:aws:acm:eu-west-1:123456789012:certificate/1';
const TCP_443: Port = { name: 'https', protocol: 'TCP', port: 443, nodePort: 30443 };

let aws: StrictAws;
let run: Run;

beforeEach(async () => {
  vi.useFakeTimers();
  aws = newAws();
  aws.seed.certificate(CERTIFICATE);
  aws.seed.bucket('logs');
  run = await start(aws);
});

afterEach(() => {
  aws.assertSound();
  vi.useRealTimers();
});

const writes = (calls: readonly string[]) => calls.filter((operation) => !operation.startsWith('Describe'));
const balancer = () => [...aws.state.loadBalancers.values()].find(({ name }) => name === BALANCER);
const groups = () => [...aws.state.targetGroups.values()];
const listeners = () => [...aws.state.listeners.values()];
const rules = () =>
  (aws.state.securityGroups.get('sg-nodes')?.ingress ?? []).map(
    ({ protocol, fromPort, source }) => `${protocol} ${fromPort} ${source.type === 'ipv4' ? source.cidr : '?'}`,
  );

/** Warm: the lists and the facts are there. */
async function warm(): Promise<void> {
  await run.engine.sync(scope());
  await run.compile();
}

/** Deletes until nothing is left, however long AWS takes. */
async function remove(from: Run = run, owner: Owner = OWNER): Promise<readonly string[]> {
  const calls: string[] = [];
  for (;;) {
    const { waiting, calls: more } = await from.converge(undefined, owner);
    calls.push(...more);
    if (waiting === undefined) return calls;
    await vi.advanceTimersByTimeAsync(waiting.retryAfterMs);
  }
}

/** Applies both wishes in turn and answers the calls of the second; then nothing is left to do, also not for another run. */
async function change(from: Wish, to: Wish): Promise<readonly string[]> {
  await run.converge(from);
  const { calls } = await run.converge(to);
  expect((await run.converge(to)).calls).toEqual([]);
  const fresh = await start(aws);
  expect(writes((await fresh.converge(to)).calls)).toEqual([]);
  return calls;
}

describe('create', () => {
  it('takes five calls, all of them writes', async () => {
    await warm();
    const { calls, outputs } = await run.converge({});
    expect(calls).toEqual([
      'AuthorizeSecurityGroupIngress',
      'CreateTargetGroup',
      'RegisterTargets',
      'CreateLoadBalancer',
      'CreateListener',
    ]);
    expect(run.provider.ingress(graphOf(await run.compile()), outputs)).toEqual([{ hostname: balancer()?.dnsName }]);
  });

  it('takes three more for a further port', async () => {
    await warm();
    expect((await run.converge({ request: { ports: [TCP_80, TCP_443] } })).calls).toHaveLength(8);
  });

  it('leaves in AWS what the Service asks for', async () => {
    await run.converge({});
    expect(balancer()).toMatchObject({
      scheme: 'internet-facing',
      zones: ['a', 'b', 'c'].map((letter) => expect.objectContaining({ subnetId: `subnet-public-${letter}` })),
      tags: {
        'kubernetes.io/cluster/prod': 'owned',
        'kubernetes.io/service-name': 'shop/web',
        'fairlead.dev/owner': `${OWNER.cluster}/${OWNER.uid}`,
      },
    });
    expect(groups().map(({ name, port, targets }) => [name, port, Object.keys(targets)])).toEqual([
      ['k8s-shop-web-95a96d9808', 30080, ['i-node-1:30080', 'i-node-2:30080', 'i-node-3:30080']],
    ]);
    expect(rules()).toEqual(['icmp 3 0.0.0.0/0', 'tcp 30080 0.0.0.0/0']);
  });

  it('sets attributes that differ from those of AWS, and only those', async () => {
    await warm();
    const annotations = {
      'cross-zone-load-balancing-enabled': 'true',
      'target-group-attributes': 'proxy_protocol_v2.enabled=true',
    };
    const { calls } = await run.converge({ annotations });
    expect(calls.filter((operation) => operation.startsWith('Modify'))).toEqual([
      'ModifyTargetGroupAttributes',
      'ModifyLoadBalancerAttributes',
    ]);
    expect(balancer()?.attributes['load_balancing.cross_zone.enabled']).toBe('true');
    expect(groups()[0]?.attributes['proxy_protocol_v2.enabled']).toBe('true');
  });

  it('adopts what an earlier run has made, and writes nothing', async () => {
    await run.converge({});
    const other = await start(aws);
    expect(writes((await other.converge({})).calls)).toEqual([]);
  });

  it('does nothing on a second pass', async () => {
    await run.converge({});
    expect((await run.converge({})).calls).toEqual([]);
  });
});

function graphOf({ graph }: Awaited<ReturnType<Run['compile']>>) {
  if (graph === undefined) throw new Error('no graph');
  return graph;
}

describe('delete', () => {
  it('takes four calls where AWS is quick', async () => {
    aws.timings.targetGroupReleaseMs = 0;
    await run.converge({});
    const { calls, waiting } = await run.converge(undefined);
    expect(waiting).toBeUndefined();
    expect([...calls].sort()).toEqual([
      'DeleteLoadBalancer',
      'DeleteTargetGroup',
      'DescribeLoadBalancers',
      'RevokeSecurityGroupIngress',
    ]);
    expect(rules()).toEqual([]);
  });

  it('waits for AWS without holding anybody up', async () => {
    await run.converge({});
    const { waiting } = await run.converge(undefined);
    expect(waiting).toMatchObject({ retryAfterMs: 5000, why: expect.stringContaining('still used by a listener') });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await remove()).toEqual(['DeleteTargetGroup', 'RevokeSecurityGroupIngress']);
    expect([aws.state.loadBalancers.size, aws.state.targetGroups.size, aws.state.listeners.size]).toEqual([0, 0, 0]);
  });

  it('of what is gone already is no error', async () => {
    aws.timings.targetGroupReleaseMs = 0;
    await run.converge({});
    await remove(await start(aws));
    expect((await run.converge(undefined)).waiting).toBeUndefined();
    expect((await run.converge(undefined)).calls).toEqual([]);
  });

  it('is blocked by deletion protection, and says so', async () => {
    await run.converge({});
    const LoadBalancerArn = balancer()?.arn;
    const { elbv2 } = connect(aws);
    const { ModifyLoadBalancerAttributesCommand } = await import('@aws-sdk/client-elastic-load-balancing-v2');
    const Attributes = [{ Key: 'deletion_protection.enabled', Value: 'true' }];
    await elbv2.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
    await expect(run.converge(undefined)).rejects.toMatchObject({ code: 'deletion-protected' });
    expect(balancer()).toBeDefined();
  });

  it('leaves the rules that another load balancer needs', async () => {
    const other: Owner = { ...OWNER, uid: '99999999-3e4f-4061-8273-8495a6b7c8d9', name: 'api' };
    const wish = { request: { owner: other, ports: [{ ...TCP_80, nodePort: 30081 }] } };
    await run.converge({});
    await run.converge(wish, other);
    expect(rules()).toEqual(['icmp 3 0.0.0.0/0', 'tcp 30080 0.0.0.0/0', 'tcp 30081 0.0.0.0/0']);
    await remove();
    expect(rules()).toEqual(['icmp 3 0.0.0.0/0', 'tcp 30081 0.0.0.0/0']);
    await remove(run, other);
    expect(rules()).toEqual([]);
  });
});

describe('a restart', () => {
  it('with fifty Services asks about fourteen times in all, and writes nothing', async () => {
    aws.limits.loadBalancers = 60;
    aws.limits.rulesPerSecurityGroup = 200;
    const owners = Array.from({ length: 50 }, (_, i): Owner => {
      const digits = String(i).padStart(8, '0');
      return { ...OWNER, uid: `${digits}-3e4f-4061-8273-8495a6b7c8d9`, name: `web-${i}` };
    });
    const wish = (owner: Owner, i: number): Wish => ({
      request: { owner, ports: [{ ...TCP_80, nodePort: 30000 + i }] },
    });
    const memories = [];
    for (const [i, owner] of owners.entries()) memories.push((await run.converge(wish(owner, i), owner)).memory);
    expect(aws.state.loadBalancers.size).toBe(50);

    const fresh = await start(aws);
    const before = aws.calls.length;
    for (const [i, owner] of owners.entries()) await fresh.converge(wish(owner, i), owner, memories[i]);
    const calls = fresh.operations(before);
    expect(writes(calls)).toEqual([]);
    expect(calls.length).toBeLessThanOrEqual(14);
  });
});

describe('changes in place', () => {
  const PLAIN: Wish = {};
  const annotated = (annotations: Record<string, string>): Wish => ({ annotations });

  it.each<[string, Wish, Wish, readonly string[]]>([
    ['a threshold', PLAIN, annotated({ 'healthcheck-healthy-threshold': '5' }), ['ModifyTargetGroup']],
    ['a threshold back', annotated({ 'healthcheck-unhealthy-threshold': '5' }), PLAIN, ['ModifyTargetGroup']],
    ['the timeout', PLAIN, annotated({ 'healthcheck-timeout': '5' }), ['ModifyTargetGroup']],
    [
      'a target group attribute back',
      annotated({ 'target-group-attributes': 'proxy_protocol_v2.enabled=true' }),
      PLAIN,
      ['ModifyTargetGroupAttributes'],
    ],
    ['zones', PLAIN, annotated({ 'cross-zone-load-balancing-enabled': 'true' }), ['ModifyLoadBalancerAttributes']],
    ['zones back', annotated({ 'cross-zone-load-balancing-enabled': 'true' }), PLAIN, ['ModifyLoadBalancerAttributes']],
    [
      'logs',
      PLAIN,
      annotated({ 'access-log-enabled': 'true', 'access-log-s3-bucket-name': 'logs' }),
      ['ModifyLoadBalancerAttributes'],
    ],
    [
      'logs back',
      annotated({ 'access-log-enabled': 'true', 'access-log-s3-bucket-name': 'logs' }),
      PLAIN,
      ['ModifyLoadBalancerAttributes'],
    ],
    ['tags', PLAIN, annotated({ 'additional-resource-tags': 'team=a' }), ['AddTags', 'AddTags', 'AddTags']],
    [
      'tags back',
      annotated({ 'additional-resource-tags': 'team=a' }),
      PLAIN,
      ['RemoveTags', 'RemoveTags', 'RemoveTags'],
    ],
    [
      'the health port',
      PLAIN,
      annotated({ 'healthcheck-port': '10256' }),
      ['AuthorizeSecurityGroupIngress', 'ModifyTargetGroup'],
    ],
    [
      'fewer source ranges',
      { request: { sourceRanges: ['10.0.0.0/8', '192.0.2.0/24'] } },
      { request: { sourceRanges: ['10.0.0.0/8'] } },
      ['RevokeSecurityGroupIngress'],
    ],
    [
      'other source ranges, granted before others are revoked',
      { request: { sourceRanges: ['192.0.2.0/24'] } },
      { request: { sourceRanges: ['10.0.0.0/8'] } },
      ['AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress'],
    ],
    ['to TLS', PLAIN, annotated({ 'ssl-cert': CERTIFICATE }), ['ModifyListener']],
    ['from TLS', annotated({ 'ssl-cert': CERTIFICATE }), PLAIN, ['ModifyListener']],
    [
      'the TLS policy back to that of AWS',
      annotated({ 'ssl-cert': CERTIFICATE, 'ssl-negotiation-policy': 'ELBSecurityPolicy-TLS13-1-2-2021-06' }),
      annotated({ 'ssl-cert': CERTIFICATE }),
      ['ModifyListener'],
    ],
    [
      'another port',
      PLAIN,
      { request: { ports: [TCP_80, TCP_443] } },
      ['AuthorizeSecurityGroupIngress', 'CreateTargetGroup', 'RegisterTargets', 'CreateListener'],
    ],
    ['nothing for another name of a port', PLAIN, { request: { ports: [{ ...TCP_80, name: 'renamed' }] } }, []],
  ])('%s', async (_what, from, to, expected) => {
    expect(writes(await change(from, to))).toEqual(expected);
    expect(aws.state.loadBalancers.size).toBe(1);
  });

  it('a new interval builds the target group anew beside the old one, which goes last', async () => {
    await run.converge({});
    const to: Wish = { annotations: { 'healthcheck-interval': '10' } };
    const { calls, waiting } = await run.converge(to);
    expect(calls).toEqual(['CreateTargetGroup', 'RegisterTargets', 'ModifyListener', 'DeleteTargetGroup']);
    expect(waiting?.why).toContain('still used');
    await vi.advanceTimersByTimeAsync(5_000);
    await run.converge(to);
    expect(groups().map(({ healthCheck }) => healthCheck.intervalSeconds)).toEqual([10]);
    expect((await run.converge(to)).calls).toEqual([]);
  });

  it('TCP beside UDP on one port becomes TCP_UDP on the same listener', async () => {
    const arn = async () => {
      await run.converge({});
      return listeners()[0]?.arn;
    };
    const before = await arn();
    const udp: Port = { name: 'dns', protocol: 'UDP', port: 80, nodePort: 30080 };
    await run.converge({ request: { ports: [TCP_80, udp] } });
    expect(listeners()).toMatchObject([{ arn: before, protocol: 'TCP_UDP' }]);
  });

  it('a port that goes takes its group and its rule along', async () => {
    aws.timings.targetGroupReleaseMs = 0;
    const calls = await change({ request: { ports: [TCP_80, TCP_443] } }, {});
    expect(writes(calls)).toEqual(['DeleteListener', 'DeleteTargetGroup', 'RevokeSecurityGroupIngress']);
    expect(groups()).toHaveLength(1);
  });
});

describe('subnets of a running load balancer', () => {
  const named = (...letters: string[]): Wish => ({
    annotations: { subnets: letters.map((letter) => `public-${letter}`).join(',') },
  });

  beforeEach(async () => {
    for (const letter of ['a', 'b', 'c']) {
      const id = `subnet-public-${letter}`;
      const { cidr } = aws.state.subnets.get(id)!;
      aws.seed.subnet({ id, az: `eu-west-1${letter}`, cidr, tags: { Name: `public-${letter}` } });
    }
  });

  it('are added and taken away in one call', async () => {
    expect(writes(await change(named('a'), named('a', 'b')))).toEqual(['SetSubnets']);
    expect(writes(await change(named('a', 'b'), named('b')))).toEqual(['SetSubnets']);
    expect(balancer()?.zones.map(({ subnetId }) => subnetId)).toEqual(['subnet-public-b']);
  });

  it('keep their Elastic IP address while others come', async () => {
    for (const [id, ip] of [
      ['eipalloc-0000000a', '192.0.2.1'],
      ['eipalloc-0000000b', '192.0.2.2'],
    ] as const) {
      aws.seed.address({ allocationId: id, ip });
    }
    const first = { annotations: { ...named('a').annotations, 'eip-allocations': 'eipalloc-0000000a' } };
    const both = {
      annotations: { ...named('a', 'b').annotations, 'eip-allocations': 'eipalloc-0000000a,eipalloc-0000000b' },
    };
    expect(writes(await change(first, both))).toEqual(['SetSubnets']);
    expect(balancer()?.zones.map(({ allocationId }) => allocationId)).toEqual([
      'eipalloc-0000000a',
      'eipalloc-0000000b',
    ]);
  });

  it('of a discovered choice do not follow what is added to the VPC', async () => {
    await run.converge({});
    aws.seed.subnet({ id: 'subnet-public-0', az: 'eu-west-1d', cidr: '10.0.50.0/24', public: true });
    aws.seed.subnet({
      id: 'subnet-aaa',
      az: 'eu-west-1a',
      cidr: '10.0.51.0/24',
      public: true,
      tags: { 'kubernetes.io/role/elb': '1', 'kubernetes.io/cluster/prod': 'owned' },
    });
    await vi.advanceTimersByTimeAsync(11 * 60_000);
    expect(writes((await run.converge({})).calls)).toEqual([]);
    expect(writes((await (await start(aws)).converge({})).calls)).toEqual([]);
  });
});

describe('what AWS cannot change', () => {
  it.each<[string, Wish, string]>([
    ['the scheme', { annotations: { internal: 'true' } }, 'its scheme from internet-facing to internal'],
    [
      'an Elastic IP address',
      { annotations: { 'eip-allocations': 'eipalloc-0000000a,eipalloc-0000000b,eipalloc-0000000c' } },
      'addresses',
    ],
  ])('is blocked with what differs, and replaced where the Service allows it: %s', async (_what, to, part) => {
    for (const letter of ['a', 'b', 'c'])
      aws.seed.address({ allocationId: `eipalloc-0000000${letter}`, ip: '192.0.2.1' });
    await run.converge({});
    const before = balancer();
    expect((await run.compile(to)).graph?.blocked).toMatchObject([
      { id: BALANCER, why: expect.stringContaining(part) },
    ]);
    expect(writes((await run.converge(to)).calls)).toEqual([]);
    expect(balancer()).toEqual(before);
    await run.converge({ annotations: { ...to.annotations, 'fairlead.dev/allow-replacement': 'true' } });
    expect([...aws.state.loadBalancers.values()].map(({ name }) => name)).toEqual([`b${BALANCER.slice(1)}`]);
    // What is left of the old one goes once AWS lets go of it, allowed or not.
    await vi.advanceTimersByTimeAsync(60_000);
    await run.converge(to);
    expect(groups()).toHaveLength(1);
    expect(writes((await run.converge(to)).calls)).toEqual([]);
  });
});

describe('drift', () => {
  const verify = async () => {
    const before = aws.calls.length;
    const { graph } = await run.compile();
    const request = { owner: OWNER, graph, verify: true, beforeFirstWrite: async () => {} };
    await run.engine.converge(request, scope());
    return run.operations(before);
  };

  it('is found by reads alone where there is none', async () => {
    await run.converge({});
    expect(writes(await verify())).toEqual([]);
  });

  it('is repaired: a listener, a target, a rule, a whole load balancer', async () => {
    await run.converge({});
    const { elbv2, ec2 } = connect(aws);
    const sdk = await import('@aws-sdk/client-elastic-load-balancing-v2');
    const { RevokeSecurityGroupIngressCommand } = await import('@aws-sdk/client-ec2');
    await elbv2.send(new sdk.DeleteListenerCommand({ ListenerArn: listeners()[0]?.arn }));
    const Targets = [{ Id: 'i-node-1', Port: 30080 }];
    await elbv2.send(new sdk.DeregisterTargetsCommand({ TargetGroupArn: groups()[0]?.arn, Targets }));
    const IpRanges = [{ CidrIp: '0.0.0.0/0' }];
    const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 30080, ToPort: 30080, IpRanges }];
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: 'sg-nodes', IpPermissions }));
    expect(writes(await verify())).toEqual(['AuthorizeSecurityGroupIngress', 'RegisterTargets', 'CreateListener']);
    await elbv2.send(new sdk.DeleteLoadBalancerCommand({ LoadBalancerArn: balancer()?.arn }));
    expect(writes(await verify())).toEqual(['CreateLoadBalancer', 'CreateListener']);
    expect(writes(await verify())).toEqual([]);
  });
});
