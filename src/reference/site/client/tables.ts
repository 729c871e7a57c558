// What is put into the playground when it is built: the providers' tables with their compilers, their reference and the
// examples.
import { compilers } from 'fairlead:compilers';
import type { Entry } from '../../entry.ts';
import { examplesOf } from '../examples.ts';

export { compilers };

export const examples = examplesOf(compilers);

/** Names of providers, by the classes that they answer to. */
export const classes: ReadonlyMap<string, string> = new Map(
  compilers.flatMap(({ name, classes: own }) => own.map((one) => [one, name] as const)),
);

/** Filled in by the bundler. */
declare const FAIRLEAD_ENTRIES: readonly Pick<Entry, 'key' | 'anchor' | 'suffix' | 'providers' | 'doc' | 'service'>[];

export const entries = FAIRLEAD_ENTRIES;
