// DescribeInstances and DescribeAddresses.
// Instances live and die by the hand of the test, never by a call.

import type {
  DescribeAddressesCommandInput,
  DescribeAddressesCommandOutput,
  DescribeInstancesCommandInput,
  DescribeInstancesCommandOutput,
} from '@aws-sdk/client-ec2';
import { Problem } from '../problem.ts';
import { reading } from '../service.ts';
import { tagList } from '../tags.ts';
import type { World } from '../world.ts';
import { liveInterfaces } from './network-interface.ts';
import { type Question, select } from './selection.ts';
import type { Address, Instance, InstanceState } from './tables.ts';

const STATE_CODES: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

const instances: Question<Instance> = {
  prefix: 'i',
  notFound: 'InvalidInstanceID.NotFound',
  malformed: 'InvalidInstanceID.Malformed',
  filterable: {
    'availability-zone': (row) => [row.zone],
    'instance-id': (row) => [row.id],
    'instance-state-code': (row) => [String(STATE_CODES[row.state])],
    'instance-state-name': (row) => [row.state],
    'instance.group-id': (row) => row.groups,
    'private-dns-name': (row) => [privateDnsName(row)],
    'private-ip-address': (row) => [row.privateIp],
    'subnet-id': (row) => [row.subnetId],
    'vpc-id': (row) => [row.vpcId],
  },
};

const addresses: Question<Address> = {
  prefix: 'eipalloc',
  notFound: 'InvalidAllocationID.NotFound',
  malformed: 'InvalidAllocationID.Malformed',
  filterable: {
    'allocation-id': (row) => [row.allocationId],
    domain: () => ['vpc'],
    'public-ip': (row) => [row.publicIp],
  },
};

export const describeInstances = reading<DescribeInstancesCommandInput, DescribeInstancesCommandOutput>(
  'DescribeInstances',
  ['InstanceIds', 'Filters', 'MaxResults', 'NextToken'],
  ({ InstanceIds: ids, ...rest }, context) => {
    if (ids !== undefined && ids.length > 0 && rest.MaxResults !== undefined) {
      throw new Problem(
        'InvalidParameterCombination',
        'The parameter instancesSet cannot be used with the parameter maxResults',
      );
    }
    const { rows, next } = select(context, context.seen(context.world.ec2.instances), instances, { ids, ...rest });
    const OwnerId = context.world.place.accountId;
    return {
      NextToken: next,
      Reservations: rows.map((row) => ({
        ReservationId: row.id.replace(/^i-/, 'r-'),
        OwnerId,
        Groups: [],
        Instances: [describe(context.world, row)],
      })),
    };
  },
);

export const describeAddresses = reading<DescribeAddressesCommandInput, DescribeAddressesCommandOutput>(
  'DescribeAddresses',
  ['AllocationIds', 'Filters'],
  ({ AllocationIds: ids, Filters }, context) => {
    const { rows } = select(context, context.seen(context.world.ec2.addresses), addresses, { ids, Filters });
    const interfaces = liveInterfaces(context.world, context.now);
    return {
      Addresses: rows.map((row) => {
        const holder = interfaces.find(({ allocationId }) => allocationId === row.allocationId);
        const association = holder && {
          AssociationId: `eipassoc-${holder.id}`,
          NetworkInterfaceId: holder.id,
          NetworkInterfaceOwnerId: 'amazon-elb',
        };
        return {
          AllocationId: row.allocationId,
          Domain: 'vpc' as const,
          PublicIp: row.publicIp,
          Tags: tagList(row.tags),
          ...association,
        };
      }),
    };
  },
);

function describe(world: World, row: Instance) {
  const groups = row.groups.map((GroupId) => ({ GroupId, GroupName: world.ec2.securityGroups.get(GroupId)?.name }));
  const here = row.state !== 'terminated';
  return {
    InstanceId: row.id,
    LaunchTime: new Date(row.launchedAt),
    Placement: { AvailabilityZone: row.zone, Tenancy: 'default' as const },
    PrivateDnsName: here ? privateDnsName(row) : '',
    State: { Code: STATE_CODES[row.state], Name: row.state },
    Tags: tagList(row.tags),
    SecurityGroups: here ? groups : [],
    NetworkInterfaces: here
      ? [
          {
            NetworkInterfaceId: row.id.replace(/^i-/, 'eni-'),
            Groups: groups,
            PrivateIpAddress: row.privateIp,
            Attachment: { DeviceIndex: 0, Status: 'attached' as const },
          },
        ]
      : [],
    // A terminated instance is still listed for a while, but its network is gone.
    ...(here ? { PrivateIpAddress: row.privateIp, SubnetId: row.subnetId, VpcId: row.vpcId } : {}),
  };
}

function privateDnsName(row: Instance): string {
  return `ip-${row.privateIp.replaceAll('.', '-')}.internal`;
}
