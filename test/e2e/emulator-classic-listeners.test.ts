// Listeners and policies of Classic Load Balancers, as AWS rules them. With the real SDK against the started emulator.
import {
  CreateLoadBalancerCommand,
  CreateLoadBalancerListenersCommand,
  CreateLoadBalancerPolicyCommand,
  DeleteLoadBalancerListenersCommand,
  DeleteLoadBalancerPolicyCommand,
  DescribeLoadBalancerPoliciesCommand,
  DescribeLoadBalancersCommand,
  type Listener,
  SetLoadBalancerListenerSSLCertificateCommand,
  SetLoadBalancerPoliciesForBackendServerCommand,
  SetLoadBalancerPoliciesOfListenerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clients, emulatorClients, refusal } from '../../localstack/clients.ts';
import { type Emulator, startEmulator } from '../../localstack/start.ts';

let emulator: Emulator;
let clients: Clients;
let serial = 0;

beforeAll(async () => {
  emulator = await startEmulator({ log: () => {}, nodes: 1, clusterName: 'classic' });
  clients = emulatorClients({ endpoint: emulator.url, region: emulator.fixtures.region });
}, 300_000);

afterAll(async () => {
  clients?.[Symbol.dispose]();
  await emulator?.stop();
});

const tcp = (port: number, instancePort = 30_000 + port, more: Partial<Listener> = {}): Listener => ({
  ...{ Protocol: 'TCP', LoadBalancerPort: port, InstanceProtocol: 'TCP', InstancePort: instancePort },
  ...more,
});
/** The name of a new one. */
const made = async (Listeners: Listener[] = [tcp(80)]) => {
  const LoadBalancerName = `lb-${++serial}`;
  const Subnets = emulator.fixtures.publicSubnets.map(({ id }) => id);
  await clients.classic.send(new CreateLoadBalancerCommand({ LoadBalancerName, Listeners, Subnets }));
  return LoadBalancerName;
};
const shown = async (name: string) => {
  const asked = new DescribeLoadBalancersCommand({ LoadBalancerNames: [name] });
  return (await clients.classic.send(asked)).LoadBalancerDescriptions![0]!;
};

describe('listeners', () => {
  const add = (LoadBalancerName: string, ...Listeners: Listener[]) =>
    clients.classic.send(new CreateLoadBalancerListenersCommand({ LoadBalancerName, Listeners }));
  const drop = (LoadBalancerName: string, ...LoadBalancerPorts: number[]) =>
    clients.classic.send(new DeleteLoadBalancerListenersCommand({ LoadBalancerName, LoadBalancerPorts }));
  const setCertificate = (LoadBalancerName: string, LoadBalancerPort: number, SSLCertificateId: string) =>
    clients.classic.send(
      new SetLoadBalancerListenerSSLCertificateCommand({ LoadBalancerName, LoadBalancerPort, SSLCertificateId }),
    );
  const ports = async (name: string) =>
    (await shown(name)).ListenerDescriptions?.map(({ Listener }) => Listener?.LoadBalancerPort);

  it('come and go, several at once; the same again is no error, another on the port is', async () => {
    const name = await made();
    await add(name, tcp(81), tcp(82));
    await add(name, tcp(81));
    expect(await refusal(add(name, tcp(83), tcp(81, 1)))).toBe('DuplicateListener');
    expect(await ports(name)).toEqual([80, 81, 82]);
    await drop(name, 80, 82, 99);
    expect(await ports(name)).toEqual([81]);
    expect(await refusal(add('absent', tcp(80)))).toBe('LoadBalancerNotFound');
    expect(await refusal(drop('absent', 80))).toBe('LoadBalancerNotFound');
  });

  it('take protocols in any case and answer capitals, on both sides', async () => {
    const { certificateArn } = emulator.fixtures;
    const https = { Protocol: 'https', InstanceProtocol: 'http', SSLCertificateId: certificateArn };
    const name = await made([tcp(443, 30_443, https), tcp(80, 30_080, { Protocol: 'tcp' })]);
    expect((await shown(name)).ListenerDescriptions).toEqual([
      {
        Listener: tcp(443, 30_443, { ...https, Protocol: 'HTTPS', InstanceProtocol: 'HTTP' }),
        PolicyNames: ['ELBSecurityPolicy-2016-08'],
      },
      { Listener: tcp(80), PolicyNames: [] },
    ]);
  });

  it('change their certificate in place, if they have one', async () => {
    const { certificateArn } = emulator.fixtures;
    const other = 'arn:aws:iam::123456789012:server-certificate/other';
    const name = await made([tcp(80), tcp(443, 1, { Protocol: 'SSL', SSLCertificateId: certificateArn })]);
    await setCertificate(name, 443, other);
    expect((await shown(name)).ListenerDescriptions?.[1]?.Listener?.SSLCertificateId).toBe(other);
    expect(await refusal(setCertificate(name, 80, other))).toBe('InvalidConfigurationRequest');
    expect(await refusal(setCertificate(name, 81, other))).toBe('ListenerNotFound');
    const absent = certificateArn.replace(/.{4}$/, '0000');
    expect(await refusal(setCertificate(name, 443, absent))).toBe('CertificateNotFound');
  });
});

describe('policies', () => {
  /** The name of a new one that listens with TCP on 80, SSL on 443 and HTTP on 8080. */
  const withThree = () => {
    const front = { Protocol: 'SSL', SSLCertificateId: emulator.fixtures.certificateArn };
    const http = { Protocol: 'HTTP', InstanceProtocol: 'HTTP' };
    return made([tcp(80), tcp(443, 30_443, front), tcp(8080, 38_080, http)]);
  };
  const proxy = { PolicyTypeName: 'ProxyProtocolPolicyType', attributes: { ProxyProtocol: 'true' } };
  const ssl = (policy: string) => ({
    PolicyTypeName: 'SSLNegotiationPolicyType',
    attributes: { 'Reference-Security-Policy': policy },
  });
  const tls12 = ssl('ELBSecurityPolicy-TLS-1-2-2017-01');
  const create = (
    LoadBalancerName: string,
    PolicyName: string,
    { PolicyTypeName, attributes }: typeof tls12 | typeof proxy,
  ) => {
    const PolicyAttributes = Object.entries(attributes).map(([AttributeName, AttributeValue]) => ({
      AttributeName,
      AttributeValue,
    }));
    const input = { LoadBalancerName, PolicyName, PolicyTypeName, PolicyAttributes };
    return clients.classic.send(new CreateLoadBalancerPolicyCommand(input));
  };
  const remove = (LoadBalancerName: string, PolicyName: string) =>
    clients.classic.send(new DeleteLoadBalancerPolicyCommand({ LoadBalancerName, PolicyName }));
  const ask = async (LoadBalancerName: string | undefined, ...PolicyNames: string[]) =>
    (await clients.classic.send(new DescribeLoadBalancerPoliciesCommand({ LoadBalancerName, PolicyNames })))
      .PolicyDescriptions;
  const onListener = (LoadBalancerName: string, LoadBalancerPort: number, ...PolicyNames: string[]) =>
    clients.classic.send(
      new SetLoadBalancerPoliciesOfListenerCommand({ LoadBalancerName, LoadBalancerPort, PolicyNames }),
    );
  const onBackend = (LoadBalancerName: string, InstancePort: number, ...PolicyNames: string[]) =>
    clients.classic.send(
      new SetLoadBalancerPoliciesForBackendServerCommand({ LoadBalancerName, InstancePort, PolicyNames }),
    );
  const ours = 'ELBSecurityPolicy-2016-08';

  it('are described by name; without a load balancer, AWS own ones are', async () => {
    const name = await withThree();
    await create(name, 'tls12', tls12);
    expect(await ask(name, 'tls12')).toEqual([
      {
        ...{ PolicyName: 'tls12', PolicyTypeName: 'SSLNegotiationPolicyType' },
        PolicyAttributeDescriptions: [
          { AttributeName: 'Reference-Security-Policy', AttributeValue: 'ELBSecurityPolicy-TLS-1-2-2017-01' },
        ],
      },
    ]);
    expect((await ask(name))?.map(({ PolicyName }) => PolicyName)).toEqual([ours, 'tls12']);
    expect((await shown(name)).Policies?.OtherPolicies).toEqual([ours, 'tls12']);
    expect((await ask(undefined))?.map(({ PolicyName }) => PolicyName)).toContain(ours);
    expect(await refusal(ask(name, 'tls12', 'absent'))).toBe('PolicyNotFound');
    expect(await refusal(ask('absent'))).toBe('LoadBalancerNotFound');
  });

  it('have names of their own: the same again is no error, another one is', async () => {
    const name = await withThree();
    await create(name, 'one', tls12);
    await create(name, 'one', tls12);
    expect(await refusal(create(name, 'one', proxy))).toBe('DuplicatePolicyName');
    expect(await refusal(create(name, 'two', { ...proxy, PolicyTypeName: 'Else' }))).toBe('PolicyTypeNotFound');
    expect(await refusal(create(name, 'two', ssl('ELBSecurityPolicy-none')))).toBe('InvalidConfigurationRequest');
    expect(await refusal(create('absent', 'two', proxy))).toBe('LoadBalancerNotFound');
  });

  it('replace those of a listener, where they fit', async () => {
    const name = await withThree();
    await create(name, 'tls12', tls12);
    await create(name, 'proxy', proxy);
    const set = async () => (await shown(name)).ListenerDescriptions?.map(({ PolicyNames }) => PolicyNames);
    expect(await set()).toEqual([[], [ours], []]);
    await onListener(name, 443, 'tls12');
    expect(await set()).toEqual([[], ['tls12'], []]);
    expect(await refusal(onListener(name, 80, 'tls12'))).toBe('InvalidConfigurationRequest');
    expect(await refusal(onListener(name, 443, 'proxy'))).toBe('InvalidConfigurationRequest');
    expect(await refusal(onListener(name, 443, 'tls12', ours))).toBe('InvalidConfigurationRequest');
    expect(await refusal(onListener(name, 443, 'absent'))).toBe('PolicyNotFound');
    expect(await refusal(onListener(name, 444, 'tls12'))).toBe('ListenerNotFound');
    expect(await refusal(remove(name, 'tls12'))).toBe('InvalidConfigurationRequest');
    await onListener(name, 443, ours);
    await remove(name, 'tls12');
    await remove(name, 'tls12');
    expect(await refusal(ask(name, 'tls12'))).toBe('PolicyNotFound');
  });

  it('are set on instance ports for as long as a listener uses them', async () => {
    const name = await withThree();
    await create(name, 'proxy', proxy);
    const set = async () => (await shown(name)).BackendServerDescriptions;
    await onBackend(name, 30_080, 'proxy');
    await onBackend(name, 30_443, 'proxy');
    expect(await set()).toEqual([
      { InstancePort: 30_080, PolicyNames: ['proxy'] },
      { InstancePort: 30_443, PolicyNames: ['proxy'] },
    ]);
    await onBackend(name, 30_080);
    expect(await set()).toEqual([{ InstancePort: 30_443, PolicyNames: ['proxy'] }]);
    expect(await refusal(remove(name, 'proxy'))).toBe('InvalidConfigurationRequest');
    expect(await refusal(onBackend(name, 30_080, ours))).toBe('InvalidConfigurationRequest');
    expect(await refusal(onBackend(name, 30_081, 'proxy'))).toBe('InvalidConfigurationRequest');
    expect(await refusal(onBackend(name, 30_080, 'absent'))).toBe('PolicyNotFound');
    const gone = { LoadBalancerName: name, LoadBalancerPorts: [443] };
    await clients.classic.send(new DeleteLoadBalancerListenersCommand(gone));
    expect(await set()).toEqual([]);
    await remove(name, 'proxy');
  });
});
