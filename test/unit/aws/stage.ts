// A stage for tests of the AWS provider: a strict in-memory AWS, the provider connected to it, and the engine over both.
// It asserts nothing.

import { STEM } from '../../../providers/aws/annotations/words.ts';
import { annotations as table } from '../../../providers/aws/annotations.ts';
import { type Cloud, connect as connectTo } from '../../../providers/aws/cloud/cloud.ts';
import type { AwsInput } from '../../../providers/aws/compile.ts';
import { createAwsProvider } from '../../../providers/aws/index.ts';
import { type Options, options as optionTable } from '../../../providers/aws/options.ts';
import { Engine, type Memory } from '../../../src/engine/engine.ts';
import type { Lane, Scope } from '../../../src/engine/kind.ts';
import type { Owner } from '../../../src/engine/owner.ts';
import { Gate } from '../../../src/provider/gate.ts';
import type { Host } from '../../../src/provider/provider.ts';
import type { EligibleNode, Port, Request } from '../../../src/provider/request.ts';
import { parseOptions } from '../../../src/schema/options.ts';
import { connect } from '../../fake/aws/connect.ts';
import type { Session } from '../../fake/aws/session.ts';
import { StrictAws } from '../../fake/aws/strict-aws.ts';
import { seedTypicalCluster } from '../../fake/aws/typical-cluster.ts';

export const CLUSTER = { name: 'prod', uid: 'c1c1c1c1-0000-4000-8000-000000000001' };
export const UID = '8a0b1c2d-3e4f-4061-8273-8495a6b7c8d9';
/** `a` and the UID without dashes, cut to 32. */
export const BALANCER = 'a8a0b1c2d3e4f406182738495a6b7c8d';
export const OWNER: Owner = { cluster: CLUSTER.uid, uid: UID, namespace: 'shop', name: 'web' };

export const TCP_80: Port = { name: 'http', protocol: 'TCP', port: 80, nodePort: 30080 };

export function node(
  name: string,
  instanceId = `i-${name}`,
  labels: Readonly<Record<string, string>> = {},
): EligibleNode {
  return { name, providerId: `aws:///eu-west-1a/${instanceId}`, labels, addresses: [] };
}

export const NODES: readonly EligibleNode[] = [node('node-1'), node('node-2'), node('node-3')];

export function request(change: Partial<Request> = {}): Request {
  return {
    owner: OWNER,
    ports: [TCP_80],
    families: ['IPv4'],
    familyPolicy: 'SingleStack',
    sourceRanges: [],
    externalTrafficPolicy: 'Cluster',
    healthCheckNodePort: 0,
    allocateNodePorts: true,
    loadBalancerIP: '',
    sessionAffinity: 'None',
    ...change,
  };
}

export interface Wish {
  readonly request?: Partial<Request>;
  /** By their keys without the common beginning; whole keys hold a slash. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** As flags without dashes. */
  readonly options?: Readonly<Record<string, string>>;
  readonly nodes?: readonly EligibleNode[];
}

export function optionsOf(flags: Readonly<Record<string, string>> = {}): Options {
  return parseOptions(optionTable, { flags, env: {} }).values as Options;
}

/** The input for a Service, with `type: nlb` unless the wish says otherwise; annotations at fault throw. */
export function inputOf(wish: Wish = {}): AwsInput {
  const given = Object.fromEntries(
    Object.entries({ type: 'nlb', ...wish.annotations }).map(([key, value]) => [
      key.includes('/') ? key : `${STEM}${key}`,
      value,
    ]),
  );
  const options = optionsOf(wish.options);
  const read = table.parse(given, { appliesTo: (values) => table.kindOf(values, options.defaultType) });
  if (!read.valid) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  return {
    cluster: CLUSTER,
    request: request(wish.request),
    annotations: read.values,
    given,
    options,
    nodes: wish.nodes ?? NODES,
  };
}

export function scope(lane: Lane = 'change'): Scope {
  return { lane, signal: new AbortController().signal };
}

export function newAws(): StrictAws {
  const aws = new StrictAws({ region: 'eu-west-1', accountId: '123456789012' });
  seedTypicalCluster(aws);
  return aws;
}

/** A run of the controller: what it knows is lost with it. */
export class Run {
  readonly aws: StrictAws;
  readonly provider = createAwsProvider();
  readonly cloud: Cloud;
  readonly engine: Engine<Cloud>;

  readonly #session: Session;

  constructor(aws: StrictAws, cloud: Cloud, session: Session) {
    this.aws = aws;
    this.cloud = cloud;
    this.#session = session;
    this.engine = new Engine({ kinds: this.provider.kinds, cloud });
  }

  /** What the wish compiles to, from facts as they are now. */
  async compile(wish: Wish = {}) {
    const input = inputOf(wish);
    const facts = await this.provider.gather([input], this.cloud, scope());
    return this.provider.compile([input], facts);
  }

  /** Brings AWS to the wish; undefined: to nothing. Answers the outcome and the calls that it took. */
  async converge(wish: Wish | undefined, owner: Owner = OWNER, remembered?: Memory) {
    const before = this.aws.calls.length;
    await this.engine.sync(scope());
    const compiled = wish && (await this.compile(wish));
    if (compiled && !compiled.graph) throw new Error(compiled.problems.map(({ message }) => message).join('\n'));
    const converged = await this.engine.converge(
      { owner, graph: compiled?.graph, remembered, beforeFirstWrite: async () => {} },
      scope(),
    );
    return { ...converged, problems: compiled?.problems ?? [], calls: this.operations(before) };
  }

  /** True once a fault killed it: no call of it is answered any more. */
  get isDead(): boolean {
    return this.#session.killed;
  }

  /** The operations since `from`. */
  operations(from = 0): readonly string[] {
    return this.aws.calls.slice(from).map(({ operation }) => operation);
  }
}

export function hostOf(gate = new Gate(), nodes: readonly EligibleNode[] = NODES): Host {
  return { cluster: CLUSTER, gate, nodes: () => nodes };
}

export async function start(aws: StrictAws, place: { vpcId?: string } = {}): Promise<Run> {
  const { elb, elbv2, ec2, session } = connect(aws);
  const given = { region: 'eu-west-1', vpcId: '', roleArn: '', ...place };
  return new Run(aws, await connectTo(given, hostOf(), () => ({ elb, elbv2, ec2 })), session);
}
