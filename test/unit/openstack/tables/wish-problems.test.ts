// What is refused, and what is only said: each names the annotation, option or field, its value, and what would be right.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotations } from '../../../../providers/openstack/annotations.ts';
import { wishOf } from '../../../../providers/openstack/wish.ts';
import { joiningProblems } from '../../../../providers/openstack/wish-joining.ts';
import { INTERNAL, inputOf, RANGES, type Said, said, uuid, wish } from './sample.ts';

const udp = { name: 'dns', protocol: 'UDP', port: 53, nodePort: 30053 } as const;
const sctp = { name: 'sig', protocol: 'SCTP', port: 36412, nodePort: 30412 } as const;
const OVN = { 'lb-provider': 'ovn', 'lb-method': 'SOURCE_IP_PORT' };
const TLS = `https://k/v1/secrets/${uuid(1)}`;

describe('refused', () => {
  it.each<[string, Said, string[]]>([
    [
      'a port without a node port',
      { request: { allocateNodePorts: false, ports: [{ ...udp, nodePort: 0 }] } },
      [
        'Field spec.ports[0].nodePort is "0", which means that there is none because spec.allocateLoadBalancerNodePorts is false',
      ],
    ],
    ['no ports', { request: { ports: [] } }, ['Field spec.ports is ""; expected at least one port']],
    [
      'a port twice',
      { request: { ports: [udp, udp] } },
      ['Field spec.ports[1].port is "53", which is there twice for UDP'],
    ],
    [
      'PROXY on UDP and SCTP',
      { annotations: { 'proxy-protocol': 'v1' }, request: { ports: [udp, sctp] } },
      [
        'Field spec.ports[0].protocol is "UDP", which cannot be served beside annotation loadbalancer.openstack.org/proxy-protocol',
        'Field spec.ports[1].protocol is "SCTP", which cannot be served beside annotation loadbalancer.openstack.org/proxy-protocol',
      ],
    ],
    [
      'X-Forwarded-For on UDP',
      { annotations: { 'x-forwarded-for': 'true' }, request: { ports: [udp] } },
      [
        'spec.ports[0].protocol is "UDP", which cannot be served beside annotation loadbalancer.openstack.org/x-forwarded-for',
      ],
    ],
    [
      'TLS of an option on UDP',
      { options: { 'default-tls-container-ref': TLS }, request: { ports: [udp] } },
      ['which cannot be served beside option --openstack-default-tls-container-ref, which makes every port TLS'],
    ],
    [
      'a reference that is none of Barbican',
      { annotations: { 'default-tls-container-ref': 'my-cert' } },
      [
        'default-tls-container-ref is "my-cert", which is no reference to a container or secret of Barbican; expected a URL',
      ],
    ],
    [
      'two families that are both required',
      { request: { families: ['IPv4', 'IPv6'], familyPolicy: 'RequireDualStack' } },
      ['Field spec.ipFamilyPolicy is "RequireDualStack"'],
    ],
    [
      'an address of the other family',
      { request: { loadBalancerIP: '2001:db8::1' } },
      ['Field spec.loadBalancerIP is "2001:db8::1", which is not an IPv4 address'],
    ],
    [
      'no address',
      { request: { loadBalancerIP: 'www' } },
      ['Field spec.loadBalancerIP is "www", which is not four numbers'],
    ],
    [
      'ranges of the other family',
      { request: { families: ['IPv6'], sourceRanges: ['2001:db8::/32', '10.0.0.0/8'] } },
      [
        'contains "10.0.0.0/8", which is not an IPv6 network, as the address of the load balancer is; expected IPv6 networks',
      ],
    ],
    [
      'malformed ranges',
      { request: { sourceRanges: ['10.0.0.1/8', 'all'] } },
      [
        'contains "10.0.0.1/8", which has bits set past its /8 prefix',
        'contains "all", which is not four numbers with dots',
      ],
    ],
    [
      'a class that is not there',
      { annotations: { class: 'golden' }, options: { 'load-balancer-classes': 'gold:; silver:' } },
      [
        'class is "golden", which is no class of the option --openstack-load-balancer-classes; expected one of gold, silver (did you mean "gold"?)',
      ],
    ],
    [
      'a class where there are none',
      { annotations: { class: 'toString' } },
      ['expected no class, since there are none'],
    ],
    [
      'ranges with ovn',
      { annotations: { [RANGES]: '10.0.0.0/8' }, options: OVN },
      ['is "10.0.0.0/8", which the provider ovn'],
    ],
    [
      'another method with ovn',
      { options: { 'lb-provider': 'ovn', 'lb-method': 'ROUND_ROBIN' } },
      ['Option --openstack-lb-method is "ROUND_ROBIN", which the provider ovn'],
    ],
    [
      'another method of the Service with ovn',
      { annotations: { 'lb-method': 'SOURCE_IP' }, options: OVN },
      [
        'Annotation loadbalancer.openstack.org/lb-method is "SOURCE_IP", which the provider ovn does not have; expected SOURCE_IP_PORT',
      ],
    ],
    [
      'PROXY with ovn',
      { annotations: { 'proxy-protocol': 'v2' }, options: OVN },
      ['and annotation loadbalancer.openstack.org/proxy-protocol asks for it'],
    ],
    [
      'TLS with ovn',
      { annotations: { 'default-tls-container-ref': TLS }, options: OVN },
      ['/default-tls-container-ref asks for it'],
    ],
    ['HTTP with ovn', { annotations: { 'x-forwarded-for': 'true' }, options: OVN }, ['/x-forwarded-for asks for it']],
  ])('%s', (_, about, expected) => {
    const { wish: made, problems } = wishOf(inputOf(about));
    expect(made).toBeUndefined();
    expect(problems.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual(
      expected.map((one) => expect.stringContaining(one)),
    );
  });

  it('all at once', () => {
    const { wish: made, problems } = wishOf(
      inputOf({
        annotations: { class: 'gold', 'x-forwarded-for': 'true', 'default-tls-container-ref': 'x' },
        options: { 'lb-provider': 'ovn' },
        request: {
          ports: [{ ...udp, nodePort: 0 }],
          loadBalancerIP: 'x',
          sourceRanges: ['y'],
          familyPolicy: 'RequireDualStack',
        },
      }),
    );
    expect(made).toBeUndefined();
    expect(new Set(problems.filter(({ severity }) => severity === 'error').map(({ key }) => key))).toEqual(
      new Set([
        'spec.ipFamilyPolicy',
        'loadbalancer.openstack.org/class',
        'spec.loadBalancerIP',
        'loadbalancer.openstack.org/default-tls-container-ref',
        '--openstack-lb-provider',
        'spec.ports[0].nodePort',
        'spec.ports[0].protocol',
        'spec.loadBalancerSourceRanges',
      ]),
    );
  });
});

describe('only said', () => {
  it.each<[string, Said, string[]]>([
    [
      'of two families the first is served',
      { request: { families: ['IPv4', 'IPv6'], familyPolicy: 'PreferDualStack' } },
      ['Field spec.ipFamilyPolicy is "PreferDualStack", which gets an address of the first family (IPv4) only.'],
    ],
    [
      'details without a monitor',
      { annotations: { 'health-monitor-delay': '10', 'health-monitor-max-retries-down': '5' } },
      [
        'health-monitor-delay is "10", which has no effect since there is no health monitor',
        'health-monitor-max-retries-down is "5", which has no effect since there is no health monitor',
      ],
    ],
    [
      'Local without a monitor',
      { request: { externalTrafficPolicy: 'Local', healthCheckNodePort: 31000 } },
      ['since there is no health monitor: nodes without a pod of the Service get traffic too, and drop it.'],
    ],
    [
      'Local with ovn',
      {
        annotations: { 'enable-health-monitor': 'true' },
        options: OVN,
        request: { externalTrafficPolicy: 'Local', healthCheckNodePort: 31000 },
      },
      ['since the provider ovn cannot ask nodes by HTTP'],
    ],
    [
      'Local without a health port',
      { options: { 'create-monitor': 'true' }, request: { externalTrafficPolicy: 'Local' } },
      ['since spec.healthCheckNodePort is 0'],
    ],
    [
      'a check that waits longer than the next one',
      { annotations: { 'enable-health-monitor': 'true', 'health-monitor-timeout': '5' } },
      [
        'health-monitor-timeout is "5", which lets a check wait 5 seconds for its answer when the next one starts after 5.',
      ],
    ],
    [
      'checks of UDP that come too fast',
      {
        annotations: { 'enable-health-monitor': 'true', 'health-monitor-delay': '2', 'health-monitor-timeout': '1' },
        request: { ports: [udp] },
      },
      ['health-monitor-delay is "2", which is less than the 3 seconds'],
    ],
    [
      'a floating IP of an IPv6 Service',
      { annotations: { 'floating-subnet': 'x', 'keep-floatingip': 'true' }, request: { families: ['IPv6'] } },
      [
        'floating-subnet is "x", which has no effect since an IPv6',
        'keep-floatingip is "true", which has no effect since an IPv6',
      ],
    ],
    [
      'a public Service where all are internal',
      { annotations: { [INTERNAL]: 'false' }, options: { 'internal-lb': 'true' } },
      ['openstack-internal-load-balancer is "false", which has no effect since option --openstack-internal-lb'],
    ],
    [
      'timeouts and limits with ovn',
      { annotations: { 'timeout-client-data': '1', 'connection-limit': '5' }, options: OVN },
      [
        'timeout-client-data is "1", which has no effect since the provider ovn',
        'connection-limit is "5", which has no effect',
      ],
    ],
    [
      'a pattern beside an id',
      { annotations: { 'floating-subnet-id': uuid(1), 'floating-subnet': 'x', 'floating-subnet-tags': 'y' } },
      ['floating-subnet is "x", which has no effect since', 'floating-subnet-tags is "y", which has no effect since'],
    ],
  ])('%s', (_, about, expected) => {
    expect(said(about)).toEqual(expected.map((one) => expect.stringContaining(one)));
    expect(said(about).every((one) => one.startsWith('warning: '))).toBe(true);
    wish(about);
  });

  it('nothing of ovn without more', () => {
    const made = wish({ options: OVN, annotations: { [RANGES]: '0.0.0.0/0' } });
    expect(made).toMatchObject({
      connectionLimit: -1,
      timeouts: { clientData: undefined, memberConnect: undefined, memberData: undefined, tcpInspect: undefined },
      allowedCidrs: ['0.0.0.0/0'],
    });
    expect(said({ options: OVN })).toEqual([]);
  });
});

describe('joining', () => {
  const joining = (about: Said) =>
    joiningProblems(inputOf(about), wish(about)).map(({ severity, key }) => [severity, key]);
  const id = { 'load-balancer-id': uuid(1) };

  it('is not for internal Services', () => {
    expect(joining({ annotations: { ...id, [INTERNAL]: 'true' } })).toEqual([
      ['error', 'loadbalancer.openstack.org/load-balancer-id'],
    ]);
  });

  it('leaves to the other Service what concerns the whole load balancer', () => {
    const annotations = {
      ...id,
      'flavor-id': uuid(2),
      'floating-subnet': 'x',
      'keep-floatingip': 'true',
      'connection-limit': '5',
    };
    expect(joining({ annotations, request: { loadBalancerIP: '203.0.113.9' } })).toEqual([
      ['warning', 'loadbalancer.openstack.org/flavor-id'],
      ['warning', 'loadbalancer.openstack.org/floating-subnet'],
      ['warning', 'loadbalancer.openstack.org/keep-floatingip'],
      ['warning', 'spec.loadBalancerIP'],
    ]);
  });
});

describe('whatever is written', () => {
  const fields = Object.values(annotations.fields);
  const key = fc.constantFrom(...fields.map((field) => field.key));
  const text = fc.oneof(
    fc.constantFrom(...fields.map(({ example }) => example), '', ' ', 'true', 'false', '-1', '0', '~(', '!&a', 'v1'),
    fc.string({ maxLength: 20 }),
  );
  const provider = fc.constantFrom('amphora', 'ovn');
  const ip = fc.constantFrom('', '10.0.0.1', '::1', 'x');
  const families = fc.constantFrom<('IPv4' | 'IPv6')[][]>(['IPv4'], ['IPv6'], ['IPv6', 'IPv4']);

  it('there is a wish, or an error that says why not', () => {
    fc.assert(
      fc.property(fc.dictionary(key, text), provider, ip, families, (given, lbProvider, loadBalancerIP, wanted) => {
        const reading = annotations.parse(given);
        const options = { 'lb-provider': lbProvider, 'lb-method': 'SOURCE_IP_PORT' };
        const input = inputOf({ options, request: { loadBalancerIP, families: wanted } });
        const { wish: made, problems } = reading.valid
          ? wishOf({ ...input, annotations: reading.values, given })
          : { problems: reading.problems };
        expect(made === undefined).toBe(problems.some(({ severity }) => severity === 'error'));
      }),
      { numRuns: 300 },
    );
  });
});
