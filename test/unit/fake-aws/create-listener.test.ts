// CreateListener of the fake: protocols and their groups, certificates and policies, actions, one a port.

import {
  type CreateListenerCommandInput,
  CreateTargetGroupCommand,
  type ProtocolEnum,
  type TargetGroupTuple,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Bench, CERTIFICATE, codeOf, forwardTo, makeBench, START } from './workbench.ts';

let bench: Bench;
let LoadBalancerArn: string;
const groups = new Map<string, string>();

beforeEach(async () => {
  vi.useFakeTimers({ now: START });
  bench = makeBench();
  LoadBalancerArn = (await bench.loadBalancer()).LoadBalancerArn!;
  groups.clear();
  for (const Protocol of ['TCP', 'UDP', 'TCP_UDP', 'TLS'] as const) {
    const Name = Protocol.replace('_', '-');
    groups.set(Protocol, (await bench.targetGroup({ Name, Protocol })).TargetGroupArn!);
  }
});
afterEach(() => {
  bench.aws.assertSound();
  vi.useRealTimers();
});

const to = (protocol: string) => ({ DefaultActions: [forwardTo(groups.get(protocol))] });
const TLS = { Protocol: 'TLS' as const, Certificates: [{ CertificateArn: CERTIFICATE }] };

function create(input: Partial<CreateListenerCommandInput> = {}) {
  return bench.listener({ LoadBalancerArn, ...to('TCP'), ...input });
}

describe('CreateListener', () => {
  it('answers a TCP listener without any trace of TLS', async () => {
    const listener = await create();
    expect(listener.ListenerArn).toMatch(
      /^arn:aws:elasticloadbalancing:[^:]+:\d+:listener\/net\/lb(\/[0-9a-f]{16}){2}$/,
    );
    expect(listener).toEqual({
      ListenerArn: listener.ListenerArn,
      LoadBalancerArn,
      Port: 80,
      Protocol: 'TCP',
      DefaultActions: [
        {
          Type: 'forward',
          Order: 1,
          TargetGroupArn: groups.get('TCP'),
          ForwardConfig: {
            TargetGroups: [{ TargetGroupArn: groups.get('TCP'), Weight: 1 }],
            TargetGroupStickinessConfig: { Enabled: false },
          },
        },
      ],
    });
  });

  it('gives a TLS listener its certificate and the default policy of the API', async () => {
    expect(await create(TLS)).toMatchObject({
      Protocol: 'TLS',
      Certificates: [{ CertificateArn: CERTIFICATE }],
      SslPolicy: 'ELBSecurityPolicy-2016-08',
    });
    expect(
      await create({ ...TLS, Port: 81, SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06', AlpnPolicy: ['None'] }),
    ).toMatchObject({
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      AlpnPolicy: ['None'],
    });
  });

  it('takes several groups with weights', async () => {
    const second = (await bench.targetGroup({ Name: 'second' })).TargetGroupArn!;
    const TargetGroups = [
      { TargetGroupArn: groups.get('TCP'), Weight: 10 },
      { TargetGroupArn: second, Weight: 0 },
    ];
    const listener = await create({ DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] });
    expect(listener.DefaultActions?.[0]?.ForwardConfig?.TargetGroups).toEqual(TargetGroups);
    expect(listener.DefaultActions?.[0]?.TargetGroupArn).toBeUndefined();
  });

  it('refuses bad weights, nameless groups, too many groups, and two different ones', async () => {
    const TargetGroupArn = groups.get('TCP');
    const forward = (TargetGroups: TargetGroupTuple[], single?: string) =>
      codeOf(create({ DefaultActions: [{ ...forwardTo(single), ForwardConfig: { TargetGroups } }] }));
    expect(await forward([{ TargetGroupArn, Weight: 1000 }])).toBe('ValidationError');
    expect(await forward([{ TargetGroupArn, Weight: -1 }])).toBe('ValidationError');
    expect(await forward([{ Weight: 1 }])).toBe('ValidationError');
    expect(await forward([])).toBe('ValidationError');
    expect(await forward(Array.from({ length: 6 }, () => ({ TargetGroupArn })))).toBe('ValidationError');
    expect(await forward([{ TargetGroupArn }], groups.get('UDP'))).toBe('ValidationError');
  });

  it.each<[string, Partial<CreateListenerCommandInput>]>([
    ['QUIC', { Protocol: 'QUIC' }],
    ['a redirect config', { DefaultActions: [{ Type: 'forward', RedirectConfig: { StatusCode: 'HTTP_301' } }] }],
    [
      'stickiness between groups',
      { DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroupStickinessConfig: { Enabled: true } } }] },
    ],
  ])('fails loudly for %s', async (_, input) => {
    const strange = makeBench();
    const usual = { LoadBalancerArn: (await strange.loadBalancer()).LoadBalancerArn, ...to('TCP') };
    await expect(strange.listener({ ...usual, ...input })).rejects.toMatchObject({ name: 'Misuse' });
  });

  it.each<[ProtocolEnum, ProtocolEnum, boolean]>([
    ['TCP', 'TCP', true],
    ['TCP', 'TCP_UDP', true],
    ['TCP', 'TLS', false],
    ['TCP', 'UDP', false],
    ['UDP', 'UDP', true],
    ['UDP', 'TCP_UDP', true],
    ['UDP', 'TCP', false],
    ['TCP_UDP', 'TCP_UDP', true],
    ['TCP_UDP', 'TCP', false],
    ['TCP_UDP', 'UDP', false],
    ['TLS', 'TCP', true],
    ['TLS', 'TLS', true],
    ['TLS', 'TCP_UDP', false],
  ])('from %s to a group of %s: %s', async (listener, group, fits) => {
    const input = listener === 'TLS' ? TLS : { Protocol: listener };
    const call = create({ ...input, ...to(group) });
    if (fits) expect((await call).Protocol).toBe(listener);
    else expect(await codeOf(call)).toBe('IncompatibleProtocols');
  });

  it.each<[string, Partial<CreateListenerCommandInput>, string]>([
    ['port 0', { Port: 0 }, 'ValidationError'],
    ['port 70000', { Port: 70_000 }, 'ValidationError'],
    ['no port', { Port: undefined }, 'ValidationError'],
    ['no protocol', { Protocol: undefined }, 'ValidationError'],
    ['HTTP', { Protocol: 'HTTP' }, 'UnsupportedProtocol'],
    ['no action', { DefaultActions: [] }, 'ValidationError'],
    ['no action list', { DefaultActions: undefined }, 'ValidationError'],
    ['two actions', { DefaultActions: ['a', 'b'].map(forwardTo) }, 'TooManyActions'],
    ['a redirect', { DefaultActions: [{ Type: 'redirect' }] }, 'InvalidLoadBalancerAction'],
    ['no group', { DefaultActions: [{ Type: 'forward' }] }, 'ValidationError'],
    ['TLS without certificate', { Protocol: 'TLS' }, 'ValidationError'],
    ['an unknown certificate', { ...TLS, Certificates: [{ CertificateArn: 'arn:x' }] }, 'CertificateNotFound'],
    ['two certificates', { ...TLS, Certificates: [...TLS.Certificates, ...TLS.Certificates] }, 'ValidationError'],
    ['IsDefault', { ...TLS, Certificates: [{ CertificateArn: CERTIFICATE, IsDefault: true }] }, 'ValidationError'],
    ['two ALPN policies', { ...TLS, AlpnPolicy: ['None', 'HTTP1Only'] }, 'ValidationError'],
    ['an unknown TLS policy', { ...TLS, SslPolicy: 'ELBSecurityPolicy-2099-01' }, 'SSLPolicyNotFound'],
    ['an unknown ALPN policy', { ...TLS, AlpnPolicy: ['HTTP3Only'] }, 'ALPNPolicyNotFound'],
    ['a certificate for TCP', { Certificates: TLS.Certificates }, 'ValidationError'],
    ['a TLS policy for TCP', { SslPolicy: 'ELBSecurityPolicy-2016-08' }, 'ValidationError'],
    ['an ALPN policy for TCP', { AlpnPolicy: ['None'] }, 'ValidationError'],
  ])('refuses %s', async (_, input, code) => {
    expect(await codeOf(create(input))).toBe(code);
    expect(bench.aws.state.listeners.size).toBe(0);
  });

  it('refuses unknown load balancers and groups', async () => {
    const unknown = { LoadBalancerArn: LoadBalancerArn.replace('/lb/', '/no/') };
    expect(await codeOf(create(unknown))).toBe('LoadBalancerNotFound');
    const TargetGroupArn = groups.get('TCP')!.replace('/TCP/', '/no/');
    expect(await codeOf(create({ DefaultActions: [forwardTo(TargetGroupArn)] }))).toBe('TargetGroupNotFound');
  });

  it('refuses a group that another load balancer uses', async () => {
    await create();
    await create({ Port: 81 });
    const other = await bench.loadBalancer({ Name: 'other' });
    const call = create({ LoadBalancerArn: other.LoadBalancerArn });
    expect(await codeOf(call)).toBe('TargetGroupAssociationLimit');
  });

  it('refuses a group of another VPC', async () => {
    bench.aws.seed.vpc({ id: 'vpc-other', cidr: '10.9.0.0/16' });
    const command = new CreateTargetGroupCommand({ Name: 'far', Protocol: 'TCP', Port: 1, VpcId: 'vpc-other' });
    const { TargetGroups } = await bench.elbv2.send(command);
    const DefaultActions = [forwardTo(TargetGroups?.[0]?.TargetGroupArn)];
    expect(await codeOf(create({ DefaultActions }))).toBe('InvalidConfigurationRequest');
  });

  it('refuses a second listener on a port, whatever the protocol', async () => {
    await create();
    expect(await codeOf(create({ Protocol: 'UDP', ...to('UDP') }))).toBe('DuplicateListener');
    expect(await codeOf(create(TLS))).toBe('DuplicateListener');
    expect(await codeOf(create(to('TCP_UDP')))).toBe('DuplicateListener');
  });

  it('again with the same settings answers the listener that is there', async () => {
    const Tags = [{ Key: 'a', Value: '1' }];
    const first = await create({ Tags });
    const again = await create({ Tags: [{ Key: 'a', Value: '2' }] });
    expect(again).toEqual(first);
    expect([...bench.aws.state.listeners.values()].map(({ tags }) => tags)).toEqual([{ a: '1' }]);
  });

  it('refuses more listeners than the quota', async () => {
    bench.aws.limits.listenersPerLoadBalancer = 1;
    await create();
    expect(await codeOf(create({ Port: 81 }))).toBe('TooManyListeners');
  });

  it('refuses UDP on dual stack without prefixes for source NAT', async () => {
    bench.aws.seed.subnet({
      id: 'subnet-six',
      az: 'eu-west-1a',
      cidr: '10.0.70.0/24',
      ipv6Cidr: '2001:db8::/64',
      public: true,
    });
    const dual = { Name: 'dual', Subnets: ['subnet-six'], IpAddressType: 'dualstack' as const };
    const { LoadBalancerArn: arn } = await bench.loadBalancer(dual);
    const udp = (on: string | undefined) => create({ LoadBalancerArn: on, Protocol: 'UDP', ...to('UDP') });
    expect(await codeOf(udp(arn))).toBe('InvalidConfigurationRequest');
    const nat = { ...dual, Name: 'nat', EnablePrefixForIpv6SourceNat: 'on' as const };
    expect(await udp((await bench.loadBalancer(nat)).LoadBalancerArn)).toMatchObject({ Protocol: 'UDP' });
  });
});
