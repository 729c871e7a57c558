// A VPC made up for some Services: what they name exists, is free and fits. Pure. What compiling finds fault with in here is
// wrong in every VPC.
import type { Scene, Wish } from '../../src/provider/provider.ts';
import type { Annotations } from './annotations.ts';
import type { Facts, Subnet } from './facts.ts';
import type { Options } from './options.ts';
import { partitionOf } from './region.ts';

type AwsWish = Wish<Annotations, Options>;

const REGION = 'eu-west-1';
const VPC = 'vpc-0a0a0a0a0a0a0a0a0';
const NODE_GROUP = 'sg-0c0c0c0c0c0c0c0c0';
const ZONES = 3;

export function imagine(wishes: readonly AwsWish[]): Scene<Facts> {
  const region = regionOf(wishes);
  const vpcId = wishes.find(({ options }) => options.vpcId !== undefined)?.options.vpcId ?? VPC;
  const cluster = wishes[0]?.cluster.name ?? 'demo';
  const zones = Math.max(ZONES, ...wishes.map(({ annotations }) => addressCount(annotations)));
  const groups = wishes.flatMap(({ annotations: { securityGroups = [], extraSecurityGroups = [] }, options }) => [
    ...securityGroups,
    ...extraSecurityGroups,
    ...(options.elbSecurityGroup === undefined ? [] : [options.elbSecurityGroup]),
  ]);
  const labels = Object.assign({}, ...wishes.map(({ annotations }) => annotations.targetNodeLabels ?? {})) as object;
  const nodes = Array.from({ length: ZONES }, (_, at) => ({
    name: `ip-10-0-${at + 1}-10.${region}.compute.internal`,
    providerId: `aws:///${zoneOf(region, at)}/${instanceOf(at)}`,
    labels: {
      'topology.kubernetes.io/region': region,
      'topology.kubernetes.io/zone': zoneOf(region, at),
      ...labels,
    },
    addresses: [`10.0.${at + 1}.10`],
  }));
  const instances = Array.from({ length: ZONES }, (_, at) => {
    const instance = { vpcId, zone: zoneOf(region, at), state: 'running', refused: false, groups: [NODE_GROUP] };
    return [instanceOf(at), instance] as const;
  });
  const addresses = wishes.flatMap(({ annotations }) => annotations.eipAllocations ?? []);
  const facts: Facts = {
    region,
    partition: partitionOf(region),
    vpcId,
    subnets: subnetsOf(wishes, { region, cluster, zones }),
    instances: Object.fromEntries(instances),
    expected: [],
    groups: {
      ...Object.fromEntries(groups.map((id) => [id, { name: id, tagged: false, loadBalancers: [] }])),
      [NODE_GROUP]: { name: `${cluster}-nodes`, tagged: true, loadBalancers: [] },
    },
    addresses: Object.fromEntries(addresses.map((id) => [id, { inUse: false }])),
    loadBalancers: [],
    managedGroups: [],
    targetGroups: [],
  };
  return { nodes, facts };
}

/** Where the certificate is, since a load balancer can only be there. */
function regionOf(wishes: readonly AwsWish[]): string {
  for (const { annotations, options } of wishes) {
    const [, partition, , region] = annotations.sslCert?.split(':') ?? [];
    const found = options.region ?? (region || (partition && REGIONS[partition]));
    if (found) return found;
  }
  return REGION;
}

/** A region of each partition, for certificates of IAM, whose ARNs name none. */
const REGIONS: Readonly<Record<string, string>> = { 'aws-cn': 'cn-north-1', 'aws-us-gov': 'us-gov-west-1' };

function addressCount({ subnets, eipAllocations, privateIpv4Addresses }: AwsWish['annotations']): number {
  return Math.max(subnets?.length ?? 0, eipAllocations?.length ?? 0, privateIpv4Addresses?.length ?? 0);
}

interface Place {
  readonly region: string;
  readonly cluster: string;
  readonly zones: number;
}

/** A public and a private one in each zone, and those that annotations name: each once, and those of one list apart. */
function subnetsOf(wishes: readonly AwsWish[], { region, cluster, zones }: Place): readonly Subnet[] {
  const subnets = new Map<string, Subnet>();
  const add = (id: string, at: number, rest: Pick<Subnet, 'name' | 'public'> & { readonly cidr?: string }) => {
    const { name, public: isPublic, cidr = `10.0.${16 * ((subnets.size + 1) % 16)}.0/20` } = rest;
    const roles = [isPublic ? 'elb' : 'internal-elb'];
    const fixed = { zoneType: 'availability-zone', clusters: [cluster], roles };
    if (!subnets.has(id)) subnets.set(id, { id, name, zone: zoneOf(region, at), cidr, public: isPublic, ...fixed });
  };
  const counts = new Set<number>();
  const places = placesOf(wishes.map(({ annotations }) => annotations.subnets ?? []));
  const names = [...places.keys()];
  const isPublic = (one: string) =>
    wishes.some(({ annotations: { internal = false, subnets: list } }) => !internal && list?.includes(one));
  for (const { annotations, options } of wishes) {
    const { subnets: named, privateIpv4Addresses: own = [] } = annotations;
    const fixed = Math.max(annotations.eipAllocations?.length ?? 0, own.length);
    if (named === undefined) counts.add(fixed === 0 ? ZONES : fixed);
    for (const [at, one] of (named ?? []).entries()) {
      const isId = one.startsWith('subnet-');
      const cidr = own[at] === undefined ? {} : { cidr: networkOf(own[at]) };
      const about = { name: isId ? '' : one, public: isPublic(one), ...cidr };
      add(isId ? one : subnetId(0xf000 + names.indexOf(one)), places.get(one) ?? at, about);
    }
    if (named === undefined) {
      for (const [at, address] of own.entries()) {
        add(subnetId(0x100 + at), at, { name: `private-${at + 1}`, public: false, cidr: networkOf(address) });
      }
    }
    if (options.subnetId !== undefined) add(options.subnetId, 0, { name: '', public: true });
  }
  // As many zones as there are addresses: where none are named, there is one for each subnet.
  const standard = Math.max(0, ...counts) || zones;
  for (let at = 0; at < standard; at++) add(subnetId(at + 1), at, { name: `public-${at + 1}`, public: true });
  for (let at = 0; at < standard; at++) add(subnetId(0x200 + at), at, { name: `private-${at + 1}`, public: false });
  return [...subnets.values()];
}

/** A zone for each name, by number, so that no list has two in one zone. */
function placesOf(lists: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const one of lists.flat()) {
    if (places.has(one)) continue;
    const beside = lists.filter((list) => list.includes(one)).flat();
    const taken = new Set(beside.flatMap((other) => places.get(other) ?? []));
    let place = 0;
    while (taken.has(place)) place++;
    places.set(one, place);
  }
  return places;
}

/** The largest network that a subnet may have around the address. */
function networkOf(address: string): string {
  return `${address.split('.').slice(0, 2).join('.')}.0.0/16`;
}

function zoneOf(region: string, at: number): string {
  const letter = String.fromCharCode(97 + (at % 26));
  return `${region}${letter.repeat(Math.floor(at / 26) + 1)}`;
}

function subnetId(number: number): string {
  return `subnet-${number.toString(16).padStart(17, '0')}`;
}

function instanceOf(at: number): string {
  return `i-${(at + 1).toString(16).padStart(17, '0')}`;
}
