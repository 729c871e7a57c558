// A fresh cloud with a time of its own, and the processes that work on it: what each test of the contract suite begins with.
import { expect } from 'vitest';
import type { Change, Harness, Sample, SeenCall, Snapshot, World } from './harness.ts';
import { ownerOf, Process, type ProcessOptions, type Statuses } from './process.ts';
import { Time } from './time.ts';

/** How long a lease of the controller lasts. */
const LEASE_MS = 15_000;

export class Bench {
  readonly harness: Harness;
  readonly world: World;
  readonly time: Time;
  /** What the Services' statuses remember; a new process reads it. */
  statuses: Statuses = new Map();
  #started = false;

  private constructor(harness: Harness, world: World) {
    this.harness = harness;
    this.world = world;
    this.time = new Time(world.traffic);
  }

  /** `inhabited`: in a cloud where other people's things are beside. */
  static async of(harness: Harness, inhabited: '' | 'inhabited' = ''): Promise<Bench> {
    return new Bench(harness, await harness.makeWorld(inhabited === 'inhabited'));
  }

  /** A process; each but the first comes to work no sooner than it can have become the leader. */
  async start(more: Partial<Pick<ProcessOptions, 'policy' | 'gate'>> = {}): Promise<Process> {
    const { harness, world, time, statuses } = this;
    if (this.#started) await time.sleep(LEASE_MS);
    this.#started = true;
    return Process.start({ harness, world, time, statuses, ...more });
  }

  /** A process that brought one Service there a while ago, with its counting of calls begun anew. */
  async startWith(sample: Sample): Promise<Process> {
    const process = await this.start();
    await process.settle(OWNER, sample);
    await this.time.sleep(LEASE_MS);
    process.expect();
    return process;
  }

  /** What the cloud holds, once all calls have come to their end. */
  get snapshot(): Promise<Snapshot> {
    return this.#snapshot();
  }

  async #snapshot(): Promise<Snapshot> {
    await this.world.traffic?.quiet();
    return this.world.snapshot();
  }
}

/** The Service that most laws are about. */
export const OWNER = ownerOf(1);
export const OTHER = ownerOf(2);

/** What the cloud holds when a process has done this and nothing got in its way. */
export async function reference(harness: Harness, work: (process: Process) => Promise<unknown>): Promise<Snapshot> {
  const bench = await Bench.of(harness);
  await work(await bench.start());
  return bench.snapshot;
}

/** What a move comes to where nothing gets in its way. */
export interface Course {
  /** That a process makes which has listed nothing, or which has made the beginning itself. */
  readonly calls: readonly SeenCall[];
  readonly after: Snapshot;
  /** What the same process does when it is asked once more. */
  readonly again: readonly SeenCall[];
}

const courses = new WeakMap<Harness, Map<string, Promise<Course>>>();

/**
 * The course of a move by the process that made its beginning, or by the next one. All laws of a harness share it: that it
 * is the same in any cloud is a law of its own.
 */
export function courseOf(harness: Harness, { from, to }: Omit<Move, 'name'>, by: 'same' | 'next'): Promise<Course> {
  const known = courses.get(harness) ?? new Map<string, Promise<Course>>();
  courses.set(harness, known);
  const key = JSON.stringify([by, from ?? null, to ?? null]);
  const course = known.get(key) ?? takeCourse(harness, { from, to }, by);
  known.set(key, course);
  return course;
}

async function takeCourse(harness: Harness, { from, to }: Omit<Move, 'name'>, by: 'same' | 'next'): Promise<Course> {
  const bench = await Bench.of(harness);
  const first = from && (await bench.startWith(from));
  const process = first && by === 'same' ? first : await bench.start();
  await process.settle(OWNER, to);
  const calls = [...process.calls];
  const after = await bench.snapshot;
  process.expect();
  await process.settle(OWNER, to);
  return { calls, after, again: [...process.calls] };
}

export function writes(calls: readonly SeenCall[]): readonly string[] {
  return calls.filter((call) => call.write).map((call) => call.operation);
}

/** Whoever looks at the cloud afterwards finds nothing to do. */
export async function expectNothingToDo(bench: Bench, sample: Sample | undefined, why: string): Promise<void> {
  bench.statuses = new Map();
  const after = await bench.start();
  await after.settle(OWNER, sample);
  expect(writes(after.calls), `${why}: writes of the next process`).toEqual([]);
}

/** Creation and deletion are changes too. */
export interface Move {
  readonly name: string;
  readonly from: Sample | undefined;
  readonly to: Sample | undefined;
}

export function movesOf({ base, changes }: Harness): readonly Move[] {
  const moves: readonly Change[] = changes;
  return [{ name: 'creation', from: undefined, to: base }, ...moves, { name: 'deletion', from: base, to: undefined }];
}

/** The moves in which calls go wrong. */
export function disturbedOf(harness: Harness): readonly Move[] {
  const { disturbed } = harness;
  return movesOf(harness).filter(({ name }) => !disturbed || disturbed.includes(name));
}

/** Whether the call of this index meets trouble number `turn` of so many: each meets all, or one after the other one. */
export function isMet({ disturbed }: Harness, index: number, turn: number, of: number): boolean {
  return !disturbed || index % of === turn;
}
