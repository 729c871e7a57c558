// One run of the controller: the real one, with a connection to the API server and one to AWS of its own. It ends in good
// order, or it dies at any of its calls, together with both connections.
import { createAwsProvider } from '../../providers/aws/index.ts';
import { Controller } from '../../src/controller/controller.ts';
import type { Policy } from '../../src/engine/policy.ts';
import { EventRecorder } from '../../src/kube/events.ts';
import type { Log } from '../../src/kube/log.ts';
import type { AnyProvider } from '../../src/provider/provider.ts';
import { parseOptions } from '../../src/schema/index.ts';
import type { Call as AwsCall, Fault as AwsFault } from '../fake/aws/call.ts';
import { type Connection, connect } from '../fake/aws/connect.ts';
import type { Call as KubeCall, Fault as KubeFault } from '../fake/kube/faults.ts';
import type { FakeSession } from '../fake/kube/session.ts';
import type { World } from './world.ts';

export interface ProcessOptions {
  readonly policy?: Policy;
  /** 0, never, where unset: most scenarios want to see no call that they did not cause. */
  readonly driftIntervalMs?: number;
  readonly nodeUnreadyAfterMs?: number;
  readonly replacementDrainMs?: number;
  readonly foreignAdditions?: 'report' | 'ignore';
  readonly maxLoadBalancersPerNamespace?: number;
  readonly orphans?: 'report' | 'delete';
  readonly workers?: number;
  readonly claimClassless?: boolean;
  readonly shutdownMs?: number;
  /** Flags of the provider without dashes. NLB is the default type here. */
  readonly aws?: Readonly<Record<string, string>>;
}

/** As long as in `src/settings.ts`. */
export const REPLACEMENT_DRAIN_MS = 5 * 60_000;

/** When to die: at this call of those that `counts` names, before or after it took effect. */
export interface Trap {
  readonly at: number;
  readonly when: 'before' | 'after';
}

export interface LogLine {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export class Process {
  readonly name: string;
  readonly options: ProcessOptions;
  readonly kube: FakeSession;
  readonly aws: Connection;
  readonly controller: Controller;
  readonly log: LogLine[] = [];
  /** What `run` answered; undefined while it runs, and for ever if it died. */
  ended: 'stopped' | 'lost' | undefined;
  /** Calls so far that a trap counts. */
  counted = 0;
  trap: Trap | undefined;
  readonly #stop = new AbortController();

  constructor(world: World, name: string, options: ProcessOptions) {
    this.name = name;
    this.options = options;
    this.kube = world.api.session(name);
    this.aws = connect(world.aws);
    const { elb, elbv2, ec2 } = this.aws;
    const provider = createAwsProvider({ clients: () => ({ elb, elbv2, ec2 }) });
    const flags = { 'aws-default-type': 'nlb', ...options.aws };
    const log = this.#log(world);
    this.controller = new Controller({
      api: this.kube,
      log,
      events: new EventRecorder({ api: this.kube, component: 'fairlead', instance: name, log }),
      clusterName: world.clusterName,
      providers: [
        {
          provider: {
            ...(provider as unknown as AnyProvider),
            connect: (...args) => world.clock.outside(() => (provider as unknown as AnyProvider).connect(...args)),
          },
          options: parseOptions(provider.options, { flags, env: {} }).values,
        },
      ],
      claimClassless: options.claimClassless ?? true,
      namespace: '',
      election: { namespace: 'kube-system', name: 'fairlead', identity: name },
      workers: options.workers ?? 5,
      policy: options.policy ?? 'sync',
      driftIntervalMs: options.driftIntervalMs ?? 0,
      nodeUnreadyAfterMs: options.nodeUnreadyAfterMs ?? 0,
      foreignAdditions: options.foreignAdditions ?? 'report',
      replacementDrainMs: options.replacementDrainMs ?? REPLACEMENT_DRAIN_MS,
      maxLoadBalancersPerNamespace: options.maxLoadBalancersPerNamespace ?? 0,
      orphans: options.orphans ?? 'report',
      shutdownMs: options.shutdownMs ?? 25_000,
    });
    void this.controller.run(this.#stop.signal).then((ended) => {
      this.ended = ended;
    });
  }

  get isAlive(): boolean {
    return this.kube.isAlive && this.ended === undefined;
  }

  /** As SIGTERM does; `ended` says when it is over. */
  stop(): void {
    this.#stop.abort();
  }

  /** As SIGKILL does. */
  kill(): void {
    this.kube.kill();
    this.aws.session.kill();
  }

  /** Asked for each call of its own to AWS. */
  awsFault(_call: AwsCall): AwsFault | undefined {
    const due = this.#isDue();
    if (due === undefined) return undefined;
    this.kube.kill();
    return due === 'before' ? 'crash' : 'crash-after';
  }

  /** Asked for each call of its own to the API server. Leases, watches, lists and events are no news to a crash. */
  kubeFault(call: KubeCall): KubeFault | undefined {
    if (call.method === 'WATCH' || /\/(leases|events)(\/|$)|\/api\/v1\/(services|nodes)$/.test(call.path))
      return undefined;
    const due = this.#isDue();
    if (due === undefined) return undefined;
    this.aws.session.kill();
    return { fault: 'crash', when: due };
  }

  #isDue(): Trap['when'] | undefined {
    this.counted += 1;
    return this.trap?.at === this.counted ? this.trap.when : undefined;
  }

  #log(world: World): Log {
    const line = (level: keyof Log) => (fields: object, message: string) => {
      if (!this.kube.isAlive) return;
      this.log.push({ level, message, fields: fields as LogLine['fields'] });
      world.diary.push(`${String(world.clock.now).padStart(8)} ${this.name} ${level} ${message} ${plain(fields)}`);
    };
    return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  }
}

/** Fields of a log line as text, with an error's message and no stack but for a bug's. */
function plain(fields: object): string {
  return JSON.stringify(fields, (_key, value: unknown) =>
    value instanceof Error ? `${value.name}: ${value.message}` : value,
  );
}
