// What a Service becomes as a Classic Load Balancer: the specs, field by field, and what is said of those that cannot.
import { describe, expect, it } from 'vitest';
import { compile } from '../../../providers/aws/compile.ts';
import type { Facts } from '../../../providers/aws/facts.ts';
import type {
  ClassicHealthCheck,
  ClassicInstancesSpec,
  ClassicLoadBalancerSpec,
  NodeRulesSpec,
  SecurityGroupSpec,
} from '../../../providers/aws/resources.ts';
import type { Port } from '../../../src/provider/request.ts';
import { FACTS, PUBLIC_SUBNETS } from './sample-facts.ts';
import { BALANCER, inputOf, node, TCP_80, type Wish } from './stage.ts';

const CERTIFICATE = 'arn:aws:acm:eu-west-1:123456789012:certificate/1';
const TCP_443: Port = { name: 'https', protocol: 'TCP', port: 443, nodePort: 30443 };
const GROUP = `k8s-elb-${BALANCER}`;
const MANAGED = { $ref: `SecurityGroup/${GROUP}`, field: 'groupId' };
const DEFAULT_POLICY = 'ELBSecurityPolicy-2016-08';
const LOCAL = { externalTrafficPolicy: 'Local', healthCheckNodePort: 32111 } as const;

function compiled(wish: Wish, facts: Partial<Facts> = {}) {
  const input = inputOf({ ...wish, annotations: { type: 'classic', ...wish.annotations } });
  const { graph, problems } = compile([input], { ...FACTS, ...facts });
  return { graph, said: problems.map(({ severity, message }) => `${severity}: ${message}`), problems };
}

interface Specs {
  readonly SecurityGroup: SecurityGroupSpec;
  readonly NodeRules: NodeRulesSpec;
  readonly ClassicLoadBalancer: ClassicLoadBalancerSpec;
  readonly ClassicInstances: ClassicInstancesSpec;
}

function only<K extends keyof Specs>(wish: Wish, kind: K, facts: Partial<Facts> = {}): Specs[K] {
  const { graph, said } = compiled(wish, facts);
  const [first, ...others] = (graph?.resources ?? []).filter((one) => one.kind === kind);
  if (first === undefined || others.length > 0) throw new Error(`not one ${kind}: ${said.join('; ')}`);
  return first.spec as Specs[K];
}

const balancer = (wish: Wish, facts: Partial<Facts> = {}) => only(wish, 'ClassicLoadBalancer', facts);

function refused(wish: Wish, facts: Partial<Facts> = {}) {
  const { graph, problems } = compiled(wish, facts);
  expect(graph).toBeUndefined();
  return problems.filter(({ severity }) => severity === 'error').map(({ key, message }) => `${key}: ${message}`);
}

describe('a plain Service', () => {
  it('becomes the same resources as with the official controller, in order', () => {
    const { graph, said } = compiled({});
    expect(said).toEqual([]);
    expect(graph?.holds).toEqual([]);
    expect(graph?.resources.map(({ kind, id }) => `${kind}/${id}`)).toEqual([
      `SecurityGroup/${GROUP}`,
      'NodeRules/sg-nodes',
      `ClassicLoadBalancer/${BALANCER}`,
      `ClassicInstances/${BALANCER}`,
    ]);
  });

  it('is Classic without a type annotation, too', () => {
    const { graph } = compile([inputOf({ annotations: { type: '' } })], FACTS);
    expect(graph?.resources.map(({ kind }) => kind)).toContain('ClassicLoadBalancer');
  });

  it('has every default written out', () => {
    expect(balancer({})).toEqual({
      scheme: 'internet-facing',
      subnets: PUBLIC_SUBNETS,
      securityGroups: [MANAGED],
      listeners: {
        80: { protocol: 'TCP', instancePort: 30080, instanceProtocol: 'TCP', certificate: null, sslPolicy: null },
      },
      proxyProtocolPorts: [],
      healthCheck: {
        target: 'TCP:30080',
        intervalSeconds: 10,
        timeoutSeconds: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 6,
      },
      crossZone: false,
      idleTimeoutSeconds: 60,
      drainingTimeoutSeconds: null,
      accessLogs: false,
      accessLogBucket: null,
      accessLogPrefix: null,
      accessLogIntervalMinutes: null,
      tags: expect.objectContaining({ 'kubernetes.io/service-name': 'shop/web' }),
    });
  });

  it('has its instances, and lets its group send anything to their nodes', () => {
    expect(only({}, 'ClassicInstances')).toEqual({ instances: ['i-node-1', 'i-node-2', 'i-node-3'], expected: [] });
    const description = `kubernetes.io/rule/elb/client=${BALANCER}`;
    expect(only({}, 'NodeRules').rules).toEqual([
      { protocol: '-1', fromPort: -1, toPort: -1, source: MANAGED, description },
    ]);
  });

  it('stands in private subnets with the role, if it is internal', () => {
    expect(balancer({ annotations: { internal: 'true' } })).toMatchObject({
      scheme: 'internal',
      subnets: ['subnet-00000004', 'subnet-00000005', 'subnet-00000006'],
    });
  });
});

describe('listeners', () => {
  /** `80 TCP>TCP`, with + for the certificate. */
  const listeners = (annotations: Record<string, string>) =>
    Object.entries(balancer({ request: { ports: [TCP_80, TCP_443] }, annotations }).listeners).map(
      ([port, { protocol, instanceProtocol, certificate, sslPolicy }]) => {
        expect(sslPolicy).toBe(certificate === null ? null : DEFAULT_POLICY);
        return `${port} ${protocol}>${instanceProtocol}${certificate === CERTIFICATE ? '+' : ''}`;
      },
    );
  const cert = { 'ssl-cert': CERTIFICATE };

  it.each<[Record<string, string>, readonly string[]]>([
    [{}, ['80 TCP>TCP', '443 TCP>TCP']],
    [{ 'backend-protocol': 'tcp' }, ['80 TCP>TCP', '443 TCP>TCP']],
    [{ 'backend-protocol': 'http' }, ['80 HTTP>HTTP', '443 HTTP>HTTP']],
    [{ 'backend-protocol': 'https' }, ['80 TCP>TCP', '443 TCP>TCP']],
    [{ 'backend-protocol': 'ssl' }, ['80 TCP>TCP', '443 TCP>TCP']],
    [cert, ['80 SSL>TCP+', '443 SSL>TCP+']],
    [{ ...cert, 'ssl-ports': '443' }, ['80 TCP>TCP', '443 SSL>TCP+']],
    [{ ...cert, 'ssl-ports': 'https' }, ['80 TCP>TCP', '443 SSL>TCP+']],
    [{ ...cert, 'backend-protocol': 'tcp' }, ['80 SSL>TCP+', '443 SSL>TCP+']],
    [{ ...cert, 'backend-protocol': 'http' }, ['80 HTTPS>HTTP+', '443 HTTPS>HTTP+']],
    [{ ...cert, 'backend-protocol': 'https' }, ['80 HTTPS>HTTPS+', '443 HTTPS>HTTPS+']],
    [{ ...cert, 'backend-protocol': 'ssl' }, ['80 SSL>SSL+', '443 SSL>SSL+']],
    [{ ...cert, 'ssl-ports': '443', 'backend-protocol': 'http' }, ['80 HTTP>HTTP', '443 HTTPS>HTTP+']],
    [{ ...cert, 'ssl-ports': '443', 'backend-protocol': 'https' }, ['80 TCP>TCP', '443 HTTPS>HTTPS+']],
    [{ ...cert, 'ssl-ports': '443', 'backend-protocol': 'ssl' }, ['80 TCP>TCP', '443 SSL>SSL+']],
    [{ ...cert, 'ssl-ports': '443', 'backend-protocol': 'tcp' }, ['80 TCP>TCP', '443 SSL>TCP+']],
  ])('%j', (annotations, expected) => {
    expect(listeners(annotations)).toEqual(expected);
  });

  it('have the policy that was chosen, where they speak TLS', () => {
    const annotations = { ...cert, 'ssl-ports': '443', 'ssl-negotiation-policy': 'ELBSecurityPolicy-TLS-1-2-2017-01' };
    const { 80: plain, 443: secure } = balancer({ request: { ports: [TCP_80, TCP_443] }, annotations }).listeners;
    expect([plain?.sslPolicy, secure?.sslPolicy]).toEqual([null, 'ELBSecurityPolicy-TLS-1-2-2017-01']);
  });

  it('put PROXY headers before each node port', () => {
    const wish = { request: { ports: [TCP_443, TCP_80] }, annotations: { 'proxy-protocol': '*' } };
    expect(balancer(wish).proxyProtocolPorts).toEqual([30080, 30443]);
  });

  it.each<[string, Port, string]>([
    ['UDP', { ...TCP_443, protocol: 'UDP' }, 'spec.ports[1].protocol'],
    ['SCTP', { ...TCP_443, protocol: 'SCTP' }, 'spec.ports[1].protocol'],
    ['no node port', { ...TCP_443, nodePort: 0 }, 'spec.ports[1].nodePort'],
  ])('cannot be made of %s', (_what, port, key) => {
    expect(refused({ request: { ports: [TCP_80, port] } })).toEqual([expect.stringContaining(`${key}: `)]);
  });

  it('need a port that the Service has for the certificate', () => {
    expect(refused({ annotations: { ...cert, 'ssl-ports': '8443' } })).toEqual([
      expect.stringContaining('is no TCP port of the Service'),
    ]);
  });
});

describe('the health check', () => {
  const SHARED = { 'aws-health-probe-mode': 'shared' };
  const check = (wish: Wish): ClassicHealthCheck =>
    balancer({ ...wish, request: { ports: [TCP_443, TCP_80], ...wish.request } }).healthCheck;

  it.each<[string, Wish, string]>([
    ['asks the first port of the Service', {}, 'TCP:30443'],
    ['follows externalTrafficPolicy Local', { request: LOCAL }, 'HTTP:32111/healthz'],
    [
      'goes to the traffic under Local, if told to',
      { request: LOCAL, annotations: { 'healthcheck-port': 'traffic-port' } },
      'HTTP:30443/healthz',
    ],
    [
      'only connects under Local, if told to',
      { request: LOCAL, annotations: { 'healthcheck-protocol': 'tcp' } },
      'TCP:32111',
    ],
    ['speaks SSL to those who speak it', { annotations: { 'backend-protocol': 'ssl' } }, 'SSL:30443'],
    ['speaks SSL to those who speak HTTPS', { annotations: { 'backend-protocol': 'https' } }, 'SSL:30443'],
    ['asks for the root', { annotations: { 'healthcheck-protocol': 'HTTPS' } }, 'HTTPS:30443/'],
    [
      'takes everything from annotations',
      {
        annotations: {
          'healthcheck-protocol': 'http',
          'healthcheck-port': '10254',
          'healthcheck-path': '/ready?x=1',
        },
      },
      'HTTP:10254/ready?x=1',
    ],
    ['asks the shared probe', { options: SHARED }, 'HTTP:10256/healthz'],
    [
      'asks the shared probe where the option says it is',
      {
        options: { ...SHARED, 'aws-shared-health-probe-port': '11256', 'aws-shared-health-probe-path': '/livez' },
      },
      'HTTP:11256/livez',
    ],
    [
      'asks the shared probe in plain HTTP, whatever the nodes speak',
      { options: SHARED, annotations: { 'backend-protocol': 'ssl', 'ssl-cert': CERTIFICATE } },
      'HTTP:10256/healthz',
    ],
    [
      'has the annotations over the shared probe',
      { options: SHARED, annotations: { 'healthcheck-path': '/x', 'healthcheck-port': 'traffic-port' } },
      'HTTP:30443/x',
    ],
    ['leaves Local to itself', { options: SHARED, request: LOCAL }, 'HTTP:32111/healthz'],
  ])('%s', (_what, wish, target) => {
    expect(check(wish).target).toBe(target);
  });

  it('takes its numbers from annotations', () => {
    const annotations = {
      'healthcheck-healthy-threshold': '3',
      'healthcheck-unhealthy-threshold': '4',
      'healthcheck-timeout': '6',
      'healthcheck-interval': '7',
    };
    expect(check({ annotations })).toMatchObject({
      healthyThreshold: 3,
      unhealthyThreshold: 4,
      timeoutSeconds: 6,
      intervalSeconds: 7,
    });
  });

  it('needs the port of Local', () => {
    expect(refused({ request: { ...LOCAL, healthCheckNodePort: 0 } })).toEqual([
      expect.stringContaining('spec.healthCheckNodePort: '),
    ]);
  });

  it.each([
    [{ 'healthcheck-path': '/x' }, 'is a TCP one'],
    [{ 'healthcheck-path': '/x', 'backend-protocol': 'ssl', 'ssl-cert': CERTIFICATE }, 'is an SSL one'],
  ])('says that a path has no effect: %j', (annotations, part) => {
    expect(compiled({ annotations }).said).toEqual([expect.stringMatching(`^warning: .*healthcheck-path.*${part}`)]);
  });
});

describe('security groups', () => {
  const facts = { groups: { ...FACTS.groups, 'sg-0000000b': { name: 'more', tagged: false, loadBalancers: [] } } };
  const groups = (wish: Wish) => balancer(wish, facts).securityGroups;
  const source = (wish: Wish) => only(wish, 'NodeRules', facts).rules.map((rule) => rule.source);

  it('are a managed one with a rule for each port and range, and ICMP', () => {
    const request = { ports: [TCP_80, TCP_443], sourceRanges: ['192.0.2.0/24', '10.0.0.0/8'] };
    const { rules, tags } = only({ request }, 'SecurityGroup');
    const lines = rules.map(
      ({ protocol, fromPort, toPort, source: from }) => `${protocol} ${fromPort}-${toPort} ${from}`,
    );
    expect(lines).toEqual([
      'icmp 3-4 10.0.0.0/8',
      'icmp 3-4 192.0.2.0/24',
      'tcp 443-443 10.0.0.0/8',
      'tcp 443-443 192.0.2.0/24',
      'tcp 80-80 10.0.0.0/8',
      'tcp 80-80 192.0.2.0/24',
    ]);
    expect(tags).not.toHaveProperty('kubernetes.io/service-name');
  });

  it.each<[string, Wish, readonly unknown[]]>([
    [
      'those that the Service names',
      { annotations: { 'security-groups': 'sg-0000000b,sg-0000000a' } },
      ['sg-0000000b', 'sg-0000000a'],
    ],
    ['that of the option', { options: { 'aws-elb-security-group': 'sg-0000000a' } }, ['sg-0000000a']],
    [
      'those of the Service before that of the option',
      { options: { 'aws-elb-security-group': 'sg-0000000a' }, annotations: { 'security-groups': 'sg-0000000b' } },
      ['sg-0000000b'],
    ],
    ['a managed one and more', { annotations: { 'extra-security-groups': 'sg-0000000a' } }, [MANAGED, 'sg-0000000a']],
    [
      'named ones and more, each once',
      { annotations: { 'security-groups': 'sg-0000000b', 'extra-security-groups': 'sg-0000000a,sg-0000000b' } },
      ['sg-0000000b', 'sg-0000000a'],
    ],
  ])('are %s; the nodes let in the first', (_what, wish, expected) => {
    expect(groups(wish)).toEqual(expected);
    expect(source(wish)).toEqual([expected[0]]);
    const made = compiled(wish, facts).graph?.resources.filter(({ kind }) => kind === 'SecurityGroup');
    expect(made).toHaveLength(expected[0] === MANAGED ? 1 : 0);
  });

  it.each<[string, Wish]>([
    ['security-groups', { annotations: { 'security-groups': 'sg-0000000a,sg-0000000f' } }],
    ['extra-security-groups', { annotations: { 'extra-security-groups': 'sg-0000000f' } }],
    ['--aws-elb-security-group', { options: { 'aws-elb-security-group': 'sg-0000000f' } }],
  ])('must be in the VPC: %s', (key, wish) => {
    expect(refused(wish)).toEqual([expect.stringMatching(`${key}: .*sg-0000000f.* is no security group of the VPC`)]);
  });

  it.each<[string, Wish]>([
    [
      'the field beside named groups',
      { request: { sourceRanges: ['10.0.0.0/8'] }, annotations: { 'security-groups': 'sg-0000000a' } },
    ],
    [
      'the field beside the option',
      { request: { sourceRanges: ['10.0.0.0/8'] }, options: { 'aws-elb-security-group': 'sg-0000000a' } },
    ],
    [
      'the annotation beside the option',
      {
        annotations: { 'service.beta.kubernetes.io/load-balancer-source-ranges': '10.0.0.0/8' },
        options: { 'aws-elb-security-group': 'sg-0000000a' },
      },
    ],
  ])('that are not managed make ranges have no effect, which is said: %s', (_what, wish) => {
    expect(compiled(wish).said).toEqual([
      expect.stringMatching('^warning: .*has no effect since .* no rules are written'),
    ]);
  });

  it('send to the nodes without rules of ours where the option says so', () => {
    const { graph } = compiled({ options: { 'aws-disable-security-group-ingress': 'true' } });
    expect(graph?.resources.map(({ kind }) => kind)).not.toContain('NodeRules');
    expect(graph?.holds).toEqual([]);
  });

  it('of NLBs have their rules all the same', () => {
    const options = { 'aws-disable-security-group-ingress': 'true' };
    const { graph } = compile([inputOf({ options })], FACTS);
    expect(graph?.resources.map(({ kind }) => kind)).toContain('NodeRules');
  });
});

describe('attributes', () => {
  it.each<[Record<string, string>, Partial<ClassicLoadBalancerSpec>]>([
    [{ 'cross-zone-load-balancing-enabled': 'true' }, { crossZone: true }],
    [{ 'connection-idle-timeout': '120' }, { idleTimeoutSeconds: 120 }],
    [{ 'connection-draining-enabled': 'true' }, { drainingTimeoutSeconds: 300 }],
    [{ 'connection-draining-enabled': 'true', 'connection-draining-timeout': '30' }, { drainingTimeoutSeconds: 30 }],
    [{ 'connection-draining-enabled': 'false', 'connection-draining-timeout': '30' }, { drainingTimeoutSeconds: null }],
    [
      { 'access-log-enabled': 'true', 'access-log-s3-bucket-name': 'logs' },
      { accessLogs: true, accessLogBucket: 'logs', accessLogPrefix: '', accessLogIntervalMinutes: 60 },
    ],
    [
      {
        'access-log-enabled': 'true',
        'access-log-s3-bucket-name': 'logs',
        'access-log-s3-bucket-prefix': 'web',
        'access-log-emit-interval': '5',
      },
      { accessLogs: true, accessLogBucket: 'logs', accessLogPrefix: 'web', accessLogIntervalMinutes: 5 },
    ],
    [
      { 'access-log-enabled': 'false', 'access-log-s3-bucket-name': 'logs', 'access-log-emit-interval': '5' },
      { accessLogs: false, accessLogBucket: null, accessLogPrefix: null, accessLogIntervalMinutes: null },
    ],
  ])('%j', (annotations, expected) => {
    expect(balancer({ annotations })).toMatchObject(expected);
  });

  it('has the tags of the user on everything', () => {
    const wish = { annotations: { 'additional-resource-tags': 'team=a' } };
    expect(balancer(wish).tags).toMatchObject({ team: 'a', 'fairlead.dev/tag-keys': 'team' });
    expect(only(wish, 'SecurityGroup').tags).toMatchObject({ team: 'a', 'fairlead.dev/tag-keys': 'team' });
  });
});

describe('subnets', () => {
  const PRIVATE_ONLY = { subnets: FACTS.subnets.filter((subnet) => !subnet.public) };

  it('are that of the option where nothing else is found, with a warning if nobody can reach it', () => {
    const options = { 'aws-subnet-id': 'subnet-00000005' };
    expect(balancer({ options }, PRIVATE_ONLY).subnets).toEqual(['subnet-00000005']);
    expect(compiled({ options }, PRIVATE_ONLY).said).toEqual([
      expect.stringMatching('^warning: Option --aws-subnet-id is "subnet-00000005", which has no route'),
    ]);
    expect(balancer({ options }).subnets).toEqual(PUBLIC_SUBNETS);
  });

  it('are not found where the option is wrong, too', () => {
    expect(refused({ options: { 'aws-subnet-id': 'subnet-00000009' } }, PRIVATE_ONLY)).toEqual([
      expect.stringContaining('subnet-00000009 of --aws-subnet-id is not in the VPC'),
    ]);
  });
});

describe('nodes', () => {
  it('are those with the labels', () => {
    const nodes = [node('node-1', 'i-node-1', { edge: '' }), node('node-2')];
    const wish = { annotations: { 'target-node-labels': 'edge' }, nodes };
    expect(only(wish, 'ClassicInstances').instances).toEqual(['i-node-1']);
  });

  it('leave instances and rules as they are where there is none', () => {
    const { graph } = compiled({ nodes: [] });
    expect(graph?.holds).toEqual(['ClassicInstances', 'NodeRules']);
    expect(graph?.resources.map(({ kind }) => kind)).toEqual(['SecurityGroup', 'ClassicLoadBalancer']);
  });

  it('that are all waited for leave instances and rules as they are, and are waited for', () => {
    const { graph } = compiled({}, { instances: {}, expected: ['i-node-1'] });
    expect(graph?.resources.find(({ kind }) => kind === 'ClassicInstances')?.spec).toEqual({
      instances: null,
      expected: ['i-node-1'],
    });
    expect(graph?.holds).toEqual(['NodeRules']);
  });
});
