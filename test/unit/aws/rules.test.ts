import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../providers/aws/resources.ts';
import { fromPermissions, ruleChanges, ruleKey, sortedRules, toPermissions } from '../../../providers/aws/rules.ts';

const tcp = (port: number, source: string, description = ''): Rule => ({
  protocol: 'tcp',
  fromPort: port,
  toPort: port,
  source,
  description,
});

const MIXED: readonly Rule[] = [
  tcp(80, '10.0.0.0/8', 'a'),
  tcp(80, '10.0.0.0/16', 'b'),
  tcp(80, '2001:db8::/32'),
  tcp(80, 'sg-1', 'c'),
  tcp(80, 'pl-1'),
  { protocol: 'icmp', fromPort: 3, toPort: 4, source: '10.0.0.0/8', description: 'd' },
  { protocol: '-1', fromPort: -1, toPort: -1, source: 'sg-2', description: '' },
];

describe('toPermissions', () => {
  it('makes one permission of each protocol and port range, sources by their sort', () => {
    expect(toPermissions(MIXED)).toEqual([
      {
        IpProtocol: 'tcp',
        FromPort: 80,
        ToPort: 80,
        IpRanges: [
          { CidrIp: '10.0.0.0/8', Description: 'a' },
          { CidrIp: '10.0.0.0/16', Description: 'b' },
        ],
        Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }],
        UserIdGroupPairs: [{ GroupId: 'sg-1', Description: 'c' }],
        PrefixListIds: [{ PrefixListId: 'pl-1' }],
      },
      { IpProtocol: 'icmp', FromPort: 3, ToPort: 4, IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'd' }] },
      { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-2' }] },
    ]);
  });

  it('is undone by fromPermissions', () => {
    expect(sortedRules(fromPermissions(toPermissions(MIXED)))).toEqual(sortedRules(MIXED));
    expect(fromPermissions(undefined)).toEqual([]);
  });
});

describe('ruleChanges', () => {
  it('grants, describes and revokes exactly what differs', () => {
    const have = [tcp(1, '10.0.0.0/8', 'x'), tcp(2, '10.0.0.0/8', 'x'), tcp(3, '10.0.0.0/8', 'x')];
    const want = [tcp(2, '10.0.0.0/8', 'y'), tcp(3, '10.0.0.0/8', 'x'), tcp(4, '10.0.0.0/8', 'x')];
    expect(ruleChanges(have, want)).toEqual({
      grant: [tcp(4, '10.0.0.0/8', 'x')],
      describe: [tcp(2, '10.0.0.0/8', 'y')],
      revoke: [tcp(1, '10.0.0.0/8', 'x')],
    });
  });
});

it('a rule is told by everything but its description', () => {
  const [one, other] = [tcp(80, '10.0.0.0/8', 'a'), tcp(80, '10.0.0.0/8', 'b')];
  expect(ruleKey(one)).toBe(ruleKey(other));
  const keys = [tcp(81, '10.0.0.0/8'), tcp(80, '10.0.0.0/9'), { ...one, protocol: 'udp' }, { ...one, toPort: 81 }].map(
    ruleKey,
  );
  expect(new Set([...keys, ruleKey(one)]).size).toBe(5);
});
