// What a Service asks for: defaults, which of annotation, class and option counts, and empty values.
import { describe, expect, it } from 'vitest';
import { wishOf } from '../../../../providers/openstack/wish.ts';
import { INTERNAL, inputOf, RANGES, said, uuid, wish } from './sample.ts';

const CLASSES = `gold: floating-network-id=${uuid(1)}, floating-subnet-id=${uuid(2)}, subnet-id=${uuid(3)}, network-id=${uuid(4)}, member-subnet-id=${uuid(5)}; tagged: floating-subnet-tags="a,b"`;
const OPTIONS = {
  'floating-network-id': uuid('a'),
  'floating-subnet-id': uuid('b'),
  'floating-subnet': 'public-*',
  'floating-subnet-tags': '&x,y',
  'subnet-id': uuid('c'),
  'network-id': uuid('d'),
  'member-subnet-id': uuid('e'),
  'flavor-id': uuid('f'),
  'availability-zone': 'az1',
  'load-balancer-classes': CLASSES,
};

describe('a wish', () => {
  it('has every default', () => {
    expect(wish()).toEqual({
      internal: false,
      family: 'IPv4',
      vip: {},
      provider: 'amphora',
      serial: false,
      method: 'ROUND_ROBIN',
      floating: { keep: false },
      connectionLimit: -1,
      timeouts: { clientData: 50_000, memberConnect: 5000, memberData: 50_000, tcpInspect: 0 },
      allowedCidrs: ['0.0.0.0/0'],
      xForwardedFor: false,
      tlsRefChecked: false,
      proxy: 'none',
      affinity: false,
      ports: [{ protocol: 'TCP', port: 80, nodePort: 30080, listenerProtocol: 'TCP', poolProtocol: 'TCP' }],
      nodeSelector: {},
      manageSecurityGroups: false,
      maxShared: 2,
    });
    expect(said({})).toEqual([]);
  });

  it('takes what the options say', () => {
    expect(
      wish({ options: { ...OPTIONS, 'lb-method': 'SOURCE_IP', 'node-selector': 'a=b', 'max-shared-lb': '3' } }),
    ).toMatchObject({
      vip: { subnetId: uuid('c'), networkId: uuid('d') },
      memberSubnetId: uuid('e'),
      flavorId: uuid('f'),
      availabilityZone: 'az1',
      method: 'SOURCE_IP',
      floating: { networkId: uuid('a'), subnetId: uuid('b'), keep: false },
      nodeSelector: { a: 'b' },
      maxShared: 3,
    });
  });

  it('takes the class before the options', () => {
    const made = wish({ annotations: { class: 'gold' }, options: OPTIONS });
    expect(made).toMatchObject({
      vip: { subnetId: uuid(3), networkId: uuid(4) },
      memberSubnetId: uuid(5),
      floating: { networkId: uuid(1), subnetId: uuid(2), keep: false },
    });
    expect(made.floating).not.toHaveProperty('subnetPattern');
  });

  it('takes the annotations before the class, and says where the official controller differs', () => {
    const about = {
      annotations: {
        class: 'gold',
        'floating-network-id': uuid(6),
        'floating-subnet': 'x',
        'subnet-id': uuid(7),
        'member-subnet-id': uuid(8),
        'flavor-id': uuid(9),
        'availability-zone': 'az2',
        'lb-method': 'LEAST_CONNECTIONS',
        'keep-floatingip': 'true',
      },
      options: OPTIONS,
    };
    expect(wish(about)).toMatchObject({
      vip: { subnetId: uuid(7) },
      memberSubnetId: uuid(8),
      flavorId: uuid(9),
      availabilityZone: 'az2',
      method: 'LEAST_CONNECTIONS',
      floating: { networkId: uuid(6), subnetPattern: 'x', keep: true },
    });
    expect(wish(about).vip).toEqual({ subnetId: uuid(7) });
    expect(wish(about).floating).not.toHaveProperty('subnetId');
    expect(said(about)).toEqual([
      expect.stringContaining(`floating-network-id is "${uuid(6)}", which counts more than class gold`),
    ]);
  });

  it('takes the floating subnet from one place as a whole', () => {
    const floating = (annotations: Record<string, string>) => wish({ annotations, options: OPTIONS }).floating;
    expect(floating({ class: 'tagged' })).toEqual({ networkId: uuid('a'), subnetTags: 'a,b', keep: false });
    expect(floating({ 'floating-subnet': 'x*' })).toEqual({ networkId: uuid('a'), subnetPattern: 'x*', keep: false });
    expect(floating({ 'floating-subnet-id': '' })).toEqual({
      networkId: uuid('a'),
      subnetPattern: 'public-*',
      subnetTags: '&x,y',
      keep: false,
    });
    // The option's subnet is in the option's network.
    expect(floating({ 'floating-network-id': uuid(1) })).toEqual({
      networkId: uuid(1),
      subnetPattern: 'public-*',
      subnetTags: '&x,y',
      keep: false,
    });
  });

  it('takes an empty annotation for "none"', () => {
    const blank = [
      ...['floating-network-id', 'floating-subnet-id', 'floating-subnet', 'floating-subnet-tags', 'class', 'subnet-id'],
      ...[
        'network-id',
        'member-subnet-id',
        'flavor-id',
        'availability-zone',
        'default-tls-container-ref',
        'node-selector',
      ],
      ...['proxy-protocol', 'load-balancer-id', 'hostname', 'port-id'],
    ];
    const annotations = Object.fromEntries(blank.map((key) => [key, '']));
    const options = {
      ...OPTIONS,
      'node-selector': 'a',
      'default-tls-container-ref': `https://k/v1/secrets/${uuid(1)}`,
    };
    expect(wish({ annotations, options })).toEqual(wish());
  });

  it('takes the port before subnet and network', () => {
    const about = {
      annotations: { 'port-id': uuid(1), 'subnet-id': uuid(2), 'network-id': uuid(3) },
      options: OPTIONS,
    };
    expect(wish(about)).toMatchObject({ vip: { portId: uuid(1) }, memberSubnetId: uuid('e') });
    expect(wish(about).vip).toEqual({ portId: uuid(1) });
    expect(said(about)).toEqual([
      expect.stringMatching(/^warning: .*\/subnet-id is .* has no effect since annotation .*\/port-id/),
      expect.stringMatching(/^warning: .*\/network-id is/),
    ]);
    expect(said({ annotations: { 'port-id': uuid(1), 'subnet-id': uuid(2) } })).toEqual([]);
  });

  it('says nothing of the members where they are in the subnet of the address', () => {
    expect(wish({ annotations: { 'subnet-id': uuid(1) } }).memberSubnetId).toBeUndefined();
    expect(wish({ annotations: { 'network-id': uuid(1) }, options: { 'subnet-id': uuid(2) } })).toMatchObject({
      vip: { networkId: uuid(1) },
      memberSubnetId: uuid(2),
    });
  });

  it('has no floating IP where it is internal or IPv6', () => {
    for (const about of [
      { annotations: { [INTERNAL]: 'true' } },
      { options: { 'internal-lb': 'true' } },
      { request: { families: ['IPv6'] as const } },
    ]) {
      expect(wish(about).floating).toBeUndefined();
      expect(said(about)).toEqual([]);
    }
    expect(wish({ options: { 'internal-lb': 'true' } }).internal).toBe(true);
  });

  it('puts the address where it belongs', () => {
    expect(wish({ request: { loadBalancerIP: '203.0.113.9' } })).toMatchObject({
      vip: {},
      floating: { address: '203.0.113.9', keep: false },
    });
    const internal = { annotations: { [INTERNAL]: 'true' }, request: { loadBalancerIP: '10.0.0.9' } };
    expect(wish(internal).vip).toEqual({ address: '10.0.0.9' });
    const six = { request: { families: ['IPv6'] as const, loadBalancerIP: '2001:DB8:0::1' } };
    expect(wish(six)).toMatchObject({ family: 'IPv6', vip: { address: '2001:db8::1' }, allowedCidrs: ['::/0'] });
  });

  it('sorts the source ranges of the field, else of the annotation', () => {
    const annotations = { [RANGES]: '192.0.2.0/24, 10.0.0.0/8' };
    expect(wish({ annotations }).allowedCidrs).toEqual(['10.0.0.0/8', '192.0.2.0/24']);
    const both = { annotations, request: { sourceRanges: ['198.51.100.0/24', ' 198.51.100.0/24'] } };
    expect(wish(both).allowedCidrs).toEqual(['198.51.100.0/24']);
    expect(said(both)).toEqual([expect.stringContaining('spec.loadBalancerSourceRanges is set and counts')]);
  });

  it.each([
    [{}, 'TCP', 'TCP'],
    [{ 'proxy-protocol': 'true' }, 'TCP', 'PROXY'],
    [{ 'proxy-protocol': 'v1' }, 'TCP', 'PROXY'],
    [{ 'proxy-protocol': 'v2' }, 'TCP', 'PROXYV2'],
    [{ 'x-forwarded-for': 'true' }, 'HTTP', 'HTTP'],
    [{ 'default-tls-container-ref': `https://k/v1/secrets/${uuid(1)}` }, 'TERMINATED_HTTPS', 'HTTP'],
    [
      { 'default-tls-container-ref': `https://k/v1/containers/${uuid(1)}`, 'x-forwarded-for': 'true' },
      'TERMINATED_HTTPS',
      'HTTP',
    ],
    [
      { 'default-tls-container-ref': `https://k/key/v1/containers/${uuid(1)}`, 'proxy-protocol': 'v2' },
      'TERMINATED_HTTPS',
      'PROXYV2',
    ],
  ])('with %o has listeners %s and pools %s', (annotations, listenerProtocol, poolProtocol) => {
    expect(wish({ annotations }).ports).toEqual([
      { protocol: 'TCP', port: 80, nodePort: 30080, listenerProtocol, poolProtocol },
    ]);
  });

  it('keeps UDP and SCTP as they are', () => {
    const ports = (['UDP', 'SCTP', 'TCP'] as const).map((protocol) => ({
      name: protocol,
      protocol,
      port: 53,
      nodePort: 30053,
    }));
    expect(
      wish({ request: { ports } }).ports.map(({ listenerProtocol, poolProtocol }) => [listenerProtocol, poolProtocol]),
    ).toEqual([
      ['UDP', 'UDP'],
      ['SCTP', 'SCTP'],
      ['TCP', 'TCP'],
    ]);
  });

  it('has the monitor of annotations and options', () => {
    const options = { 'create-monitor': 'true', 'monitor-delay': '1m', 'monitor-max-retries': '4' };
    const annotations = { 'health-monitor-timeout': '7', 'health-monitor-max-retries-down': '9' };
    expect(wish({ annotations, options }).monitor).toEqual({ delay: 60, timeout: 7, maxRetries: 4, maxRetriesDown: 9 });
    expect(wish({ annotations: { 'enable-health-monitor': 'false' }, options }).monitor).toBeUndefined();
    const request = { externalTrafficPolicy: 'Local', healthCheckNodePort: 31000 } as const;
    expect(wish({ annotations: { 'enable-health-monitor': 'true' }, request }).monitor).toEqual({
      delay: 5,
      timeout: 3,
      maxRetries: 1,
      maxRetriesDown: 3,
      local: { port: 31000, path: '/healthz', codes: '200' },
    });
  });

  it('shows the host name that is asked for', () => {
    const options = { 'enable-ingress-hostname': 'true' };
    const proxied = { 'proxy-protocol': 'v2' };
    expect(wish({ annotations: proxied, options }).ingressHostname).toEqual({ suffix: 'nip.io' });
    expect(wish({ options }).ingressHostname).toBeUndefined();
    const named = wish({ annotations: { ...proxied, hostname: 'www.example.com' }, options });
    expect([named.hostname, named.ingressHostname]).toEqual(['www.example.com', undefined]);
  });

  it('carries what is said once', () => {
    const ref = 'anything';
    const options = {
      'container-store': 'external',
      'default-tls-container-ref': ref,
      'manage-security-groups': 'true',
    };
    const annotations = { 'connection-limit': '10', 'load-balancer-id': uuid('B'), 'timeout-tcp-inspect': '5' };
    const made = wish({ annotations, options, request: { sessionAffinity: 'ClientIP' } });
    expect(made).toMatchObject({
      connectionLimit: 10,
      sharedId: uuid('b'),
      tlsRef: ref,
      tlsRefChecked: false,
      affinity: true,
      manageSecurityGroups: true,
      timeouts: { tcpInspect: 5 },
    });
    expect(
      wish({ annotations: { 'default-tls-container-ref': `https://k/v1/secrets/${uuid(1)}` } }).tlsRefChecked,
    ).toBe(true);
  });

  it('changes nothing that it is given', () => {
    const input = inputOf({ annotations: { class: 'gold' }, options: OPTIONS });
    const before = structuredClone(input);
    wishOf(input);
    expect(input).toEqual(before);
  });
});
