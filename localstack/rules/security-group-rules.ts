// Ingress rules of security groups as AWS keeps them: CIDRs in canonical form, calls that apply as a whole or not at
// all, duplicates known by protocol, ports and source alone.
import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import type { IpPermission } from '@aws-sdk/client-ec2';
import { AwsError } from '../proxy-answer.ts';
import type { Call } from '../proxy-call.ts';
import { type Params, parseQuery, structs, text } from '../proxy-query.ts';
import type { Cloud } from './cloud.ts';
import { describable } from './security-groups.ts';

/** One rule: what identifies it, and which quota it counts for. */
interface Rule {
  readonly key: string;
  readonly family: 'ipv4' | 'ipv6' | 'both';
  readonly description: string | undefined;
}

const protocolNames: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6' };

export async function guardAuthorize(call: Call, cloud: Cloud): Promise<Call> {
  const checked = canonical(call);
  const asked = rulesOf(checked.params);
  if (new Set(asked.map(({ key }) => key)).size < asked.length) {
    throw new AwsError('InvalidParameterValue', 'The same permission must not appear multiple times');
  }
  const there = await existing(checked, cloud);
  if (!there) return checked;
  const known = new Set(there.map(({ key }) => key));
  const duplicate = asked.find(({ key }) => known.has(key));
  if (duplicate) {
    throw new AwsError('InvalidPermission.Duplicate', `the specified rule "${duplicate.key}" already exists`);
  }
  for (const family of ['ipv4', 'ipv6'] as const) {
    const count = [...there, ...asked].filter((rule) => rule.family === family || rule.family === 'both').length;
    if (count <= cloud.settings.quotas.rulesPerSecurityGroup) continue;
    const reason = 'The maximum number of rules per security group has been reached.';
    throw new AwsError('RulesPerSecurityGroupLimitExceeded', reason);
  }
  return checked;
}

export async function guardRevoke(call: Call, cloud: Cloud): Promise<Call> {
  const checked = canonical(call);
  const there = await existing(checked, cloud);
  if (!there) return checked;
  const known = new Set(there.map(({ key }) => key));
  if (rulesOf(checked.params).some(({ key }) => !known.has(key))) {
    throw new AwsError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
  }
  return asDescribed(checked, there);
}

export function guardRuleDescriptions(call: Call): Call {
  return canonical(call);
}

/** moto finds a rule for another group only by its description too; AWS does not look at it. */
function asDescribed(call: Call, there: readonly Rule[]): Call {
  const form = new URLSearchParams(call.http.body.toString('utf8'));
  for (const [name, GroupId] of [...form]) {
    const [, pair, permission] = /^((IpPermissions\.\d+)\.Groups\.\d+)\.GroupId$/.exec(name) ?? [];
    if (pair === undefined) continue;
    const field = (of: string) => form.get(`${permission}.${of}`) ?? undefined;
    const ports =
      field('FromPort') === undefined ? {} : { FromPort: Number(field('FromPort')), ToPort: Number(field('ToPort')) };
    const [asked] = rulesOfPermission({ IpProtocol: field('IpProtocol'), ...ports, UserIdGroupPairs: [{ GroupId }] });
    const description = there.find(({ key }) => key === asked?.key)?.description;
    if (description === undefined) form.delete(`${pair}.Description`);
    else form.set(`${pair}.Description`, description);
  }
  return { ...call, http: { ...call.http, body: Buffer.from(form.toString()) } };
}

/** The rules of the call's group; undefined if the emulator should say what is wrong with the group. */
async function existing({ params }: Call, cloud: Cloud): Promise<readonly Rule[] | undefined> {
  const id = text(params, 'GroupId');
  const [group] = id === undefined ? [] : await cloud.lookup.securityGroups('group-id', [id]);
  return group && (group.IpPermissions ?? []).flatMap(rulesOfPermission);
}

/** The call with every CIDR in canonical form, as EC2 stores it. */
function canonical(call: Call): Call {
  const form = new URLSearchParams(call.http.body.toString('utf8'));
  for (const [key, value] of [...form]) {
    if (/\.Description$/.test(key) && !describable.test(value)) {
      throw new AwsError('InvalidParameterValue', `Invalid rule description '${value}'`);
    }
    if (/(^|\.)CidrIp(v6)?$/.test(key)) form.set(key, canonicalCidr(value, key.endsWith('v6') ? 6 : 4));
  }
  const body = form.toString();
  return { ...call, params: parseQuery(body), http: { ...call.http, body: Buffer.from(body) } };
}

function canonicalCidr(cidr: string, version: 4 | 6): string {
  const [address = '', bits = '', ...more] = cidr.split('/');
  const width = version === 4 ? 32 : 128;
  const valid = version === 4 ? isIPv4(address) : isIPv6(address) && !address.includes('%');
  if (!valid || more.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > width) {
    throw new AwsError('InvalidParameterValue', `CIDR block ${cidr} is malformed`);
  }
  const bytes = version === 4 ? address.split('.').map(Number) : ipv6Bytes(address);
  const masked = bytes.map((byte, index) => {
    const kept = Math.min(8, Math.max(0, Number(bits) - index * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  if (version === 4) return `${masked.join('.')}/${bits}`;
  const groups = Array.from({ length: 8 }, (_, i) => ((masked[2 * i]! << 8) | masked[2 * i + 1]!).toString(16));
  return `${new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address}/${bits}`;
}

function ipv6Bytes(address: string): number[] {
  // A dotted tail is two groups.
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, a, b, c, d) =>
    [(Number(a) << 8) | Number(b), (Number(c) << 8) | Number(d)].map((group) => group.toString(16)).join(':'),
  );
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = !tail ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right];
  return groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]);
}

/** The rules of a request's parameters, in the form of IpPermissions or of the single rule of old. */
function rulesOf(params: Params): Rule[] {
  const permissions = structs(params, 'IpPermissions') ?? (text(params, 'CidrIp') === undefined ? [] : [params]);
  return permissions.flatMap((permission) => {
    const number = (name: string) =>
      text(permission, name) === undefined ? undefined : Number(text(permission, name));
    const cidr = text(permission, 'CidrIp');
    return rulesOfPermission({
      ...{ IpProtocol: text(permission, 'IpProtocol'), FromPort: number('FromPort'), ToPort: number('ToPort') },
      IpRanges: [...(structs(permission, 'IpRanges') ?? []), ...(cidr === undefined ? [] : [{ CidrIp: cidr }])],
      Ipv6Ranges: structs(permission, 'Ipv6Ranges'),
      UserIdGroupPairs: structs(permission, 'Groups'),
      PrefixListIds: structs(permission, 'PrefixListIds'),
    } as IpPermission);
  });
}

function rulesOfPermission(permission: IpPermission): Rule[] {
  const { IpProtocol = '-1', FromPort, ToPort } = permission;
  const protocol = protocolNames[IpProtocol] ?? IpProtocol.toLowerCase();
  if ((protocol === 'tcp' || protocol === 'udp') && !(isPort(FromPort) && isPort(ToPort) && FromPort <= ToPort)) {
    throw new AwsError('InvalidParameterValue', 'Invalid value for portRange. Must specify both from and to ports');
  }
  const what = protocol === '-1' ? 'all' : `${protocol} ${FromPort}-${ToPort}`;
  const rule = (family: Rule['family'], source: string | undefined, description: string | undefined): Rule => ({
    key: `peer: ${source}, ${what}`,
    family,
    description,
  });
  const { IpRanges = [], Ipv6Ranges = [], UserIdGroupPairs = [], PrefixListIds = [] } = permission;
  return [
    ...IpRanges.map(({ CidrIp, Description }) => rule('ipv4', CidrIp, Description)),
    ...Ipv6Ranges.map(({ CidrIpv6, Description }) => rule('ipv6', CidrIpv6, Description)),
    ...UserIdGroupPairs.map(({ GroupId, Description }) => rule('both', GroupId, Description)),
    ...PrefixListIds.map(({ PrefixListId, Description }) => rule('both', PrefixListId, Description)),
  ];
}

function isPort(port: number | undefined): port is number {
  return port !== undefined && Number.isInteger(port) && port >= 0 && port <= 65535;
}
