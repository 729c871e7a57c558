// Deep reads of ELBv2 objects by their names: many in one call, and each by itself where AWS fails the call for one that
// is gone.
import type { Observed, Reading, Wanted } from '../../../src/engine/kind.ts';
import { chunks } from '../cloud/calls.ts';
import { isAws } from '../errors.ts';

/** AWS's limit for names in one describing call. */
const BATCH = 20;

export interface ByName<Found, Spec extends object, Out extends object> {
  /** AWS's code for "at least one of these is not there". */
  readonly notFound: string;
  nameOf(found: Found): string;
  find(names: readonly string[]): Promise<readonly Found[]>;
  observe(found: Found): Promise<Observed<Spec, Out>>;
  gone(name: string): void;
}

/** One reading for each wanted id; one that fails is unknown and does not touch the others. */
export async function readByName<Found, Spec extends object, Out extends object>(
  wanted: readonly Wanted<Out>[],
  by: ByName<Found, Spec, Out>,
): Promise<readonly Reading<Spec, Out>[]> {
  const batches = chunks(
    wanted.map(({ id }) => id),
    BATCH,
  );
  return (await Promise.all(batches.map((names) => readBatch(names, by)))).flat();
}

async function readBatch<Found, Spec extends object, Out extends object>(
  names: readonly string[],
  by: ByName<Found, Spec, Out>,
): Promise<readonly Reading<Spec, Out>[]> {
  let found: ReadonlyMap<string, Found>;
  try {
    found = new Map((await by.find(names)).map((one) => [by.nameOf(one), one]));
  } catch (error) {
    if (!isAws(error, by.notFound)) return names.map((id) => ({ id, state: 'unknown', error }));
    if (names.length > 1) return (await Promise.all(names.map((name) => readBatch([name], by)))).flat();
    found = new Map();
  }
  return Promise.all(names.map((id) => readOne(id, found.get(id), by)));
}

async function readOne<Found, Spec extends object, Out extends object>(
  id: string,
  found: Found | undefined,
  by: ByName<Found, Spec, Out>,
): Promise<Reading<Spec, Out>> {
  if (found === undefined) {
    by.gone(id);
    return { id, state: 'gone' };
  }
  try {
    return { id, state: 'known', object: await by.observe(found) };
  } catch (error) {
    // Even if AWS says "not found" now: its answers disagree, so nothing is known.
    return { id, state: 'unknown', error };
  }
}
