// What a Service becomes: the specs, field by field, and what is said of a Service that cannot become anything.
import { describe, expect, it } from 'vitest';
import { compile, retarget } from '../../../providers/aws/compile.ts';
import type { ExistingLoadBalancer, Facts } from '../../../providers/aws/facts.ts';
import type {
  ListenerSpec,
  LoadBalancerSpec,
  NodeRulesSpec,
  SecurityGroupSpec,
  TargetGroupSpec,
  TargetsSpec,
} from '../../../providers/aws/resources.ts';
import type { Graph } from '../../../src/engine/graph.ts';
import type { Port } from '../../../src/provider/request.ts';
import { FACTS, PUBLIC_SUBNETS } from './sample-facts.ts';
import { BALANCER, inputOf, NODES, node, TCP_80, type Wish } from './stage.ts';

const CERTIFICATE = 'arn:aws:acm:eu-west-1:123456789012:certificate/1';
const UDP_80: Port = { name: 'quic', protocol: 'UDP', port: 80, nodePort: 30080 };
const TCP_443: Port = { name: 'https', protocol: 'TCP', port: 443, nodePort: 30443 };
const FREE = { allocationId: null, privateIPv4Address: null };
const EXISTING: ExistingLoadBalancer = {
  kind: 'nlb',
  name: BALANCER,
  marks: [{ uid: BALANCER.slice(1), namespace: 'shop', name: 'web' }],
  scheme: 'internet-facing',
  subnets: PUBLIC_SUBNETS,
  addresses: Object.fromEntries(PUBLIC_SUBNETS.map((id) => [id, FREE])),
  allocationIds: [],
  hasSecurityGroups: false,
};

function compiled(wish: Wish, facts: Partial<Facts> = {}) {
  const { graph, problems } = compile([inputOf(wish)], { ...FACTS, ...facts });
  return { graph, said: problems.map(({ severity, message }) => `${severity}: ${message}`), problems };
}

interface Specs {
  readonly SecurityGroup: SecurityGroupSpec;
  readonly NodeRules: NodeRulesSpec;
  readonly TargetGroup: TargetGroupSpec;
  readonly Targets: TargetsSpec;
  readonly LoadBalancer: LoadBalancerSpec;
  readonly Listener: ListenerSpec;
}

function specs<K extends keyof Specs>(graph: Graph | undefined, kind: K): readonly Specs[K][] {
  return (graph?.resources ?? []).filter((one) => one.kind === kind).map(({ spec }) => spec as Specs[K]);
}

function only<K extends keyof Specs>(wish: Wish, kind: K, facts: Partial<Facts> = {}): Specs[K] {
  const { graph, said } = compiled(wish, facts);
  const [first, ...others] = specs(graph, kind);
  if (first === undefined || others.length > 0) throw new Error(`not one ${kind}: ${said.join('; ')}`);
  return first;
}

/** The errors, and no graph. */
function refused(wish: Wish, facts: Partial<Facts> = {}): readonly string[] {
  const { graph, said } = compiled(wish, facts);
  expect(graph).toBeUndefined();
  return said.filter((line) => line.startsWith('error'));
}

function warned(wish: Wish, facts: Partial<Facts> = {}): readonly string[] {
  const { graph, said } = compiled(wish, facts);
  expect(graph).toBeDefined();
  return said;
}

describe('a plain NLB Service', () => {
  it('becomes the same resources as with the official controller, in order', () => {
    const { graph, said } = compiled({});
    expect(said).toEqual([]);
    expect(graph?.holds).toEqual([]);
    expect(graph?.resources.map(({ kind, id }) => `${kind}/${id}`)).toEqual([
      'NodeRules/sg-nodes',
      `LoadBalancer/${BALANCER}`,
      'TargetGroup/k8s-shop-web-95a96d9808',
      'Targets/k8s-shop-web-95a96d9808',
      `Listener/${BALANCER}/80`,
    ]);
  });

  it('has every default written out', () => {
    expect(only({}, 'TargetGroup')).toEqual({
      protocol: 'TCP',
      port: 30080,
      vpcId: 'vpc-main',
      healthCheckProtocol: 'TCP',
      healthCheckPort: 'traffic-port',
      healthCheckPath: null,
      healthyThreshold: 3,
      unhealthyThreshold: 3,
      healthCheckTimeoutSeconds: 10,
      healthCheckIntervalSeconds: 30,
      preserveClientIp: true,
      proxyProtocolV2: false,
      tags: expect.objectContaining({ 'kubernetes.io/service-name': 'shop/web' }),
    });
    expect(only({}, 'LoadBalancer')).toMatchObject({
      scheme: 'internet-facing',
      subnets: PUBLIC_SUBNETS,
      hasSecurityGroups: false,
      securityGroups: [],
      crossZone: false,
      accessLogs: false,
      accessLogBucket: null,
      accessLogPrefix: null,
    });
    expect(only({}, 'Listener')).toMatchObject({ protocol: 'TCP', certificate: null, sslPolicy: null });
    expect(only({}, 'Targets').instances).toEqual(['i-node-1', 'i-node-2', 'i-node-3']);
  });

  it('stands in private subnets with the role, if it is internal', () => {
    expect(only({ annotations: { internal: 'true' } }, 'LoadBalancer')).toMatchObject({
      scheme: 'internal',
      subnets: ['subnet-00000004', 'subnet-00000005', 'subnet-00000006'],
    });
  });
});

describe('the type', () => {
  it('may come from the option', () => {
    expect(compiled({ annotations: { type: '' }, options: { 'aws-default-type': 'nlb' } }).graph).toBeDefined();
  });
});

describe('health checks', () => {
  const LOCAL = { externalTrafficPolicy: 'Local', healthCheckNodePort: 32111 } as const;
  it.each<[string, Wish, Partial<TargetGroupSpec>]>([
    [
      'follow externalTrafficPolicy Local',
      { request: LOCAL },
      {
        healthCheckProtocol: 'HTTP',
        healthCheckPort: '32111',
        healthCheckPath: '/healthz',
        healthyThreshold: 2,
        unhealthyThreshold: 2,
        healthCheckTimeoutSeconds: 6,
        healthCheckIntervalSeconds: 10,
      },
    ],
    [
      'let annotations win over that',
      {
        request: LOCAL,
        annotations: { 'healthcheck-protocol': 'tcp', 'healthcheck-port': 'traffic-port', 'healthcheck-interval': '5' },
      },
      {
        healthCheckProtocol: 'TCP',
        healthCheckPort: 'traffic-port',
        healthCheckPath: null,
        healthCheckTimeoutSeconds: 5,
        healthCheckIntervalSeconds: 5,
      },
    ],
    [
      'ask for / over HTTPS',
      { annotations: { 'healthcheck-protocol': 'HTTPS' } },
      { healthCheckProtocol: 'HTTPS', healthCheckPath: '/', healthCheckTimeoutSeconds: 10 },
    ],
    [
      'take everything from annotations',
      {
        annotations: {
          'healthcheck-protocol': 'HTTP',
          'healthcheck-port': '10256',
          'healthcheck-path': '/livez',
          'healthcheck-healthy-threshold': '4',
          'healthcheck-unhealthy-threshold': '5',
          'healthcheck-timeout': '7',
          'healthcheck-interval': '20',
        },
      },
      {
        healthCheckProtocol: 'HTTP',
        healthCheckPort: '10256',
        healthCheckPath: '/livez',
        healthyThreshold: 4,
        unhealthyThreshold: 5,
        healthCheckTimeoutSeconds: 7,
        healthCheckIntervalSeconds: 20,
      },
    ],
  ])('%s', (_what, wish, spec) => {
    expect(only(wish, 'TargetGroup')).toMatchObject(spec);
  });

  it('do not wait longer than the default interval', () => {
    expect(refused({ annotations: { 'healthcheck-timeout': '60' } })).toEqual([
      expect.stringContaining('longer than the 30 seconds'),
    ]);
  });

  it('need the port of Local', () => {
    expect(refused({ request: { ...LOCAL, healthCheckNodePort: 0 } })).toEqual([
      expect.stringContaining('spec.healthCheckNodePort'),
    ]);
  });

  it('say that a path has no effect over TCP', () => {
    expect(warned({ annotations: { 'healthcheck-path': '/x' } })).toEqual([
      expect.stringMatching(/^warning: .*healthcheck-path.*no effect/),
    ]);
  });

  it('get their rules in the group of the nodes', () => {
    const { rules } = only({ annotations: { 'healthcheck-port': '10256' } }, 'NodeRules');
    expect(rules.filter(({ fromPort }) => fromPort === 10256).map(({ source }) => source)).toEqual([
      '10.0.1.0/24',
      '10.0.2.0/24',
      '10.0.3.0/24',
    ]);
  });
});

describe('ports', () => {
  it('become one listener and one target group each', () => {
    const { graph } = compiled({ request: { ports: [TCP_443, TCP_80] } });
    expect(specs(graph, 'TargetGroup').map(({ port }) => port)).toEqual([30080, 30443]);
    expect(specs(graph, 'Listener')).toHaveLength(2);
  });

  it('of both protocols share a TCP_UDP listener and group', () => {
    const wish = { request: { ports: [TCP_80, UDP_80] } };
    expect(only(wish, 'Listener')).toMatchObject({ protocol: 'TCP_UDP' });
    expect(only(wish, 'TargetGroup')).toMatchObject({ protocol: 'TCP_UDP', port: 30080 });
    expect(only(wish, 'NodeRules').rules.map(({ protocol, fromPort }) => `${protocol} ${fromPort}`)).toEqual([
      'icmp 3',
      'tcp 30080',
      'udp 30080',
    ]);
  });

  it('of UDP alone have a UDP listener', () => {
    expect(only({ request: { ports: [UDP_80] } }, 'Listener').protocol).toBe('UDP');
  });

  it.each<[string, readonly Port[], string, string]>([
    ['none', [], 'spec.ports', 'at least one port'],
    ['SCTP', [{ ...TCP_80, protocol: 'SCTP' }], 'spec.ports[0].protocol', 'TCP or UDP'],
    ['a port without node port', [TCP_443, { ...TCP_80, nodePort: 0 }], 'spec.ports[1].nodePort', 'there is none'],
    [
      'two node ports behind one port',
      [TCP_80, { ...UDP_80, nodePort: 31000 }],
      'spec.ports[1].nodePort',
      'expected 30080, which Kubernetes allows',
    ],
  ])('%s are refused under the key of the field', (_what, ports, key, part) => {
    const { graph, problems } = compiled({ request: { ports } });
    expect(graph).toBeUndefined();
    expect(problems.map((problem) => problem.key)).toEqual([key]);
    expect(problems[0]?.message).toContain(part);
  });

  it('without node ports say what switched them off', () => {
    const request = { ports: [{ ...TCP_80, nodePort: 0 }], allocateNodePorts: false };
    expect(refused({ request })[0]).toContain('spec.allocateLoadBalancerNodePorts is false');
  });

  it('reports all problems at once', () => {
    const ports: Port[] = [
      { ...TCP_80, protocol: 'SCTP' },
      { ...TCP_443, nodePort: 0 },
    ];
    const said = refused({
      request: { ports, loadBalancerIP: '192.0.2.1', sessionAffinity: 'ClientIP', sourceRanges: ['nonsense'] },
      annotations: { 'ssl-cert': CERTIFICATE.replace('eu-west-1', 'eu-west-2'), subnets: 'subnet-99999999' },
    });
    expect(said).toHaveLength(7);
  });
});

describe('TLS', () => {
  const tls = (change: Record<string, string> = {}): Wish => ({
    request: { ports: [TCP_80, TCP_443] },
    annotations: { 'ssl-cert': CERTIFICATE, ...change },
  });
  const protocols = (wish: Wish) => specs(compiled(wish).graph, 'Listener').map(({ protocol }) => protocol);

  it.each([
    [{}, ['TLS', 'TLS']],
    [{ 'ssl-ports': '*' }, ['TLS', 'TLS']],
    [{ 'ssl-ports': '443' }, ['TCP', 'TLS']],
    [{ 'ssl-ports': 'https' }, ['TCP', 'TLS']],
    [{ 'ssl-ports': 'http, 443' }, ['TLS', 'TLS']],
  ])('%j', (change, expected) => {
    expect(protocols(tls(change))).toEqual(expected);
  });

  it('has the certificate, and the policy of AWS written out', () => {
    const [plain, listener] = specs(compiled(tls({ 'ssl-ports': '443' })).graph, 'Listener');
    expect(plain).toMatchObject({ certificate: null, sslPolicy: null });
    expect(listener).toMatchObject({ certificate: CERTIFICATE, sslPolicy: 'ELBSecurityPolicy-2016-08' });
  });

  it('has the policy that was chosen', () => {
    const change = { 'ssl-ports': '443', 'ssl-negotiation-policy': 'ELBSecurityPolicy-TLS13-1-2-2021-06' };
    expect(specs(compiled(tls(change)).graph, 'Listener')[1]?.sslPolicy).toBe('ELBSecurityPolicy-TLS13-1-2-2021-06');
  });

  it('goes on to the targets with backend protocol ssl, on TLS ports only', () => {
    const groups = specs(compiled(tls({ 'ssl-ports': '443', 'backend-protocol': 'ssl' })).graph, 'TargetGroup');
    expect(groups.map(({ protocol }) => protocol)).toEqual(['TCP', 'TLS']);
  });

  it('leaves UDP ports alone', () => {
    const ports = [TCP_443, { ...UDP_80, port: 53 }];
    expect(protocols({ ...tls(), request: { ports } })).toEqual(['UDP', 'TLS']);
  });

  it('cannot share a port with UDP', () => {
    const [said, ...more] = refused({ ...tls(), request: { ports: [TCP_80, UDP_80] } });
    expect(said).toContain('would share port 80 with a TLS listener');
    expect(more).toEqual([]);
  });

  it.each([
    ['8443', 'is no TCP port of the Service; expected one of 80 (http), 443 (https)'],
    ['htps', 'is no TCP port'],
  ])('refuses the port %s that the Service lacks', (item, part) => {
    expect(refused(tls({ 'ssl-ports': `443,${item}` }))).toEqual([expect.stringContaining(part)]);
  });

  it.each([
    [CERTIFICATE.replace('eu-west-1', 'us-east-1'), {}, 'is in us-east-1'],
    [CERTIFICATE.replace('arn:aws:', 'arn:aws-cn:'), {}, 'partition aws-cn'],
    ['arn:aws:iam::123456789012:server-certificate/x', { region: 'cn-north-1', partition: 'aws-cn' }, 'partition aws'],
  ])('refuses the certificate %s of another place', (arn, facts, part) => {
    expect(refused(tls({ 'ssl-cert': arn }), facts)).toEqual([expect.stringContaining(part)]);
  });

  it('takes certificates of IAM, which have no region', () => {
    expect(compiled(tls({ 'ssl-cert': 'arn:aws:iam::123456789012:server-certificate/x' })).graph).toBeDefined();
  });
});

describe('source ranges', () => {
  const sources = (wish: Wish) =>
    only(wish, 'NodeRules')
      .rules.filter(({ description }) => description.includes('client'))
      .map(({ source }) => source);
  const KEY = 'service.beta.kubernetes.io/load-balancer-source-ranges';

  it.each<[string, Wish, readonly string[]]>([
    ['everybody without any', {}, ['0.0.0.0/0']],
    ['those of the annotation', { annotations: { [KEY]: '192.0.2.0/24, 10.0.0.0/8' } }, ['10.0.0.0/8', '192.0.2.0/24']],
    ['those of the field', { request: { sourceRanges: ['10.0.0.0/8', ' 10.0.0.0/8'] } }, ['10.0.0.0/8']],
  ])('are %s', (_what, wish, expected) => {
    expect(sources(wish)).toEqual(expected);
  });

  it('of the field win, with a warning', () => {
    const wish = { request: { sourceRanges: ['10.0.0.0/8'] }, annotations: { [KEY]: '192.0.2.0/24' } };
    expect(sources(wish)).toEqual(['10.0.0.0/8']);
    expect(warned(wish)).toEqual([expect.stringContaining('spec.loadBalancerSourceRanges is set and counts')]);
  });

  it.each(['10.0.0.0', '0.0.0.0.0/0', '10.0.0.1/8', '', '2001:db8::/32', '10.0.0.0/33', '010.0.0.0/8'])(
    'close on %j',
    (range) => {
      expect(refused({ request: { sourceRanges: ['192.0.2.0/24', range] } })).toEqual([
        expect.stringContaining('spec.loadBalancerSourceRanges'),
      ]);
    },
  );

  it('may be tens of thousands of mistakes: each costs its own length', () => {
    const sourceRanges = Array.from({ length: 40_000 }, (_, at) => `10.${at >> 8}.${at & 255}.1/24`);
    expect(refused({ request: { sourceRanges } })).toHaveLength(sourceRanges.length);
  });

  it('close on IPv6 in the annotation', () => {
    expect(refused({ annotations: { [KEY]: '10.0.0.0/8,2001:db8::/32' } })).toEqual([
      expect.stringContaining('is an IPv6 network'),
    ]);
  });
});

describe('fields of the Service', () => {
  it.each<[string, Wish, string]>([
    ['loadBalancerIP', { request: { loadBalancerIP: '192.0.2.1' } }, 'eip-allocations'],
    ['sessionAffinity', { request: { sessionAffinity: 'ClientIP' } }, 'expected None'],
    ['an IPv6 Service', { request: { families: ['IPv6'] } }, 'has no IPv4'],
  ])('%s is refused', (_what, wish, part) => {
    expect(refused(wish)).toEqual([expect.stringContaining(part)]);
  });

  it.each<Wish>([
    { request: { families: ['IPv4', 'IPv6'], familyPolicy: 'PreferDualStack' } },
    { request: { families: ['IPv6', 'IPv4'], familyPolicy: 'RequireDualStack' } },
  ])('dual stack gets IPv4 and a warning', (wish) => {
    expect(warned(wish)).toEqual([expect.stringMatching(/^warning: .*IPv4 load balancer only/)]);
  });

  it('says nothing of PreferDualStack on a single-stack cluster', () => {
    expect(warned({ request: { familyPolicy: 'PreferDualStack' } })).toEqual([]);
  });
});

describe('subnets', () => {
  const named = (subnets: string, change: Record<string, string> = {}): Wish => ({
    annotations: { subnets, ...change },
  });

  it('are found by id and by name', () => {
    expect(only(named('net-2,subnet-00000001'), 'LoadBalancer').subnets).toEqual([
      'subnet-00000001',
      'subnet-00000002',
    ]);
  });

  it.each([
    ['subnet-99999999', 'is no subnet of vpc-main'],
    ['nobody', 'is no subnet of vpc-main'],
    ['net-1,net-4', 'is in eu-west-1a, as subnet-00000001 is'],
  ])('%s are refused', (subnets, part) => {
    expect(refused(named(subnets))).toEqual([expect.stringContaining(part)]);
  });

  it('that are private get a warning under a public load balancer', () => {
    expect(warned(named('net-4'))).toEqual([expect.stringContaining('no route to an internet gateway')]);
    expect(warned(named('net-4', { internal: 'true' }))).toEqual([]);
  });

  it('that the load balancer has stay, whatever was added to the VPC', () => {
    const existing = { ...EXISTING, subnets: ['subnet-00000002'], addresses: { 'subnet-00000002': FREE } };
    const facts = { loadBalancers: [existing] };
    expect(only({}, 'LoadBalancer', facts).subnets).toEqual(['subnet-00000002']);
    expect(only(named('net-1'), 'LoadBalancer', facts).subnets).toEqual(['subnet-00000001']);
  });

  it('that cannot be found are explained', () => {
    const subnets = FACTS.subnets.map((subnet) => ({ ...subnet, clusters: ['test'] }));
    const [said] = refused({}, { subnets });
    expect(said).toContain('6 belong to other clusters');
    expect(said).toContain('aws-load-balancer-subnets');
  });
});

describe('addresses', () => {
  it('go to the subnets by their place', () => {
    const annotations = { subnets: 'net-2,net-1', 'eip-allocations': 'eipalloc-0000000a,eipalloc-0000000b' };
    expect(only({ annotations }, 'LoadBalancer').addresses).toEqual({
      'subnet-00000001': { allocationId: 'eipalloc-0000000b', privateIPv4Address: null },
      'subnet-00000002': { allocationId: 'eipalloc-0000000a', privateIPv4Address: null },
    });
  });

  it('go to found subnets in the order of the zones', () => {
    const annotations = { 'eip-allocations': 'eipalloc-0000000a,eipalloc-0000000b,eipalloc-0000000c' };
    const { addresses } = only({ annotations }, 'LoadBalancer');
    expect(Object.values(addresses).map(({ allocationId }) => allocationId?.at(-1))).toEqual(['a', 'b', 'c']);
  });

  it('of the inside are checked against their subnet', () => {
    const annotations = { internal: 'true', subnets: 'net-4,net-5', 'private-ipv4-addresses': '10.0.4.10,10.0.5.10' };
    expect(only({ annotations }, 'LoadBalancer').addresses['subnet-00000004']).toEqual({
      allocationId: null,
      privateIPv4Address: '10.0.4.10',
    });
    const swapped = { ...annotations, 'private-ipv4-addresses': '10.0.5.10,10.0.4.10' };
    expect(refused({ annotations: swapped })).toHaveLength(2);
  });

  it.each([
    ['eipalloc-0000000a', 'has 1 items for 3 subnets'],
    ['eipalloc-0000000a,eipalloc-0000000b,eipalloc-99999999', 'is no Elastic IP address in eu-west-1'],
    ['eipalloc-0000000a,eipalloc-0000000b,eipalloc-0000000d', 'is in use by something else'],
  ])('%s are refused', (ids, part) => {
    expect(refused({ annotations: { 'eip-allocations': ids } })).toEqual([expect.stringContaining(part)]);
  });

  it('in use by the load balancer itself are fine', () => {
    const annotations = { subnets: 'net-1', 'eip-allocations': 'eipalloc-0000000d' };
    const existing = {
      ...EXISTING,
      subnets: ['subnet-00000001'],
      addresses: { 'subnet-00000001': { allocationId: 'eipalloc-0000000d', privateIPv4Address: null } },
      allocationIds: ['eipalloc-0000000d'],
    };
    expect(compiled({ annotations }, { loadBalancers: [existing] }).said).toEqual([]);
  });
});

describe('security groups of the load balancer', () => {
  const MANAGED = { 'aws-nlb-security-groups': 'managed' };

  it('are made where the option says so', () => {
    const wish = { options: MANAGED, request: { sourceRanges: ['10.0.0.0/8'] } };
    const { graph } = compiled(wish);
    expect(graph?.resources[0]).toMatchObject({ kind: 'SecurityGroup', id: 'k8s-shop-web-a5e59d15a1' });
    expect(
      only(wish, 'SecurityGroup').rules.map(({ protocol, fromPort, source }) => `${protocol} ${fromPort} ${source}`),
    ).toEqual(['icmp 3 10.0.0.0/8', 'tcp 80 10.0.0.0/8']);
    expect(only(wish, 'LoadBalancer')).toMatchObject({
      hasSecurityGroups: true,
      securityGroups: [{ $ref: 'SecurityGroup/k8s-shop-web-a5e59d15a1', field: 'groupId' }],
    });
  });

  it('let TCP in for TLS listeners, and both protocols for TCP_UDP', () => {
    const rules = (wish: Wish) =>
      only({ ...wish, options: MANAGED }, 'SecurityGroup').rules.map(
        ({ protocol, fromPort }) => `${protocol} ${fromPort}`,
      );
    expect(rules({ request: { ports: [TCP_443] }, annotations: { 'ssl-cert': CERTIFICATE } })).toEqual([
      'icmp 3',
      'tcp 443',
    ]);
    expect(rules({ request: { ports: [TCP_80, UDP_80] } })).toEqual(['icmp 3', 'tcp 80', 'udp 80']);
  });

  it('are those that the Service names', () => {
    const wish = { options: MANAGED, annotations: { 'security-groups': 'sg-0000000a' } };
    expect(only(wish, 'LoadBalancer').securityGroups).toEqual(['sg-0000000a']);
    expect(specs(compiled(wish).graph, 'SecurityGroup')).toEqual([]);
  });

  it('must be in the VPC', () => {
    const wish = { options: MANAGED, annotations: { 'security-groups': 'sg-0000000a,sg-0000000b' } };
    expect(refused(wish)).toEqual([expect.stringContaining('"sg-0000000b", which is no security group of the VPC')]);
  });

  it('are not used, with a warning, where the option is none', () => {
    const wish = { annotations: { 'security-groups': 'sg-0000000a' } };
    expect(only(wish, 'LoadBalancer').hasSecurityGroups).toBe(false);
    expect(warned(wish)).toEqual([expect.stringContaining('has no effect since --aws-nlb-security-groups is none')]);
  });

  it('are not added to one that was made without, with a warning', () => {
    const facts = { loadBalancers: [EXISTING] };
    expect(only({ options: MANAGED }, 'LoadBalancer', facts).hasSecurityGroups).toBe(false);
    expect(warned({ options: MANAGED }, facts)).toEqual([expect.stringContaining('AWS cannot add the first')]);
  });

  it('stay on one that was made with, when the option is taken back', () => {
    const facts = { loadBalancers: [{ ...EXISTING, hasSecurityGroups: true }] };
    expect(only({}, 'LoadBalancer', facts).hasSecurityGroups).toBe(true);
    expect(specs(compiled({}, facts).graph, 'SecurityGroup')).toHaveLength(1);
  });
});

describe('attributes', () => {
  it('of the load balancer follow the annotations', () => {
    const annotations = {
      'cross-zone-load-balancing-enabled': 'true',
      'access-log-enabled': 'true',
      'access-log-s3-bucket-name': 'logs',
    };
    expect(only({ annotations }, 'LoadBalancer')).toMatchObject({
      crossZone: true,
      accessLogs: true,
      accessLogBucket: 'logs',
      accessLogPrefix: '',
    });
  });

  it('of target groups follow the annotation', () => {
    const annotations = {
      'target-group-attributes': 'preserve_client_ip.enabled=false,proxy_protocol_v2.enabled=true',
    };
    expect(only({ annotations }, 'TargetGroup')).toMatchObject({ preserveClientIp: false, proxyProtocolV2: true });
  });

  const HIDDEN = { 'target-group-attributes': 'preserve_client_ip.enabled=false' };

  it('cannot hide clients of UDP', () => {
    expect(refused({ annotations: HIDDEN, request: { ports: [UDP_80] } })).toEqual([
      expect.stringContaining('AWS does not allow with UDP (port 80)'),
    ]);
  });

  it('cannot hide clients from rules that nobody else would enforce', () => {
    const request = { sourceRanges: ['203.0.113.0/24'] };
    expect(refused({ annotations: HIDDEN, request })).toEqual([expect.stringContaining('keep nobody out')]);
    const managed = { annotations: HIDDEN, request, options: { 'aws-nlb-security-groups': 'managed' } };
    const clients = only(managed, 'NodeRules').rules.filter(({ description }) => description.includes('client'));
    expect(clients.map(({ source }) => source)).toEqual(['10.0.1.0/24', '10.0.2.0/24', '10.0.3.0/24']);
  });

  it('has the tags of the user on everything', () => {
    const wish = {
      annotations: { 'additional-resource-tags': 'team=a' },
      options: { 'aws-nlb-security-groups': 'managed' },
    };
    for (const kind of ['SecurityGroup', 'TargetGroup', 'LoadBalancer', 'Listener'] as const) {
      expect(only(wish, kind).tags).toMatchObject({ team: 'a', 'fairlead.dev/tag-keys': 'team' });
    }
  });
});

describe('nodes', () => {
  it('are those with the labels', () => {
    const nodes = [node('node-1', 'i-node-1', { edge: '' }), node('node-2')];
    const wish = { annotations: { 'target-node-labels': 'edge' }, nodes };
    expect(only(wish, 'Targets').instances).toEqual(['i-node-1']);
  });

  it.each<[string, Wish, Partial<Facts>, string]>([
    ['no node is eligible', { nodes: [] }, {}, 'No node is eligible'],
    ['none has the labels', { annotations: { 'target-node-labels': 'edge=yes,x' } }, {}, '(edge=yes, x)'],
    ['EC2 knows none', {}, { instances: {} }, 'no usable instance for any of 3 nodes'],
  ])('leave targets and rules as they are when %s', (_what, wish, facts, part) => {
    const { graph, said } = compiled(wish, facts);
    expect(said).toEqual([expect.stringContaining(part)]);
    expect(graph?.holds).toEqual(['NodeRules', 'Targets']);
    expect(specs(graph, 'Targets')).toEqual([]);
    expect(specs(graph, 'NodeRules')).toEqual([]);
    expect(specs(graph, 'LoadBalancer')).toHaveLength(1);
  });

  it('that are waited for are named, beside those that serve', () => {
    const { 'i-node-3': _, ...instances } = FACTS.instances;
    expect(only({}, 'Targets', { instances, expected: ['i-node-3'] })).toMatchObject({
      instances: ['i-node-1', 'i-node-2'],
      expected: ['i-node-3'],
    });
  });

  it('that are all waited for leave targets and rules as they are, and are waited for', () => {
    const { graph } = compiled({}, { instances: {}, expected: ['i-node-1'] });
    expect(specs(graph, 'Targets')).toMatchObject([{ instances: null, expected: ['i-node-1'] }]);
    expect(graph?.holds).toEqual(['NodeRules']);
  });

  it('with two possible groups are registered, without rules, with a warning', () => {
    const groups = { ...FACTS.groups, 'sg-0000000a': { name: 'mine', tagged: true, loadBalancers: [] } };
    const twice = { ...FACTS.instances['i-node-1']!, groups: ['sg-0000000a', 'sg-nodes'] };
    const facts = { groups, instances: { ...FACTS.instances, 'i-node-1': twice } };
    const { graph, said } = compiled({}, facts);
    expect(specs(graph, 'Targets')[0]?.instances).toHaveLength(3);
    expect(specs(graph, 'NodeRules')).toHaveLength(1);
    expect(said).toEqual([expect.stringMatching(/Node node-1 .*sg-0000000a \(mine\), sg-nodes \(nodes\)/)]);
  });

  it('of another VPC are named', () => {
    const instances = { ...FACTS.instances, 'i-node-1': { ...FACTS.instances['i-node-1']!, vpcId: 'vpc-2' } };
    expect(warned({}, { instances })).toEqual([
      expect.stringContaining('Node node-1 cannot be a target: not in vpc-main'),
    ]);
  });
});

describe('retarget', () => {
  const existing = [
    { kind: 'LoadBalancer', id: BALANCER, marks: [], out: { arn: 'arn:lb' } },
    { kind: 'TargetGroup', id: 'k8s-shop-web-1111111111', marks: [], out: { arn: 'arn:1', port: 30080 } },
    { kind: 'TargetGroup', id: 'k8s-shop-web-2222222222', marks: [], out: { arn: 'arn:2', port: 30443 } },
  ];
  const targets = { port: 30080, targetGroup: 'arn:1', instances: ['i-node-1', 'i-node-2', 'i-node-3'], expected: [] };

  it('has the targets of every group that there is, and nothing else', () => {
    const { resources, holds } = retarget(inputOf(), FACTS, existing);
    expect(resources).toEqual([
      { kind: 'Targets', id: 'k8s-shop-web-1111111111', spec: targets },
      { kind: 'Targets', id: 'k8s-shop-web-2222222222', spec: { ...targets, port: 30443, targetGroup: 'arn:2' } },
    ]);
    expect(holds).toEqual([]);
  });

  it.each([
    ['the labels are at fault', { given: { 'service.beta.kubernetes.io/aws-load-balancer-target-node-labels': '=x' } }],
    ['no node is eligible', { nodes: [] }],
  ])('leaves them as they are when %s', (_what, change) => {
    expect(retarget({ ...inputOf(), ...change }, FACTS, existing)).toEqual({
      resources: [],
      holds: ['ClassicInstances', 'Targets'],
    });
  });

  it('keeps to labels that are fine', () => {
    const input = inputOf({
      annotations: { 'target-node-labels': 'edge' },
      nodes: [...NODES, node('4', 'i-node-2', { edge: '1' })],
    });
    const [first] = specs(retarget(input, FACTS, existing), 'Targets');
    expect(first?.instances).toEqual(['i-node-2']);
  });
});

it('compiles nothing from nothing', () => {
  expect(compile([], FACTS)).toEqual({ problems: [] });
});
