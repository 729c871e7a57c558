// Everything around the controller: a clock, an AWS, an API server, a user's hands on both, and the processes that run.
// What must hold at every moment is watched from here on; a test only says what happens.

import { FEATURES, type Feature } from '../../providers/aws/grants/features.ts';
import type { Event, Node, Service } from '../../src/kube/types.ts';
import type { Call as AwsCall, Fault as AwsFault } from '../fake/aws/call.ts';
import { type Connection, connect } from '../fake/aws/connect.ts';
import { enforcePolicy } from '../fake/aws/iam.ts';
import { StrictAws } from '../fake/aws/strict-aws.ts';
import { FakeApiServer } from '../fake/kube/api-server.ts';
import type { Call as KubeCall, Fault as KubeFault } from '../fake/kube/faults.ts';
import type { Json } from '../fake/kube/json.ts';
import { Clock } from './clock.ts';
import { Ledger } from './ledger.ts';
import { NETWORK, seedNetwork } from './network.ts';
import { Process, type ProcessOptions } from './process.ts';
import { Rules } from './rules.ts';
import type { BalancerKind } from './wishes.ts';

export interface WorldOptions {
  /** Nodes at the beginning, `node-1` and so on; 3 where unset. */
  readonly nodes?: number;
}

export interface NodeOptions {
  readonly zone?: string;
  /** Security groups of the instance. */
  readonly groups?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

export interface ServiceOptions {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ports?: readonly Json[];
  /** More of the spec. */
  readonly spec?: Json;
}

type ConditionName = 'Accepted' | 'Programmed' | 'DeletionBlocked' | 'Replacing';

export const CERTIFICATE = 'arn:aws:acm:eu-west-1:123456789012:certificate/one';
/** Longer than the longest backoff: whoever was silent for so long has nothing more to say. */
const QUIET_MS = 330_000;
const SETTLE_LIMIT_MS = 2 * 60 * 60_000;

export class World {
  readonly clusterName = 'prod';
  readonly clock = new Clock();
  readonly aws = new StrictAws({ region: 'eu-west-1', accountId: '123456789012' });
  readonly api = new FakeApiServer();
  readonly network = NETWORK;
  readonly processes: Process[] = [];
  /** What happened, for a person who looks for the cause of a failure. */
  readonly diary: string[] = [];
  readonly ledger: Ledger;
  /** Nodes that have not been ready for longer than the option allows. */
  readonly unready = new Set<string>();
  /** Sessions of a controller that ran here before and whose things are taken over: they count as ours. */
  readonly predecessors = new Set<number>();
  readonly rules: Rules;
  /** What goes wrong, by the will of the test. */
  awsFault: (call: AwsCall, process: Process) => AwsFault | undefined = () => undefined;
  kubeFault: (call: KubeCall, process: Process) => KubeFault | undefined = () => undefined;
  #hand: Connection | undefined;
  #nodes = 0;

  constructor({ nodes = 3 }: WorldOptions = {}) {
    seedNetwork(this.aws, this.clusterName);
    this.aws.seed.certificate(CERTIFICATE);
    this.ledger = new Ledger(this.api);
    this.aws.intercept = (call) => this.#interceptAws(call);
    // Whatever a process does, its own policy allows, with all features: nodes here may be in groups without the tag.
    enforcePolicy(this.aws, {
      clusterName: this.clusterName,
      features: Object.keys(FEATURES) as Feature[],
      holdsFor: (session) => this.processOf(session) !== undefined,
      gone: 'not-found',
    });
    this.api.faults.push((call) => this.#interceptKube(call));
    this.rules = new Rules(this);
    for (let index = 0; index < nodes; index++) this.addNode();
  }

  /** A process starts, and goes as far as it can without time. */
  async start(options: ProcessOptions = {}): Promise<Process> {
    const process = new Process(this, `fairlead-${this.processes.length + 1}`, options);
    this.processes.push(process);
    await this.clock.flush();
    return process;
  }

  /** Somebody else with access to the account. */
  get hand(): Connection {
    this.#hand ??= connect(this.aws);
    return this.#hand;
  }

  /** Lets somebody's call be answered, however long that takes. */
  async byHand(call: Promise<unknown>): Promise<void> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    call.then(end, end);
    await this.until('somebody is answered', () => ended);
    await call;
  }

  /** What a Service gets that does not say, by the settings of whoever came last. */
  get defaultKind(): BalancerKind {
    return this.processes.at(-1)?.options.aws?.['aws-default-type'] === 'classic' ? 'classic' : 'nlb';
  }

  processOf(session: number): Process | undefined {
    return this.processes.find((process) => process.aws.session.number === session);
  }

  /** Lets time pass until nothing has moved for a long while. Throws if that never comes. */
  async settle({ quietMs = QUIET_MS, limitMs = SETTLE_LIMIT_MS } = {}): Promise<void> {
    const begin = this.clock.now;
    for (let before = -1; before !== this.#movements(); ) {
      before = this.#movements();
      if (this.clock.now - begin > limitMs) throw new Error(`this world does not settle:\n${this.tail()}`);
      await this.clock.advance(quietMs);
    }
    this.rules.rest();
  }

  /** Lets so much time pass. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
  }

  /** Lets time pass until something is so; throws if it is not within the limit. */
  async until(what: string, is: () => boolean, limitMs = 30 * 60_000): Promise<void> {
    if (!(await this.clock.advance(limitMs, is))) throw new Error(`waited in vain: ${what}\n${this.tail()}`);
  }

  tail(lines = 15): string {
    return this.diary
      .slice(-lines)
      .map((line) => line.slice(0, 240))
      .join('\n');
  }

  addService(name: string, { annotations, ports, spec }: ServiceOptions = {}): Service {
    return this.api.create<Service>({
      kind: 'Service',
      metadata: { name, namespace: 'default', ...(annotations && { annotations }) },
      spec: { type: 'LoadBalancer', ports: ports ?? [{ name: 'http', port: 80 }], ...spec },
    });
  }

  /** The live one; throws if there is none. */
  service(name: string): Service {
    const service = this.api.get<Service>('Service', `default/${name}`);
    if (!service) throw new Error(`there is no Service ${name}`);
    return service;
  }

  hasService(name: string): boolean {
    return this.api.get<Service>('Service', `default/${name}`) !== undefined;
  }

  /** A user's edit, as a merge patch; `null` takes away. */
  edit(name: string, { annotations, spec }: { annotations?: Json; spec?: Json }): void {
    const patch = { ...(annotations && { metadata: { annotations } }), ...(spec && { spec }) };
    this.ledger.byUser(() => this.api.patch('Service', `default/${name}`, patch));
  }

  removeService(name: string): void {
    this.ledger.byUser(() => this.api.delete('Service', `default/${name}`));
  }

  /** Takes all finalizers off by force. */
  unfinalize(name: string): void {
    this.ledger.byUser(() => this.api.unfinalize('Service', `default/${name}`));
  }

  /** An instance, and the Node that runs on it. Answers the node's name. */
  addNode({ zone, groups = [this.network.nodeGroup], labels = {} }: NodeOptions = {}): string {
    const index = this.#nodes++;
    const name = `node-${index + 1}`;
    const place = zone === undefined ? index % this.network.zones.length : this.network.zones.indexOf(zone);
    const az = this.network.zones[place]!;
    const tags = { [`kubernetes.io/cluster/${this.clusterName}`]: 'owned' };
    this.aws.seed.instance({ id: `i-${name}`, subnet: this.network.privateSubnets[place]!, groups, tags });
    this.api.create<Node>({
      kind: 'Node',
      metadata: { name, labels: { 'topology.kubernetes.io/region': 'eu-west-1', ...labels } },
      spec: { providerID: `aws:///${az}/i-${name}` },
      status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: stamp() }] },
    });
    return name;
  }

  removeNode(name: string): void {
    this.api.delete('Node', name);
  }

  /** Events of one Service, oldest first: `Normal EnsuredLoadBalancer`, with messages if asked for. */
  events(name: string, messages = false): readonly string[] {
    return this.api
      .list<Event>('Event')
      .filter(({ involvedObject }) => involvedObject.name === name)
      .map(({ type, reason, message }) => (messages ? `${type} ${reason}: ${message}` : `${type} ${reason}`));
  }

  /** How often an event of this reason was told. */
  told(name: string, reason: string): number {
    const events = this.api
      .list<Event>('Event')
      .filter((one) => one.involvedObject.name === name && one.reason === reason);
    return events.reduce((sum, { count = 1 }) => sum + count, 0);
  }

  /** A condition's status and reason, such as `True Programmed`; undefined: it is not there. */
  condition(name: string, type: ConditionName): string | undefined {
    const all = this.service(name).status?.conditions ?? [];
    const found = all.find((condition) => condition.type === `fairlead.dev/${type}`);
    return found && `${found.status} ${found.reason}`;
  }

  conditionMessage(name: string, type: ConditionName): string {
    const all = this.service(name).status?.conditions ?? [];
    return all.find((condition) => condition.type === `fairlead.dev/${type}`)?.message ?? '';
  }

  hostname(name: string): string | undefined {
    return this.service(name).status?.loadBalancer?.ingress?.[0]?.hostname;
  }

  /** Operations that `work` causes at AWS, in order, by any process. */
  async awsCallsDuring(work: () => Promise<void>): Promise<readonly AwsCall[]> {
    const before = this.aws.calls.length;
    await work();
    return this.aws.calls.slice(before).filter(({ session }) => this.processOf(session));
  }

  /** Writes to the API server so far, but for leases. */
  kubeWrites(): readonly KubeCall[] {
    return this.api.calls.filter(
      ({ method, path }) => (method === 'POST' || method === 'PATCH') && !path.includes('/leases'),
    );
  }

  #movements(): number {
    return this.aws.calls.length + this.kubeWrites().length + this.ledger.writes;
  }

  #interceptAws(call: AwsCall): AwsFault | undefined {
    const process = this.processOf(call.session);
    const who = process?.name ?? 'somebody';
    const input = JSON.stringify(call.input).slice(0, 300);
    this.diary.push(`${String(this.clock.now).padStart(8)} ${who} ${call.service}:${call.operation} ${input}`);
    if (!process) return undefined;
    this.rules.sending(call, process);
    const fault = process.awsFault(call) ?? this.awsFault(call, process);
    if (fault !== undefined) this.diary.push(`${''.padStart(8)} fault: ${JSON.stringify(fault)}`);
    return fault;
  }

  #interceptKube(call: KubeCall): KubeFault | undefined {
    const process = this.processes.find(({ kube }) => kube.name === call.session);
    const isLease = call.path.includes('/leases');
    if (!isLease && call.method !== 'WATCH' && call.method !== 'GET') {
      const body = JSON.stringify(call.body).slice(0, 400);
      this.diary.push(`${String(this.clock.now).padStart(8)} ${call.session} ${call.method} ${call.path} ${body}`);
    }
    if (!process) return undefined;
    const fault = process.kubeFault(call) ?? this.kubeFault(call, process);
    if (fault !== undefined && !isLease) this.diary.push(`${''.padStart(8)} fault: ${JSON.stringify(fault)}`);
    return fault;
  }
}

function stamp(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}
