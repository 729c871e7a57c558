// Classic Load Balancers through the real kinds and the engine: how many calls each change takes, and what is there then.
import * as elb from '@aws-sdk/client-elastic-load-balancing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Owner } from '../../../src/engine/owner.ts';
import { connect } from '../../fake/aws/connect.ts';
import type { StrictAws } from '../../fake/aws/strict-aws.ts';
import {
  balancer,
  CERT_A,
  CERT_B,
  type ClassicWish,
  converge,
  GROUP,
  TCP,
  TLS12_POLICY,
  tls,
} from './classic-stage.ts';
import { BALANCER, newAws, OWNER, type Run, scope, start } from './stage.ts';

const OTHER: Owner = { ...OWNER, uid: '99999999-3e4f-4061-8273-8495a6b7c8d9', name: 'api' };

let aws: StrictAws;
let run: Run;

beforeEach(async () => {
  vi.useFakeTimers();
  aws = newAws();
  aws.timings.interfaceReleaseMs = 0;
  aws.seed.certificate(CERT_A);
  aws.seed.certificate(CERT_B);
  aws.seed.bucket('logs');
  run = await start(aws);
});

afterEach(() => {
  aws.assertSound();
  vi.useRealTimers();
});

const nodeRules = () => aws.state.securityGroups.get('sg-nodes')?.ingress ?? [];
const managed = () => [...aws.state.securityGroups.values()].find(({ name }) => name === GROUP);

/** Makes `from`, and answers the calls that it takes to get to `to`. A fresh process then finds nothing to do. */
async function change(from: ClassicWish, to: ClassicWish): Promise<readonly string[]> {
  await converge(run, from);
  // As facts are gathered before every change.
  await run.cloud.subnets.get(scope());
  const { calls } = await converge(run, to);
  expect((await converge(run, to)).calls).toEqual([]);
  const fresh = await converge(await start(aws), to);
  expect(fresh.done).toEqual([]);
  return calls;
}

describe('a new one', () => {
  it('takes seven calls, and looks as it was asked for', async () => {
    const { calls } = await converge(run, {});
    expect(calls).toEqual([
      'CreateSecurityGroup',
      'AuthorizeSecurityGroupIngress',
      'AuthorizeSecurityGroupIngress',
      'CreateLoadBalancer',
      'DescribeLoadBalancers',
      'ConfigureHealthCheck',
      'RegisterInstancesWithLoadBalancer',
    ]);
    expect(balancer(aws)).toMatchObject({
      scheme: 'internet-facing',
      securityGroups: [managed()?.id],
      healthCheck: { target: 'TCP:30080', intervalSeconds: 10, healthyThreshold: 2, unhealthyThreshold: 6 },
      tags: { 'kubernetes.io/service-name': 'shop/web', 'kubernetes.io/cluster/prod': 'owned' },
    });
    expect(Object.keys(balancer(aws).instances)).toEqual(['i-node-1', 'i-node-2', 'i-node-3']);
    expect(managed()).toMatchObject({
      description: `Load balancer ${BALANCER} of Service shop/web`,
      tags: { 'kubernetes.io/cluster/prod': 'owned' },
    });
    expect(nodeRules()).toMatchObject([
      { protocol: '-1', source: { groupId: managed()?.id }, description: `kubernetes.io/rule/elb/client=${BALANCER}` },
    ]);
    expect((await converge(run, {})).calls).toEqual([]);
  });

  it('takes one call more for each thing that AWS has otherwise', async () => {
    const listeners = { 80: TCP, 443: tls(30443, { sslPolicy: TLS12_POLICY }) };
    const wish: ClassicWish = {
      balancer: { listeners, proxyProtocolPorts: [30080, 30443], crossZone: true, drainingTimeoutSeconds: 60 },
    };
    const { calls } = await converge(run, wish);
    expect(calls.slice(5)).toEqual([
      'CreateLoadBalancerPolicy',
      'SetLoadBalancerPoliciesOfListener',
      'CreateLoadBalancerPolicy',
      'SetLoadBalancerPoliciesForBackendServer',
      'SetLoadBalancerPoliciesForBackendServer',
      'ConfigureHealthCheck',
      'ModifyLoadBalancerAttributes',
      'RegisterInstancesWithLoadBalancer',
    ]);
    expect(balancer(aws).listeners[443]?.policies).toEqual([`k8s-SSLNegotiationPolicy-${TLS12_POLICY}`]);
    expect(balancer(aws).backendPolicies).toEqual({
      30080: ['k8s-proxyprotocol-enabled'],
      30443: ['k8s-proxyprotocol-enabled'],
    });
    expect((await converge(await start(aws), wish)).done).toEqual([]);
  });

  it('is not touched further where AWS’s defaults are what is wanted', async () => {
    const healthCheck = {
      target: 'TCP:30080',
      intervalSeconds: 30,
      timeoutSeconds: 5,
      healthyThreshold: 10,
      unhealthyThreshold: 2,
    };
    const listeners = { 80: TCP, 443: tls(30443) };
    const { calls } = await converge(run, { balancer: { healthCheck, listeners } });
    expect(calls.slice(3)).toEqual([
      'CreateLoadBalancer',
      'DescribeLoadBalancers',
      'RegisterInstancesWithLoadBalancer',
    ]);
    expect((await converge(await start(aws), { balancer: { healthCheck, listeners } })).done).toEqual([]);
  });

  it('may be internal, in groups of the user', async () => {
    const wish: ClassicWish = { groups: ['sg-nodes'], balancer: { scheme: 'internal' } };
    await converge(run, wish);
    expect(balancer(aws)).toMatchObject({ scheme: 'internal', securityGroups: ['sg-nodes'] });
    expect(nodeRules()).toMatchObject([{ protocol: '-1', source: { groupId: 'sg-nodes' } }]);
    expect(managed()).toBeUndefined();
  });
});

describe('a change', () => {
  it.each<[string, ClassicWish, ClassicWish, readonly string[]]>([
    ['of nothing', {}, {}, []],
    ['of the cross-zone attribute', {}, { balancer: { crossZone: true } }, ['ModifyLoadBalancerAttributes']],
    [
      'of several attributes',
      { balancer: { drainingTimeoutSeconds: 60 } },
      { balancer: { idleTimeoutSeconds: 120, drainingTimeoutSeconds: null } },
      ['ModifyLoadBalancerAttributes'],
    ],
    [
      'that turns logs on',
      {},
      {
        balancer: { accessLogs: true, accessLogBucket: 'logs', accessLogPrefix: 'a', accessLogIntervalMinutes: 5 },
      },
      ['ModifyLoadBalancerAttributes'],
    ],
    [
      'that takes the prefix of logs away',
      {
        balancer: { accessLogs: true, accessLogBucket: 'logs', accessLogPrefix: 'a', accessLogIntervalMinutes: 5 },
      },
      {
        balancer: { accessLogs: true, accessLogBucket: 'logs', accessLogPrefix: '', accessLogIntervalMinutes: 60 },
      },
      ['ModifyLoadBalancerAttributes'],
    ],
    [
      'of the health check',
      {},
      {
        balancer: {
          healthCheck: {
            target: 'HTTP:32000/healthz',
            intervalSeconds: 10,
            timeoutSeconds: 5,
            healthyThreshold: 2,
            unhealthyThreshold: 6,
          },
        },
      },
      ['ConfigureHealthCheck'],
    ],
    [
      'of a tag',
      { user: { a: '1', b: '1' } },
      { user: { a: '2' } },
      ['DeleteTags', 'CreateTags', 'RemoveTags', 'AddTags'],
    ],
    [
      'of subnets',
      { balancer: { subnets: ['subnet-public-a', 'subnet-public-b'] } },
      { balancer: { subnets: ['subnet-public-a', 'subnet-public-c'] } },
      ['AttachLoadBalancerToSubnets', 'DetachLoadBalancerFromSubnets'],
    ],
    [
      'of a subnet to another in its zone',
      {},
      { balancer: { subnets: ['subnet-private-a', 'subnet-public-b', 'subnet-public-c'] } },
      ['DetachLoadBalancerFromSubnets', 'AttachLoadBalancerToSubnets'],
    ],
    [
      'that adds a port',
      {},
      { balancer: { listeners: { 80: TCP, 81: { ...TCP, instancePort: 30081 } } } },
      ['AuthorizeSecurityGroupIngress', 'CreateLoadBalancerListeners'],
    ],
    [
      'that takes a port away',
      { balancer: { listeners: { 80: TCP, 81: { ...TCP, instancePort: 30081 } } } },
      {},
      ['RevokeSecurityGroupIngress', 'DeleteLoadBalancerListeners'],
    ],
    [
      'of a node port',
      {},
      { balancer: { listeners: { 80: { ...TCP, instancePort: 30090 } } } },
      ['DeleteLoadBalancerListeners', 'CreateLoadBalancerListeners'],
    ],
    [
      'of the port that clients use',
      {},
      { balancer: { listeners: { 81: TCP } } },
      [
        'AuthorizeSecurityGroupIngress',
        'RevokeSecurityGroupIngress',
        'CreateLoadBalancerListeners',
        'DeleteLoadBalancerListeners',
      ],
    ],
    [
      'of a certificate',
      { balancer: { listeners: { 443: tls(30080) } } },
      { balancer: { listeners: { 443: tls(30080, { certificate: CERT_B }) } } },
      ['SetLoadBalancerListenerSSLCertificate'],
    ],
    [
      'of a policy',
      { balancer: { listeners: { 443: tls(30080) } } },
      { balancer: { listeners: { 443: tls(30080, { sslPolicy: TLS12_POLICY }) } } },
      ['DescribeLoadBalancers', 'CreateLoadBalancerPolicy', 'SetLoadBalancerPoliciesOfListener'],
    ],
    [
      'of a policy to AWS’s default',
      { balancer: { listeners: { 443: tls(30080, { sslPolicy: TLS12_POLICY }) } } },
      { balancer: { listeners: { 443: tls(30080) } } },
      ['DescribeLoadBalancers', 'SetLoadBalancerPoliciesOfListener'],
    ],
    [
      'of TCP to SSL',
      { balancer: { listeners: { 443: TCP } } },
      { balancer: { listeners: { 443: tls(30080, { sslPolicy: TLS12_POLICY }) } } },
      [
        'DeleteLoadBalancerListeners',
        'CreateLoadBalancerListeners',
        'DescribeLoadBalancers',
        'CreateLoadBalancerPolicy',
        'SetLoadBalancerPoliciesOfListener',
      ],
    ],
    [
      'that turns PROXY headers on',
      {},
      { balancer: { proxyProtocolPorts: [30080] } },
      ['DescribeLoadBalancers', 'CreateLoadBalancerPolicy', 'SetLoadBalancerPoliciesForBackendServer'],
    ],
    [
      'that turns PROXY headers off',
      { balancer: { proxyProtocolPorts: [30080] } },
      {},
      ['DescribeLoadBalancers', 'SetLoadBalancerPoliciesForBackendServer'],
    ],
    [
      'of a node port that gets PROXY headers',
      { balancer: { proxyProtocolPorts: [30080] } },
      { balancer: { listeners: { 80: { ...TCP, instancePort: 30090 } }, proxyProtocolPorts: [30090] } },
      [
        'DeleteLoadBalancerListeners',
        'CreateLoadBalancerListeners',
        'DescribeLoadBalancers',
        'SetLoadBalancerPoliciesForBackendServer',
        'SetLoadBalancerPoliciesForBackendServer',
      ],
    ],
    ['of one node that leaves', {}, { instances: ['i-node-1', 'i-node-2'] }, ['DeregisterInstancesFromLoadBalancer']],
    [
      'of a node that comes and one that goes',
      { instances: ['i-node-1', 'i-node-2'] },
      { instances: ['i-node-2', 'i-node-3'] },
      ['RegisterInstancesWithLoadBalancer', 'DeregisterInstancesFromLoadBalancer'],
    ],
    ['that leaves the instances as they are', {}, { instances: null }, []],
  ])('%s', async (_what, from, to, calls) => {
    expect(await change(from, to)).toEqual(calls);
  });

  it('of a listener keeps the policy of another', async () => {
    const before = { 443: tls(30080, { sslPolicy: TLS12_POLICY }) };
    await change(
      { balancer: { listeners: before } },
      { balancer: { listeners: { ...before, 80: { ...TCP, instancePort: 30081 } } } },
    );
    expect(balancer(aws).listeners[443]?.policies).toEqual([`k8s-SSLNegotiationPolicy-${TLS12_POLICY}`]);
  });

  it('of the side of the nodes waits for the port that is in its way', async () => {
    const calls = await change(
      { balancer: { listeners: { 80: TCP } } },
      { balancer: { listeners: { 443: tls(30080, { instanceProtocol: 'SSL' }) } } },
    );
    expect(calls.filter((operation) => operation.includes('Listeners'))).toEqual([
      'DeleteLoadBalancerListeners',
      'CreateLoadBalancerListeners',
    ]);
  });

  it('from the managed group to others gives the nodes the new rule first, and takes the old group away last', async () => {
    const calls = await change({}, { groups: ['sg-nodes'] });
    expect(calls).toEqual([
      'AuthorizeSecurityGroupIngress',
      'ApplySecurityGroupsToLoadBalancer',
      'RevokeSecurityGroupIngress',
      'DeleteSecurityGroup',
    ]);
    expect(nodeRules()).toMatchObject([{ protocol: '-1', source: { groupId: 'sg-nodes' } }]);
  });

  it('of the scheme is blocked', async () => {
    await converge(run, {});
    const sent = converge(run, { balancer: { scheme: 'internal' } });
    await expect(sent).rejects.toMatchObject({ code: 'replacement-blocked' });
  });

  it('puts the old listener back where AWS refuses the new one', async () => {
    await converge(run, {});
    const certificate = `${CERT_A}-unknown`;
    const sent = converge(run, { balancer: { listeners: { 80: tls(30080, { certificate }) } } });
    await expect(sent).rejects.toMatchObject({ code: 'not-found', cloudCode: 'CertificateNotFound' });
    expect(balancer(aws).listeners[80]).toMatchObject({ protocol: 'TCP', instancePort: 30080 });
  });

  it('puts it back with its policy', async () => {
    const before = tls(30080, { sslPolicy: TLS12_POLICY });
    await converge(run, { balancer: { listeners: { 443: before } } });
    const certificate = `${CERT_A}-unknown`;
    const sent = converge(run, { balancer: { listeners: { 443: { ...before, certificate, instancePort: 30081 } } } });
    await expect(sent).rejects.toMatchObject({ code: 'not-found' });
    expect(balancer(aws).listeners[443]).toMatchObject({
      instancePort: 30080,
      certificate: CERT_A,
      policies: [`k8s-SSLNegotiationPolicy-${TLS12_POLICY}`],
    });
  });

  it.each([
    [{ 80: { ...TCP, instancePort: 30090 } }, 'port 80 is closed for a moment'],
    [{ 80: tls(30080), 81: { ...TCP, instanceProtocol: 'SSL' } }, 'ports 80, 81 are closed for a moment'],
    [{ 81: TCP }, undefined],
    [{ 80: TCP, 81: TCP, 82: TCP }, undefined],
  ])('says what it interrupts: %j', (listeners, outage) => {
    const have = { listeners: { 80: TCP, 81: TCP } };
    const kind = run.provider.kinds.find(({ name }) => name === 'ClassicLoadBalancer');
    expect(kind?.interrupts?.({ listeners }, have)).toBe(outage);
  });

  it('by hand is undone', async () => {
    await converge(run, { balancer: { proxyProtocolPorts: [30080] } });
    const { elb: hand } = connect(aws);
    const LoadBalancerName = BALANCER;
    await hand.send(
      new elb.SetLoadBalancerPoliciesForBackendServerCommand({
        LoadBalancerName,
        InstancePort: 30080,
        PolicyNames: [],
      }),
    );
    await hand.send(new elb.DeleteLoadBalancerListenersCommand({ LoadBalancerName, LoadBalancerPorts: [80] }));
    await hand.send(
      new elb.ModifyLoadBalancerAttributesCommand({
        LoadBalancerName,
        LoadBalancerAttributes: { ConnectionSettings: { IdleTimeout: 7 } },
      }),
    );
    await converge(await start(aws), { balancer: { proxyProtocolPorts: [30080] } });
    expect(balancer(aws)).toMatchObject({
      attributes: { idleTimeoutSeconds: 60 },
      backendPolicies: { 30080: ['k8s-proxyprotocol-enabled'] },
      listeners: { 80: { instancePort: 30080 } },
    });
  });
});

describe('a deletion', () => {
  it('takes four calls', async () => {
    await converge(run, {});
    const { calls, waiting } = await converge(run, undefined);
    expect(calls).toEqual([
      'DeleteLoadBalancer',
      'DescribeLoadBalancers',
      'RevokeSecurityGroupIngress',
      'DeleteSecurityGroup',
    ]);
    expect(waiting).toBeUndefined();
    expect(aws.state.classicLoadBalancers.size).toBe(0);
    expect(managed()).toBeUndefined();
    expect(nodeRules()).toEqual([]);
  });

  it('waits for the group while the load balancer’s interfaces linger', async () => {
    aws.timings.interfaceReleaseMs = 60_000;
    await converge(run, {});
    const first = await converge(run, undefined);
    expect(first.waiting?.why).toContain(GROUP);
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await converge(run, undefined)).waiting).toBeUndefined();
    expect(managed()).toBeUndefined();
  });

  it('leaves another’s alone', async () => {
    const mine = { balancer: { listeners: { 80: { ...TCP, instancePort: 30081 } } }, owner: OTHER };
    await converge(run, {});
    await converge(run, mine);
    await converge(run, undefined, OWNER);
    expect([...aws.state.classicLoadBalancers.keys()]).toEqual(['a999999993e4f406182738495a6b7c8d']);
    expect(nodeRules()).toMatchObject([
      { description: 'kubernetes.io/rule/elb/client=a999999993e4f406182738495a6b7c8d' },
    ]);
    expect((await converge(run, mine)).calls).toEqual([]);
  });
});
