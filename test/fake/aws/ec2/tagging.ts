// CreateTags, DeleteTags, and the tags that a creating call takes along.
// Only kinds of resource that are simulated can be tagged.

import type {
  CreateTagsCommandInput,
  CreateTagsCommandOutput,
  DeleteTagsCommandInput,
  DeleteTagsCommandOutput,
  TagSpecification,
} from '@aws-sdk/client-ec2';
import { Misuse, Problem } from '../problem.ts';
import { writing } from '../service.ts';
import type { Table } from '../table.ts';
import { type Tags, withoutTags, withTags } from '../tags.ts';
import type { World } from '../world.ts';
import { invalidValue, missingParameter, tagErrors } from './errors.ts';

interface Taggable {
  readonly tags: Tags;
}

/** Finds a row by the prefix of its id and gives the door through which its tags change. */
function taggable(world: World, id: string): { readonly tags: Tags; replace(tags: Tags): void } {
  const { ec2 } = world;
  if (id.startsWith('sg-')) return inTable(ec2.securityGroups, id, 'InvalidGroup.NotFound');
  if (id.startsWith('subnet-')) return inTable(ec2.subnets, id, 'InvalidSubnetID.NotFound');
  if (id.startsWith('vpc-')) return inTable(ec2.vpcs, id, 'InvalidVpcID.NotFound');
  if (id.startsWith('rtb-')) return inTable(ec2.routeTables, id, 'InvalidRouteTableID.NotFound');
  if (id.startsWith('eipalloc-')) return inTable(ec2.addresses, id, 'InvalidAllocationID.NotFound');
  if (id.startsWith('i-')) return inTable(ec2.instances, id, 'InvalidInstanceID.NotFound');
  throw new Misuse(`tags of '${id}' are not simulated`);
}

function inTable<Row extends Taggable>(table: Table<Row>, id: string, notFound: string) {
  const row = table.get(id);
  if (row === undefined) throw new Problem(notFound, `The ID '${id}' does not exist`);
  return { tags: row.tags, replace: (tags: Tags) => table.put(id, { ...row, tags }) };
}

export const createTags = writing<CreateTagsCommandInput, CreateTagsCommandOutput>(
  'CreateTags',
  ['Resources', 'Tags'],
  ({ Resources: ids = [], Tags: tags = [] }, { world }) => {
    if (ids.length === 0) throw missingParameter('resourceIdSet');
    if (tags.length === 0) throw missingParameter('tagSet');
    for (const row of ids.map((id) => taggable(world, id))) {
      row.replace(withTags(row.tags, tags, world.settings.limits.tags, tagErrors));
    }
    return {};
  },
);

/** A tag named with a value goes only if it has that value; without tags, all go (documentation of DeleteTags). */
export const deleteTags = writing<DeleteTagsCommandInput, DeleteTagsCommandOutput>(
  'DeleteTags',
  ['Resources', 'Tags'],
  ({ Resources: ids = [], Tags: named }, { world }) => {
    if (ids.length === 0) throw missingParameter('resourceIdSet');
    for (const row of ids.map((id) => taggable(world, id))) {
      const keys =
        named === undefined || named.length === 0
          ? Object.keys(row.tags).filter((key) => !key.startsWith('aws:'))
          : named.filter(({ Key, Value }) => Value === undefined || row.tags[Key ?? ''] === Value);
      const names = keys.map((key) => (typeof key === 'string' ? key : (key.Key ?? '')));
      row.replace(withoutTags(row.tags, names, tagErrors));
    }
    return {};
  },
);

/** The tags that a creating call gives to what it creates; those for another type of resource are refused. */
export function tagsFor(
  resourceType: string,
  specifications: readonly TagSpecification[] | undefined,
  world: World,
): Tags {
  for (const { ResourceType } of specifications ?? []) {
    if (ResourceType !== resourceType)
      throw invalidValue(`'${ResourceType}' is not a valid taggable resource type here`);
  }
  const given = (specifications ?? []).flatMap(({ Tags }) => Tags ?? []);
  return withTags({}, given, world.settings.limits.tags, tagErrors);
}
