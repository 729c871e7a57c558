// The filters of EC2's describing calls: all filters must match, each by any of its values, with `*` and `?`.
// A filter that is not declared for a call is a misuse: ignoring it would answer too much.

import type { Filter } from '@aws-sdk/client-ec2';
import { Misuse } from '../problem.ts';
import type { Tags } from '../tags.ts';
import { invalidValue } from './errors.ts';

/** The values of a row under each filter name. */
export type Filterable<Row> = Readonly<Record<string, (row: Row) => readonly string[]>>;

/** EC2 refuses more values than this over all filters of a call. */
const MAX_VALUES = 200;

/** Keeps the rows that match all filters. `tag:<key>` and `tag-key` work for every row that has tags. */
export function filtered<Row extends { readonly tags: Tags }>(
  rows: ReadonlyMap<string, Row>,
  filters: readonly Filter[] | undefined,
  filterable: Filterable<Row>,
): ReadonlyMap<string, Row> {
  const tests = (filters ?? []).map((filter) => testOf(filter, filterable));
  const values = (filters ?? []).flatMap((filter) => filter.Values ?? []);
  if (values.length > MAX_VALUES) {
    throw invalidValue(`The maximum number of filter values specified on a single call is ${MAX_VALUES}`);
  }
  return new Map([...rows].filter(([, row]) => tests.every((test) => test(row))));
}

function testOf<Row extends { readonly tags: Tags }>(
  { Name: name, Values: values }: Filter,
  filterable: Filterable<Row>,
): (row: Row) => boolean {
  if (name === undefined) throw invalidValue('The filter has no name');
  if (values === undefined || values.length === 0) throw invalidValue(`The filter '${name}' has no values`);
  const valuesOf = extractor(name, filterable);
  const patterns = values.map(wildcard);
  return (row) => valuesOf(row).some((value) => patterns.some((pattern) => pattern.test(value)));
}

function extractor<Row extends { readonly tags: Tags }>(
  name: string,
  filterable: Filterable<Row>,
): (row: Row) => readonly string[] {
  if (name === 'tag-key') return (row) => Object.keys(row.tags);
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return (row) => (row.tags[key] === undefined ? [] : [row.tags[key]]);
  }
  const known = Object.hasOwn(filterable, name) ? filterable[name] : undefined;
  if (known === undefined) throw new Misuse(`the filter '${name}' is not simulated for this call`);
  return known;
}

function wildcard(value: string): RegExp {
  const escaped = value
    .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replaceAll('\\*', '.*')
    .replaceAll('\\?', '.');
  return new RegExp(`^${escaped}$`, 'su');
}
