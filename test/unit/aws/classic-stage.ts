// A Classic Load Balancer as a graph of its own, for tests of the kinds alone. It asserts nothing.
import { classicGroupName } from '../../../providers/aws/naming.ts';
import { classicRulesFor } from '../../../providers/aws/node-rules.ts';
import {
  CLASSIC_INSTANCES,
  CLASSIC_LOAD_BALANCER,
  type ClassicListener,
  type ClassicLoadBalancerSpec,
  NODE_RULES,
  type Rule,
  SECURITY_GROUP,
} from '../../../providers/aws/resources.ts';
import { sortedRules } from '../../../providers/aws/rules.ts';
import { type Tags, wantedTags } from '../../../providers/aws/tags.ts';
import { type Graph, GraphBuilder } from '../../../src/engine/graph.ts';
import type { Owner } from '../../../src/engine/owner.ts';
import type { StrictAws } from '../../fake/aws/strict-aws.ts';
import { BALANCER, CLUSTER, OWNER, type Run, scope } from './stage.ts';

export const GROUP = `k8s-elb-${BALANCER}`;
export const CERT_A = 'arn:aws:acm:eu-west-1:123456789012:certificate/a';
export const CERT_B = 'arn:aws:acm:eu-west-1:123456789012:certificate/b';
export const DEFAULT_POLICY = 'ELBSecurityPolicy-2016-08';
export const TLS12_POLICY = 'ELBSecurityPolicy-TLS-1-2-2017-01';

export const TCP: ClassicListener = {
  protocol: 'TCP',
  instancePort: 30080,
  instanceProtocol: 'TCP',
  certificate: null,
  sslPolicy: null,
};

export function tls(instancePort: number, change: Partial<ClassicListener> = {}): ClassicListener {
  return { ...TCP, protocol: 'SSL', instancePort, certificate: CERT_A, sslPolicy: DEFAULT_POLICY, ...change };
}

export interface ClassicWish {
  readonly owner?: Owner;
  readonly balancer?: Partial<Omit<ClassicLoadBalancerSpec, 'tags' | 'securityGroups'>>;
  /** Ids instead of the managed group. */
  readonly groups?: readonly string[];
  readonly user?: Tags;
  readonly instances?: readonly string[] | null;
  readonly expected?: readonly string[];
}

/** What cloud-provider-aws makes for a Service with one TCP port and no annotation. */
export function classicGraph(wish: ClassicWish = {}): Graph {
  const { owner = OWNER, user = {}, instances = ['i-node-1', 'i-node-2', 'i-node-3'], expected = [] } = wish;
  const name = `a${owner.uid.replaceAll('-', '')}`.slice(0, 32);
  const listeners = wish.balancer?.listeners ?? { 80: TCP };
  const builder = new GraphBuilder();
  const tags = (named: boolean) => wantedTags({ cluster: CLUSTER, owner, user, named });
  const groups = wish.groups ?? [
    builder
      .add(SECURITY_GROUP, classicGroupName(name), {
        vpcId: 'vpc-main',
        rules: managedRules(listeners),
        tags: tags(false),
      })
      .ref('groupId'),
  ];
  builder.add(
    NODE_RULES,
    'sg-nodes',
    classicRulesFor({ loadBalancer: name, source: groups[0]!, clients: ['0.0.0.0/0'] }),
  );
  builder.add(CLASSIC_LOAD_BALANCER, name, {
    scheme: 'internet-facing',
    subnets: ['subnet-public-a', 'subnet-public-b', 'subnet-public-c'],
    listeners,
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
    ...wish.balancer,
    securityGroups: groups,
    tags: tags(true),
  });
  builder.add(CLASSIC_INSTANCES, name, { instances, expected });
  return builder.build();
}

function managedRules(listeners: ClassicLoadBalancerSpec['listeners']): readonly Rule[] {
  const rule = (protocol: string, fromPort: number, toPort: number) => ({
    protocol,
    fromPort,
    toPort,
    source: '0.0.0.0/0',
    description: '',
  });
  const ports = Object.keys(listeners).map(Number);
  return sortedRules([...ports.map((port) => rule('tcp', port, port)), rule('icmp', 3, 4)]);
}

/** Brings AWS to the wish; undefined: to nothing. Answers the outcome and the calls that it took after the lists. */
export async function converge(run: Run, wish: ClassicWish | undefined, owner = wish?.owner ?? OWNER) {
  await run.engine.sync(scope());
  const before = run.aws.calls.length;
  const graph = wish && classicGraph(wish);
  const converged = await run.engine.converge({ owner, graph, beforeFirstWrite: async () => {} }, scope());
  return { ...converged, calls: run.operations(before) };
}

export function balancer(aws: StrictAws, name = BALANCER) {
  const found = aws.state.classicLoadBalancers.get(name);
  if (found === undefined) throw new Error(`no load balancer ${name}`);
  return found;
}
