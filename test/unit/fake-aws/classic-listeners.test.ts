// Listeners and policies of Classic Load Balancers.

import {
  CreateLoadBalancerListenersCommand,
  CreateLoadBalancerPolicyCommand,
  DeleteLoadBalancerListenersCommand,
  DeleteLoadBalancerPolicyCommand,
  DescribeLoadBalancerPoliciesCommand,
  type Listener,
  SetLoadBalancerListenerSSLCertificateCommand,
  SetLoadBalancerPoliciesForBackendServerCommand,
  SetLoadBalancerPoliciesOfListenerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ClassicBench, HTTPS_443, makeClassicBench, TCP_80 } from './classic-bench.ts';
import { codeOf, START } from './workbench.ts';

const DEFAULT_POLICY = 'ELBSecurityPolicy-2016-08';
const TLS_1_2 = 'ELBSecurityPolicy-TLS-1-2-2017-01';
const LoadBalancerName = 'lb';

let bench: ClassicBench;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  bench = makeClassicBench();
});
afterEach(() => {
  vi.useRealTimers();
});

const add = (...Listeners: readonly Listener[]) =>
  bench.elb.send(new CreateLoadBalancerListenersCommand({ LoadBalancerName, Listeners: [...Listeners] }));
const remove = (...LoadBalancerPorts: readonly number[]) =>
  bench.elb.send(
    new DeleteLoadBalancerListenersCommand({ LoadBalancerName, LoadBalancerPorts: [...LoadBalancerPorts] }),
  );
const setCertificate = (LoadBalancerPort: number, SSLCertificateId: string) =>
  bench.elb.send(
    new SetLoadBalancerListenerSSLCertificateCommand({ LoadBalancerName, LoadBalancerPort, SSLCertificateId }),
  );
const createPolicy = (PolicyName: string, PolicyTypeName: string, attributes: Readonly<Record<string, string>>) =>
  bench.elb.send(
    new CreateLoadBalancerPolicyCommand({
      LoadBalancerName,
      PolicyName,
      PolicyTypeName,
      PolicyAttributes: Object.entries(attributes).map(([AttributeName, AttributeValue]) => ({
        AttributeName,
        AttributeValue,
      })),
    }),
  );
const negotiation = (name = 'tls', policy = TLS_1_2) =>
  createPolicy(name, 'SSLNegotiationPolicyType', { 'Reference-Security-Policy': policy });
const proxy = (name = 'proxy') => createPolicy(name, 'ProxyProtocolPolicyType', { ProxyProtocol: 'true' });
const removePolicy = (PolicyName: string) =>
  bench.elb.send(new DeleteLoadBalancerPolicyCommand({ LoadBalancerName, PolicyName }));
const setOnListener = (LoadBalancerPort: number, ...PolicyNames: readonly string[]) =>
  bench.elb.send(
    new SetLoadBalancerPoliciesOfListenerCommand({
      LoadBalancerName,
      LoadBalancerPort,
      PolicyNames: [...PolicyNames],
    }),
  );
const setOnBackend = (InstancePort: number, ...PolicyNames: readonly string[]) =>
  bench.elb.send(
    new SetLoadBalancerPoliciesForBackendServerCommand({
      LoadBalancerName,
      InstancePort,
      PolicyNames: [...PolicyNames],
    }),
  );

const ports = () => Object.keys(bench.row().listeners);
const policies = () => Object.keys(bench.row().policies);

describe('listeners', () => {
  it('are added all or none; one that is there alike is no error', async () => {
    await bench.classic();
    await add(TCP_80, { ...TCP_80, LoadBalancerPort: 81 }, HTTPS_443);
    expect(ports()).toEqual(['80', '81', '443']);
    const clash = { ...TCP_80, InstancePort: 1 };
    expect(await codeOf(add({ ...TCP_80, LoadBalancerPort: 82 }, clash))).toBe('DuplicateListener');
    expect(ports()).toEqual(['80', '81', '443']);
  });

  it.each<[string, Partial<Listener>]>([
    ['instance port', { InstancePort: 30_081 }],
    ['instance protocol', { InstanceProtocol: 'SSL' }],
  ])('clash on one port with another %s', async (_what, change) => {
    await bench.classic();
    expect(await codeOf(add({ ...TCP_80, ...change }))).toBe('DuplicateListener');
  });

  it('go by port; ports without one are no error, and the last one may go', async () => {
    await bench.classic({ Listeners: [TCP_80, HTTPS_443] });
    await remove(443, 444);
    expect(ports()).toEqual(['80']);
    await remove(80);
    await remove(80);
    expect((await bench.described()).ListenerDescriptions).toEqual([]);
    expect(await codeOf(remove())).toBe('ValidationError');
  });

  it('that share an instance port agree on whether it is secure', async () => {
    await bench.classic();
    const secure = { ...TCP_80, LoadBalancerPort: 81, InstanceProtocol: 'SSL' };
    expect(await codeOf(add(secure))).toBe('InvalidConfigurationRequest');
    await add({ ...TCP_80, LoadBalancerPort: 81, Protocol: 'HTTP', InstanceProtocol: 'HTTP' });
    expect(ports()).toEqual(['80', '81']);
  });

  it('are limited in number', async () => {
    await bench.classic();
    bench.aws.limits.listenersPerClassicLoadBalancer = 2;
    await add(HTTPS_443);
    expect(await codeOf(add({ ...TCP_80, LoadBalancerPort: 81 }))).toBe('InvalidConfigurationRequest');
  });

  it('get another certificate in place, if they have any', async () => {
    const other = 'arn:aws:acm:eu-west-1:123456789012:certificate/two';
    bench.aws.seed.certificate(other);
    await bench.classic({ Listeners: [TCP_80, HTTPS_443] });
    await setCertificate(443, other);
    expect(bench.row().listeners[443]).toMatchObject({ certificate: other, policies: [DEFAULT_POLICY] });
    expect(await codeOf(setCertificate(443, 'arn:none'))).toBe('CertificateNotFound');
    expect(await codeOf(setCertificate(444, other))).toBe('ListenerNotFound');
    expect(await codeOf(setCertificate(80, other))).toBe('InvalidConfigurationRequest');
  });
});

describe('policies for negotiating TLS', () => {
  beforeEach(() => bench.classic({ Listeners: [TCP_80, HTTPS_443] }));

  it('are there by themselves on secure listeners, and only there', async () => {
    const { ListenerDescriptions, Policies } = await bench.described();
    const names = ListenerDescriptions?.map(({ Listener: l, PolicyNames }) => [l?.LoadBalancerPort, PolicyNames]);
    expect(names).toEqual([
      [80, []],
      [443, [DEFAULT_POLICY]],
    ]);
    expect(Policies?.OtherPolicies).toEqual([DEFAULT_POLICY]);
  });

  it('are made, set, and taken back to the default by an empty list', async () => {
    await negotiation();
    await setOnListener(443, 'tls');
    expect(bench.row().listeners[443]?.policies).toEqual(['tls']);
    expect(policies()).toEqual([DEFAULT_POLICY, 'tls']);
    await setOnListener(443);
    expect(bench.row().listeners[443]?.policies).toEqual([DEFAULT_POLICY]);
  });

  it("come back as AWS's default even when that was deleted meanwhile", async () => {
    await negotiation();
    await setOnListener(443, 'tls');
    await removePolicy(DEFAULT_POLICY);
    expect(policies()).toEqual(['tls']);
    expect(await codeOf(setOnListener(443, DEFAULT_POLICY))).toBe('PolicyNotFound');
    await setOnListener(443);
    expect(policies()).toEqual(['tls', DEFAULT_POLICY]);
  });

  it('have names of the load balancer; those of AWS are not known by themselves', async () => {
    expect(await codeOf(setOnListener(443, TLS_1_2))).toBe('PolicyNotFound');
    expect(await codeOf(setOnListener(444, DEFAULT_POLICY))).toBe('ListenerNotFound');
  });

  it('cannot be on plain listeners, nor on instance ports, nor two on one listener', async () => {
    await negotiation();
    expect(await codeOf(setOnListener(80, 'tls'))).toBe('InvalidConfigurationRequest');
    expect(await codeOf(setOnBackend(30_080, 'tls'))).toBe('InvalidConfigurationRequest');
    expect(await codeOf(setOnListener(443, 'tls', DEFAULT_POLICY))).toBe('InvalidConfigurationRequest');
  });

  it('stay when their listener goes', async () => {
    await remove(443);
    expect(policies()).toEqual([DEFAULT_POLICY]);
    await removePolicy(DEFAULT_POLICY);
    expect(policies()).toEqual([]);
  });
});

describe('policies for the PROXY header', () => {
  beforeEach(() => bench.classic());

  it('are set on instance ports, and outlive the listener there', async () => {
    await proxy();
    await setOnBackend(30_080, 'proxy');
    await remove(80);
    expect((await bench.described()).BackendServerDescriptions).toEqual([
      { InstancePort: 30_080, PolicyNames: ['proxy'] },
    ]);
    await setOnBackend(30_080);
    expect((await bench.described()).BackendServerDescriptions).toEqual([]);
  });

  it('cannot be on listeners, nor on instance ports that no listener uses', async () => {
    await proxy();
    expect(await codeOf(setOnListener(80, 'proxy'))).toBe('InvalidConfigurationRequest');
    expect(await codeOf(setOnBackend(1, 'proxy'))).toBe('InvalidConfigurationRequest');
    expect(await codeOf(setOnBackend(30_080, 'none'))).toBe('PolicyNotFound');
    await setOnBackend(1);
  });

  it('cannot be deleted while they are enabled', async () => {
    await proxy();
    await setOnBackend(30_080, 'proxy');
    expect(await codeOf(removePolicy('proxy'))).toBe('InvalidConfigurationRequest');
    await setOnBackend(30_080);
    await removePolicy('proxy');
    await removePolicy('proxy');
    expect(policies()).toEqual([]);
  });
});

describe('CreateLoadBalancerPolicy', () => {
  beforeEach(() => bench.classic());

  it('refuses a name twice, even for the same policy', async () => {
    await proxy();
    expect(await codeOf(proxy())).toBe('DuplicatePolicyName');
  });

  it.each([
    ['PolicyTypeNotFound', 'a', 'NoSuchType', {}],
    ['InvalidConfigurationRequest', 'a', 'ProxyProtocolPolicyType', {}],
    ['InvalidConfigurationRequest', 'a', 'ProxyProtocolPolicyType', { ProxyProtocol: 'on' }],
    ['InvalidConfigurationRequest', 'a', 'SSLNegotiationPolicyType', { 'Reference-Security-Policy': 'none' }],
    ['ValidationError', 'a_b', 'ProxyProtocolPolicyType', { ProxyProtocol: 'true' }],
  ])('refuses with %s: %s %s %j', async (code, name, type, attributes) => {
    expect(await codeOf(createPolicy(name, type, attributes))).toBe(code);
    bench.aws.assertSound();
  });

  it('knows a limit', async () => {
    bench.aws.limits.policiesPerClassicLoadBalancer = 1;
    await proxy();
    expect(await codeOf(proxy('other'))).toBe('TooManyPolicies');
  });

  it('is a misuse for what is not simulated', async () => {
    expect(await codeOf(createPolicy('a', 'LBCookieStickinessPolicyType', {}))).toMatch(/^Misuse/);
    expect(await codeOf(createPolicy('a', 'SSLNegotiationPolicyType', { 'Protocol-TLSv1': 'true' }))).toMatch(
      /^Misuse/,
    );
  });
});

describe('DescribeLoadBalancerPolicies', () => {
  const list = (input = {}) => bench.elb.send(new DescribeLoadBalancerPoliciesCommand({ LoadBalancerName, ...input }));

  it('answers types and attributes, of all or of those that are named', async () => {
    await bench.classic();
    await proxy();
    await negotiation();
    expect((await list()).PolicyDescriptions?.map(({ PolicyName }) => PolicyName)).toEqual(['proxy', 'tls']);
    expect((await list({ PolicyNames: ['tls'] })).PolicyDescriptions).toEqual([
      {
        PolicyName: 'tls',
        PolicyTypeName: 'SSLNegotiationPolicyType',
        PolicyAttributeDescriptions: [{ AttributeName: 'Reference-Security-Policy', AttributeValue: TLS_1_2 }],
      },
    ]);
    expect(await codeOf(list({ PolicyNames: ['none'] }))).toBe('PolicyNotFound');
    expect(await codeOf(list({ LoadBalancerName: 'none' }))).toBe('LoadBalancerNotFound');
  });
});
