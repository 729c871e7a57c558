// The parts below the services: time-travelling tables, CIDR arithmetic, schema checks, pages.

import { AuthorizeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { CreateLoadBalancerCommand, SetSubnetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Ids } from '../../fake/aws/ids.ts';
import { pageOf } from '../../fake/aws/page.ts';
import { contains, parseAddress, parseRange } from '../../fake/aws/range.ts';
import { checkInput } from '../../fake/aws/schema-check.ts';
import { Journal, Table } from '../../fake/aws/table.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function idsAt(table: Table<{ v: number }>, time: number): unknown[] {
  return [...table.at(time)].map(([id, { v }]) => [id, v]);
}

describe('table', () => {
  it('answers as of any remembered instant', () => {
    const table = new Table<{ v: number }>('vpc', new Journal(), 60_000);
    table.put('a', { v: 1 });
    vi.advanceTimersByTime(10);
    table.put('a', { v: 2 });
    table.put('b', { v: 3 });
    vi.advanceTimersByTime(10);
    table.delete('a');
    expect(idsAt(table, 999_999)).toEqual([]);
    expect(idsAt(table, 1_000_009)).toEqual([['a', 1]]);
    expect(idsAt(table, 1_000_010)).toEqual([
      ['a', 2],
      ['b', 3],
    ]);
    expect(idsAt(table, 1_000_020)).toEqual([['b', 3]]);
  });

  it('knows what was there from the beginning at every instant', () => {
    const table = new Table<{ v: number }>('vpc', new Journal(), 60_000);
    table.put('a', { v: 1 }, Number.NEGATIVE_INFINITY);
    expect(idsAt(table, 0)).toEqual([['a', 1]]);
    table.put('a', { v: 2 });
    expect(idsAt(table, 0)).toEqual([['a', 1]]);
    expect(idsAt(table, 1_000_000)).toEqual([['a', 2]]);
  });

  it('forgets what is older than it remembers, but never the latest state before that', () => {
    const table = new Table<{ v: number }>('vpc', new Journal(), 1_000);
    for (const v of [1, 2, 3]) {
      table.put('a', { v });
      vi.advanceTimersByTime(2_000);
    }
    table.put('a', { v: 4 });
    expect(idsAt(table, 1_001_000)).toEqual([]);
    expect(idsAt(table, 1_005_000)).toEqual([['a', 3]]);
  });

  it('takes back everything when the work fails, in the present and in the past', () => {
    const journal = new Journal();
    const table = new Table<{ v: number }>('vpc', journal, 60_000);
    table.put('a', { v: 1 });
    const work = () => {
      table.put('a', { v: 2 });
      table.put('b', { v: 1 });
      table.delete('a');
      throw new Error('no');
    };
    expect(() => journal.run(work)).toThrow('no');
    expect([...table.rows]).toEqual([['a', { v: 1 }]]);
    vi.advanceTimersByTime(1);
    table.put('c', { v: 1 });
    expect(idsAt(table, 1_000_000)).toEqual([['a', 1]]);
  });

  it('keeps rows that cannot be changed from outside', () => {
    const table = new Table<{ list: number[] }>('vpc', new Journal(), 60_000);
    table.put('a', { list: [1] });
    expect(() => table.get('a')!.list.push(2)).toThrow(TypeError);
  });

  it('tells whether a change touched anything', () => {
    const journal = new Journal();
    const table = new Table<object>('vpc', journal, 60_000);
    expect(journal.run(() => table.put('a', {})).changed).toBe(true);
    expect(journal.run(() => table.get('a')).changed).toBe(false);
  });
});

describe('range', () => {
  it.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['192.168.1.7/32', '192.168.1.7/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8::1/32', '2001:db8::/32'],
    ['::ffff:10.0.0.1/128', '::ffff:a00:1/128'],
    ['2001:db8:0:0:1:0:0:1/128', '2001:db8::1:0:0:1/128'],
    ['::/0', '::/0'],
  ])('gives %s its canonical form %s', (given, canonical) => {
    expect(parseRange(given)?.text).toBe(canonical);
  });

  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0/8',
    '010.0.0.0/8',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '::/129',
    'fe80::1%eth0/64',
    '',
    '/8',
    '0.0.0.0.0/0',
  ])('refuses %j', (given) => {
    expect(parseRange(given)).toBeUndefined();
  });

  it('knows what lies in a range, within one family only', () => {
    expect(contains('10.0.0.0/24', '10.0.0.255')).toBe(true);
    expect(contains('10.0.0.0/24', '10.0.1.0')).toBe(false);
    expect(contains('::/0', '10.0.0.1')).toBe(false);
    expect(contains('2001:db8::/32', '2001:db8:ffff::')).toBe(true);
    expect(parseAddress('::1')).toEqual({ family: 6, value: 1n });
  });
});

describe('schema check', () => {
  const schema = (command: object): unknown => Reflect.get(command, 'schema');

  it('finds members that the SDK does not know, at any depth', () => {
    const command = new CreateLoadBalancerCommand({ Name: 'a' });
    const input = { Name: 'a', name: 'b', Tags: [{ Key: 'k', value: 'v' }] };
    expect(checkInput(schema(command), input).unknown).toEqual(['name', 'Tags.1.value']);
  });

  it('finds required members that are missing, at any depth', () => {
    const command = new CreateLoadBalancerCommand({ Name: 'a' });
    expect(checkInput(schema(command), { Tags: [{ Value: 'v' }] }).missing).toEqual(['Tags.1.Key', 'Name']);
  });

  it('finds values of the wrong type', () => {
    const command = new AuthorizeSecurityGroupIngressCommand({});
    const input = { GroupId: 7, IpPermissions: [{ FromPort: '80', ToPort: 80.5, IpRanges: {} }], DryRun: 'no' };
    expect(checkInput(schema(command), input).wrongType).toEqual([
      'GroupId',
      'IpPermissions.1.FromPort',
      'IpPermissions.1.ToPort',
      'IpPermissions.1.IpRanges',
      'DryRun',
    ]);
  });

  it('finds a list of the wrong things, and takes undefined for absent', () => {
    const command = new SetSubnetsCommand({ LoadBalancerArn: 'a' });
    const input = { LoadBalancerArn: 'a', Subnets: ['a', 2], SubnetMappings: undefined };
    expect(checkInput(schema(command), input)).toEqual({ unknown: [], missing: [], wrongType: ['Subnets.2'] });
  });
});

describe('page', () => {
  const refuse = (): never => {
    throw new Error('bad marker');
  };
  const rows = new Map([3, 1, 2].map((n) => [`id-${n}`, n]));

  it('goes through everything once, whatever is deleted on the way', () => {
    const first = pageOf(rows, 'list', 2, undefined, refuse);
    expect(first.rows).toEqual([1, 2]);
    const left = new Map([...rows].filter(([id]) => id !== 'id-2'));
    const second = pageOf(left, 'list', 2, first.next, refuse);
    expect(second).toEqual({ rows: [3], next: undefined });
  });

  it('refuses the marker of another list', () => {
    const { next } = pageOf(rows, 'list', 2, undefined, refuse);
    expect(() => pageOf(rows, 'other', 2, next, refuse)).toThrow('bad marker');
    expect(() => pageOf(rows, 'list', 2, 'made up', refuse)).toThrow('bad marker');
  });
});

describe('ids', () => {
  it('are the same in every run and different within one', () => {
    const [a, b] = [new Ids(), new Ids()];
    const first = [a.ec2('sg'), a.ec2('sg'), a.next('listener', 16)];
    expect(first).toEqual([b.ec2('sg'), b.ec2('sg'), b.next('listener', 16)]);
    expect(new Set(first).size).toBe(3);
    expect(first[0]).toMatch(/^sg-[0-9a-f]{17}$/);
    expect(first[2]).toMatch(/^[0-9a-f]{16}$/);
  });
});
