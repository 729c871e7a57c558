// AWS's side of the contract suite: the provider in front of the strict in-memory AWS, below real SDK clients.

import { CreateLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { createAwsProvider } from '../../providers/aws/index.ts';
import { loadBalancerName } from '../../providers/aws/naming.ts';
import type { AnyProvider, Host } from '../../src/provider/provider.ts';
import type { EligibleNode, Port } from '../../src/provider/request.ts';
import { parseOptions } from '../../src/schema/index.ts';
import type { Fault } from '../fake/aws/call.ts';
import { connect } from '../fake/aws/connect.ts';
import { StrictAws } from '../fake/aws/strict-aws.ts';
import { seedTypicalCluster, type TypicalCluster } from '../fake/aws/typical-cluster.ts';
import type { Change, Fate, Harness, Sample, SeenCall, Snapshot, World } from './harness.ts';
import { CLUSTER, ownerOf } from './process.ts';

const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';
const NODES = 4;

const FAULTS: Readonly<Record<Exclude<Fate, 'answered'>, Fault>> = {
  'dies-before': 'crash',
  'dies-after': 'crash-after',
  'answer-lost': 'lose-answer',
  throttled: 'throttle',
  unavailable: { error: 'ServiceUnavailable', httpStatus: 503 },
};

class AwsWorld implements World {
  readonly #aws = new StrictAws({ region: 'eu-west-1', accountId: '123456789012' });
  readonly #network: TypicalCluster;
  readonly #options: object;
  /** By session. */
  readonly #fates = new Map<number, (call: SeenCall) => Fate>();

  constructor(options: object, lagMs: number) {
    this.#options = options;
    this.#aws.consistencyMs.default = lagMs;
    this.#network = seedTypicalCluster(this.#aws, { clusterName: CLUSTER.name, nodes: NODES });
    this.#aws.intercept = ({ session, operation, write }) => {
      const fate = this.#fates.get(session)?.({ operation, write }) ?? 'answered';
      return fate === 'answered' ? undefined : FAULTS[fate];
    };
  }

  /** Things of other people: a load balancer with a name of our shape and one with any, in every world. */
  async furnish(): Promise<void> {
    await this.#plant('a00000000000000000000000000000ff');
    await this.#plant('somebody-elses');
  }

  async connect(host: Host, fate: (call: SeenCall) => Fate): Promise<object> {
    const { session, elbv2, ec2 } = connect(this.#aws);
    const provider = createAwsProvider({ clients: () => ({ elbv2, ec2 }) }) as unknown as AnyProvider;
    this.#fates.set(session.number, fate);
    return provider.connect({ ...this.#options, region: 'eu-west-1' }, host, new AbortController().signal);
  }

  snapshot(): Snapshot {
    this.#aws.assertSound();
    const { loadBalancers, listeners, targetGroups, securityGroups } = this.#aws.state;
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
    for (const { name, protocol, port, healthCheck, attributes, tags, targets } of targetGroups.values()) {
      const there = Object.values(targets).filter(({ drainingUntil }) => drainingUntil === undefined);
      const registered = there.map((target) => `${target.id}:${target.port}`).sort();
      all[`TargetGroup/${name}`] = { protocol, port, healthCheck, attributes, tags, registered };
    }
    for (const { name, description, tags, ingress } of securityGroups.values()) {
      const rules = ingress.map(({ id: _, ...rule }) => rule);
      const order = (rule: object) => JSON.stringify(rule);
      rules.sort((one, two) => (order(one) < order(two) ? -1 : 1));
      all[`SecurityGroup/${name}`] = { description, tags, rules };
    }
    return structuredClone(all);
  }

  targets(): readonly string[] {
    const targets = [...this.#aws.state.targetGroups.values()].flatMap((group) => Object.values(group.targets));
    return [...new Set(targets.filter(({ drainingUntil }) => drainingUntil === undefined).map(({ id }) => id))].sort();
  }

  async plantForeign(_: Sample): Promise<void> {
    await this.#plant(loadBalancerName(ownerOf(1).uid));
  }

  async #plant(Name: string): Promise<void> {
    const { elbv2 } = connect(this.#aws);
    const Subnets = [...this.#network.publicSubnets];
    await elbv2.send(new CreateLoadBalancerCommand({ Name, Type: 'network', Subnets }));
  }
}

function node(number: number): EligibleNode {
  const zone = ['a', 'b', 'c'][(number - 1) % 3];
  return {
    name: `node-${number}`,
    providerId: `aws:///eu-west-1${zone}/i-node-${number}`,
    labels: {},
    addresses: [`10.0.100.${number}`],
  };
}

function tcp(port: number, nodePort: number): Port {
  return { name: `p${port}`, protocol: 'TCP', port, nodePort };
}

const nodes = [node(1), node(2), node(3)];
const base: Sample = { annotations: {}, request: { ports: [tcp(80, 30080)] }, nodes };
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

const internal: Sample = {
  ...base,
  annotations: { [`${STEM}internal`]: 'true', 'fairlead.dev/allow-replacement': 'true' },
};

const changes: readonly Change[] = [
  { name: 'another port, another node port', from: base, to: { ...base, request: { ports: [tcp(81, 30081)] } } },
  { name: 'more ports', from: base, to: wide },
  { name: 'fewer ports', from: wide, to: base },
  { name: 'annotations and fields set', from: base, to: rich },
  { name: 'annotations and fields taken away', from: rich, to: base },
  { name: 'another target group in its place', from: base, to: checked },
  { name: 'local traffic', from: base, to: local },
  { name: 'fewer nodes', from: base, to: { ...base, nodes: [node(2)] } },
  { name: 'more nodes', from: base, to: { ...base, nodes: [...nodes, node(4)] } },
  { name: 'a replacement', from: base, to: internal, pathDependent: true },
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
}

export function awsHarness({ flags = {}, lagMs = 0, createWrites = 5 }: AwsSettings = {}): Harness {
  const provider = createAwsProvider() as unknown as AnyProvider;
  const given = { 'aws-region': 'eu-west-1', 'aws-default-type': 'nlb', ...flags };
  const options = parseOptions(provider.options, { flags: given, env: {} }).values;
  return {
    provider,
    options,
    makeWorld: async () => {
      const world = new AwsWorld(options, lagMs);
      await world.furnish();
      return world;
    },
    isList: ({ operation }) => LISTS.includes(operation),
    base,
    // Rules of the nodes, target group, targets, load balancer, listener.
    createWrites,
    changes,
    blocked: {
      sample: { ...base, annotations: { [`${STEM}internal`]: 'true' }, nodes: [node(2), node(4)] },
      code: 'replacement-blocked',
    },
    replacement: internal,
    other: { ...base, request: { ports: [tcp(80, 31080)] } },
  };
}
