// Reads Classic Load Balancers, and reads and writes their tags. They have no ARN: the name is all that calls want.
import type { LoadBalancerDescription } from '@aws-sdk/client-elastic-load-balancing';
import { FairleadError } from '../../../src/engine/errors.ts';
import type { Scope } from '../../../src/engine/kind.ts';
import { isAws } from '../errors.ts';
import { uidOfLoadBalancer } from '../naming.ts';
import { fromSdk, type TagChanges, type Tags, tagSteps, toSdk } from '../tags.ts';
import { allPages, type Calls } from './calls.ts';
import { readInBatches } from './tag-batches.ts';

/** What the SDK calls AWS's "LoadBalancerNotFound" of a Classic Load Balancer. */
export const CLASSIC_NOT_FOUND = 'AccessPointNotFound';

/** Those with the names, or all; AWS fails the call if one of the names is unknown. */
export function describeClassic(
  calls: Calls,
  names: readonly string[] | undefined,
  scope: Scope,
): Promise<readonly LoadBalancerDescription[]> {
  const wanted = names === undefined ? {} : { LoadBalancerNames: [...names] };
  return allPages(
    (Marker) => calls.elb('DescribeLoadBalancers', { ...wanted, Marker }, scope),
    (page) => page.LoadBalancerDescriptions,
    (page) => page.NextMarker,
  );
}

/** One that was there a moment ago. Throws 'conflict' if it is not. */
export async function classicNow(calls: Calls, name: string, scope: Scope): Promise<LoadBalancerDescription> {
  const [found] = await describeClassic(calls, [name], scope);
  if (found === undefined) throw new FairleadError('conflict', `load balancer ${name} went away while it was read`);
  return found;
}

export interface NamedClassic {
  readonly name: string;
  readonly loadBalancer: LoadBalancerDescription;
  readonly tags: Tags;
}

/** All that have names of our shape: one call a page, and one for the tags of twenty. */
export async function listClassic(calls: Calls, scope: Scope): Promise<readonly NamedClassic[]> {
  const all = await describeClassic(calls, undefined, scope);
  const named = all.filter(({ LoadBalancerName = '' }) => uidOfLoadBalancer(LoadBalancerName) !== undefined);
  const tags = await readClassicTags(
    calls,
    named.map(({ LoadBalancerName = '' }) => LoadBalancerName),
    scope,
  );
  return named.flatMap((loadBalancer) => {
    const name = loadBalancer.LoadBalancerName ?? '';
    const own = tags.get(name);
    return own === undefined ? [] : [{ name, loadBalancer, tags: own }];
  });
}

/** The tags of one that was there a moment ago. Throws 'conflict' if it is not. */
export async function classicTagsOf(calls: Calls, name: string, scope: Scope): Promise<Tags> {
  const tags = (await readClassicTags(calls, [name], scope)).get(name);
  if (tags === undefined) throw new FairleadError('conflict', `load balancer ${name} went away while it was read`);
  return tags;
}

function readClassicTags(calls: Calls, names: readonly string[], scope: Scope): Promise<ReadonlyMap<string, Tags>> {
  return readInBatches(names, {
    ask: async (batch) => {
      const { TagDescriptions = [] } = await calls.elb('DescribeTags', { LoadBalancerNames: [...batch] }, scope);
      return TagDescriptions.map(({ LoadBalancerName = '', Tags: tags }) => [LoadBalancerName, fromSdk(tags)]);
    },
    isGone: (error) => isAws(error, CLASSIC_NOT_FOUND),
  });
}

/** A call for each step. */
export async function writeClassicTags(calls: Calls, name: string, changes: TagChanges, scope: Scope): Promise<void> {
  const LoadBalancerNames = [name];
  for (const step of tagSteps(changes)) {
    if ('add' in step) await calls.elb('AddTags', { LoadBalancerNames, Tags: toSdk(step.add) }, scope);
    else await calls.elb('RemoveTags', { LoadBalancerNames, Tags: step.remove.map((Key) => ({ Key })) }, scope);
  }
}
