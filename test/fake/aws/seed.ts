// What a test puts into this AWS without a call, and what it lets happen there: networks, instances, their health.
// What has an API here (load balancers, rules) is better made by a session of its own, unless no call may be counted.

import type { IpPermission } from '@aws-sdk/client-ec2';
import { attachInterface } from './ec2/network-interface.ts';
import { rulesOf } from './ec2/permission.ts';
import { allowAll } from './ec2/security-group.ts';
import type { InstanceState, Subnet, Vpc, ZoneType } from './ec2/tables.ts';
import { forgetClassicInstance } from './elb/instances.ts';
import { arnOf } from './elb/load-balancer.ts';
import { type SeededClassic, seededClassic } from './elb/seeded.ts';
import { forgetTarget } from './elbv2/targets.ts';
import { formatAddress, parseRange } from './range.ts';
import type { Table } from './table.ts';
import type { Tags } from './tags.ts';
import type { World } from './world.ts';

export class Seed {
  readonly #world: World;
  readonly #change: <T>(work: () => T) => T;
  readonly #begun: () => boolean;

  /** `begun` tells whether any call was made yet: what is seeded before was there from the beginning. */
  constructor(world: World, change: <T>(work: () => T) => T, begun: () => boolean) {
    this.#world = world;
    this.#change = change;
    this.#begun = begun;
  }

  /** A VPC with its main route table (nothing but the local route) and its default security group. */
  vpc(given: { id: string; cidr: string; ipv6Cidr?: string; tags?: Tags }): void {
    this.#change(() => {
      const { ec2, ids } = this.#world;
      const { id, cidr, ipv6Cidr, tags = {} } = given;
      this.#put(ec2.vpcs, id, { id, cidr, ipv6Cidr, tags });
      this.routeTable({ id: ids.ec2('rtb'), vpc: id, main: true });
      const group = { id: ids.ec2('sg'), name: 'default', description: 'default VPC security group', vpcId: id };
      const source = { type: 'group' as const, groupId: group.id };
      const own = { ...allowAll(this.#world), source };
      this.#put(ec2.securityGroups, group.id, { ...group, tags: {}, ingress: [own], egress: [allowAll(this.#world)] });
    });
  }

  /** A zone; subnets make theirs when it is missing, as an ordinary availability zone. */
  zone(given: { name: string; type?: ZoneType }): void {
    const { ec2, ids, place } = this.#world;
    const { name, type = 'availability-zone' } = given;
    const id = `${place.region}-az${ids.count('zone')}`;
    this.#change(() => this.#put(ec2.availabilityZones, name, { name, id, type }));
  }

  /** A subnet; a public one gets a route to the VPC's internet gateway, another one the main route table. */
  subnet(given: {
    id: string;
    az: string;
    cidr: string;
    public?: boolean;
    vpc?: string;
    ipv6Cidr?: string;
    freeAddresses?: number;
    tags?: Tags;
  }): void {
    this.#change(() => {
      const { ec2 } = this.#world;
      const { id, az: zone, cidr, ipv6Cidr, freeAddresses = 251, tags = {} } = given;
      const vpcId = this.#vpc(given.vpc).id;
      if (ec2.availabilityZones.get(zone) === undefined) this.zone({ name: zone });
      this.#put(ec2.subnets, id, { id, vpcId, zone, cidr, ipv6Cidr, freeAddresses, tags });
      if (given.public === true) this.#publish(id, vpcId);
    });
  }

  /** A route table. `gateway` is where its default route goes: `igw-…`, `nat-…`. */
  routeTable(given: {
    id: string;
    vpc?: string;
    main?: boolean;
    subnets?: readonly string[];
    gateway?: string;
    tags?: Tags;
  }): void {
    const { id, main = false, subnets: subnetIds = [], gateway, tags = {} } = given;
    const vpcId = this.#vpc(given.vpc).id;
    this.#change(() => this.#put(this.#world.ec2.routeTables, id, { id, vpcId, main, subnetIds, gateway, tags }));
  }

  securityGroup(given: {
    id: string;
    name?: string;
    description?: string;
    vpc?: string;
    tags?: Tags;
    ingress?: readonly IpPermission[];
  }): void {
    const { id, name = id.replace(/^sg-/, ''), description = name, tags = {} } = given;
    const vpcId = this.#vpc(given.vpc).id;
    const { ec2, ids } = this.#world;
    const ingress = rulesOf(given.ingress ?? []).map((rule) => ({ ...rule, id: ids.ec2('sgr') }));
    const egress = [allowAll(this.#world)];
    this.#change(() => this.#put(ec2.securityGroups, id, { id, name, description, vpcId, tags, ingress, egress }));
  }

  /** More inbound rules in a group that there is. */
  ingress(groupId: string, permissions: readonly IpPermission[]): void {
    const { ec2, ids } = this.#world;
    const group = ec2.securityGroups.get(groupId);
    if (group === undefined) throw new Error(`no security group ${groupId}: seed it first`);
    const added = rulesOf(permissions).map((rule) => ({ ...rule, id: ids.ec2('sgr') }));
    this.#change(() => this.#put(ec2.securityGroups, groupId, { ...group, ingress: [...group.ingress, ...added] }));
  }

  /** A Classic Load Balancer that somebody made before, with its network interfaces. It is not checked. */
  classicLoadBalancer(given: SeededClassic): void {
    this.#change(() => {
      const row = seededClassic(this.#world, given);
      this.#put(this.#world.elb.loadBalancers, row.name, row);
      for (const subnetId of row.subnets) {
        const [owner, groups] = [arnOf(this.#world, row.name), row.securityGroups];
        attachInterface(this.#world, { owner, subnetId, groups, allocationId: undefined, privateIp: undefined });
      }
    });
  }

  /** A new instance, running unless said otherwise; or changes to one that there is. An ended one leaves its groups. */
  instance(given: {
    id: string;
    az?: string;
    subnet?: string;
    groups?: readonly string[];
    state?: InstanceState;
    privateIp?: string;
    tags?: Tags;
  }): void {
    this.#change(() => {
      const { ec2 } = this.#world;
      const there = ec2.instances.get(given.id);
      const subnet = this.#subnet(given.subnet ?? there?.subnetId, given.az);
      const state = given.state ?? there?.state ?? 'running';
      this.#put(ec2.instances, given.id, {
        id: given.id,
        vpcId: subnet.vpcId,
        subnetId: subnet.id,
        zone: subnet.zone,
        privateIp: given.privateIp ?? there?.privateIp ?? this.#nextAddress(subnet),
        state,
        groups: given.groups ?? there?.groups ?? [],
        launchedAt: there?.launchedAt ?? Date.now(),
        tags: given.tags ?? there?.tags ?? {},
      });
      if (state === 'terminated') this.#leave(given.id);
    });
  }

  /** Some time after its end an instance is not known any more, not even as terminated. */
  forgetInstance(id: string): void {
    this.#change(() => {
      this.#world.ec2.instances.delete(id);
      this.#leave(id);
    });
  }

  /** What the health checks of a target (instance id or address) find, in every group and Classic Load Balancer. */
  targetHealth(id: string, health: 'healthy' | 'unhealthy'): void {
    const { unhealthy } = this.#world;
    if (health === 'unhealthy') unhealthy.add(id);
    else unhealthy.delete(id);
  }

  /** An Elastic IP address. */
  address(given: { allocationId: string; ip: string; tags?: Tags }): void {
    const { allocationId, ip: publicIp, tags = {} } = given;
    this.#change(() => this.#put(this.#world.ec2.addresses, allocationId, { allocationId, publicIp, tags }));
  }

  prefixList(given: { id: string; maxEntries: number }): void {
    this.#change(() => this.#put(this.#world.ec2.prefixLists, given.id, given));
  }

  certificate(arn: string): void {
    this.#world.certificates.add(arn);
  }

  /** A bucket that load balancers may write their logs to. */
  bucket(name: string): void {
    this.#world.buckets.add(name);
  }

  /** What happens to the registrations of an instance that ends. */
  #leave(id: string): void {
    forgetTarget(this.#world, id);
    forgetClassicInstance(this.#world, id);
  }

  #put<Row extends object>(table: Table<Row>, id: string, row: Row): void {
    table.put(id, row, this.#begun() ? Date.now() : Number.NEGATIVE_INFINITY);
  }

  /** The named VPC, or the only one; a first one is made when there is none. */
  #vpc(id: string | undefined): Vpc {
    const { vpcs } = this.#world.ec2;
    if (id === undefined && vpcs.rows.size === 0) this.vpc({ id: 'vpc-main', cidr: '10.0.0.0/16' });
    const found = id === undefined ? [...vpcs.rows.values()] : [vpcs.get(id)];
    if (found.length !== 1 || found[0] === undefined) throw new Error(`which VPC? ${id ?? 'none is named'}`);
    return found[0];
  }

  #subnet(id: string | undefined, zone: string | undefined): Subnet {
    const all = [...this.#world.ec2.subnets.rows.values()];
    const found = all.find((row) => (id === undefined || row.id === id) && (zone === undefined || row.zone === zone));
    if (found === undefined) throw new Error(`no subnet ${id ?? ''} ${zone ?? ''}: seed it first`);
    return found;
  }

  #publish(subnetId: string, vpcId: string): void {
    const { ec2, ids } = this.#world;
    const tables = [...ec2.routeTables.rows.values()];
    const table = tables.find((row) => row.vpcId === vpcId && !row.main && row.gateway?.startsWith('igw-'));
    if (table !== undefined)
      this.#put(ec2.routeTables, table.id, { ...table, subnetIds: [...table.subnetIds, subnetId] });
    else this.routeTable({ id: ids.ec2('rtb'), vpc: vpcId, subnets: [subnetId], gateway: ids.ec2('igw') });
  }

  #nextAddress(subnet: Subnet): string {
    const first = parseRange(subnet.cidr)?.first ?? 0n;
    return formatAddress(4, first + 10n + BigInt(this.#world.ids.count(`address/${subnet.id}`)));
  }
}
