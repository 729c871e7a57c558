// What EC2 keeps: the rows of networks, instances, addresses and security groups.
// Only shapes; the rules are in the operations.

import { type Journal, Table } from '../table.ts';
import type { Tags } from '../tags.ts';

export interface Vpc {
  readonly id: string;
  readonly cidr: string;
  readonly ipv6Cidr: string | undefined;
  readonly tags: Tags;
}

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly cidr: string;
  readonly ipv6Cidr: string | undefined;
  readonly freeAddresses: number;
  readonly tags: Tags;
}

export interface RouteTable {
  readonly id: string;
  readonly vpcId: string;
  readonly main: boolean;
  readonly subnetIds: readonly string[];
  /** The target of the default route: `igw-…`, `nat-…`, or none. */
  readonly gateway: string | undefined;
  readonly tags: Tags;
}

export type ZoneType = 'availability-zone' | 'local-zone' | 'wavelength-zone';

export interface AvailabilityZone {
  readonly name: string;
  readonly id: string;
  readonly type: ZoneType;
}

export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';

export interface Instance {
  readonly id: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly zone: string;
  readonly privateIp: string;
  readonly state: InstanceState;
  readonly groups: readonly string[];
  readonly launchedAt: number;
  readonly tags: Tags;
}

/** An Elastic IP address. Which interface has it is in the interface's row. */
export interface Address {
  readonly allocationId: string;
  readonly publicIp: string;
  readonly tags: Tags;
}

export interface PrefixList {
  readonly id: string;
  /** What a rule that names the list counts for in a security group. */
  readonly maxEntries: number;
}

/** What holds security groups, addresses and subnets in use. Load balancers have one a zone, instances one. */
export interface NetworkInterface {
  readonly id: string;
  /** The ARN of a load balancer of either kind or the id of an instance. */
  readonly owner: string;
  readonly subnetId: string;
  readonly groups: readonly string[];
  readonly allocationId: string | undefined;
  readonly privateIp: string | undefined;
  /** Until when it still holds what it held, once its owner is gone; epoch milliseconds. */
  readonly releasedAt: number | undefined;
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  readonly tags: Tags;
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

export type RuleSource =
  | { readonly type: 'ipv4' | 'ipv6'; readonly cidr: string }
  | { readonly type: 'group'; readonly groupId: string }
  | { readonly type: 'prefix-list'; readonly prefixListId: string };

export interface Rule {
  readonly id: string;
  /** `tcp`, `udp`, `icmp`, `icmpv6`, `-1`, or a protocol number. */
  readonly protocol: string;
  /** Ports, or ICMP type and code; undefined where the protocol has none. */
  readonly fromPort: number | undefined;
  readonly toPort: number | undefined;
  readonly source: RuleSource;
  readonly description: string | undefined;
}

export interface Ec2Tables {
  readonly vpcs: Table<Vpc>;
  readonly subnets: Table<Subnet>;
  readonly routeTables: Table<RouteTable>;
  readonly availabilityZones: Table<AvailabilityZone>;
  readonly instances: Table<Instance>;
  readonly addresses: Table<Address>;
  readonly prefixLists: Table<PrefixList>;
  readonly networkInterfaces: Table<NetworkInterface>;
  readonly securityGroups: Table<SecurityGroup>;
}

export function createEc2Tables(journal: Journal, rememberMs: number): Ec2Tables {
  return {
    vpcs: new Table('vpc', journal, rememberMs),
    subnets: new Table('subnet', journal, rememberMs),
    routeTables: new Table('routeTable', journal, rememberMs),
    availabilityZones: new Table('availabilityZone', journal, rememberMs),
    instances: new Table('instance', journal, rememberMs),
    addresses: new Table('address', journal, rememberMs),
    prefixLists: new Table('prefixList', journal, rememberMs),
    networkInterfaces: new Table('networkInterface', journal, rememberMs),
    securityGroups: new Table('securityGroup', journal, rememberMs),
  };
}
