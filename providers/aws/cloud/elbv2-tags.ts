// Reads and writes the tags of load balancers, listeners and target groups.
import { FairleadError } from '../../../src/engine/errors.ts';
import type { Scope } from '../../../src/engine/kind.ts';
import { isAws } from '../errors.ts';
import { fromSdk, type TagChanges, type Tags, tagSteps, toSdk } from '../tags.ts';
import type { Calls } from './calls.ts';
import { readInBatches } from './tag-batches.ts';

/** The tags by ARN; an object that is gone is missing. */
export function readTags(calls: Calls, arns: readonly string[], scope: Scope): Promise<ReadonlyMap<string, Tags>> {
  return readInBatches(arns, {
    ask: async (batch) => {
      const { TagDescriptions = [] } = await calls.elbv2('DescribeTags', { ResourceArns: [...batch] }, scope);
      return TagDescriptions.map(({ ResourceArn = '', Tags: tags }) => [ResourceArn, fromSdk(tags)]);
    },
    isGone: (error) => isAws(error, 'LoadBalancerNotFound', 'TargetGroupNotFound', 'ListenerNotFound'),
  });
}

/** The tags of an object that was there a moment ago. */
export async function tagsOf(calls: Calls, arn: string, scope: Scope): Promise<Tags> {
  const tags = (await readTags(calls, [arn], scope)).get(arn);
  if (tags === undefined) throw new FairleadError('conflict', `${arn} went away while it was read`);
  return tags;
}

/** A call for each step. */
export async function writeTags(calls: Calls, arn: string, changes: TagChanges, scope: Scope): Promise<void> {
  const ResourceArns = [arn];
  for (const step of tagSteps(changes)) {
    if ('add' in step) await calls.elbv2('AddTags', { ResourceArns, Tags: toSdk(step.add) }, scope);
    else await calls.elbv2('RemoveTags', { ResourceArns, TagKeys: step.remove }, scope);
  }
}
