// Questions about EC2, ACM and S3 that the rules ask the emulator, with what rarely changes remembered. Also holds
// Elastic IP addresses for load balancers, in EC2's own way. Decides nothing.
import {
  AssociateAddressCommand,
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVpcsCommand,
  DisassociateAddressCommand,
  type EC2Client,
  type Instance,
  type SecurityGroup,
  type Subnet,
} from '@aws-sdk/client-ec2';
import { ec2Client, type Place } from '../fixture-client.ts';
import { bucketExists, certificateStatus } from '../fixture-requests.ts';

/** An Elastic IP address that a load balancer holds. */
export interface HeldAddress {
  readonly publicIp: string;
  readonly networkInterfaceId: string;
}

export class Lookup {
  readonly #place: Place;
  readonly #ec2: EC2Client;
  readonly #subnets = new Map<string, Subnet>();
  readonly #instances = new Map<string, Instance>();
  /** VPCs that exist, and whether they have an internet gateway. */
  readonly #vpcs = new Map<string, { readonly gateway: boolean }>();
  /** Counts the changes, so that an answer asked for before one is not remembered after it. */
  #generation = 0;

  constructor(place: Place) {
    this.#place = place;
    this.#ec2 = ec2Client(place);
  }

  /** To be told of every write to EC2, so that nothing old is remembered. */
  changed(operation: string): void {
    if (/SecurityGroup|Tags/.test(operation)) return;
    this.#generation++;
    if (/Subnet|NetworkInterface|Address/.test(operation)) this.#subnets.clear();
    if (/Instance/.test(operation)) this.#instances.clear();
    if (/Vpc|InternetGateway/.test(operation)) this.#vpcs.clear();
  }

  close(): void {
    this.#ec2.destroy();
  }

  /** The subnets that exist, by id. */
  async subnets(ids: readonly string[]): Promise<ReadonlyMap<string, Subnet>> {
    return this.#remembered(this.#subnets, ids, async (missing) => {
      const Filters = [{ Name: 'subnet-id', Values: [...missing] }];
      const { Subnets = [] } = await this.#ec2.send(new DescribeSubnetsCommand({ Filters }));
      return Subnets.map((subnet) => [subnet.SubnetId!, subnet]);
    });
  }

  /** The instances that exist, terminated ones included, by id. */
  async instances(ids: readonly string[]): Promise<ReadonlyMap<string, Instance>> {
    return this.#remembered(this.#instances, ids, async (missing) => {
      const Filters = [{ Name: 'instance-id', Values: [...missing] }];
      const { Reservations = [] } = await this.#ec2.send(new DescribeInstancesCommand({ Filters }));
      return Reservations.flatMap(({ Instances = [] }) => Instances).map((instance) => [
        instance.InstanceId!,
        instance,
      ]);
    });
  }

  /** The security groups that match an EC2 filter. */
  async securityGroups(filter: string, values: readonly string[]): Promise<readonly SecurityGroup[]> {
    const Filters = [{ Name: filter, Values: [...values] }];
    const { SecurityGroups = [] } = await this.#ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
    return SecurityGroups;
  }

  /** The tags of anything of EC2's. */
  async tagsOf(id: string): Promise<Readonly<Record<string, string>>> {
    const Filters = [{ Name: 'resource-id', Values: [id] }];
    const { Tags = [] } = await this.#ec2.send(new DescribeTagsCommand({ Filters }));
    return Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  }

  /** True if an instance that is not terminated is in the group. */
  async groupHasInstances(groupId: string): Promise<boolean> {
    const Filters = [{ Name: 'instance.group-id', Values: [groupId] }];
    const { Reservations = [] } = await this.#ec2.send(new DescribeInstancesCommand({ Filters }));
    return Reservations.some(({ Instances = [] }) => Instances.some(({ State }) => State?.Name !== 'terminated'));
  }

  /** What is known of a VPC; undefined if there is none. */
  async vpc(id: string): Promise<{ readonly gateway: boolean } | undefined> {
    const known = await this.#remembered(this.#vpcs, [id], async () => {
      const { Vpcs = [] } = await this.#ec2.send(
        new DescribeVpcsCommand({ Filters: [{ Name: 'vpc-id', Values: [id] }] }),
      );
      const { InternetGateways = [] } = await this.#ec2.send(
        new DescribeInternetGatewaysCommand({ Filters: [{ Name: 'attachment.vpc-id', Values: [id] }] }),
      );
      return Vpcs.map(() => [id, { gateway: InternetGateways.length > 0 }]);
    });
    return known.get(id);
  }

  /** For each allocation that exists, whether something holds it. */
  async allocations(ids: readonly string[]): Promise<ReadonlyMap<string, { readonly held: boolean }>> {
    const Filters = [{ Name: 'allocation-id', Values: [...ids] }];
    const { Addresses = [] } = await this.#ec2.send(new DescribeAddressesCommand({ Filters }));
    return new Map(Addresses.map((address) => [address.AllocationId!, { held: Boolean(address.AssociationId) }]));
  }

  /** Holds an allocation for a load balancer, by an interface in the subnet, so that EC2 shows it as associated. */
  async hold(allocationId: string, subnetId: string, description: string): Promise<HeldAddress> {
    const made = await this.#ec2.send(
      new CreateNetworkInterfaceCommand({ SubnetId: subnetId, Description: description }),
    );
    const networkInterfaceId = made.NetworkInterface!.NetworkInterfaceId!;
    const link = { AllocationId: allocationId, NetworkInterfaceId: networkInterfaceId };
    await this.#ec2.send(new AssociateAddressCommand(link));
    const { Addresses } = await this.#ec2.send(new DescribeAddressesCommand({ AllocationIds: [allocationId] }));
    return { publicIp: Addresses![0]!.PublicIp!, networkInterfaceId };
  }

  /** Gives an allocation back. */
  async release(allocationId: string, networkInterfaceId: string): Promise<void> {
    const { Addresses } = await this.#ec2.send(new DescribeAddressesCommand({ AllocationIds: [allocationId] }));
    const AssociationId = Addresses?.[0]?.AssociationId;
    if (AssociationId) await this.#ec2.send(new DisassociateAddressCommand({ AssociationId }));
    await this.#ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: networkInterfaceId }));
  }

  /** The status of an ACM certificate; undefined if there is none. IAM's certificates are taken as issued. */
  async certificateStatus(arn: string): Promise<string | undefined> {
    if (/^arn:[^:]+:iam::\d+:server-certificate\//.test(arn)) return 'ISSUED';
    return certificateStatus({ ...this.#place, arn });
  }

  bucketExists(bucket: string): Promise<boolean> {
    return bucketExists({ ...this.#place, bucket });
  }

  async #remembered<T>(
    known: Map<string, T>,
    ids: readonly string[],
    ask: (missing: readonly string[]) => Promise<readonly (readonly [string, T])[]>,
  ): Promise<ReadonlyMap<string, T>> {
    const found = new Map<string, T>();
    for (const id of ids) {
      const value = known.get(id);
      if (value !== undefined) found.set(id, value);
    }
    const missing = ids.filter((id) => !found.has(id));
    if (missing.length === 0) return found;
    const generation = this.#generation;
    for (const [id, value] of await ask(missing)) {
      found.set(id, value);
      if (generation === this.#generation) known.set(id, value);
    }
    return found;
  }
}
