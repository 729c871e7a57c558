import { describe, expect, it } from 'vitest';
import type { Subnet } from '../../../providers/aws/facts.ts';
import { chooseSubnets, findSubnet } from '../../../providers/aws/subnets.ts';

function subnet(id: string, zone: string, change: Partial<Subnet> = {}): Subnet {
  return {
    id: `subnet-${id}`,
    name: `${id}-name`,
    zone,
    zoneType: 'availability-zone',
    cidr: '10.0.0.0/24',
    public: true,
    clusters: [],
    roles: [],
    ...change,
  };
}

const ids = (all: readonly Subnet[], scheme: 'internet-facing' | 'internal' = 'internet-facing') => {
  const choice = chooseSubnets(all, { clusterName: 'prod', scheme });
  return choice.found ? choice.subnets.map(({ id }) => id.replace('subnet-', '')) : choice.why;
};

describe('chooseSubnets', () => {
  it('takes one a zone, in the order of the zones', () => {
    expect(ids([subnet('3', 'c'), subnet('1', 'a'), subnet('2', 'b')])).toEqual(['1', '2', '3']);
  });

  it.each([
    [
      'the role before the cluster’s tag',
      [subnet('1', 'a', { clusters: ['prod'] }), subnet('2', 'a', { roles: ['elb'] })],
      ['2'],
    ],
    ['the cluster’s tag before the smaller id', [subnet('1', 'a'), subnet('2', 'a', { clusters: ['prod'] })], ['2']],
    ['the smaller id at last', [subnet('2', 'a'), subnet('1', 'a')], ['1']],
    [
      'both tags before one',
      [subnet('1', 'a', { roles: ['elb'] }), subnet('2', 'a', { roles: ['elb'], clusters: ['prod'] })],
      ['2'],
    ],
    ['no role for the other scheme', [subnet('1', 'a'), subnet('2', 'a', { roles: ['internal-elb'] })], ['1']],
  ])('in one zone prefers %s', (_what, all, chosen) => {
    expect(ids(all)).toEqual(chosen);
  });

  it('leaves out private subnets for the internet, and takes both for the inside', () => {
    const all = [subnet('1', 'a', { public: false }), subnet('2', 'b')];
    expect(ids(all)).toEqual(['2']);
    expect(ids(all, 'internal')).toEqual(['1', '2']);
  });

  it('prefers the role for the inside', () => {
    const all = [subnet('1', 'a'), subnet('2', 'a', { public: false, roles: ['internal-elb'] })];
    expect(ids(all, 'internal')).toEqual(['2']);
  });

  it('leaves out subnets of other clusters, unless they are also ours', () => {
    const all = [
      subnet('1', 'a', { clusters: ['test'] }),
      subnet('2', 'b', { clusters: ['prod', 'test'] }),
      subnet('3', 'c'),
    ];
    expect(ids(all)).toEqual(['2', '3']);
  });

  it('leaves out zones of other types after the choice in each zone', () => {
    const all = [subnet('1', 'a'), subnet('2', 'lax-1', { zoneType: 'local-zone' })];
    expect(ids(all)).toEqual(['1']);
  });

  it.each([
    [[], 'the VPC has no subnet'],
    [[subnet('1', 'a', { clusters: ['test'] })], '1 belongs to another cluster'],
    [
      [subnet('1', 'a', { public: false }), subnet('2', 'b', { public: false })],
      '2 have no route to an internet gateway',
    ],
    [
      [
        subnet('1', 'a', { clusters: ['test'] }),
        subnet('2', 'b', { public: false }),
        subnet('3', 'l', { zoneType: 'local-zone' }),
      ],
      '1 belongs to another cluster, 1 has no route to an internet gateway, 1 is in a local zone',
    ],
  ])('says why there is none', (all, why) => {
    expect(ids(all)).toBe(why);
  });
});

describe('findSubnet', () => {
  const all = [subnet('1', 'a'), subnet('2', 'b', { name: 'twin' }), subnet('3', 'c', { name: 'twin' })];
  it.each([
    ['subnet-1', 'subnet-1'],
    ['1-name', 'subnet-1'],
  ])('%s is %s', (text, id) => {
    expect(findSubnet(all, text)).toMatchObject({ id });
  });
  it.each([
    ['subnet-9', 'unknown'],
    ['nobody', 'unknown'],
    ['twin', 'ambiguous'],
  ])('%s is %s', (text, answer) => {
    expect(findSubnet(all, text)).toBe(answer);
  });
});
