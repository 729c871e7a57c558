// The VPC, and which of its subnets load balancers of either scheme would get: their tags, zones and free addresses.
import type { Scope } from '../../../src/engine/kind.ts';
import type { Finding } from '../../../src/provider/provider.ts';
import { count, some } from '../../../src/provider/wording.ts';
import { allPages } from '../cloud/calls.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Subnet } from '../facts.ts';
import type { Options } from '../options.ts';
import { type Choice, chooseSubnets, type Scheme } from '../subnets.ts';
import { CLUSTER_TAG_STEM, clusterTag } from '../tags.ts';
import { finding, notKnown, ok } from './findings.ts';

const ABOUT = 'subnets';
/** What a load balancer needs in each of its subnets (ELB user guide, "Subnets for your load balancer"). */
const LEAST_FREE = 8;
const ROLES: Readonly<Record<Scheme, string>> = {
  'internet-facing': 'kubernetes.io/role/elb',
  internal: 'kubernetes.io/role/internal-elb',
};
const SCHEMES: readonly Scheme[] = ['internet-facing', 'internal'];

export interface Choices {
  readonly all: readonly Subnet[];
  readonly clusterName: string;
  readonly vpcId: string;
  /** Zones of the nodes' instances. */
  readonly nodeZones: readonly string[];
  /** `--aws-subnet-id`: taken where no other can be. */
  readonly fallback: string | undefined;
  /** Free addresses by subnet. */
  readonly free: ReadonlyMap<string, number>;
}

export async function checkSubnets(
  cloud: Cloud,
  { subnetId }: Pick<Options, 'subnetId'>,
  nodeZones: readonly string[],
  scope: Scope,
): Promise<readonly Finding[]> {
  try {
    const [all, vpcId] = [await cloud.subnets.get(scope), await cloud.vpcId(scope)];
    const free = await freeAddresses(cloud, vpcId, scope);
    return judgeSubnets({ all, vpcId, free, nodeZones, clusterName: cloud.cluster.name, fallback: subnetId });
  } catch (thrown) {
    return [notKnown(ABOUT, thrown)];
  }
}

/** Pure. */
export function judgeSubnets(choices: Choices): readonly Finding[] {
  const { all, clusterName, vpcId, fallback } = choices;
  const chosen = SCHEMES.map((scheme) => ({ scheme, choice: chooseSubnets(all, { clusterName, scheme }) }));
  const hasFallback = all.some(({ id }) => id === fallback);
  const isNone = chosen.every(({ choice }) => !choice.found) && !hasFallback;
  return chosen.flatMap(({ scheme, choice }) => {
    const which = `load balancers that are ${scheme}`;
    if (choice.found) return judgeChoice(scheme, choice.subnets, choices);
    if (hasFallback) return [ok(ABOUT, `For ${which}: ${fallback} of --aws-subnet-id.`)];
    const message = `No subnet of ${vpcId} can take ${which}: ${whyOf(choice)}.${misnamed(choices)}`;
    const where = scheme === 'internal' ? 'subnets' : 'subnets whose route table leads to an internet gateway';
    const remedy = `If there shall be such, tag ${where}:\n${tagHint(['SUBNET'], ROLES[scheme])}`;
    return [finding(isNone ? 'error' : 'warning', ABOUT, message, remedy)];
  });
}

function judgeChoice(scheme: Scheme, subnets: readonly Subnet[], choices: Choices): readonly Finding[] {
  const { clusterName, nodeZones, free, all } = choices;
  const findings: Finding[] = [];
  const say = (message: string, remedy: string) => findings.push(finding('warning', ABOUT, message, remedy));
  const listed = subnets.map(({ id, zone }) => `${id} (${zone})`).join(', ');
  findings.push(ok(ABOUT, `Load balancers that are ${scheme} get ${listed}.`));
  const role = ROLES[scheme];
  const roleless = ids(subnets.filter(({ roles }) => !roles.includes(role.slice(role.lastIndexOf('/') + 1))));
  if (roleless.length > 0) {
    const message = `${some(roleless)} ${roleless.length === 1 ? 'lacks' : 'lack'} the tag ${role}: chosen for ${scheme} load balancers by zone alone.`;
    say(message, `Tag them, or name the right subnets in annotations:\n${tagHint(roleless, role)}`);
  }
  const isShared = all.some(({ clusters }) => clusters.some((name) => name !== clusterName));
  const clusterless = ids(subnets.filter(({ clusters }) => !clusters.includes(clusterName)));
  if (isShared && clusterless.length > 0) {
    const message = `Other clusters have subnets in this VPC, and ${some(clusterless)} ${clusterless.length === 1 ? 'has' : 'have'} no ${CLUSTER_TAG_STEM} tag at all: anybody's.`;
    say(message, `Tag those of this cluster:\n${tagHint(clusterless, clusterTag(clusterName), 'shared')}`);
  }
  const zones = new Set(subnets.map(({ zone }) => zone));
  const outside = nodeZones.filter((zone) => !zones.has(zone));
  if (outside.length > 0) {
    const message = `There are nodes in ${outside.join(', ')}, where no subnet is chosen for ${scheme} load balancers: they get no traffic without cross-zone load balancing.`;
    say(message, `Add a subnet there, and tag it ${role}=1.`);
  }
  const full = subnets.filter(({ id }) => (free.get(id) ?? LEAST_FREE) < LEAST_FREE);
  if (full.length > 0) {
    const message = `${full.map(({ id }) => `${id} has ${count(free.get(id) ?? 0, 'free address', 'free addresses')}`).join(', ')}: a load balancer needs ${LEAST_FREE}.`;
    say(message, 'Free some, or add a larger subnet in that zone and tag it instead.');
  }
  return findings;
}

async function freeAddresses(cloud: Cloud, vpcId: string, scope: Scope): Promise<ReadonlyMap<string, number>> {
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  const subnets = await allPages(
    (NextToken) => cloud.calls.ec2('DescribeSubnets', { Filters, NextToken }, scope),
    (page) => page.Subnets,
    (page) => page.NextToken,
  );
  return new Map(
    subnets.flatMap(({ SubnetId, AvailableIpAddressCount: free }) =>
      SubnetId === undefined || free === undefined ? [] : [[SubnetId, free] as const],
    ),
  );
}

/** A wrong cluster name looks like a VPC of others. */
function misnamed({ all, clusterName }: Choices): string {
  const named = [...new Set(all.flatMap(({ clusters }) => clusters))].sort();
  if (named.length === 0 || named.includes(clusterName)) return '';
  return ` Their tags name ${some(named)}: is --cluster-name=${clusterName} right?`;
}

function whyOf(choice: Choice): string {
  return choice.found ? '' : choice.why;
}

function ids(subnets: readonly Subnet[]): readonly string[] {
  return subnets.map(({ id }) => id);
}

/** A command that a person can copy. */
function tagHint(resources: readonly string[], key: string, value = '1'): string {
  return `aws ec2 create-tags --resources ${resources.join(' ')} --tags Key=${key},Value=${value}`;
}
