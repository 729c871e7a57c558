// Which of several places counts where they say the same thing: the Service's annotation, then its class, then the option.
// Pure; knows no field.
import type { Name } from '../../src/schema/problem.ts';

/** One place where a value may stand. */
export interface Level<T> {
  readonly name: Name;
  /** Undefined: nothing is said here. Empty: it is said that there is none. */
  readonly value: T | '' | undefined;
}

/** What counts. */
export interface Chosen<T> {
  readonly name: Name;
  readonly value: T;
  /** How far from the Service it stands; 0 is the Service itself. */
  readonly level: number;
}

/** The first level that says anything; undefined where none does, or where it says that there is none. */
export function chosen<T>(levels: readonly Level<T>[]): Chosen<T> | undefined {
  const level = levels.findIndex(({ value }) => value !== undefined);
  const found = levels[level];
  if (found === undefined || found.value === undefined || found.value === '') return undefined;
  return { name: found.name, value: found.value as T, level };
}

/** The least distance among some; undefined where there are none. */
export function nearest(all: readonly (Chosen<unknown> | undefined)[]): number | undefined {
  const levels = all.flatMap((one) => (one === undefined ? [] : [one.level]));
  return levels.length === 0 ? undefined : Math.min(...levels);
}

/** The value, where it stands at this distance. */
export function at<T>(one: Chosen<T> | undefined, level: number | undefined): T | undefined {
  return one !== undefined && one.level === level ? one.value : undefined;
}
