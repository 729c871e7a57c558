// AWS's rules for listeners that the proxy keeps, one test a rule. Against real moto.
import {
  AddListenerCertificatesCommand,
  CreateListenerCommand,
  type CreateListenerCommandInput,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DescribeListenerAttributesCommand,
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  type Listener,
  ModifyListenerAttributesCommand,
  ModifyListenerCommand,
  type ModifyListenerCommandInput,
  type ProtocolEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clients, emulatorClients, refusal } from '../../localstack/clients.ts';
import { requestCertificate } from '../../localstack/fixture-requests.ts';
import { type Emulator, startEmulator } from '../../localstack/start.ts';

let emulator: Emulator;
let clients: Clients;
let otherCertificate: string;
let serial = 0;

beforeAll(async () => {
  emulator = await startEmulator({ log: () => {}, nodes: 1, clusterName: 'listeners' });
  const place = { endpoint: emulator.url, region: emulator.fixtures.region };
  clients = emulatorClients(place);
  otherCertificate = await requestCertificate({ ...place, domain: 'other.example.com' });
}, 300_000);

afterAll(async () => {
  clients?.[Symbol.dispose]();
  await emulator?.stop();
});

const balancer = async () => {
  const Subnets = emulator.fixtures.publicSubnets.map(({ id }) => id);
  const input = { Name: `lb-${++serial}`, Type: 'network' as const, Subnets };
  return (await clients.elb.send(new CreateLoadBalancerCommand(input))).LoadBalancers![0]!.LoadBalancerArn!;
};
const group = async (Protocol: ProtocolEnum = 'TCP') => {
  const input = { Name: `tg-${++serial}`, Protocol, Port: 30000, VpcId: emulator.fixtures.vpcId };
  return (await clients.elb.send(new CreateTargetGroupCommand(input))).TargetGroups![0]!.TargetGroupArn!;
};
const to = (TargetGroupArn: string) => [{ Type: 'forward' as const, TargetGroupArn }];
const create = (input: CreateListenerCommandInput) => clients.elb.send(new CreateListenerCommand(input));
const made = async (input: CreateListenerCommandInput): Promise<Listener> => (await create(input)).Listeners![0]!;
const modify = (input: ModifyListenerCommandInput) => clients.elb.send(new ModifyListenerCommand(input));
const shown = async (arn: string) =>
  (await clients.elb.send(new DescribeListenersCommand({ ListenerArns: [arn] }))).Listeners![0]!;
const certificate = () => [{ CertificateArn: emulator.fixtures.certificateArn }];

describe('one a port', () => {
  it('answers the same listener for the same settings and refuses others', async () => {
    const LoadBalancerArn = await balancer();
    const [tcp, both] = [await group(), await group('TCP_UDP')];
    const input = { LoadBalancerArn, Port: 80, Protocol: 'TCP' as const, DefaultActions: to(tcp) };
    const first = await made(input);
    expect(first.ListenerArn).toMatch(/:listener\/net\/lb-\d+\/[0-9a-f]{16}\/[0-9a-f]{16}$/);
    expect((await made(input)).ListenerArn).toBe(first.ListenerArn);
    expect(await refusal(create({ ...input, DefaultActions: to(both) }))).toBe('DuplicateListener');
    const udp = { ...input, Protocol: 'UDP' as const, DefaultActions: to(both) };
    expect(await refusal(create(udp))).toBe('DuplicateListener');
    const second = await made({ ...input, Port: 81 });
    expect(await refusal(modify({ ListenerArn: second.ListenerArn, Port: 80 }))).toBe('DuplicateListener');
  });

  it('up to the quota', async () => {
    const LoadBalancerArn = await balancer();
    const DefaultActions = to(await group());
    emulator.proxy.settings.quotas.listenersPerLoadBalancer = 2;
    for (const Port of [1, 2]) await made({ LoadBalancerArn, Port, Protocol: 'TCP', DefaultActions });
    const third = create({ LoadBalancerArn, Port: 3, Protocol: 'TCP', DefaultActions });
    expect(await refusal(third)).toBe('TooManyListeners');
    emulator.proxy.settings.quotas.listenersPerLoadBalancer = 50;
  });
});

describe('target groups behind a listener', () => {
  it('must speak its protocol', async () => {
    const LoadBalancerArn = await balancer();
    const [tcp, udp, both] = [await group(), await group('UDP'), await group('TCP_UDP')];
    const input = (Protocol: ProtocolEnum, arn: string) => {
      return { LoadBalancerArn, Port: ++serial, Protocol, DefaultActions: to(arn) };
    };
    expect(await refusal(create(input('UDP', tcp)))).toBe('IncompatibleProtocols');
    expect(await refusal(create(input('TCP', udp)))).toBe('IncompatibleProtocols');
    expect(await refusal(create(input('TCP_UDP', tcp)))).toBe('IncompatibleProtocols');
    expect(await refusal(create(input('HTTP', tcp)))).toBe('ValidationError');
    const { ListenerArn } = await made(input('TCP', tcp));
    expect(await refusal(modify({ ListenerArn, Protocol: 'UDP' }))).toBe('IncompatibleProtocols');
    for (const protocol of ['UDP', 'TCP_UDP'] as const) {
      await modify({ ListenerArn, Protocol: protocol, DefaultActions: to(both) });
      expect((await shown(ListenerArn!)).Protocol).toBe(protocol);
    }
    await made(input('UDP', udp));
  });

  it('must exist and serve one load balancer only', async () => {
    const [first, second] = [await balancer(), await balancer()];
    const arn = await group();
    const input = { Port: 80, Protocol: 'TCP' as const, DefaultActions: to(arn) };
    await made({ ...input, LoadBalancerArn: first });
    expect(await refusal(create({ ...input, LoadBalancerArn: second }))).toBe('TargetGroupAssociationLimit');
    const absent = to(arn.replace(/[^/]+$/, '0123456789abcdef'));
    const wrong = create({ ...input, LoadBalancerArn: second, DefaultActions: absent });
    expect(await refusal(wrong)).toBe('TargetGroupNotFound');
  });

  it('can be exchanged, or weighted', async () => {
    const LoadBalancerArn = await balancer();
    const [blue, green] = [await group(), await group()];
    const { ListenerArn } = await made({ LoadBalancerArn, Port: 80, Protocol: 'TCP', DefaultActions: to(blue) });
    await modify({ ListenerArn, DefaultActions: to(green) });
    expect((await shown(ListenerArn!)).DefaultActions?.[0]?.TargetGroupArn).toBe(green);
    const TargetGroups = [blue, green].map((TargetGroupArn, Weight) => ({ TargetGroupArn, Weight }));
    await modify({ ListenerArn, DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] });
    expect((await shown(ListenerArn!)).DefaultActions?.[0]?.ForwardConfig?.TargetGroups).toEqual(TargetGroups);
    const { Rules } = await clients.elb.send(new DescribeRulesCommand({ ListenerArn }));
    expect(Rules?.map(({ IsDefault, RuleArn }) => [IsDefault, /:listener-rule\/net\//.test(RuleArn ?? '')])).toEqual([
      [true, true],
    ]);
  });
});

describe('TLS', () => {
  it('needs a certificate that exists, a known policy, a known ALPN', async () => {
    const LoadBalancerArn = await balancer();
    const input = { LoadBalancerArn, Port: 443, Protocol: 'TLS' as const, DefaultActions: to(await group()) };
    expect(await refusal(create(input))).toBe('ValidationError');
    const absent = [{ CertificateArn: emulator.fixtures.certificateArn.replace(/.$/, '_') }];
    expect(await refusal(create({ ...input, Certificates: absent }))).toBe('CertificateNotFound');
    const good = { ...input, Certificates: certificate() };
    expect(await refusal(create({ ...good, SslPolicy: 'ELBSecurityPolicy-Nope' }))).toBe('SSLPolicyNotFound');
    expect(await refusal(create({ ...good, AlpnPolicy: ['HTTP3Only'] }))).toBe('ALPNPolicyNotFound');
    expect(await made(good)).toMatchObject({ SslPolicy: 'ELBSecurityPolicy-2016-08', Certificates: certificate() });
  });

  it('comes and goes with the protocol, in place', async () => {
    const LoadBalancerArn = await balancer();
    const DefaultActions = to(await group());
    const plain = await made({ LoadBalancerArn, Port: 443, Protocol: 'TCP', DefaultActions });
    const { ListenerArn } = plain;
    expect(plain).not.toHaveProperty('SslPolicy');
    expect(await refusal(modify({ ListenerArn, Certificates: certificate() }))).toBe('InvalidConfigurationRequest');
    expect(await refusal(modify({ ListenerArn, Protocol: 'TLS' }))).toBe('ValidationError');
    await modify({ ListenerArn, Protocol: 'TLS', Certificates: certificate(), AlpnPolicy: ['HTTP2Preferred'] });
    expect(await shown(ListenerArn!)).toMatchObject({
      ...{ Protocol: 'TLS', Certificates: certificate(), AlpnPolicy: ['HTTP2Preferred'] },
      SslPolicy: 'ELBSecurityPolicy-2016-08',
    });
    await modify({ ListenerArn, Protocol: 'TCP' });
    const again = await shown(ListenerArn!);
    expect(again.Protocol).toBe('TCP');
    expect([again.Certificates, again.SslPolicy, again.AlpnPolicy]).toEqual([undefined, undefined, undefined]);
  });

  it('changes certificate, policy and ALPN one by one', async () => {
    const LoadBalancerArn = await balancer();
    const input = { LoadBalancerArn, Port: 443, Protocol: 'TLS' as const, DefaultActions: to(await group()) };
    const { ListenerArn } = await made({ ...input, Certificates: certificate() });
    await modify({ ListenerArn, Certificates: [{ CertificateArn: otherCertificate }] });
    await modify({ ListenerArn, SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' });
    await modify({ ListenerArn, AlpnPolicy: ['HTTP1Only'] });
    expect(await shown(ListenerArn!)).toMatchObject({
      Certificates: [{ CertificateArn: otherCertificate }],
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      AlpnPolicy: ['HTTP1Only'],
    });
  });

  it('has further certificates beside the default one', async () => {
    const LoadBalancerArn = await balancer();
    const input = { LoadBalancerArn, Port: 443, Protocol: 'TLS' as const, DefaultActions: to(await group()) };
    const { ListenerArn } = await made({ ...input, Certificates: certificate() });
    const Certificates = [{ CertificateArn: otherCertificate }];
    await clients.elb.send(new AddListenerCertificatesCommand({ ListenerArn, Certificates }));
    const all = await clients.elb.send(new DescribeListenerCertificatesCommand({ ListenerArn }));
    expect(all.Certificates).toEqual([
      { CertificateArn: emulator.fixtures.certificateArn, IsDefault: true },
      { CertificateArn: otherCertificate, IsDefault: false },
    ]);
  });
});

describe('attributes', () => {
  it('are the idle timeout of TCP listeners, within bounds', async () => {
    const LoadBalancerArn = await balancer();
    const { ListenerArn } = await made({
      ...{ LoadBalancerArn, Port: 80, Protocol: 'TCP' },
      DefaultActions: to(await group()),
    });
    const read = async () =>
      (await clients.elb.send(new DescribeListenerAttributesCommand({ ListenerArn }))).Attributes;
    const write = (Value: string) => {
      const Attributes = [{ Key: 'tcp.idle_timeout.seconds', Value }];
      return clients.elb.send(new ModifyListenerAttributesCommand({ ListenerArn, Attributes }));
    };
    expect(await read()).toEqual([{ Key: 'tcp.idle_timeout.seconds', Value: '350' }]);
    await write('6000');
    expect(await read()).toEqual([{ Key: 'tcp.idle_timeout.seconds', Value: '6000' }]);
    expect(await refusal(write('59'))).toBe('ValidationError');
  });
});

describe('deleting', () => {
  it('a load balancer deletes its listeners', async () => {
    const LoadBalancerArn = await balancer();
    const DefaultActions = to(await group());
    const first = await made({ LoadBalancerArn, Port: 80, Protocol: 'TCP', DefaultActions });
    const second = await made({ LoadBalancerArn, Port: 81, Protocol: 'TCP', DefaultActions });
    const list = () => clients.elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
    expect((await list()).Listeners).toHaveLength(2);
    await clients.elb.send(new DeleteListenerCommand({ ListenerArn: first.ListenerArn }));
    expect((await list()).Listeners?.map(({ Port }) => Port)).toEqual([81]);
    expect(await refusal(shown(first.ListenerArn!))).toBe('ListenerNotFound');
    await clients.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    expect(await refusal(list())).toBe('LoadBalancerNotFound');
    expect(await refusal(shown(second.ListenerArn!))).toBe('ListenerNotFound');
  });
});
