// What the scenarios of Classic Load Balancers share: annotations with values for them, and a world in which one serves.
import { doorsOf } from './doors.ts';
import { balancerName } from './ledger.ts';
import { expectRest } from './scenario.ts';
import { AWS } from './wishes.ts';
import { CERTIFICATE, type ServiceOptions, type World } from './world.ts';

export const CLASSIC = { aws: { 'aws-default-type': 'classic' } };
export const BUCKET = 'logs-of-load-balancers';
export const GROUPS = ['sg-00000000000000021', 'sg-00000000000000022'];

/** A world in which Service `web` has been served by a Classic Load Balancer for a while. */
export async function served(
  world: World,
  options: ServiceOptions = {},
  more: Parameters<World['start']>[0] = {},
): Promise<void> {
  await world.start({ ...CLASSIC, ...more });
  world.addService('web', options);
  await world.settle();
  expectRest(world);
}

/** The user edits the Service, and it becomes so. Answers the operations that this took, writes only. */
export async function edit(world: World, change: Parameters<World['edit']>[1]): Promise<readonly string[]> {
  const calls = await world.awsCallsDuring(async () => {
    world.edit('web', change);
    await world.settle();
  });
  expectRest(world);
  return calls.filter(({ write }) => write).map(({ operation }) => operation);
}

/** Groups that somebody made for load balancers, with ways in to them. */
export function furnish(world: World): void {
  world.aws.seed.bucket(BUCKET);
  const tcp = { IpProtocol: 'tcp', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
  const ingress = [80, 443].map((port) => ({ ...tcp, FromPort: port, ToPort: port }));
  for (const id of GROUPS) world.aws.seed.securityGroup({ id, ingress });
}

export const doors = (world: World) => doorsOf(world.aws.state, world.service('web').metadata.uid);
export const nameOf = (world: World, name = 'web') => balancerName(world.service(name).metadata.uid);
export const classic = (world: World) => world.aws.state.classicLoadBalancers.get(nameOf(world))!;

export const two = [
  { name: 'http', port: 80 },
  { name: 'https', port: 443 },
];

export const TLS = { [`${AWS}ssl-cert`]: CERTIFICATE, [`${AWS}ssl-ports`]: 'https' };
const logs = { [`${AWS}access-log-enabled`]: 'true', [`${AWS}access-log-s3-bucket-name`]: BUCKET };

export interface Setting {
  readonly suffix: string;
  readonly value: string;
  /** Another value, which follows on the first. */
  readonly next?: string;
  /** Annotations that stay beside it. */
  readonly beside?: Readonly<Record<string, string>>;
}

/** Annotations of which each has a meaning by itself. */
export const SETTINGS: readonly Setting[] = [
  { suffix: 'additional-resource-tags', value: 'team=red,stage=prod', next: 'team=blue' },
  { suffix: 'connection-draining-enabled', value: 'true' },
  {
    suffix: 'connection-draining-timeout',
    value: '90',
    next: '120',
    beside: { [`${AWS}connection-draining-enabled`]: 'true' },
  },
  { suffix: 'connection-idle-timeout', value: '120', next: '3600' },
  { suffix: 'cross-zone-load-balancing-enabled', value: 'true' },
  { suffix: 'healthcheck-healthy-threshold', value: '5', next: '10' },
  { suffix: 'healthcheck-interval', value: '20', next: '30' },
  { suffix: 'healthcheck-port', value: '10256', next: 'traffic-port' },
  { suffix: 'healthcheck-protocol', value: 'HTTP', next: 'SSL' },
  { suffix: 'healthcheck-path', value: '/ready', beside: { [`${AWS}healthcheck-protocol`]: 'HTTP' } },
  { suffix: 'healthcheck-timeout', value: '7', next: '3' },
  { suffix: 'healthcheck-unhealthy-threshold', value: '3', next: '9' },
  { suffix: 'proxy-protocol', value: '*' },
];

/** Those that need others, or something in the world. */
export const MORE: readonly Setting[] = [
  { suffix: 'access-log-enabled', value: 'true', beside: { [`${AWS}access-log-s3-bucket-name`]: BUCKET } },
  { suffix: 'access-log-emit-interval', value: '5', beside: logs },
  { suffix: 'access-log-s3-bucket-prefix', value: 'web', next: 'other', beside: logs },
  { suffix: 'extra-security-groups', value: GROUPS[0]!, next: GROUPS.join() },
  { suffix: 'security-groups', value: GROUPS[0]!, next: GROUPS[1]! },
  { suffix: 'security-groups', value: GROUPS.join(), next: GROUPS.toReversed().join() },
  { suffix: 'backend-protocol', value: 'http' },
  { suffix: 'backend-protocol', value: 'http', next: 'https', beside: TLS },
  { suffix: 'backend-protocol', value: 'ssl', next: 'tcp', beside: TLS },
  { suffix: 'ssl-cert', value: CERTIFICATE },
  { suffix: 'ssl-ports', value: 'https', next: '80', beside: { [`${AWS}ssl-cert`]: CERTIFICATE } },
  {
    suffix: 'ssl-negotiation-policy',
    value: 'ELBSecurityPolicy-TLS-1-2-2017-01',
    next: 'ELBSecurityPolicy-2015-05',
    beside: TLS,
  },
];
