// Rules of security groups as values: their identity, their order, what to grant and revoke, and EC2's form of them. Pure.
import type { IpPermission } from '@aws-sdk/client-ec2';
import type { Rule } from './resources.ts';

/** What EC2 tells rules apart by: never the description. */
export function ruleKey({ protocol, fromPort, toPort, source }: Rule): string {
  return `${protocol} ${fromPort}-${toPort} ${source}`;
}

export function sortedRules(rules: Iterable<Rule>): readonly Rule[] {
  const keyed = [...rules].map((rule) => ({ rule, text: `${ruleKey(rule)} ${rule.description}` }));
  return keyed.sort((a, b) => (a.text < b.text ? -1 : 1)).map(({ rule }) => rule);
}

export interface RuleChanges {
  readonly grant: readonly Rule[];
  readonly revoke: readonly Rule[];
  /** There already, under another description. */
  readonly describe: readonly Rule[];
}

/** From the rules that are there to those that should be. */
export function ruleChanges(have: readonly Rule[], want: readonly Rule[]): RuleChanges {
  const before = new Map(have.map((rule) => [ruleKey(rule), rule]));
  const after = new Set(want.map(ruleKey));
  return {
    grant: want.filter((rule) => !before.has(ruleKey(rule))),
    revoke: have.filter((rule) => !after.has(ruleKey(rule))),
    describe: want.filter((rule) => {
      const there = before.get(ruleKey(rule));
      return there !== undefined && there.description !== rule.description;
    }),
  };
}

/** In EC2's form: rules of the same protocol and ports are one permission. */
export function toPermissions(rules: readonly Rule[]): IpPermission[] {
  const groups = Map.groupBy(rules, ({ protocol, fromPort, toPort }) => `${protocol} ${fromPort} ${toPort}`);
  return [...groups.values()].map((same) => {
    const { protocol, fromPort, toPort } = same[0]!;
    const of = <T>(test: (source: string) => boolean, make: (rule: Rule) => T): T[] =>
      same.filter(({ source }) => test(source)).map(make);
    const described = ({ description }: Rule) => (description === '' ? {} : { Description: description });
    const permission: IpPermission = {
      IpProtocol: protocol,
      ...(protocol === ALL_PROTOCOLS ? {} : { FromPort: fromPort, ToPort: toPort }),
    };
    const networks = of(isIpv4, (rule) => ({ CidrIp: rule.source, ...described(rule) }));
    const ipv6 = of(isIpv6, (rule) => ({ CidrIpv6: rule.source, ...described(rule) }));
    const groupPairs = of(isGroup, (rule) => ({ GroupId: rule.source, ...described(rule) }));
    const lists = of(isPrefixList, (rule) => ({ PrefixListId: rule.source, ...described(rule) }));
    if (networks.length > 0) permission.IpRanges = networks;
    if (ipv6.length > 0) permission.Ipv6Ranges = ipv6;
    if (groupPairs.length > 0) permission.UserIdGroupPairs = groupPairs;
    if (lists.length > 0) permission.PrefixListIds = lists;
    return permission;
  });
}

/** Every protocol, and so every port. */
export const ALL_PROTOCOLS = '-1';

export const isGroup = (source: string) => source.startsWith('sg-');
const isPrefixList = (source: string) => source.startsWith('pl-');
const isIpv6 = (source: string) => source.includes(':');
const isIpv4 = (source: string) => !isGroup(source) && !isPrefixList(source) && !isIpv6(source);

/** From EC2's form: one rule for each source. */
export function fromPermissions(permissions: readonly IpPermission[] | undefined): readonly Rule[] {
  return (permissions ?? []).flatMap(({ IpProtocol, FromPort, ToPort, ...sources }) => {
    const ports = { protocol: IpProtocol ?? ALL_PROTOCOLS, fromPort: FromPort ?? -1, toPort: ToPort ?? -1 };
    const rule = (source: string | undefined, description = ''): Rule => ({
      ...ports,
      source: source ?? '',
      description,
    });
    return [
      ...(sources.IpRanges ?? []).map(({ CidrIp, Description }) => rule(CidrIp, Description)),
      ...(sources.Ipv6Ranges ?? []).map(({ CidrIpv6, Description }) => rule(CidrIpv6, Description)),
      ...(sources.UserIdGroupPairs ?? []).map(({ GroupId, Description }) => rule(GroupId, Description)),
      ...(sources.PrefixListIds ?? []).map(({ PrefixListId, Description }) => rule(PrefixListId, Description)),
    ];
  });
}
