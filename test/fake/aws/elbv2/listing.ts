// What the describing calls of Elastic Load Balancing share: choosing by ARN or name, and pages.

import { type Page, pageOf } from '../page.ts';
import { Misuse, type Problem } from '../problem.ts';
import { constraint, invalid } from './errors.ts';

/** The rows with these ARNs or names, or all when neither is given. A single unknown one fails the call. */
export function named<Row extends { readonly name: string }>(
  rows: ReadonlyMap<string, Row>,
  wanted: { readonly arns?: readonly string[] | undefined; readonly names?: readonly string[] | undefined },
  notFound: () => Problem,
): ReadonlyMap<string, Row> {
  const { arns, names } = wanted;
  for (const list of [arns, names]) refuseEmpty(list);
  if (arns === undefined && names === undefined) return rows;
  const found = [...rows].filter(([arn, row]) => arns?.includes(arn) || names?.includes(row.name));
  if (found.length < new Set(arns ?? names).size) throw notFound();
  return new Map(found);
}

/** The SDK sends an empty list as an empty parameter, which is not documented to mean anything. */
export function refuseEmpty(list: readonly unknown[] | undefined): void {
  if (list?.length === 0) throw new Misuse('an empty list in a describing call: leave it out, or do not call');
}

/** `size` may be what the caller asked for: 1 to 400. */
export function elbPage<Row>(
  rows: ReadonlyMap<string, Row>,
  name: string,
  size: number,
  marker: string | undefined,
): Page<Row> {
  if (size < 1 || size > 400) {
    throw constraint('PageSize', size, 'Member must have value between 1 and 400');
  }
  return pageOf(rows, name, size, marker, () => {
    throw invalid(`'${marker}' is not a valid marker`);
  });
}
