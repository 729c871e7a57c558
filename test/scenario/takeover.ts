// A cluster that the official controller ran until now, and Fairlead's first start in it.
import type { Call } from '../fake/aws/call.ts';
import { PeerHand } from './peer-hand.ts';
import type { LogLine, Process, ProcessOptions } from './process.ts';
import { furnish, type TakeoverCase } from './takeover-cases.ts';
import { AWS } from './wishes.ts';
import type { World } from './world.ts';

export interface Taken {
  readonly process: Process;
  /** Calls that changed something in AWS, by operation. */
  readonly writes: readonly string[];
  readonly calls: readonly Call[];
  /** What the log says was done, such as `update LoadBalancer`. */
  readonly steps: readonly string[];
}

type Given = Omit<TakeoverCase, 'name'>;

/** Whole keys of annotations, with the type that the official controller tells the kinds apart by. */
export function annotationsOf({ kind, annotations = {} }: Given): Readonly<Record<string, string>> {
  const typed = kind === 'nlb' ? { type: 'nlb', ...annotations } : annotations;
  return Object.fromEntries(
    Object.entries(typed).map(([key, text]) => [key.includes('/') ? key : `${AWS}${key}`, text]),
  );
}

/** A world that is ready for a case, with the official controller that belongs to it. */
export function handOf(world: World, { config }: Pick<Given, 'config'>): PeerHand {
  furnish(world);
  return new PeerHand(world, config);
}

/** The official controller serves these Services, each by its case; the settings are those of the first. */
export async function served(world: World, given: Readonly<Record<string, Given>>): Promise<PeerHand> {
  const all = Object.entries(given);
  const peer = handOf(world, all[0]?.[1] ?? {});
  for (const [name, one] of all) {
    const { ports, spec } = one;
    world.addService(name, { annotations: annotationsOf(one), ...(ports && { ports }), ...(spec && { spec }) });
    one.prepare?.(world);
  }
  // Nodes may have come with a later Service: everything is synced until all is said.
  await peer.serve(...all.map(([name]) => name));
  await peer.serve(...all.map(([name]) => name));
  // Load balancers become active, and what they do to their targets has been done.
  await world.pass(300_000);
  return peer;
}

/** Fairlead starts as one does who switches: with the defaults of the official controller. */
export async function takeOver(
  world: World,
  flags: Readonly<Record<string, string>> = {},
  options: ProcessOptions = {},
): Promise<Taken> {
  let process: Process | undefined;
  const { ranges } = world.rules;
  if (flags['aws-health-probe-mode'] === 'shared') {
    ranges.sharedHealthPort = Number(flags['aws-shared-health-probe-port'] ?? 10_256);
  }
  ranges.sharedGroup = flags['aws-elb-security-group'];
  const calls = await world.awsCallsDuring(async () => {
    process = await world.start({ ...options, aws: { 'aws-default-type': 'classic', ...flags } });
    await world.settle();
  });
  if (process === undefined) throw new Error('it did not start');
  const writes = calls.filter(({ write }) => write).map(({ operation }) => operation);
  return { process, calls, writes, steps: stepsOf(process) };
}

/** What Fairlead did in a while, by its log and its calls. */
export async function during(
  world: World,
  process: Process,
  work: () => Promise<void>,
): Promise<Omit<Taken, 'process'>> {
  const before = process.log.length;
  const calls = await world.awsCallsDuring(work);
  const writes = calls.filter(({ write }) => write).map(({ operation }) => operation);
  return { calls, writes, steps: stepsOf(process, before) };
}

function stepsOf(process: Process, from = 0): readonly string[] {
  return process.log.slice(from).flatMap(({ message, fields }: LogLine) => ('step' in fields ? message : []));
}
