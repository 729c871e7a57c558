// CreateSecurityGroup, DeleteSecurityGroup and DescribeSecurityGroups.
// Rules are changed elsewhere.

import type {
  CreateSecurityGroupCommandInput,
  CreateSecurityGroupCommandOutput,
  DeleteSecurityGroupCommandInput,
  DeleteSecurityGroupCommandOutput,
  DescribeSecurityGroupsCommandInput,
  DescribeSecurityGroupsCommandOutput,
} from '@aws-sdk/client-ec2';
import { Problem } from '../problem.ts';
import { reading, writing } from '../service.ts';
import { tagList } from '../tags.ts';
import type { World } from '../world.ts';
import { groupNotFound, invalidValue, missingParameter } from './errors.ts';
import { liveInterfaces } from './network-interface.ts';
import { permissionsOf } from './permission.ts';
import { checkIdShape, type Question, select } from './selection.ts';
import type { Rule, SecurityGroup } from './tables.ts';
import { tagsFor } from './tagging.ts';

const NAME = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

const question: Question<SecurityGroup> = {
  prefix: 'sg',
  notFound: 'InvalidGroup.NotFound',
  malformed: 'InvalidGroupId.Malformed',
  filterable: {
    description: (row) => [row.description],
    'group-id': (row) => [row.id],
    'group-name': (row) => [row.name],
    'ip-permission.cidr': (row) => row.ingress.flatMap(({ source }) => (source.type === 'ipv4' ? [source.cidr] : [])),
    'ip-permission.group-id': (row) =>
      row.ingress.flatMap(({ source }) => (source.type === 'group' ? [source.groupId] : [])),
    'vpc-id': (row) => [row.vpcId],
  },
};

export const describeSecurityGroups = reading<DescribeSecurityGroupsCommandInput, DescribeSecurityGroupsCommandOutput>(
  'DescribeSecurityGroups',
  ['GroupIds', 'Filters', 'MaxResults', 'NextToken'],
  ({ GroupIds: ids, ...rest }, context) => {
    const { world } = context;
    const { rows, next } = select(context, context.seen(world.ec2.securityGroups), question, { ids, ...rest });
    const OwnerId = world.place.accountId;
    return {
      NextToken: next,
      SecurityGroups: rows.map((row) => ({
        GroupId: row.id,
        GroupName: row.name,
        Description: row.description,
        VpcId: row.vpcId,
        OwnerId,
        SecurityGroupArn: world.arn('ec2', `security-group/${row.id}`),
        IpPermissions: permissionsOf(row.ingress, OwnerId),
        IpPermissionsEgress: permissionsOf(row.egress, OwnerId),
        Tags: tagList(row.tags),
      })),
    };
  },
);

export const createSecurityGroup = writing<CreateSecurityGroupCommandInput, CreateSecurityGroupCommandOutput>(
  'CreateSecurityGroup',
  ['GroupName', 'Description', 'VpcId', 'TagSpecifications'],
  (input, { world }) => {
    const { GroupName: name = '', Description: description = '', VpcId: vpcId } = input;
    if (vpcId === undefined) throw missingParameter('VpcId');
    if (world.ec2.vpcs.get(vpcId) === undefined) {
      throw new Problem('InvalidVpcID.NotFound', `The vpc ID '${vpcId}' does not exist`);
    }
    checkNames(name, description);
    const others = [...world.ec2.securityGroups.rows.values()];
    if (others.some((row) => row.vpcId === vpcId && row.name.toLowerCase() === name.toLowerCase())) {
      throw new Problem('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${vpcId}'`);
    }
    if (others.length >= world.settings.limits.securityGroups) {
      throw new Problem('SecurityGroupLimitExceeded', 'The maximum number of security groups has been reached.');
    }
    const tags = tagsFor('security-group', input.TagSpecifications, world);
    const id = world.ids.ec2('sg');
    const egress = [allowAll(world)];
    world.ec2.securityGroups.put(id, { id, name, description, vpcId, tags, ingress: [], egress });
    return { GroupId: id, SecurityGroupArn: world.arn('ec2', `security-group/${id}`), Tags: tagList(tags) };
  },
);

export const deleteSecurityGroup = writing<DeleteSecurityGroupCommandInput, DeleteSecurityGroupCommandOutput>(
  'DeleteSecurityGroup',
  ['GroupId'],
  ({ GroupId }, { world, now }) => {
    const group = existingGroup(world, GroupId);
    if (group.name === 'default') {
      throw new Problem(
        'CannotDelete',
        `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
      );
    }
    if (inUse(world, now, group)) {
      throw new Problem('DependencyViolation', `resource ${group.id} has a dependent object`);
    }
    world.ec2.securityGroups.delete(group.id);
    return { Return: true, GroupId: group.id };
  },
);

/** The group of a call that needs one. */
export function existingGroup(world: World, id: string | undefined): SecurityGroup {
  if (id === undefined) throw missingParameter('GroupId');
  checkIdShape(id, question);
  const group = world.ec2.securityGroups.get(id);
  if (group === undefined) throw groupNotFound(id);
  return group;
}

/** The rule that lets everything out, which every new group has. */
export function allowAll(world: World): Rule {
  return {
    id: world.ids.ec2('sgr'),
    protocol: '-1',
    fromPort: undefined,
    toPort: undefined,
    source: { type: 'ipv4', cidr: '0.0.0.0/0' },
    description: undefined,
  };
}

function checkNames(name: string, description: string): void {
  if (name.toLowerCase() === 'default') {
    throw new Problem('InvalidGroup.Reserved', `The security group '${name}' is reserved`);
  }
  if (name.startsWith('sg-') || !NAME.test(name)) throw invalidValue(`Invalid security group name '${name}'`);
  if (!NAME.test(description)) {
    throw invalidValue(
      'Invalid security group description. Valid descriptions are strings less than 256 characters from the ' +
        'following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*',
    );
  }
}

/** In use: by a load balancer's or an instance's interface, or in a rule of another group. */
function inUse(world: World, now: number, { id }: SecurityGroup): boolean {
  const { instances, securityGroups } = world.ec2;
  const names = ({ source }: Rule) => source.type === 'group' && source.groupId === id;
  return (
    liveInterfaces(world, now).some(({ groups }) => groups.includes(id)) ||
    [...instances.rows.values()].some((row) => row.state !== 'terminated' && row.groups.includes(id)) ||
    [...securityGroups.rows.values()].some((row) => row.id !== id && [...row.ingress, ...row.egress].some(names))
  );
}
