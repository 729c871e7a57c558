// CreateTargetGroup and ModifyTargetGroup for the groups that a Network Load Balancer can use.
// Protocol, port, VPC and target type are for life: no call changes them.

import type {
  CreateTargetGroupCommandInput,
  CreateTargetGroupCommandOutput,
  ModifyTargetGroupCommandInput,
  ModifyTargetGroupCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Misuse, Problem } from '../problem.ts';
import { writing } from '../service.ts';
import { withTags } from '../tags.ts';
import type { World } from '../world.ts';
import { constraint, invalid, tagErrors } from './errors.ts';
import { healthCheckOf } from './health-check.ts';
import { checkName } from './load-balancer.ts';
import type { TargetGroup } from './tables.ts';
import { checkTagsPresent } from './tagging.ts';
import { existingTargetGroup, sdkTargetGroup, usersOf } from './target-group.ts';
import { defaultTargetGroupAttributes } from './target-group-attributes.ts';

type Wanted = Pick<
  TargetGroup,
  'name' | 'protocol' | 'port' | 'vpcId' | 'targetType' | 'ipAddressType' | 'healthCheck'
>;

export const createTargetGroup = writing<CreateTargetGroupCommandInput, CreateTargetGroupCommandOutput>(
  'CreateTargetGroup',
  [
    'HealthCheckEnabled',
    'HealthCheckIntervalSeconds',
    'HealthCheckPath',
    'HealthCheckPort',
    'HealthCheckProtocol',
    'HealthCheckTimeoutSeconds',
    'HealthyThresholdCount',
    'IpAddressType',
    'Matcher',
    'Name',
    'Port',
    'Protocol',
    'Tags',
    'TargetType',
    'UnhealthyThresholdCount',
    'VpcId',
  ],
  (input, { world }) => {
    checkTagsPresent(input.Tags);
    const tags = withTags({}, input.Tags ?? [], world.settings.limits.tags, tagErrors);
    const wanted = wantedOf(world, input);
    const users = usersOf(world.elbv2.listeners.rows.values());
    const same = [...world.elbv2.targetGroups.rows.values()].find(({ name }) => name === wanted.name);
    if (same !== undefined) {
      // As for load balancers: a repeated request answers what is there and does not touch it.
      if (!sameSettings(same, wanted)) {
        throw new Problem(
          'DuplicateTargetGroupName',
          `A target group with the same name '${wanted.name}' exists, but with different settings`,
        );
      }
      return { TargetGroups: [sdkTargetGroup(same, users)] };
    }
    if (world.elbv2.targetGroups.rows.size >= world.settings.limits.targetGroups) {
      throw new Problem('TooManyTargetGroups', 'The maximum number of target groups has been reached');
    }
    const id = world.ids.next('target-group', 16);
    const arn = world.arn('elasticloadbalancing', `targetgroup/${wanted.name}/${id}`);
    const attributes = defaultTargetGroupAttributes(wanted);
    const row: TargetGroup = { ...wanted, arn, attributes, tags, targets: {}, usedSince: undefined, usedUntil: 0 };
    world.elbv2.targetGroups.put(arn, row);
    return { TargetGroups: [sdkTargetGroup(row, users)] };
  },
);

export const modifyTargetGroup = writing<ModifyTargetGroupCommandInput, ModifyTargetGroupCommandOutput>(
  'ModifyTargetGroup',
  [
    'HealthCheckEnabled',
    'HealthCheckIntervalSeconds',
    'HealthCheckPath',
    'HealthCheckPort',
    'HealthCheckProtocol',
    'HealthCheckTimeoutSeconds',
    'HealthyThresholdCount',
    'Matcher',
    'TargetGroupArn',
    'UnhealthyThresholdCount',
  ],
  (input, { world }) => {
    const row = existingTargetGroup(world, input.TargetGroupArn);
    const changed = { ...row, healthCheck: healthCheckOf(input, row.healthCheck) };
    world.elbv2.targetGroups.put(row.arn, changed);
    return { TargetGroups: [sdkTargetGroup(changed, usersOf(world.elbv2.listeners.rows.values()))] };
  },
);

function wantedOf(world: World, input: CreateTargetGroupCommandInput): Wanted {
  const { Name, Protocol, Port, VpcId, TargetType = 'instance', IpAddressType = 'ipv4' } = input;
  checkName(Name!, 'Target group');
  if (TargetType !== 'instance' && TargetType !== 'ip') {
    throw new Misuse(`target groups of type '${TargetType}' are not simulated`);
  }
  if (Protocol === undefined) throw invalid('A protocol must be specified');
  if (Protocol !== 'TCP' && Protocol !== 'UDP' && Protocol !== 'TCP_UDP' && Protocol !== 'TLS') {
    throw new Misuse(`target groups with protocol '${Protocol}' are not simulated`);
  }
  if (Port === undefined) throw invalid('A port must be specified');
  if (Port < 1 || Port > 65_535) throw constraint('Port', Port, 'Member must have value between 1 and 65535');
  if (VpcId === undefined) throw invalid('A VPC ID must be specified');
  if (world.ec2.vpcs.get(VpcId) === undefined) throw invalid(`The VPC ID '${VpcId}' is not found`);
  return {
    name: Name!,
    protocol: Protocol,
    port: Port,
    vpcId: VpcId,
    targetType: TargetType,
    ipAddressType: IpAddressType,
    healthCheck: healthCheckOf(input, undefined),
  };
}

function sameSettings(row: TargetGroup, wanted: Wanted): boolean {
  const settings = ({ protocol, port, vpcId, targetType, ipAddressType, healthCheck }: Wanted) =>
    JSON.stringify([protocol, port, vpcId, targetType, ipAddressType, healthCheck]);
  return settings(row) === settings(wanted);
}
