// Where the load balancer stands: its scheme, its subnets, and its fixed addresses in them. Pure.
import type { Name } from '../../../src/schema/problem.ts';
import { ANY_ADDRESS } from '../addresses.ts';
import type { Annotations } from '../annotations.ts';
import type { ExistingLoadBalancer, Facts, Subnet } from '../facts.ts';
import { isUsableIn } from '../ipv4.ts';
import type { Address, LoadBalancerSpec } from '../resources.ts';
import { chooseSubnets, findSubnet, type Scheme } from '../subnets.ts';
import { annotationName, type Findings } from './findings.ts';

export interface Placement extends Pick<LoadBalancerSpec, 'scheme' | 'subnets' | 'addresses'> {
  /** Networks of the subnets, sorted. */
  readonly cidrs: readonly string[];
}

const FALLBACK = '--aws-subnet-id';

type Wishes = Pick<Annotations, 'internal' | 'subnets' | 'eipAllocations' | 'privateIpv4Addresses'>;

/** Where to look for places, besides the annotations. */
export interface Ground {
  readonly clusterName: string;
  /** Of `--aws-subnet-id`: for where tags and routes find none. */
  readonly fallback: string | undefined;
  /** The load balancer that is to stand there, if it exists. */
  readonly existing: ExistingLoadBalancer | undefined;
  /** Elastic IP addresses of this and other load balancers of the Service. */
  readonly held: readonly string[];
}

export function placementOf(values: Wishes, facts: Facts, ground: Ground, findings: Findings): Placement {
  const scheme = schemeOf(values);
  const subnets =
    values.subnets === undefined
      ? unnamedSubnets(facts, scheme, ground, findings)
      : namedSubnets(values.subnets, facts, scheme, findings);
  checkElasticAddresses(values.eipAllocations ?? [], facts, ground.held, findings);
  checkCounts(values, subnets, findings);
  const addresses = subnets.map((subnet, i): [string, Address] => {
    const allocationId = values.eipAllocations?.[i] ?? null;
    const privateIPv4Address = values.privateIpv4Addresses?.[i] ?? null;
    if (privateIPv4Address !== null) checkPrivateAddress(privateIPv4Address, values, subnet, findings);
    return [subnet.id, { allocationId, privateIPv4Address }];
  });
  return {
    scheme,
    subnets: subnets.map(({ id }) => id).sort(),
    addresses: Object.fromEntries(addresses.sort(([a], [b]) => (a < b ? -1 : 1))),
    cidrs: subnets.map(({ cidr }) => cidr).sort(),
  };
}

export function schemeOf({ internal }: Pick<Annotations, 'internal'>): Scheme {
  return internal ? 'internal' : 'internet-facing';
}

/** Where a load balancer stands that may not be moved. */
export function placementAsIs({ scheme, subnets, addresses }: ExistingLoadBalancer, facts: Facts): Placement {
  return {
    scheme,
    subnets,
    addresses: Object.fromEntries(subnets.map((id) => [id, addresses[id] ?? ANY_ADDRESS])),
    cidrs: facts.subnets.flatMap(({ id, cidr }) => (subnets.includes(id) ? [cidr] : [])).sort(),
  };
}

/** An address can only belong to one load balancer, so a new one cannot have it while the old one stands. */
export function checkHeldAddresses(
  { addresses }: Placement,
  replaced: readonly ExistingLoadBalancer[],
  findings: Findings,
): void {
  for (const field of ['eipAllocations', 'privateIpv4Addresses'] as const) {
    const part = field === 'eipAllocations' ? 'allocationId' : 'privateIPv4Address';
    const all = Object.values(addresses).flatMap((address) => address[part] ?? []);
    for (const [subnet, { [part]: wanted }] of Object.entries(addresses)) {
      const holder = replaced.find((one) =>
        field === 'eipAllocations'
          ? wanted !== null && one.allocationIds.includes(wanted)
          : wanted !== null && one.addresses[subnet]?.privateIPv4Address === wanted,
      );
      if (holder === undefined || wanted === null) continue;
      findings.error(annotationName(field), all.join(','), {
        code: 'conflict',
        part: wanted,
        because: `load balancer ${holder.name} holds, and a new one has to stand beside it until it serves`,
        expected: 'other addresses than those of the load balancer that is to be replaced',
      });
    }
  }
}

/** Those that the load balancer has, whatever was added to the VPC since it was made; for a new one the best choice. */
function unnamedSubnets(
  facts: Facts,
  scheme: Scheme,
  { clusterName, fallback, existing }: Ground,
  findings: Findings,
): readonly Subnet[] {
  const present = facts.subnets.filter(({ id }) => existing?.subnets.includes(id));
  if (present.length > 0) return present.toSorted((a, b) => (a.zone < b.zone ? -1 : 1));
  const choice = chooseSubnets(facts.subnets, { clusterName, scheme });
  if (choice.found) return choice.subnets;
  const last = facts.subnets.find(({ id }) => id === fallback);
  if (last !== undefined) {
    warnIfPrivate({ noun: 'Option', key: FALLBACK }, last.id, last, scheme, findings);
    return [last];
  }
  const otherwise = fallback === undefined ? '' : `, and ${fallback} of ${FALLBACK} is not in the VPC`;
  findings.add({
    severity: 'error',
    code: 'missing',
    key: annotationName('subnets').key,
    value: '',
    expected: `the subnets for ${scheme === 'internal' ? 'an internal' : 'an internet-facing'} load balancer`,
    message: `No subnet of ${facts.vpcId} can take the ${scheme} load balancer: ${choice.why}${otherwise}; name subnets in annotation ${annotationName('subnets').key} or tag them.`,
  });
  return [];
}

function namedSubnets(names: readonly string[], facts: Facts, scheme: Scheme, findings: Findings): readonly Subnet[] {
  const name = annotationName('subnets');
  const whole = names.join(',');
  const subnets: Subnet[] = [];
  for (const part of names) {
    const subnet = findSubnet(facts.subnets, part);
    if (typeof subnet === 'string') {
      const because = subnet === 'unknown' ? `is no subnet of ${facts.vpcId}` : 'is the name of several subnets';
      findings.error(name, whole, {
        part,
        because,
        expected: 'the id or the Name tag of one subnet with IPv4 addresses',
      });
      continue;
    }
    const twin = subnets.find(({ zone }) => zone === subnet.zone);
    if (twin !== undefined) {
      const because = `is in ${subnet.zone}, as ${twin.id} is`;
      findings.error(name, whole, { code: 'conflict', part, because, expected: 'one subnet a zone' });
    }
    warnIfPrivate(name, whole, subnet, scheme, findings, part);
    subnets.push(subnet);
  }
  return subnets;
}

function warnIfPrivate(
  name: Name,
  value: string,
  subnet: Subnet,
  scheme: Scheme,
  findings: Findings,
  part?: string,
): void {
  if (scheme === 'internal' || subnet.public) return;
  const because = 'has no route to an internet gateway, so clients cannot reach the load balancer there';
  const note = { code: 'conflict', because, ...(part === undefined ? {} : { part }) } as const;
  findings.warn(name, value, note, 'public subnets');
}

/** The table has checked this where subnets are named. */
function checkCounts(values: Wishes, subnets: readonly Subnet[], findings: Findings): void {
  if (values.subnets !== undefined || subnets.length === 0) return;
  for (const field of ['eipAllocations', 'privateIpv4Addresses'] as const) {
    const given = values[field];
    if (given === undefined || given.length === subnets.length) continue;
    findings.error(annotationName(field), given.join(','), {
      code: 'conflict',
      because: `has ${given.length} items for ${subnets.length} subnets (${subnets.map(({ id }) => id).join(', ')})`,
      expected: 'one for each subnet',
    });
  }
}

function checkElasticAddresses(
  ids: readonly string[],
  facts: Facts,
  held: readonly string[],
  findings: Findings,
): void {
  for (const part of ids) {
    if (held.includes(part)) continue;
    const address = facts.addresses[part];
    const because =
      address === undefined ? `is no Elastic IP address in ${facts.region}` : 'is in use by something else';
    if (address === undefined || address.inUse) {
      findings.error(annotationName('eipAllocations'), ids.join(','), { part, because, expected: 'free addresses' });
    }
  }
}

function checkPrivateAddress(address: string, values: Wishes, { id, cidr }: Subnet, findings: Findings): void {
  if (isUsableIn(cidr, address)) return;
  findings.error(annotationName('privateIpv4Addresses'), (values.privateIpv4Addresses ?? []).join(','), {
    part: address,
    because: `cannot be used in ${id} (${cidr}; AWS keeps the first four addresses and the last)`,
    expected: 'an address of the subnet at the same place in the list',
  });
}
