// Asks EC2 whether it would let us write, by its dry run: nothing is written, since it answers before it would. Elastic Load
// Balancing has no such thing, and nothing of it is tried.
import { FairleadError } from '../../../src/engine/errors.ts';
import type { Scope } from '../../../src/engine/kind.ts';
import type { Finding } from '../../../src/provider/provider.ts';
import { count, some } from '../../../src/provider/wording.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { AwsCall } from '../cloud/operations.ts';
import { isPortObjectName, loadBalancerOfGroup } from '../naming.ts';
import type { Options } from '../options.ts';
import { OPERATIONS } from '../permissions.ts';
import type { Rule } from '../resources.ts';
import { toPermissions } from '../rules.ts';
import { clusterTag, fromSdk, toSdk, wantedTags } from '../tags.ts';
import { finding, ok } from './findings.ts';

const ABOUT = 'IAM: writes';
const DRY_RUN = { DryRun: true };
const NAME = 'fairlead-doctor';
const MOST_GROUPS = 5;
/** Opens nothing even where somebody takes it: from a network that exists in documents only (RFC 5737). */
const RULE: Rule = { protocol: 'tcp', fromPort: 30000, toPort: 30000, source: '192.0.2.0/32', description: NAME };
/** EC2's answer in place of the deed. */
const WOULD = 'DryRunOperation';
/** What clocks may differ by before AWS refuses signatures is five minutes. */
const SKEW_MS = 60_000;
const SILENT: ReadonlySet<string> = new Set(['network', 'unavailable', 'throttled', 'stopped', 'bug']);

interface Deed {
  readonly call: AwsCall;
  /** The group that it is about; absent: a new one. */
  readonly group?: string;
  /** False: other settings would need it. */
  readonly isNeeded: boolean;
  send(): Promise<unknown>;
}

interface Tried extends Deed {
  readonly outcome: 'allowed' | 'denied' | 'unknown';
  /** By AWS's clock, in ms since 1970. */
  readonly answeredAt: number | undefined;
}

export interface Ground {
  /** Groups that take the nodes' rules, and those of them without the cluster's tag. */
  readonly groups: readonly string[];
  readonly untagged: readonly string[];
  readonly options: Pick<Options, 'defaultType' | 'nlbSecurityGroups' | 'elbSecurityGroup'>;
}

export async function checkWrites(cloud: Cloud, ground: Ground, scope: Scope): Promise<readonly Finding[]> {
  const tried: Tried[] = [];
  for (const deed of await deedsOf(cloud, ground, scope)) tried.push({ ...deed, ...(await outcomeOf(deed)) });
  return [
    ...judge(tried, ground),
    untried(tried),
    ...judgeClock(tried.findLast((one) => one.answeredAt !== undefined)?.answeredAt, Date.now()),
  ];
}

async function deedsOf(cloud: Cloud, { groups, options }: Ground, scope: Scope): Promise<readonly Deed[]> {
  const { calls } = cloud;
  const IpPermissions = toPermissions([RULE]);
  const onGroup = (GroupId: string): readonly Deed[] => {
    const input = { ...DRY_RUN, GroupId, IpPermissions };
    const deed = (operation: RuleCall): Deed => ({
      ...{ call: `ec2:${operation}`, group: GroupId, isNeeded: true },
      send: () => calls.ec2(operation, input, scope),
    });
    return RULE_CALLS.map(deed);
  };
  return [
    ...(await newGroup(cloud, options, scope)),
    ...(await ownGroup(cloud, scope)),
    ...groups.slice(0, MOST_GROUPS).flatMap(onGroup),
  ];
}

const RULE_CALLS = [
  'AuthorizeSecurityGroupIngress',
  'RevokeSecurityGroupIngress',
  'UpdateSecurityGroupRuleDescriptionsIngress',
] as const;
type RuleCall = (typeof RULE_CALLS)[number];

/** With the tags that the policy asks for. */
async function newGroup(cloud: Cloud, options: Ground['options'], scope: Scope): Promise<readonly Deed[]> {
  const { calls, cluster } = cloud;
  const owner = { cluster: cluster.uid, uid: NAME, namespace: 'default', name: NAME };
  const tags = wantedTags({ cluster, owner, user: {}, named: false });
  const VpcId = await cloud.vpcId(scope);
  const TagSpecifications = [{ ResourceType: 'security-group' as const, Tags: toSdk(tags) }];
  const input = { ...DRY_RUN, GroupName: NAME, Description: NAME, VpcId, TagSpecifications };
  const { defaultType, nlbSecurityGroups, elbSecurityGroup } = options;
  const isNeeded = defaultType === 'classic' ? elbSecurityGroup === undefined : nlbSecurityGroups === 'managed';
  const send = () => calls.ec2('CreateSecurityGroup', input, scope);
  return [{ call: 'ec2:CreateSecurityGroup', isNeeded, send }];
}

/** Tags are only ever changed on groups of our own, so without one there is nothing to try it on. */
async function ownGroup({ calls, cluster, groups }: Cloud, scope: Scope): Promise<readonly Deed[]> {
  const all = await groups.get(scope);
  const own = all.find(({ GroupName = '', Tags }) => {
    const isOfForm = isPortObjectName(GroupName) || loadBalancerOfGroup(GroupName) !== undefined;
    return isOfForm && fromSdk(Tags)[clusterTag(cluster.name)] === 'owned';
  });
  if (own?.GroupId === undefined) return [];
  const group = own.GroupId;
  const input = { ...DRY_RUN, Resources: [group], Tags: [{ Key: 'fairlead.dev/doctor', Value: '' }] };
  return [
    { call: 'ec2:CreateTags', group, isNeeded: true, send: () => calls.ec2('CreateTags', input, scope) },
    { call: 'ec2:DeleteTags', group, isNeeded: true, send: () => calls.ec2('DeleteTags', input, scope) },
  ];
}

/** Whether it is allowed is checked before anything else: an answer that finds fault with the deed comes after it. */
async function outcomeOf({ send }: Deed): Promise<Pick<Tried, 'outcome' | 'answeredAt'>> {
  try {
    await send();
    return { outcome: 'allowed', answeredAt: undefined };
  } catch (thrown) {
    if (!(thrown instanceof FairleadError)) throw thrown;
    const { code, cloudCode, cause } = thrown;
    const answeredAt = dateOf(cause);
    if (cloudCode === WOULD) return { outcome: 'allowed', answeredAt };
    if (code === 'denied') return { outcome: 'denied', answeredAt };
    return { outcome: SILENT.has(code) ? 'unknown' : 'allowed', answeredAt };
  }
}

function dateOf(cause: unknown): number | undefined {
  const { $response } = Object(cause) as { $response?: { readonly headers?: Readonly<Record<string, string>> } };
  const at = Date.parse($response?.headers?.date ?? '');
  return Number.isNaN(at) ? undefined : at;
}

function judge(tried: readonly Tried[], { untagged }: Ground): readonly Finding[] {
  const denied = tried.filter(({ outcome }) => outcome === 'denied');
  const unclear = tried.filter(({ outcome }) => outcome === 'unknown');
  const findings = denied.map((one) => denial(one, untagged));
  if (unclear.length > 0) {
    const message = `EC2 gave no clear answer to the dry run of ${some(callsOf(unclear))}.`;
    findings.push(finding('unknown', ABOUT, message, 'Run this again.'));
  }
  if (findings.length > 0) return findings;
  return [ok(ABOUT, `EC2 would allow ${callsOf(tried).join(', ')}.`)];
}

function denial({ call, group, isNeeded }: Tried, untagged: readonly string[]): Finding {
  const about = group === undefined ? '' : ` on ${group}`;
  if (group !== undefined && untagged.includes(group)) {
    const remedy =
      'Give the group the tag of the cluster (see above), or grant it all the same: fairlead iam-policy with the feature untagged-node-groups.';
    return finding('error', ABOUT, `EC2 would deny ${call}${about}, which lacks the tag of the cluster.`, remedy);
  }
  const remedy = 'Compare the IAM policy of the controller, its conditions too, with what fairlead iam-policy prints.';
  const unless = isNeeded ? '' : ': Services that need a security group of their own cannot be served';
  return finding(isNeeded ? 'error' : 'warning', ABOUT, `EC2 would deny ${call}${about}${unless}.`, remedy);
}

/** Said each time: nobody shall think that all was tried. */
function untried(tried: readonly Tried[]): Finding {
  const known = new Set(tried.map(({ call }) => call));
  const all = Object.keys(OPERATIONS) as readonly AwsCall[];
  const writes = all.filter((call) => !call.includes(':Describe') && !known.has(call));
  const ec2 = writes.filter((call) => call.startsWith('ec2:'));
  const others = ec2.length === 0 ? '' : ` Nor was there anything to try ${ec2.join(', ')} on.`;
  const message = `Elastic Load Balancing has no dry run: ${count(writes.length - ec2.length, 'action')} that write were not tried.${others}`;
  const remedy = 'Compare the IAM policy of the controller with what fairlead iam-policy prints.';
  return finding('unknown', ABOUT, message, remedy);
}

/** Both in ms since 1970: by AWS's clock when it answered last (undefined: not known), and by ours. Pure. */
export function judgeClock(answeredAt: number | undefined, nowMs: number): readonly Finding[] {
  if (answeredAt === undefined) return [];
  const skewMs = nowMs - answeredAt;
  if (Math.abs(skewMs) < SKEW_MS) return [];
  const message = `The clock of this machine is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} that of AWS, which refuses signatures that are five minutes off.`;
  return [finding('warning', 'clock', message, 'Set it by NTP.')];
}

function callsOf(tried: readonly Tried[]): readonly string[] {
  return [...new Set(tried.map(({ call }) => call))].sort();
}
