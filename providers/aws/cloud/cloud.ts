// The connection to one region and VPC of AWS: its calls, and what is remembered of what they answered.
import type { SecurityGroup } from '@aws-sdk/client-ec2';
import { FairleadError } from '../../../src/engine/errors.ts';
import type { Scope } from '../../../src/engine/kind.ts';
import type { ClusterIdentity, Host } from '../../../src/provider/provider.ts';
import type { ExistingLoadBalancer, ExistingTargetGroup, Subnet } from '../facts.ts';
import { instanceIdOf } from '../instances.ts';
import { partitionOf } from '../region.ts';
import { Cached } from './cached.ts';
import { Calls } from './calls.ts';
import { findGroups } from './groups.ts';
import { InstanceCache } from './instance-cache.ts';
import { listLoadBalancers, type NamedLoadBalancer } from './load-balancers.ts';
import { Memory } from './memory.ts';
import { readSubnets } from './network.ts';
import type { ClientSettings, Clients } from './sdk.ts';

const REGION_LABELS = ['topology.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/region'];

/** '' : to be found out. */
export interface Place {
  readonly region: string;
  readonly vpcId: string;
  readonly roleArn: string;
}

/** Makes the SDK's clients; tests have their own. */
export type ClientFactory = (settings: ClientSettings) => Clients | Promise<Clients>;

export class Cloud {
  readonly calls: Calls;
  readonly region: string;
  readonly partition: string;
  readonly cluster: ClusterIdentity;
  readonly instances: InstanceCache;
  readonly subnets: Cached<readonly Subnet[]>;
  readonly groups: Cached<readonly SecurityGroup[]>;
  readonly listedLoadBalancers: Cached<readonly NamedLoadBalancer[]>;
  /** The load balancers that have names of our shape, whosever they are, by `loadBalancerKey`. */
  readonly loadBalancers = new Memory<ExistingLoadBalancer>();
  /** The target groups that have names of our shape, whosever they are, by name. */
  readonly targetGroups = new Memory<ExistingTargetGroup>();
  /** Names of the security groups whose names have the shape of ours, whosever they are. */
  readonly groupNames = new Set<string>();
  /** By load balancer: groups of the official controller's that only their use by it says to be its own. */
  readonly unmarkedGroups = new Map<string, readonly string[]>();
  readonly #host: Host;
  #vpcId: string;

  constructor(calls: Calls, host: Host, { region, vpcId }: Pick<Place, 'region' | 'vpcId'>) {
    this.calls = calls;
    this.region = region;
    this.partition = partitionOf(region);
    this.cluster = host.cluster;
    this.#host = host;
    this.#vpcId = vpcId;
    this.instances = new InstanceCache(calls);
    this.subnets = new Cached(async (scope) => readSubnets(calls, await this.vpcId(scope), scope));
    this.groups = new Cached(async (scope) => readGroups(calls, await this.vpcId(scope), scope));
    this.listedLoadBalancers = new Cached((scope) => listLoadBalancers(calls, scope));
  }

  /** The VPC of the option, or else the one that most nodes are in. */
  async vpcId(scope: Scope): Promise<string> {
    if (this.#vpcId !== '') return this.#vpcId;
    const ids = this.#host.nodes().flatMap(({ providerId }) => instanceIdOf(providerId) ?? []);
    const instances = Object.values(await this.instances.get(ids, scope)).filter(({ vpcId }) => vpcId !== '');
    const vpcs = [...Map.groupBy(instances, ({ vpcId }) => vpcId)].sort(([, a], [, b]) => b.length - a.length);
    const found = vpcs[0]?.[0];
    if (found === undefined) {
      const why = ids.length === 0 ? 'no node has the providerID of an EC2 instance' : 'EC2 knows none of the nodes';
      throw new FairleadError('not-found', `The VPC is not known: ${why}. Set --aws-vpc-id.`);
    }
    this.#vpcId = found;
    return found;
  }
}

/** Connects without a call. Throws 'not-found' while the region is not known. */
export async function connect(place: Place, host: Host, createClients?: ClientFactory): Promise<Cloud> {
  const region = regionOf(place, host);
  const sdk = await import('./sdk.ts');
  const clients = await (createClients ?? sdk.createClients)({ region, roleArn: place.roleArn });
  const calls = new Calls({ gate: host.gate, clients, senders: { elb: sdk.ELB, elbv2: sdk.ELBV2, ec2: sdk.EC2 } });
  return new Cloud(calls, host, { region, vpcId: place.vpcId });
}

function regionOf(place: Place, host: Host): string {
  const given = place.region || process.env.AWS_REGION;
  if (given) return given;
  const labels = host.nodes().flatMap((node) => REGION_LABELS.flatMap((label) => node.labels[label] ?? []));
  const [region] = labels.filter((label) => label !== '').sort();
  if (region === undefined) {
    const message = 'The AWS region is not known: no node has a region label. Set --aws-region or AWS_REGION.';
    throw new FairleadError('not-found', message);
  }
  return region;
}

/** All security groups of the VPC, in one call (a page): for lists, for rules and for facts. */
function readGroups(calls: Calls, vpcId: string, scope: Scope): Promise<readonly SecurityGroup[]> {
  return findGroups(calls, [{ Name: 'vpc-id', Values: [vpcId] }], scope);
}
