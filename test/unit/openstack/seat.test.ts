// Which load balancer a Service has, gets or shares.
import { describe, expect, it } from 'vitest';
import { misfitsOf } from '../../../providers/openstack/seat.ts';
import { wishOf } from '../../../providers/openstack/wish.ts';
import { ALLOW, another, balancer, graphOf, has, INTERNAL, id, input, LB, seat } from './sample-facts.ts';

const second = (more: Parameters<typeof balancer>[0] = {}) =>
  balancer({ id: `${LB}_2`, uuid: id('a', 2), portId: id('b', 2), address: '10.0.0.51', ...more });

describe('a Service of which nothing exists', () => {
  it('gets one of the official name', () => {
    expect(seat({})).toEqual({ seat: { id: LB, isMaker: true, replaces: [] }, said: [] });
  });

  it('gets that name too where another Service, or somebody by hand, has others', () => {
    const byHand = balancer({ id: `lb:${id('7')}`, marks: [], owners: [] });
    expect(seat({ facts: has(another(), byHand) }).seat).toEqual({ id: LB, isMaker: true, replaces: [] });
  });

  it('gets that name, and the engine refuses, where another cluster of our name has it', () => {
    expect(seat({ facts: has(balancer({ marks: [] })) }).seat).toEqual({ id: LB, isMaker: true, replaces: [] });
  });
});

describe('a Service that has one', () => {
  it('keeps it, whoever made it', () => {
    const ours = balancer({ marks: [{ cluster: 'cluster-uid', uid: 'service-uid', namespace: 'shop', name: 'web' }] });
    for (const one of [balancer(), ours]) {
      expect(seat({ facts: has(one) }).seat).toEqual({ id: LB, existing: one, isMaker: true, replaces: [] });
    }
  });

  it('keeps it while Octavia is at work on it', () => {
    expect(seat({ facts: has(balancer({ status: 'PENDING_UPDATE' })) }).seat?.existing?.id).toBe(LB);
  });

  it('keeps it though options say otherwise: these are for new ones', () => {
    const options = { 'subnet-id': id('7'), 'flavor-id': id('8'), 'availability-zone': 'z' };
    expect(seat({ options, facts: has(balancer()) }).seat).toMatchObject({ id: LB, replaces: [] });
  });

  it('keeps the one that fits, and replaces the other by it', () => {
    const { seat: found } = seat({
      annotations: { 'subnet-id': id('7') },
      facts: has(balancer(), second({ subnetId: id('7') })),
    });
    expect(found).toMatchObject({ id: `${LB}_2`, existing: { id: `${LB}_2` } });
    expect(found?.replaces).toMatchObject([{ old: { id: LB }, why: `subnet: ${id('5')} -> ${id('7')}` }]);
  });

  it('keeps the first where both fit', () => {
    const { seat: found } = seat({ facts: has(second(), balancer()) });
    expect(found).toMatchObject({ id: LB, replaces: [{ old: { id: `${LB}_2` }, why: `${LB} is used` }] });
  });

  it('keeps the one that is going only where there is no other', () => {
    const going = balancer({ status: 'PENDING_DELETE' });
    expect(seat({ facts: has(going, second()) }).seat).toMatchObject({
      id: `${LB}_2`,
      replaces: [{ old: { id: LB } }],
    });
    expect(seat({ facts: has(going) }).seat).toMatchObject({ id: LB, existing: { id: LB }, replaces: [] });
  });

  it('keeps none in ERROR that has another', () => {
    const { seat: found } = seat({ facts: has(balancer({ status: 'ERROR' }), second()) });
    expect(found).toMatchObject({
      id: `${LB}_2`,
      replaces: [{ old: { id: LB }, why: expect.stringContaining('ERROR') }],
    });
  });
});

describe('what cannot be had of a live load balancer', () => {
  it.each([
    [{ 'subnet-id': id('7') }, `subnet: ${id('5')} -> ${id('7')}`],
    [{ 'network-id': id('7') }, `network: ${id('6')} -> ${id('7')}`],
    [{ 'port-id': id('7') }, `port: ${id('b')} -> ${id('7')}`],
    [{ 'flavor-id': id('7') }, `flavor: none -> ${id('7')}`],
    [{ 'availability-zone': 'z1' }, 'availability zone: none -> z1'],
  ])('%j', (annotations, why) => {
    const given = input({ annotations });
    expect(misfitsOf(given, wishOf(given).wish!, balancer())).toEqual([why]);
  });

  it('is the address of an internal Service, and none of a public one, which is its floating IP', () => {
    const request = { loadBalancerIP: '10.0.0.77' };
    const internal = input({ annotations: INTERNAL, request });
    expect(misfitsOf(internal, wishOf(internal).wish!, balancer())).toEqual(['address: 10.0.0.50 -> 10.0.0.77']);
    const open = input({ request });
    expect(misfitsOf(open, wishOf(open).wish!, balancer())).toEqual([]);
  });

  it('is nothing of subnet and network where a port decides', () => {
    const given = input({ annotations: { 'port-id': id('b'), 'subnet-id': id('7'), 'network-id': id('7') } });
    expect(misfitsOf(given, wishOf(given).wish!, balancer())).toEqual([]);
  });

  it('is what it is where the port is said to be none', () => {
    const given = input({ annotations: { 'port-id': '', 'subnet-id': id('7') } });
    expect(misfitsOf(given, wishOf(given).wish!, balancer())).toHaveLength(1);
  });

  it('is nothing that an empty annotation says', () => {
    const given = input({ annotations: { 'subnet-id': '', 'flavor-id': '', 'availability-zone': '' } });
    expect(misfitsOf(given, wishOf(given).wish!, balancer({ flavorId: id('7'), zone: 'z' }))).toEqual([]);
  });
});

describe('one that does not fit', () => {
  const annotations = { 'subnet-id': id('7') };

  it('stays where the Service allows no replacement, and that is told', () => {
    const { seat: found } = seat({ annotations, facts: has(balancer()) });
    expect(found).toMatchObject({ id: LB, existing: { id: LB }, replaces: [] });
    expect(found?.blocked).toMatch(
      /stays as it is: subnet: .* fairlead\.dev\/allow-replacement "true" lets it be replaced$/,
    );
    expect(found).not.toHaveProperty('stuck');
  });

  it('is replaced by another beside it where it does', () => {
    const { seat: found } = seat({ annotations: { ...annotations, ...ALLOW }, facts: has(balancer()) });
    expect(found).toEqual({
      id: `${LB}_2`,
      isMaker: true,
      replaces: [{ old: balancer(), why: `subnet: ${id('5')} -> ${id('7')}` }],
    });
  });

  it('is replaced by the first free name where it is the second itself', () => {
    const { seat: found } = seat({ annotations: { ...annotations, ...ALLOW }, facts: has(second()) });
    expect(found?.id).toBe(LB);
  });

  it.each([
    ['port', { 'port-id': id('b'), 'flavor-id': id('7') }, {}],
    ['address', { ...INTERNAL, 'flavor-id': id('7') }, { loadBalancerIP: '10.0.0.50' }],
  ])('goes first where it has the %s that the new one is to have', (_, wanted, request) => {
    const { seat: found } = seat({ annotations: { ...wanted, ...ALLOW }, request, facts: has(balancer()) });
    expect(found).toMatchObject({ id: LB, replaces: [] });
    expect(found?.clearing).toMatch(/has the address that the new one is to have: it goes first \(flavor: none -> /);
  });
});

describe('one in ERROR', () => {
  const dead = balancer({ status: 'ERROR', serving: false });
  const serving = balancer({ status: 'ERROR' });

  it.each([{}, INTERNAL])('that serves nobody is removed and made again, with no leave asked: %j', (annotations) => {
    const { seat: found } = seat({ annotations, facts: has(dead) });
    expect(found).toMatchObject({ id: LB, replaces: [] });
    expect(found?.clearing).toMatch(/is in ERROR and serves nobody: it is removed and made again\.$/);
  });

  it('that serves is replaced beside, with no leave asked where the floating IP moves along', () => {
    const { seat: found } = seat({ facts: has(serving) });
    expect(found).toMatchObject({ id: `${LB}_2`, replaces: [{ old: { id: LB } }] });
    expect(found).not.toHaveProperty('existing');
  });

  it('that serves inside stays, unusable as it is, where no replacement is allowed', () => {
    const { seat: found } = seat({ annotations: INTERNAL, facts: has(serving) });
    expect(found).toMatchObject({ id: LB, existing: { id: LB }, stuck: true });
    expect(found?.blocked).toMatch(/ERROR/);
    const graph = graphOf({ annotations: INTERNAL, facts: has(serving) });
    expect(graph.holds).toEqual(['HealthMonitor', 'Listener', 'Members', 'Pool', 'SecurityGroup']);
  });

  it('that serves inside is replaced beside where one is allowed', () => {
    const { seat: found } = seat({ annotations: { ...INTERNAL, ...ALLOW }, facts: has(serving) });
    expect(found).toMatchObject({ id: `${LB}_2`, replaces: [{ old: { id: LB } }] });
  });

  it('that does not fit either is told both', () => {
    const { seat: found } = seat({ annotations: { 'flavor-id': id('7') }, facts: has(serving) });
    expect(found?.replaces[0]?.why).toMatch(/ERROR.*; flavor: none -> /);
  });

  it('that was to stand in for one that serves goes first, and the one that serves stays', () => {
    const facts = has(serving, second({ status: 'ERROR', serving: false }));
    const { seat: found } = seat({ facts });
    expect(found).toMatchObject({ id: LB, keeps: [LB], replaces: [] });
    expect(found?.clearing).toBe(`Load balancer ${LB}_2 is in ERROR and serves nobody: it is removed and made again.`);
    const graph = graphOf({ facts });
    expect(graph.resources.map(({ kind, id: one }) => `${kind}/${one}`)).toEqual([`LoadBalancer/${LB}`]);
    expect(graph.holds).toEqual(['FloatingIp', 'HealthMonitor', 'Listener', 'Members', 'Pool', 'SecurityGroup']);
  });

  it('of two that are both dead, both go', () => {
    const { seat: found } = seat({ facts: has(dead, second({ status: 'ERROR', serving: false })) });
    expect(found?.clearing).toBeDefined();
    expect(graphOf({ facts: has(dead, second({ status: 'ERROR', serving: false })) }).resources).toEqual([]);
  });
});
