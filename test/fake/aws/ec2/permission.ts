// From the permissions of a call to single rules and back: protocol names, port rules, canonical CIDR ranges.
// It neither reads nor changes a security group.

import type { IpPermission, SecurityGroupRule } from '@aws-sdk/client-ec2';
import { Misuse } from '../problem.ts';
import { parseRange } from '../range.ts';
import { invalidValue } from './errors.ts';
import type { Rule, RuleSource } from './tables.ts';

/** A rule as a call names it: not yet, or not necessarily, in a group. */
export type WantedRule = Omit<Rule, 'id'>;

const PROTOCOLS: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6' };
const DESCRIPTION = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

/** The rules that some permissions spell out, one for each source. */
export function rulesOf(permissions: readonly IpPermission[]): WantedRule[] {
  return permissions.flatMap((permission) => {
    const protocol = protocolOf(permission.IpProtocol);
    const ports = portsOf(protocol, permission.FromPort, permission.ToPort);
    const sources = sourcesOf(permission);
    if (sources.length === 0) throw invalidValue('A permission must name at least one source');
    return sources.map(({ source, description }) => {
      if (description !== undefined) checkDescription(description);
      return { protocol, ...ports, source, description };
    });
  });
}

/** EC2 knows a rule by protocol, ports and source; never by its description. */
export function ruleKey({ protocol, fromPort, toPort, source }: WantedRule): string {
  return JSON.stringify([protocol, fromPort ?? null, toPort ?? null, ...Object.values(source)]);
}

/** Rules with the same protocol and ports are one permission in an answer. */
export function permissionsOf(rules: readonly Rule[], accountId: string): IpPermission[] {
  const groups = Map.groupBy(rules, ({ protocol, fromPort, toPort }) => `${protocol} ${fromPort} ${toPort}`);
  return [...groups.values()].map((same) => ({
    IpProtocol: same[0]!.protocol,
    FromPort: same[0]!.fromPort,
    ToPort: same[0]!.toPort,
    IpRanges: same.flatMap(({ source, description: Description }) =>
      source.type === 'ipv4' ? [{ CidrIp: source.cidr, Description }] : [],
    ),
    Ipv6Ranges: same.flatMap(({ source, description: Description }) =>
      source.type === 'ipv6' ? [{ CidrIpv6: source.cidr, Description }] : [],
    ),
    PrefixListIds: same.flatMap(({ source, description: Description }) =>
      source.type === 'prefix-list' ? [{ PrefixListId: source.prefixListId, Description }] : [],
    ),
    UserIdGroupPairs: same.flatMap(({ source, description: Description }) =>
      source.type === 'group' ? [{ GroupId: source.groupId, UserId: accountId, Description }] : [],
    ),
  }));
}

/** A rule as the calls that change rules answer it. */
export function sdkRule(groupId: string, rule: Rule, accountId: string): SecurityGroupRule {
  const { source } = rule;
  return {
    SecurityGroupRuleId: rule.id,
    GroupId: groupId,
    GroupOwnerId: accountId,
    IsEgress: false,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort ?? -1,
    ToPort: rule.toPort ?? -1,
    Description: rule.description,
    ...(source.type === 'ipv4' ? { CidrIpv4: source.cidr } : {}),
    ...(source.type === 'ipv6' ? { CidrIpv6: source.cidr } : {}),
    ...(source.type === 'prefix-list' ? { PrefixListId: source.prefixListId } : {}),
    ...(source.type === 'group' ? { ReferencedGroupInfo: { GroupId: source.groupId, UserId: accountId } } : {}),
  };
}

export function checkDescription(description: string): void {
  if (!DESCRIPTION.test(description)) {
    throw invalidValue(
      'Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  ' +
        'a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*',
    );
  }
}

function protocolOf(given: string | undefined): string {
  const name = (given ?? '').toLowerCase();
  const protocol = PROTOCOLS[name] ?? name;
  const number = /^\d{1,3}$/.test(protocol) && Number(protocol) <= 255;
  if (!number && !['-1', 'tcp', 'udp', 'icmp', 'icmpv6'].includes(protocol)) {
    throw invalidValue(`Invalid value '${given}' for IP protocol. Unknown protocol.`);
  }
  return protocol;
}

function portsOf(protocol: string, from: number | undefined, to: number | undefined) {
  if (protocol === 'tcp' || protocol === 'udp') {
    if (from === undefined || to === undefined) {
      throw invalidValue("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.");
    }
    if (from < 0 || to > 65_535 || from > to) throw invalidValue(`Invalid value '${from}-${to}' for portRange.`);
    return { fromPort: from, toPort: to };
  }
  if (protocol === 'icmp' || (protocol === 'icmpv6' && from !== undefined)) {
    if (from === undefined || to === undefined || from < -1 || to < -1 || from > 255 || to > 255) {
      throw invalidValue(`Invalid value for ICMP type and code: '${from}' and '${to}'.`);
    }
    if (from === -1 && to !== -1) throw invalidValue('ICMP code must be -1 when the type is -1.');
    return { fromPort: from, toPort: to };
  }
  return { fromPort: undefined, toPort: undefined };
}

interface Described {
  readonly source: RuleSource;
  readonly description: string | undefined;
}

function sourcesOf(permission: IpPermission): Described[] {
  return [
    ...(permission.IpRanges ?? []).map(({ CidrIp, Description }) => cidrSource('ipv4', CidrIp, Description)),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6, Description }) => cidrSource('ipv6', CidrIpv6, Description)),
    ...(permission.UserIdGroupPairs ?? []).map(({ GroupId, Description, UserId: _account, VpcId: _vpc, ...rest }) => {
      const [other] = Object.keys(rest);
      if (other !== undefined) throw new Misuse(`${other} of a source group is not simulated`);
      if (GroupId === undefined) throw invalidValue('A source group must be named by its id outside a default VPC');
      return { source: { type: 'group' as const, groupId: GroupId }, description: Description };
    }),
    ...(permission.PrefixListIds ?? []).map(({ PrefixListId, Description }) => {
      if (PrefixListId === undefined) throw invalidValue('A prefix list must be named by its id');
      return { source: { type: 'prefix-list' as const, prefixListId: PrefixListId }, description: Description };
    }),
  ];
}

/** EC2 clears host bits, so `10.1.2.3/8` is the same rule as `10.0.0.0/8` (documentation of IpRange). */
function cidrSource(type: 'ipv4' | 'ipv6', given: string | undefined, description: string | undefined): Described {
  const range = parseRange(given ?? '');
  if (range === undefined || range.family !== (type === 'ipv4' ? 4 : 6)) {
    throw invalidValue(`CIDR block ${given} is malformed`);
  }
  return { source: { type, cidr: range.text }, description };
}
