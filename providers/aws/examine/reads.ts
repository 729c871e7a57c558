// Tries every read that the adapter makes, and names the IAM actions that are missing. IAM looks at no resources of reads, so
// things that do not exist are asked for: whether AWS knows them does not matter, only whether it lets us ask.
import { FairleadError } from '../../../src/engine/errors.ts';
import type { Scope } from '../../../src/engine/kind.ts';
import type { Finding } from '../../../src/provider/provider.ts';
import { count, some } from '../../../src/provider/wording.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { AwsCall } from '../cloud/operations.ts';
import type { Options } from '../options.ts';
import { OPERATIONS } from '../permissions.ts';
import { finding, ok } from './findings.ts';

type Read = Extract<AwsCall, `${string}:Describe${string}`>;
/** What is asked for instead of something that exists. */
interface Nobody {
  readonly calls: Cloud['calls'];
  readonly loadBalancer: string;
  readonly targetGroup: string;
}
type Try = (nobody: Nobody, scope: Scope) => Promise<unknown>;

const ABOUT = 'IAM: reads';
const NOBODY = 'fairlead-doctor';
const NO_ACCOUNT = '000000000000';
const FEW = { MaxResults: 5 };

/** Both versions of the ELB API share actions: the calls of either are made. */
const TRIES: Readonly<Record<Read, readonly Try[]>> = {
  'ec2:DescribeAddresses': [
    ({ calls }, scope) =>
      calls.ec2('DescribeAddresses', { Filters: [{ Name: 'allocation-id', Values: [NOBODY] }] }, scope),
  ],
  'ec2:DescribeAvailabilityZones': [({ calls }, scope) => calls.ec2('DescribeAvailabilityZones', {}, scope)],
  'ec2:DescribeInstances': [({ calls }, scope) => calls.ec2('DescribeInstances', FEW, scope)],
  'ec2:DescribeRouteTables': [({ calls }, scope) => calls.ec2('DescribeRouteTables', FEW, scope)],
  'ec2:DescribeSecurityGroups': [({ calls }, scope) => calls.ec2('DescribeSecurityGroups', FEW, scope)],
  'ec2:DescribeSubnets': [({ calls }, scope) => calls.ec2('DescribeSubnets', FEW, scope)],
  'elasticloadbalancing:DescribeInstanceHealth': [
    ({ calls }, scope) => calls.elb('DescribeInstanceHealth', { LoadBalancerName: NOBODY }, scope),
  ],
  'elasticloadbalancing:DescribeListeners': [
    ({ calls, loadBalancer: LoadBalancerArn }, scope) => calls.elbv2('DescribeListeners', { LoadBalancerArn }, scope),
  ],
  'elasticloadbalancing:DescribeLoadBalancerAttributes': [
    ({ calls, loadBalancer: LoadBalancerArn }, scope) =>
      calls.elbv2('DescribeLoadBalancerAttributes', { LoadBalancerArn }, scope),
    ({ calls }, scope) => calls.elb('DescribeLoadBalancerAttributes', { LoadBalancerName: NOBODY }, scope),
  ],
  'elasticloadbalancing:DescribeLoadBalancers': [
    ({ calls }, scope) => calls.elbv2('DescribeLoadBalancers', { PageSize: 1 }, scope),
    ({ calls }, scope) => calls.elb('DescribeLoadBalancers', { PageSize: 1 }, scope),
  ],
  'elasticloadbalancing:DescribeTags': [
    ({ calls, loadBalancer }, scope) => calls.elbv2('DescribeTags', { ResourceArns: [loadBalancer] }, scope),
    ({ calls }, scope) => calls.elb('DescribeTags', { LoadBalancerNames: [NOBODY] }, scope),
  ],
  'elasticloadbalancing:DescribeTargetGroupAttributes': [
    ({ calls, targetGroup: TargetGroupArn }, scope) =>
      calls.elbv2('DescribeTargetGroupAttributes', { TargetGroupArn }, scope),
  ],
  'elasticloadbalancing:DescribeTargetGroups': [
    ({ calls }, scope) => calls.elbv2('DescribeTargetGroups', { PageSize: 1 }, scope),
  ],
  'elasticloadbalancing:DescribeTargetHealth': [
    ({ calls, targetGroup: TargetGroupArn }, scope) => calls.elbv2('DescribeTargetHealth', { TargetGroupArn }, scope),
  ],
};

const SILENT: ReadonlySet<string> = new Set(['network', 'unavailable', 'throttled', 'stopped', 'bug']);

export async function checkReads(
  cloud: Cloud,
  { defaultType }: Pick<Options, 'defaultType'>,
  scope: Scope,
): Promise<readonly Finding[]> {
  const all = Object.entries(TRIES) as readonly [Read, readonly Try[]][];
  const nobody = nobodyIn(cloud, await accountOf(cloud, scope));
  const tried = await Promise.all(
    all.map(async ([action, tries]) => {
      const outcomes = await Promise.all(tries.map((attempt) => outcomeOf(attempt(nobody, scope))));
      return { action, outcome: outcomes.find((one) => one !== 'allowed') ?? ('allowed' as const) };
    }),
  );
  const denied = tried.flatMap(({ action, outcome }) => (outcome === 'denied' ? [action] : []));
  const unclear = tried.flatMap(({ action, outcome }) => (outcome === 'unknown' ? [action] : []));
  const spared = denied.filter((action) => (OPERATIONS[action].only ?? defaultType) !== defaultType);
  const needed = denied.filter((action) => !spared.includes(action));
  const remedy = 'Add what is missing to the IAM policy of the controller: fairlead iam-policy prints all of it.';
  const findings: Finding[] = [];
  if (needed.length > 0) findings.push(finding('error', ABOUT, `AWS denies ${needed.join(', ')}.`, remedy));
  if (spared.length > 0) {
    const other = defaultType === 'nlb' ? 'Classic Load Balancers' : 'Network Load Balancers';
    findings.push(finding('warning', ABOUT, `AWS denies ${spared.join(', ')}: ${other} cannot be served.`, remedy));
  }
  if (unclear.length > 0) {
    findings.push(finding('unknown', ABOUT, `AWS gave no clear answer to ${some(unclear)}.`, 'Run this again.'));
  }
  if (findings.length > 0) return findings;
  return [ok(ABOUT, `All ${count(all.length, 'action')} that only read are allowed.`)];
}

async function outcomeOf(call: Promise<unknown>): Promise<'allowed' | 'denied' | 'unknown'> {
  try {
    await call;
    return 'allowed';
  } catch (thrown) {
    if (!(thrown instanceof FairleadError)) throw thrown;
    if (thrown.code === 'denied') return 'denied';
    return SILENT.has(thrown.code) ? 'unknown' : 'allowed';
  }
}

function nobodyIn({ calls, partition, region }: Cloud, account: string): Nobody {
  const stem = `arn:${partition}:elasticloadbalancing:${region}:${account}`;
  return {
    calls,
    loadBalancer: `${stem}:loadbalancer/net/${NOBODY}/0123456789abcdef`,
    targetGroup: `${stem}:targetgroup/${NOBODY}/0123456789abcdef`,
  };
}

/** Our own, by what is in it: an ARN of another account could be refused for that alone. */
async function accountOf({ calls }: Cloud, scope: Scope): Promise<string> {
  try {
    const { Reservations = [] } = await calls.ec2('DescribeInstances', FEW, scope);
    const owner = Reservations.find(({ OwnerId }) => OwnerId !== undefined)?.OwnerId;
    if (owner !== undefined) return owner;
    const { SecurityGroups = [] } = await calls.ec2('DescribeSecurityGroups', FEW, scope);
    return SecurityGroups.find(({ OwnerId }) => OwnerId !== undefined)?.OwnerId ?? NO_ACCOUNT;
  } catch (thrown) {
    if (!(thrown instanceof FairleadError)) throw thrown;
    return NO_ACCOUNT;
  }
}
