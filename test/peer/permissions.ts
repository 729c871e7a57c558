// Rules of security groups as cloud-provider-aws compares them: one rule for each source, without the description. Pure.
import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';

/** One rule: a protocol, ports, and one source. */
export interface Rule {
  readonly protocol: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** A network, or `sg-…`. */
  readonly source: string;
  readonly description?: string | undefined;
}

/** What two rules are the same by. */
export function keyOf({ protocol, from, to, source }: Rule): string {
  return [protocol, from ?? '', to ?? '', source].join(' ');
}

/** The inbound rules of a group. */
export function rulesIn({ IpPermissions = [] }: SecurityGroup): readonly Rule[] {
  return IpPermissions.flatMap(({ IpProtocol = '', FromPort: from, ToPort: to, ...sources }) => {
    const ports = { protocol: IpProtocol, from, to };
    const networks = (sources.IpRanges ?? []).map(({ CidrIp = '', Description: description }) => ({
      ...ports,
      source: CidrIp,
      description,
    }));
    const groups = (sources.UserIdGroupPairs ?? []).map(({ GroupId = '', Description: description }) => ({
      ...ports,
      source: GroupId,
      description,
    }));
    return [...networks, ...groups];
  });
}

/** Rules of the first list that the second lacks. */
export function without(rules: readonly Rule[], others: readonly Rule[]): readonly Rule[] {
  const keys = new Set(others.map(keyOf));
  return rules.filter((rule) => !keys.has(keyOf(rule)));
}

/** As EC2 takes them. */
export function permissionsOf(rules: readonly Rule[]): IpPermission[] {
  return rules.map(({ protocol, from, to, source, description }) => {
    const described = description === undefined ? {} : { Description: description };
    const ports = from === undefined ? {} : { FromPort: from, ToPort: to };
    return {
      IpProtocol: protocol,
      ...ports,
      ...(source.startsWith('sg-')
        ? { UserIdGroupPairs: [{ GroupId: source, ...described }] }
        : { IpRanges: [{ CidrIp: source, ...described }] }),
    };
  });
}

export function mtuRulesFor(networks: Iterable<string>, description?: string): readonly Rule[] {
  return [...new Set(networks)].map((source) => ({ protocol: 'icmp', from: 3, to: 4, source, description }));
}
