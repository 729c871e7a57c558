// AddTags, RemoveTags and DescribeTags of Classic Load Balancers, which are named and not addressed by ARN.

import type {
  AddTagsCommandInput,
  AddTagsCommandOutput,
  DescribeTagsCommandInput,
  DescribeTagsCommandOutput,
  RemoveTagsCommandInput,
  RemoveTagsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing';
import { reading, writing } from '../service.ts';
import { tagList, withoutTags, withTags } from '../tags.ts';
import type { World } from '../world.ts';
import { invalid, loadBalancerNotFound, tagErrors } from './errors.ts';
import { existingLoadBalancer } from './load-balancer.ts';
import type { ClassicLoadBalancer } from './tables.ts';

/** The model of DescribeTags takes 1 to 20 names. */
const MAX_NAMES = 20;

/** An empty list of tags is refused by the model of the service: it has a minimum of one. */
export function checkTagsPresent(tags: readonly object[] | undefined): void {
  if (tags?.length === 0) throw invalid('At least one tag must be specified');
}

export const addTags = writing<AddTagsCommandInput, AddTagsCommandOutput>(
  'AddTags',
  ['LoadBalancerNames', 'Tags'],
  ({ LoadBalancerNames: names, Tags: tags }, { world }) => {
    checkTagsPresent(tags);
    const row = onlyOne(world, names!);
    const changed = withTags(row.tags, tags!, world.settings.limits.tags, tagErrors);
    world.elb.loadBalancers.put(row.name, { ...row, tags: changed });
    return {};
  },
);

export const removeTags = writing<RemoveTagsCommandInput, RemoveTagsCommandOutput>(
  'RemoveTags',
  ['LoadBalancerNames', 'Tags'],
  ({ LoadBalancerNames: names, Tags: keys }, { world }) => {
    checkTagsPresent(keys);
    const row = onlyOne(world, names!);
    const tags = withoutTags(
      row.tags,
      keys!.map(({ Key: key = '' }) => key),
      tagErrors,
    );
    world.elb.loadBalancers.put(row.name, { ...row, tags });
    return {};
  },
);

/** One unknown name makes the whole call fail. */
export const describeTags = reading<DescribeTagsCommandInput, DescribeTagsCommandOutput>(
  'DescribeTags',
  ['LoadBalancerNames'],
  ({ LoadBalancerNames: names }, context) => {
    if (names!.length === 0) throw invalid('At least one load balancer name must be specified');
    if (names!.length > MAX_NAMES) throw invalid(`No more than ${MAX_NAMES} load balancer names can be specified`);
    const rows = context.seen(context.world.elb.loadBalancers);
    return {
      TagDescriptions: names!.map((name) => {
        const row = rows.get(name);
        if (row === undefined) throw loadBalancerNotFound(name);
        return { LoadBalancerName: name, Tags: tagList(row.tags) ?? [] };
      }),
    };
  },
);

/** "You can specify one load balancer only" (documentation of AddTags and RemoveTags). */
function onlyOne(world: World, names: readonly string[]): ClassicLoadBalancer {
  if (names.length !== 1) throw invalid('Exactly one load balancer name must be specified');
  return existingLoadBalancer(world, names[0]);
}
