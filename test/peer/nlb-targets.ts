// Target groups of an NLB: made, their instances kept, and the few settings that cloud-provider-aws changes on live ones.
import {
  CreateTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetHealthCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { PeerConfig } from './config.ts';
import type { Desk } from './desk.ts';
import { type Tag, targetGroupNameOf } from './names.ts';
import type { Mapping } from './wishes.ts';

export interface Behind {
  readonly service: { readonly namespace: string; readonly name: string };
  readonly config: PeerConfig;
  readonly instances: readonly string[];
  readonly tags: Tag[];
}

/** Answers the ARN. */
export async function makeTargetGroup(desk: Desk, mapping: Mapping, behind: Behind): Promise<string> {
  const { health, nodePort, back } = mapping;
  const Name = targetGroupNameOf({
    ...behind.service,
    clusterId: behind.config.clusterId,
    servicePort: mapping.port,
    nodePort,
    protocol: back,
    healthProtocol: health.protocol,
    healthInterval: health.interval,
  });
  const create = new CreateTargetGroupCommand({
    Name,
    VpcId: behind.config.vpcId,
    Port: nodePort,
    Protocol: back,
    TargetType: 'instance',
    HealthCheckIntervalSeconds: health.interval,
    HealthCheckPort: health.port,
    HealthCheckProtocol: health.protocol as NonNullable<TargetGroup['HealthCheckProtocol']>,
    HealthyThresholdCount: health.healthy,
    UnhealthyThresholdCount: health.unhealthy,
    ...(health.protocol === 'TCP' ? {} : { HealthCheckPath: health.path }),
    Tags: behind.tags,
  });
  const { TargetGroups = [] } = await desk.make(create, () => desk.clients.elbv2.send(create));
  const arn = TargetGroups[0]?.TargetGroupArn ?? '';
  await register(desk, arn, behind.instances, nodePort);
  return arn;
}

/** Instances, then port, threshold and path of the health check. */
export async function updateTargetGroup(
  desk: Desk,
  group: TargetGroup,
  { health, nodePort }: Mapping,
  instances: readonly string[],
): Promise<void> {
  const { elbv2 } = desk.clients;
  const TargetGroupArn = group.TargetGroupArn ?? '';
  const { TargetHealthDescriptions = [] } = await elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  const there = TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State !== 'draining').map(
    ({ Target }) => Target?.Id ?? '',
  );
  const stale = there.filter((id) => !instances.includes(id));
  if (stale.length > 0) {
    const Targets = stale.map((Id) => ({ Id, Port: nodePort }));
    const command = new DeregisterTargetsCommand({ TargetGroupArn, Targets });
    await desk.write(command, () => elbv2.send(command));
  }
  const missing = instances.filter((id) => !there.includes(id));
  await register(desk, TargetGroupArn, missing, nodePort);
  const portDiffers = group.HealthCheckPort !== health.port;
  const thresholdDiffers = group.HealthyThresholdCount !== health.healthy;
  // The path is compared with that of an empty request: it is sent at every sync.
  const web = group.HealthCheckProtocol !== 'TCP';
  if (!portDiffers && !thresholdDiffers && !web) return;
  const command = new ModifyTargetGroupCommand({
    TargetGroupArn,
    ...(portDiffers ? { HealthCheckPort: health.port } : {}),
    ...(thresholdDiffers ? { HealthyThresholdCount: health.healthy, UnhealthyThresholdCount: health.unhealthy } : {}),
    ...(web ? { HealthCheckPath: health.path } : {}),
  });
  const habit = !portDiffers && !thresholdDiffers && group.HealthCheckPath === health.path;
  await desk.write(command, () => elbv2.send(command), habit);
}

/** Those of the wanted attributes that differ; others keep their last value. */
export async function updateAttributes(
  desk: Desk,
  TargetGroupArn: string,
  wanted: Readonly<Record<string, string>>,
): Promise<void> {
  const { elbv2 } = desk.clients;
  const { Attributes: have = [] } = await elbv2.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
  const now = new Map(have.map(({ Key, Value }) => [Key, Value]));
  const Attributes = Object.entries(wanted).flatMap(([Key, Value]) => (now.get(Key) === Value ? [] : { Key, Value }));
  if (Attributes.length === 0) return;
  const command = new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes });
  await desk.write(command, () => elbv2.send(command));
}

async function register(desk: Desk, TargetGroupArn: string, ids: readonly string[], Port: number): Promise<void> {
  for (let start = 0; start < ids.length; start += 100) {
    const Targets = ids.slice(start, start + 100).map((Id) => ({ Id, Port }));
    const command = new RegisterTargetsCommand({ TargetGroupArn, Targets });
    await desk.write(command, () => desk.clients.elbv2.send(command));
  }
}
