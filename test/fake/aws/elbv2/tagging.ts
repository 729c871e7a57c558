// AddTags, RemoveTags and DescribeTags of load balancers, listeners and target groups.

import type {
  AddTagsCommandInput,
  AddTagsCommandOutput,
  DescribeTagsCommandInput,
  DescribeTagsCommandOutput,
  RemoveTagsCommandInput,
  RemoveTagsCommandOutput,
  Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Problem } from '../problem.ts';
import { reading, writing } from '../service.ts';
import type { Table } from '../table.ts';
import { type Tags, tagList, withoutTags, withTags } from '../tags.ts';
import type { World } from '../world.ts';
import { invalid, listenerNotFound, loadBalancerNotFound, tagErrors, targetGroupNotFound } from './errors.ts';

/** "You can specify up to 20 resources in a single call" (documentation of DescribeTags). */
const MAX_ARNS = 20;

/** An empty list of tags is refused by the model of the service: it has a minimum of one. */
export function checkTagsPresent(tags: readonly Tag[] | undefined): void {
  if (tags?.length === 0) {
    throw invalid(
      "1 validation error detected: Value '[]' at 'tags' failed to satisfy constraint: " +
        'Member must have length greater than or equal to 1',
    );
  }
}

export const addTags = writing<AddTagsCommandInput, AddTagsCommandOutput>(
  'AddTags',
  ['ResourceArns', 'Tags'],
  ({ ResourceArns: arns, Tags: tags }, { world }) => {
    checkTagsPresent(tags);
    checkCount(arns!);
    for (const row of arns!.map((arn) => taggable(world, arn))) {
      row.replace(withTags(row.tags, tags!, world.settings.limits.tags, tagErrors));
    }
    return {};
  },
);

export const removeTags = writing<RemoveTagsCommandInput, RemoveTagsCommandOutput>(
  'RemoveTags',
  ['ResourceArns', 'TagKeys'],
  ({ ResourceArns: arns, TagKeys: keys }, { world }) => {
    checkCount(arns!);
    for (const row of arns!.map((arn) => taggable(world, arn))) row.replace(withoutTags(row.tags, keys!, tagErrors));
    return {};
  },
);

/** One unknown ARN makes the whole call fail. */
export const describeTags = reading<DescribeTagsCommandInput, DescribeTagsCommandOutput>(
  'DescribeTags',
  ['ResourceArns'],
  ({ ResourceArns: arns }, context) => {
    checkCount(arns!);
    return {
      TagDescriptions: arns!.map((arn) =>
        withTable(context.world, arn, (table, notFound) => {
          const row = context.seen(table).get(arn);
          if (row === undefined) throw notFound();
          return { ResourceArn: arn, Tags: tagList(row.tags) ?? [] };
        }),
      ),
    };
  },
);

function taggable(world: World, arn: string): { readonly tags: Tags; replace(tags: Tags): void } {
  return withTable(world, arn, (table, notFound) => {
    const row = table.get(arn);
    if (row === undefined) throw notFound();
    return { tags: row.tags, replace: (tags) => table.put(arn, { ...row, tags }) };
  });
}

/** Does something with the table that the resource of an ARN is in. */
function withTable<T>(
  { elbv2 }: World,
  arn: string,
  visit: <Row extends { readonly tags: Tags }>(table: Table<Row>, notFound: () => Problem) => T,
): T {
  if (arn.includes(':loadbalancer/')) return visit(elbv2.loadBalancers, loadBalancerNotFound);
  if (arn.includes(':listener/')) return visit(elbv2.listeners, listenerNotFound);
  if (arn.includes(':targetgroup/')) return visit(elbv2.targetGroups, targetGroupNotFound);
  throw invalid(`'${arn}' is not a valid ARN`);
}

function checkCount(arns: readonly string[]): void {
  if (arns.length === 0) throw invalid('At least one resource ARN must be specified');
  if (arns.length > MAX_ARNS) throw invalid(`No more than ${MAX_ARNS} resource ARNs can be specified`);
}
