// Reads and writes the tags of load balancers, listeners and target groups.
import { FairleadError } from '../../../src/engine/errors.ts';
import type { Scope } from '../../../src/engine/kind.ts';
import { isAws } from '../errors.ts';
import { fromSdk, type TagChanges, type Tags, toSdk } from '../tags.ts';
import { type Calls, chunks } from './calls.ts';

/** AWS's limit for one DescribeTags. */
const BATCH = 20;

/** The tags by ARN; an object that is gone is missing. */
export async function readTags(
  calls: Calls,
  arns: readonly string[],
  scope: Scope,
): Promise<ReadonlyMap<string, Tags>> {
  const batches = await Promise.all(chunks(arns, BATCH).map((batch) => readBatch(calls, batch, scope)));
  return new Map(batches.flat());
}

/** The tags of an object that was there a moment ago. */
export async function tagsOf(calls: Calls, arn: string, scope: Scope): Promise<Tags> {
  const tags = (await readTags(calls, [arn], scope)).get(arn);
  if (tags === undefined) throw new FairleadError('conflict', `${arn} went away while it was read`);
  return tags;
}

/** AWS fails a call for a single unknown ARN: then each is asked for by itself. */
async function readBatch(calls: Calls, arns: readonly string[], scope: Scope): Promise<readonly [string, Tags][]> {
  try {
    const { TagDescriptions = [] } = await calls.elbv2('DescribeTags', { ResourceArns: [...arns] }, scope);
    return TagDescriptions.map(({ ResourceArn = '', Tags: tags }) => [ResourceArn, fromSdk(tags)]);
  } catch (error) {
    if (!isAws(error, 'LoadBalancerNotFound', 'TargetGroupNotFound', 'ListenerNotFound')) throw error;
    if (arns.length === 1) return [];
    return (await Promise.all(arns.map((arn) => readBatch(calls, [arn], scope)))).flat();
  }
}

/** Adds, then removes. */
export async function writeTags(calls: Calls, arn: string, changes: TagChanges, scope: Scope): Promise<void> {
  const ResourceArns = [arn];
  const Tags = toSdk(changes.add);
  if (Tags.length > 0) await calls.elbv2('AddTags', { ResourceArns, Tags }, scope);
  const TagKeys = [...changes.remove];
  if (TagKeys.length > 0) await calls.elbv2('RemoveTags', { ResourceArns, TagKeys }, scope);
}
