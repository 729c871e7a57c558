// A person at a terminal who plans: `fairlead plan` against the strict cloud and the API server of a world, with every call
// that it makes there. It asserts nothing.
import { createAwsProvider } from '../../providers/aws/index.ts';
import type { Chosen } from '../../src/cli/choice.ts';
import { gatherFacts } from '../../src/cli/facts.ts';
import { report } from '../../src/cli/plan.ts';
import { planCluster } from '../../src/cli/plan-cluster.ts';
import type { PlanHead, Planned } from '../../src/cli/plan-form.ts';
import type { PlanWish } from '../../src/cli/plan-wish.ts';
import { type Item, outlineOf } from '../../src/engine/outline.ts';
import type { Service } from '../../src/kube/types.ts';
import type { FactsDocument } from '../../src/preview/facts-document.ts';
import type { AnyProvider } from '../../src/provider/provider.ts';
import { parseOptions } from '../../src/schema/index.ts';
import { settings } from '../../src/settings.ts';
import type { Call as AwsCall } from '../fake/aws/call.ts';
import { connect } from '../fake/aws/connect.ts';
import type { World } from './world.ts';

type AwsFlags = Readonly<Record<string, string>>;

export interface Answer {
  readonly head: PlanHead;
  readonly planned: readonly Planned[];
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** `service:Operation`, in order. */
  readonly awsCalls: readonly string[];
  /** `GET /api/v1/…` */
  readonly kubeCalls: readonly string[];
}

/** What a person has chosen: the options that the controller of the world is run with. */
export function chosenIn(world: World, aws: AwsFlags = {}): Chosen {
  const clients = connect(world.aws);
  const provider = createAwsProvider({ clients: () => clients });
  const flags = { provider: 'aws', 'cluster-name': world.clusterName, 'aws-default-type': 'nlb', ...aws };
  const any = provider as unknown as AnyProvider;
  const reading = parseOptions(settings, { flags, env: {} });
  if (!reading.valid) throw new Error('these flags are at fault');
  return {
    settings: reading.values,
    providers: [
      {
        provider: { ...any, connect: (...args) => world.clock.outside(() => any.connect(...args)) },
        options: parseOptions(provider.options, { flags, env: {} }).values,
      },
    ],
    warnings: [],
  };
}

/** `fairlead plan default/NAME`, or with whatever else is wished for. */
export async function plan(
  world: World,
  name: string | undefined,
  wish: Partial<PlanWish> = {},
  aws: AwsFlags = {},
): Promise<Answer> {
  const chosen = chosenIn(world, aws);
  const whole: PlanWish = {
    files: [],
    names: name === undefined ? [] : [`default/${name}`],
    everywhere: name === undefined,
    output: 'text',
    showIam: false,
    detailedExitcode: true,
    quiet: false,
    ...wish,
  };
  const texts = { out: '', err: '' };
  const io = {
    out: (text: string) => {
      texts.out += text;
    },
    err: (text: string) => {
      texts.err += text;
    },
    paint: undefined,
    signal: new AbortController().signal,
  };
  const awsBefore = world.aws.calls.length;
  const kubeBefore = world.api.calls.length;
  const found = await inTime(world, planCluster(chosen, world.api.session('person'), whole, io));
  const awsCalls = world.aws.calls.slice(awsBefore).filter(({ session }) => !world.processOf(session));
  const kubeCalls = world.api.calls.slice(kubeBefore).filter(({ session }) => session === 'person');
  const code = report(found.head, found.planned, chosen, whole, io, found.isBroken);
  return {
    head: found.head,
    planned: found.planned,
    code,
    ...texts,
    awsCalls: awsCalls.map(callText),
    kubeCalls: kubeCalls.map(({ method, path }) => `${method} ${path}`),
  };
}

/** `fairlead facts`, with the Services of a file. */
export async function facts(
  world: World,
  services: readonly Service[] = [],
  aws: AwsFlags = {},
): Promise<FactsDocument> {
  const chosen = chosenIn(world, aws);
  const session = world.api.session('person');
  return inTime(world, gatherFacts(chosen, session, services, new AbortController().signal));
}

/** Lets time pass until it is done. */
async function inTime<T>(world: World, work: Promise<T>): Promise<T> {
  let isDone = false;
  const end = () => {
    isDone = true;
  };
  work.then(end, end);
  await world.until('the command ends', () => isDone, 60 * 60_000);
  return work;
}

/** `create LoadBalancer a0b1…`: what a plan does, in a word each. */
export function deeds({ planned }: Pick<Answer, 'planned'>): readonly string[] {
  return items({ planned }).map(({ action, kind, blocked }) => `${blocked ? 'blocked ' : ''}${action} ${kind}`);
}

export function items({ planned }: Pick<Answer, 'planned'>): readonly Item[] {
  return planned.flatMap(({ plan: one }) => (one ? outlineOf(one).items : []));
}

/** The calls that the plans say they take, but for reads; sorted. */
export function plannedWrites({ planned }: Pick<Answer, 'planned'>): readonly string[] {
  return items({ planned })
    .flatMap(({ calls, blocked, kind, id }) => (blocked ? [] : (calls ?? [`${kind} ${id} does not tell its calls`])))
    .filter(isWrite)
    .sort();
}

/** As a plan names it. */
export function callText({ service, operation }: Pick<AwsCall, 'service' | 'operation'>): string {
  return `${service === 'ec2' ? 'ec2' : 'elasticloadbalancing'}:${operation}`;
}

export function isWrite(call: string): boolean {
  return !/:(Describe|Get|List)/.test(call);
}
