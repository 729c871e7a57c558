// What all EC2 describing calls share: rows by id (all or an error), filters, pages.
// It knows no kind of row.

import type { Filter } from '@aws-sdk/client-ec2';
import type { Context } from '../context.ts';
import { type Page, pageOf } from '../page.ts';
import { Problem } from '../problem.ts';
import type { Tags } from '../tags.ts';
import { invalidValue } from './errors.ts';
import { type Filterable, filtered } from './filters.ts';

export interface Question<Row> {
  /** `subnet`: the shape that an id must have. */
  readonly prefix: string;
  /** The code for an id that does not exist, such as `InvalidSubnetID.NotFound`. */
  readonly notFound: string;
  /** The code for what is no such id, such as `InvalidSubnetID.Malformed`. */
  readonly malformed: string;
  readonly filterable: Filterable<Row>;
}

export interface Selection {
  readonly ids?: readonly string[] | undefined;
  readonly Filters?: readonly Filter[] | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** One unknown id makes the whole call fail, as in EC2. An empty list of ids is as none: the SDK does not send it. */
export function select<Row extends { readonly tags: Tags }>(
  context: Context,
  rows: ReadonlyMap<string, Row>,
  { filterable, ...shape }: Question<Row>,
  { ids, Filters, MaxResults, NextToken }: Selection,
): Page<Row> {
  if (MaxResults !== undefined && (MaxResults < 5 || MaxResults > 1000)) {
    throw invalidValue(
      `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value from 5 to 1000.`,
    );
  }
  const named = ids === undefined || ids.length === 0 ? rows : byId(rows, ids, shape);
  const size = MaxResults ?? context.world.settings.pageSizes.ec2;
  return pageOf(filtered(named, Filters, filterable), shape.prefix, size, NextToken, () => {
    throw new Problem('InvalidNextToken', 'The specified token is not valid');
  });
}

/** The id must look like one of its kind before EC2 says that it does not exist. Tests may use readable ids. */
export function checkIdShape(id: string, { prefix, malformed }: Pick<Question<never>, 'prefix' | 'malformed'>): void {
  if (!new RegExp(`^${prefix}-[0-9a-z-]+$`).test(id)) {
    throw new Problem(malformed, `Invalid id: "${id}" (expecting "${prefix}-...")`);
  }
}

function byId<Row>(
  rows: ReadonlyMap<string, Row>,
  ids: readonly string[],
  shape: Pick<Question<never>, 'prefix' | 'notFound' | 'malformed'>,
): ReadonlyMap<string, Row> {
  for (const id of ids) checkIdShape(id, shape);
  const missing = ids.filter((id) => !rows.has(id));
  if (missing.length > 0) {
    throw new Problem(shape.notFound, `The ${shape.prefix} ID '${missing.join(', ')}' does not exist`);
  }
  return new Map(ids.map((id) => [id, rows.get(id)!]));
}
