// Rules of security groups as short texts.
import type { Rule, SecurityGroup } from '../fake/aws/ec2/tables.ts';

/** `0.0.0.0/0`, `sg-…`. */
export function sourceOf({ source }: Rule): string {
  if (source.type === 'group') return source.groupId;
  return source.type === 'prefix-list' ? source.prefixListId : source.cidr;
}

/** `tcp 30000 0.0.0.0/0`: all that EC2 tells rules apart by. */
export function ruleText(rule: Rule): string {
  const ports = rule.fromPort === rule.toPort ? `${rule.fromPort ?? 'all'}` : `${rule.fromPort}-${rule.toPort}`;
  return `${rule.protocol} ${ports} ${sourceOf(rule)}`;
}

/** With the description. */
export function ruleDescription(rule: Rule): string {
  return `${ruleText(rule)} "${rule.description ?? ''}"`;
}

const OURS = /^kubernetes\.io\/rule\/(?:nlb\/mtu|(?:nlb\/client|nlb\/health|elb\/client)=([a-z][0-9a-f]{31}))$/;

/** True for a description of the official controller's form. */
export function isOurs({ description = '' }: Rule): boolean {
  return OURS.test(description);
}

/** True for the official controller's rule for a Classic load balancer: without a description, its source tells. */
export function isUndescribedOurs(
  { protocol, source, description }: Rule,
  groups: ReadonlyMap<string, Pick<SecurityGroup, 'name'>>,
): boolean {
  if (protocol !== '-1' || source.type !== 'group' || description !== undefined) return false;
  return /^k8s-elb-[a-z][0-9a-f]{31}$/.test(groups.get(source.groupId)?.name ?? '');
}

/** The load balancer that the description names. */
export function balancerOf({ description = '' }: Rule): string | undefined {
  return OURS.exec(description)?.[1];
}
