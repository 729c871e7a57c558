// AWS's side of the contract suite: the provider in front of the strict in-memory AWS, below real SDK clients.

import { CreateLoadBalancerCommand as CreateClassicCommand } from '@aws-sdk/client-elastic-load-balancing';
import { CreateLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { createAwsProvider } from '../../providers/aws/index.ts';
import { loadBalancerName } from '../../providers/aws/naming.ts';
import type { AnyProvider, Host } from '../../src/provider/provider.ts';
import type { EligibleNode, Port } from '../../src/provider/request.ts';
import { parseOptions } from '../../src/schema/index.ts';
import type { Fault } from '../fake/aws/call.ts';
import { connect } from '../fake/aws/connect.ts';
import { enforcePolicy } from '../fake/aws/iam.ts';
import { StrictAws } from '../fake/aws/strict-aws.ts';
import { seedTypicalCluster, type TypicalCluster } from '../fake/aws/typical-cluster.ts';
import type { Change, Fate, Harness, Sample, SeenCall, Snapshot, World } from './harness.ts';
import { CLUSTER, ownerOf } from './process.ts';

export const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';
const NODES = 4;
export const CERTIFICATES = ['one', 'two'].map((name) => `arn:aws:acm:eu-west-1:123456789012:certificate/${name}`);
export const BUCKET = 'demo-logs';
/** A group of no node, and public subnets that are taken only where they are named: a to f go round the zones twice. */
export const OTHER_GROUP = 'sg-0000000000000000e';
export const otherSubnet = (letter: string) => `subnet-0000000000000000${letter}`;

const FAULTS: Readonly<Record<Exclude<Fate, 'answered'>, Fault>> = {
  'dies-before': 'crash',
  'dies-after': 'crash-after',
  'answer-lost': 'lose-answer',
  throttled: 'throttle',
  unavailable: { error: 'ServiceUnavailable', httpStatus: 503 },
};

type Classic = StrictAws['state']['classicLoadBalancers'] extends ReadonlyMap<string, infer Row> ? Row : never;

class AwsWorld implements World {
  readonly #aws = new StrictAws({ region: 'eu-west-1', accountId: '123456789012' });
  readonly #network: TypicalCluster;
  readonly #options: object;
  /** By session. */
  readonly #fates = new Map<number, (call: SeenCall) => Fate>();

  constructor(options: object, { lagMs, instant }: { readonly lagMs: number; readonly instant: boolean }) {
    this.#options = options;
    this.#aws.consistencyMs.default = lagMs;
    if (instant) Object.assign(this.#aws.timings, { interfaceReleaseMs: 0, targetGroupReleaseMs: 0 });
    for (const arn of CERTIFICATES) this.#aws.seed.certificate(arn);
    this.#aws.seed.bucket(BUCKET);
    this.#network = seedTypicalCluster(this.#aws, { clusterName: CLUSTER.name, nodes: NODES });
    for (const [index, letter] of ['a', 'b', 'c', 'd', 'e', 'f'].entries()) {
      const az = `eu-west-1${['a', 'b', 'c'][index % 3]}`;
      this.#aws.seed.subnet({ id: otherSubnet(letter), az, cidr: `10.0.${200 + index}.0/24`, public: true });
    }
    this.#aws.seed.securityGroup({ id: OTHER_GROUP, name: 'edge' });
    // Every call of every law is one that the controller's own policy allows.
    enforcePolicy(this.#aws, {
      clusterName: CLUSTER.name,
      holdsFor: (session) => this.#fates.has(session),
      // Whoever looks at the past does not see that a denied object is gone.
      gone: lagMs > 0 ? 'not-found' : 'denied',
    });
    this.#aws.intercept = ({ session, operation, write }) => {
      const fate = this.#fates.get(session)?.({ operation, write }) ?? 'answered';
      return fate === 'answered' ? undefined : FAULTS[fate];
    };
  }

  /** Things of other people: load balancers with a name of our shape and with any, in every world. */
  async furnish(): Promise<void> {
    for (const name of ['a00000000000000000000000000000ff', 'somebody-elses']) {
      await this.#plant(name);
      await this.#plantClassic(name);
    }
  }

  async connect(host: Host, fate: (call: SeenCall) => Fate): Promise<object> {
    const { session, elb, elbv2, ec2 } = connect(this.#aws);
    const provider = createAwsProvider({ clients: () => ({ elb, elbv2, ec2 }) }) as unknown as AnyProvider;
    this.#fates.set(session.number, fate);
    return provider.connect({ ...this.#options, region: 'eu-west-1' }, host, new AbortController().signal);
  }

  snapshot(): Snapshot {
    this.#aws.assertSound();
    const { loadBalancers, classicLoadBalancers, listeners, targetGroups, securityGroups } = this.#aws.state;
    const groupName = (arn: string) => targetGroups.get(arn)?.name ?? arn;
    const all: Record<string, unknown> = {};
    for (const { arn, name, scheme, zones, attributes, tags, securityGroups: groups } of loadBalancers.values()) {
      const ours = [...listeners.values()].filter((listener) => listener.loadBalancerArn === arn);
      const ports = ours.map(({ port, protocol, certificate, sslPolicy, forward, tags: listenerTags }) => ({
        ...{ port, protocol, certificate, sslPolicy, tags: listenerTags },
        forward: forward.map(({ targetGroupArn }) => groupName(targetGroupArn)),
      }));
      all[`LoadBalancer/${name}`] = {
        ...{ scheme, zones, attributes, tags },
        groups: groups.map((id) => securityGroups.get(id)?.name),
        listeners: ports.sort((one, two) => one.port - two.port),
      };
    }
    for (const row of classicLoadBalancers.values()) {
      const groups = row.securityGroups.map((id) => securityGroups.get(id)?.name);
      all[`ClassicLoadBalancer/${row.name}`] = { ...inForce(row), groups, registered: activeIds(row.instances) };
    }
    for (const { name, protocol, port, healthCheck, attributes, tags, targets } of targetGroups.values()) {
      const there = Object.values(targets).filter(({ drainingUntil }) => drainingUntil === undefined);
      const registered = there.map((target) => `${target.id}:${target.port}`).sort();
      all[`TargetGroup/${name}`] = { protocol, port, healthCheck, attributes, tags, registered };
    }
    for (const { name, description, tags, ingress } of securityGroups.values()) {
      const named = (source: (typeof ingress)[number]['source']) =>
        source.type === 'group' ? { ...source, groupId: securityGroups.get(source.groupId)?.name } : source;
      const rules = ingress.map(({ id: _, ...rule }) => ({ ...rule, source: named(rule.source) }));
      const order = (rule: object) => JSON.stringify(rule);
      rules.sort((one, two) => (order(one) < order(two) ? -1 : 1));
      all[`SecurityGroup/${name}`] = { description, tags, rules };
    }
    return structuredClone(all);
  }

  targets(): readonly string[] {
    const { targetGroups, classicLoadBalancers } = this.#aws.state;
    const groups = [...targetGroups.values()].map(({ targets }) => targets);
    const classics = [...classicLoadBalancers.values()].map(({ instances }) => instances);
    return [...new Set([...groups, ...classics].flatMap(activeIds))].sort();
  }

  async plantForeign({ annotations }: Sample): Promise<void> {
    const name = loadBalancerName(ownerOf(1).uid);
    await (this.#kindOf(annotations) === 'nlb' ? this.#plant(name) : this.#plantClassic(name));
  }

  #kindOf(annotations: Sample['annotations']): string | undefined {
    return annotations[`${STEM}type`] ?? (this.#options as { readonly defaultType?: string }).defaultType;
  }

  async #plant(Name: string): Promise<void> {
    const { elbv2 } = connect(this.#aws);
    const Subnets = [...this.#network.publicSubnets];
    await elbv2.send(new CreateLoadBalancerCommand({ Name, Type: 'network', Subnets }));
  }

  async #plantClassic(LoadBalancerName: string): Promise<void> {
    const { elb } = connect(this.#aws);
    const Subnets = [...this.#network.publicSubnets];
    const Listeners = [{ Protocol: 'TCP', InstanceProtocol: 'TCP', LoadBalancerPort: 7, InstancePort: 7 }];
    await elb.send(new CreateClassicCommand({ LoadBalancerName, Listeners, Subnets }));
  }
}

/** What has an effect: policies outlive their use, and some attributes what they belong to. */
function inForce({ scheme, subnets, listeners, policies, backendPolicies, healthCheck, attributes, tags }: Classic) {
  const { draining, drainingTimeoutSeconds, accessLogs, accessLogBucket, accessLogPrefix, ...rest } = attributes;
  const { accessLogIntervalMinutes, ...more } = rest;
  const used = [...Object.values(listeners).map((listener) => listener.policies), ...Object.values(backendPolicies)];
  return {
    ...{ scheme, subnets, listeners, backendPolicies, healthCheck, tags },
    policies: [...new Set(used.flat())].sort().map((name) => policies[name]),
    attributes: {
      ...more,
      draining: draining && drainingTimeoutSeconds,
      accessLogs: accessLogs && { accessLogBucket, accessLogPrefix, accessLogIntervalMinutes },
    },
  };
}

/** Ids of those that are registered and not on their way out, sorted. */
function activeIds(all: Readonly<Record<string, { readonly id: string; readonly drainingUntil: number | undefined }>>) {
  const there = Object.values(all).filter(({ drainingUntil }) => drainingUntil === undefined);
  return there.map(({ id }) => id).sort();
}

export function node(number: number): EligibleNode {
  const zone = ['a', 'b', 'c'][(number - 1) % 3];
  return {
    name: `node-${number}`,
    providerId: `aws:///eu-west-1${zone}/i-node-${number}`,
    labels: {},
    addresses: [`10.0.100.${number}`],
  };
}

export function tcp(port: number, nodePort: number): Port {
  return { name: `p${port}`, protocol: 'TCP', port, nodePort };
}

const nodes = [node(1), node(2), node(3)];
export const base: Sample = { annotations: {}, request: { ports: [tcp(80, 30080)] }, nodes };
const wide: Sample = { ...base, request: { ports: [tcp(80, 30080), tcp(443, 30443), tcp(8080, 30880)] } };
const rich: Sample = {
  ...base,
  annotations: {
    [`${STEM}cross-zone-load-balancing-enabled`]: 'true',
    [`${STEM}additional-resource-tags`]: 'team=web,stage=test',
    [`${STEM}healthcheck-healthy-threshold`]: '5',
    [`${STEM}proxy-protocol`]: '*',
  },
  request: { ...base.request, sourceRanges: ['192.0.2.0/24', '10.0.0.0/8'] },
};
const checked: Sample = { ...base, annotations: { [`${STEM}healthcheck-interval`]: '10' } };
const local: Sample = {
  ...base,
  request: { ...base.request, externalTrafficPolicy: 'Local', healthCheckNodePort: 31999 },
};

export const ALLOWED = { 'fairlead.dev/allow-replacement': 'true' };
const internal: Sample = { ...base, annotations: { [`${STEM}internal`]: 'true', ...ALLOWED } };
const asClassic: Sample = { ...base, annotations: { [`${STEM}type`]: 'classic', ...ALLOWED } };
const asNlb: Sample = { ...base, annotations: { [`${STEM}type`]: 'nlb', ...ALLOWED } };

/** What either kind of load balancer can do. */
const common: readonly Change[] = [
  { name: 'another port, another node port', from: base, to: { ...base, request: { ports: [tcp(81, 30081)] } } },
  { name: 'more ports', from: base, to: wide },
  { name: 'fewer ports', from: wide, to: base },
  { name: 'local traffic', from: base, to: local },
  { name: 'fewer nodes', from: base, to: { ...base, nodes: [node(2)] } },
  { name: 'more nodes', from: base, to: { ...base, nodes: [...nodes, node(4)] } },
  { name: 'a replacement', from: base, to: internal, pathDependent: true },
];

const nlbChanges: readonly Change[] = [
  ...common,
  { name: 'annotations and fields set', from: base, to: rich },
  { name: 'annotations and fields taken away', from: rich, to: base },
  { name: 'another target group in its place', from: base, to: checked },
  { name: 'a Classic Load Balancer in its place', from: base, to: asClassic },
];

const encrypted: Sample = {
  ...wide,
  annotations: {
    [`${STEM}ssl-cert`]: CERTIFICATES[0]!,
    [`${STEM}ssl-ports`]: 'p443',
    [`${STEM}backend-protocol`]: 'http',
    [`${STEM}ssl-negotiation-policy`]: 'ELBSecurityPolicy-TLS-1-2-2017-01',
  },
};
const richClassic: Sample = {
  ...rich,
  annotations: {
    ...rich.annotations,
    [`${STEM}connection-draining-enabled`]: 'true',
    [`${STEM}connection-draining-timeout`]: '90',
    [`${STEM}connection-idle-timeout`]: '120',
    [`${STEM}healthcheck-interval`]: '20',
  },
};

const classicChanges: readonly Change[] = [
  ...common,
  { name: 'annotations and fields set', from: base, to: richClassic },
  { name: 'annotations and fields taken away', from: richClassic, to: base },
  { name: 'TLS set', from: base, to: encrypted },
  { name: 'TLS taken away', from: encrypted, to: base },
  { name: 'a Network Load Balancer in its place', from: base, to: asNlb },
];

/** The instances, in one call for all nodes, say which VPC this is. */
const LISTS = [
  'DescribeInstances',
  'DescribeLoadBalancers',
  'DescribeSecurityGroups',
  'DescribeTags',
  'DescribeTargetGroups',
];

export interface AwsSettings {
  /** Of the provider, without dashes. */
  readonly flags?: Readonly<Record<string, string>>;
  /** How far reads are behind. */
  readonly lagMs?: number;
  readonly createWrites?: number;
  /** True: what is deleted lets go at once of what it used. */
  readonly instant?: boolean;
  /** True: Classic Load Balancers unless a sample says otherwise. */
  readonly classic?: boolean;
}

export function awsHarness(settings: AwsSettings = {}): Harness {
  const { flags = {}, lagMs = 0, classic = false, instant = false } = settings;
  const provider = createAwsProvider() as unknown as AnyProvider;
  const given = { 'aws-region': 'eu-west-1', 'aws-default-type': classic ? 'classic' : 'nlb', ...flags };
  const options = parseOptions(provider.options, { flags: given, env: {} }).values;
  return {
    provider,
    options,
    makeWorld: async () => {
      const world = new AwsWorld(options, { lagMs, instant });
      await world.furnish();
      return world;
    },
    instant,
    isList: ({ operation }) => LISTS.includes(operation),
    base,
    // An NLB: rules of the nodes, target group, targets, load balancer, listener. A Classic one: a group and its rules,
    // rules of the nodes, load balancer, health check, instances.
    createWrites: settings.createWrites ?? (classic ? 6 : 5),
    // What AWS answers does not tell whether a Classic one was there already.
    createReads: classic ? 1 : 0,
    changes: classic ? classicChanges : nlbChanges,
    blocked: {
      sample: { ...base, annotations: { [`${STEM}internal`]: 'true' }, nodes: [node(2), node(4)] },
      code: 'replacement-blocked',
    },
    replacement: internal,
    other: { ...base, request: { ports: [tcp(80, 31080)] } },
  };
}
