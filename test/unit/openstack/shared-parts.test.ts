// What several Services want of one load balancer and its floating IP, as one: nobody is dropped who is not known to leave.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergedFloatingIp, mergedLoadBalancer } from '../../../providers/openstack/kinds/shared-parts.ts';
import type { FloatingIpSpec, LoadBalancerSpec } from '../../../providers/openstack/resources.ts';
import type { Share } from '../../../src/engine/kind.ts';
import type { Owner } from '../../../src/engine/owner.ts';

const ownerOf = (name: string): Owner => ({ cluster: 'c', uid: `uid-${name}`, namespace: 'shop', name });
const textOf = (name: string) => `shop/${name}`;

function part(names: readonly string[], more: Partial<LoadBalancerSpec> = {}): LoadBalancerSpec {
  const nothing = { portId: null, subnetId: null, networkId: null, address: null, flavorId: null, zone: null };
  return { owners: names.map(textOf), ...nothing, provider: null, madeBy: 'controller', made: 'whole', ...more };
}

function address(names: readonly string[], more: Partial<FloatingIpSpec> = {}): FloatingIpSpec {
  const none = { keep: 'no', networkId: null, subnetIds: [], address: null, use: null, port: 'port' } as const;
  return { owners: names.map(textOf), ...none, ...more };
}

const shareOf = <S extends object>(name: string, spec: S | 'frozen'): Share<S> => ({ owner: ownerOf(name), spec });

describe('a load balancer of several Services', () => {
  const have = part(['web', 'api'], { subnetId: 's', portId: 'p', address: '10.0.0.5', provider: 'amphora' });

  it('belongs to those who want it', () => {
    const merged = mergedLoadBalancer([shareOf('web', part(['web'])), shareOf('api', part(['api']))], [], undefined);
    expect(merged?.owners).toEqual(['shop/api', 'shop/web']);
  });

  it('is as its maker says; the others say nothing of it', () => {
    const maker = part(['web'], { subnetId: 's', flavorId: 'f', provider: 'ovn' });
    for (const shares of [
      [shareOf('web', maker), shareOf('api', part(['api']))],
      [shareOf('api', part(['api'])), shareOf('web', maker)],
    ]) {
      expect(mergedLoadBalancer(shares, [], undefined)).toMatchObject({
        subnetId: 's',
        flavorId: 'f',
        provider: 'ovn',
      });
    }
  });

  it('asks for nothing that nobody asks for, whatever it has', () => {
    const merged = mergedLoadBalancer([shareOf('api', part(['api']))], [], have);
    expect(merged).toEqual(part(['api', 'web']));
  });

  it('loses who leaves, and goes with the last', () => {
    const left = mergedLoadBalancer([shareOf('api', part(['api']))], [ownerOf('web')], have);
    expect(left?.owners).toEqual(['shop/api']);
    expect(mergedLoadBalancer([], [ownerOf('web'), ownerOf('api')], have)).toBeUndefined();
  });

  it('stays for one of whom nothing is known now', () => {
    expect(mergedLoadBalancer([shareOf<LoadBalancerSpec>('api', 'frozen')], [ownerOf('web')], have)?.owners).toEqual([
      'shop/api',
    ]);
    expect(mergedLoadBalancer([], [ownerOf('web')], have)?.owners).toEqual(['shop/api']);
  });

  it('never goes where somebody made it by hand', () => {
    const byHand = part(['web'], { madeBy: 'hand', subnetId: 's' });
    expect(mergedLoadBalancer([], [ownerOf('web')], byHand)).toEqual(part([], { madeBy: 'hand' }));
  });
});

describe('a floating IP of several Services', () => {
  it('is as the maker of the load balancer says', () => {
    const maker = address(['web'], { networkId: 'n', keep: 'yes', port: 'new' });
    const shares = [shareOf('api', address(['api'])), shareOf('web', maker)];
    expect(mergedFloatingIp(shares, [], undefined)).toEqual({ ...maker, owners: ['shop/api', 'shop/web'] });
  });

  it('stays as it is where only those are known who share it', () => {
    const have = address(['web'], { networkId: 'n', keep: 'yes', address: '203.0.113.1' });
    const merged = mergedFloatingIp([shareOf('api', address(['api']))], [], have);
    expect(merged).toEqual({ ...have, owners: ['shop/api', 'shop/web'] });
  });

  it('goes with the last', () => {
    expect(mergedFloatingIp([], [ownerOf('web')], address(['web'], { networkId: 'n' }))).toBeUndefined();
  });
});

describe('whatever comes together', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const some = fc.subarray(names);
  const shares = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom('part', 'frozen')), { maxLength: 6 });
  const merges = [
    ['the load balancer', mergedLoadBalancer, part],
    ['the floating IP', mergedFloatingIp, address],
  ] as const;

  it.each(merges)('%s keeps all owners that nobody knows to leave, and those who want it', (_, merge, make) => {
    fc.assert(
      fc.property(some, some, shares, (there, leaving, told) => {
        const each = new Map(told);
        const staying = [...each].filter(([name]) => !leaving.includes(name));
        const parts = staying.map(([name, how]) => shareOf(name, how === 'frozen' ? 'frozen' : make([name])));
        const have = there.length === 0 ? undefined : make(there);
        const merged = (merge as typeof mergedLoadBalancer)(
          parts as readonly Share<LoadBalancerSpec>[],
          leaving.map(ownerOf),
          have as LoadBalancerSpec | undefined,
        );
        const wanting = staying.filter(([, how]) => how === 'part').map(([name]) => name);
        const unknown = there.filter((name) => !leaving.includes(name));
        const expected = [...new Set([...wanting, ...unknown])].sort().map(textOf);
        expect(merged?.owners ?? []).toEqual(expected);
        if (expected.length === 0) expect(merged).toBeUndefined();
      }),
    );
  });

  it.each(merges)('%s is the same whoever is asked first, and when asked again', (_, merge, make) => {
    fc.assert(
      fc.property(some, fc.shuffledSubarray(names), (there, order) => {
        const have = there.length === 0 ? undefined : make(there);
        const ask = (list: readonly string[], given: object | undefined) =>
          (merge as typeof mergedLoadBalancer)(
            list.map((name) => shareOf(name, make([name]) as LoadBalancerSpec)),
            [],
            given as LoadBalancerSpec | undefined,
          );
        const first = ask(order, have);
        expect(ask([...order].sort(), have)).toEqual(first);
        expect(ask(order, first)).toEqual(first);
      }),
    );
  });
});
