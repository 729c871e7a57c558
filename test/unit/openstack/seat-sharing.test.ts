// Which load balancer a Service shares with others, and what that keeps it from.
import { describe, expect, it } from 'vitest';
import { ALLOW, another, balancer, CLUSTER, compiled, graphOf, has, INTERNAL, id, LB, seat } from './sample-facts.ts';

describe('a Service whose own load balancer is not its alone', () => {
  const annotations = { 'flavor-id': id('7') };
  const both = { owners: ['shop/api', 'shop/web'] };

  it('keeps it, and all that needs another is told, leave or no leave', () => {
    for (const allow of [{}, ALLOW]) {
      const { seat: found } = seat({ annotations: { ...annotations, ...allow }, facts: has(balancer(both)) });
      expect(found).toMatchObject({ id: LB, existing: { id: LB }, replaces: [] });
      expect(found?.blocked).toMatch(/stays as it is: flavor: none -> .*; it is shared with shop\/api$/);
      expect(found).not.toHaveProperty('stuck');
    }
  });

  it('keeps it in ERROR too, whether it serves or not', () => {
    for (const serving of [true, false]) {
      const { seat: found } = seat({ facts: has(balancer({ ...both, status: 'ERROR', serving })) });
      expect(found).toMatchObject({
        id: LB,
        stuck: true,
        blocked: expect.stringContaining('it is shared with shop/api'),
      });
    }
  });

  it('has it again that was made for a Service of its name, and that others have shared since', () => {
    const marks = [{ cluster: CLUSTER.uid, namespace: 'shop', name: 'api' }];
    const left = balancer({ owners: ['shop/api'], marks });
    expect(seat({ facts: has(left) }).seat).toMatchObject({ id: LB, existing: left, isMaker: true });
  });

  it('is refused where as many have that as may', () => {
    const marks = ['api', 'cart'].map((name) => ({ cluster: CLUSTER.uid, namespace: 'shop', name }));
    const left = balancer({ owners: ['shop/api', 'shop/cart'], marks });
    const { seat: found, said } = seat({ facts: has(left) });
    expect(found).toBeUndefined();
    expect(said).toEqual([expect.stringContaining('has 2 Services already (shop/api, shop/cart)')]);
  });
});

describe('a load balancer that is named by its id', () => {
  const annotations = { 'load-balancer-id': id('c') };

  it('is the Service’s own, where it is', () => {
    const { seat: found } = seat({ annotations: { 'load-balancer-id': id('a') }, facts: has(balancer()) });
    expect(found).toMatchObject({ id: LB, isMaker: true });
  });

  it('is shared with the Service that made it', () => {
    expect(seat({ annotations, facts: has(another()) }).seat).toEqual({
      id: 'kube_service_prod_shop_api',
      existing: another(),
      isMaker: false,
      replaces: [],
    });
  });

  it('can be one that somebody made by hand', () => {
    const byHand = another({ id: `lb:${id('c')}`, marks: [], owners: [] });
    expect(seat({ annotations, facts: has(byHand) }).seat).toMatchObject({ id: `lb:${id('c')}`, isMaker: false });
    const [lb] = graphOf({ annotations, facts: has(byHand) }).resources;
    expect(lb).toMatchObject({ kind: 'LoadBalancer', spec: { madeBy: 'hand', owners: ['shop/web'] } });
  });

  it('is refused where its name is of a cluster of another name, which ours may have had', () => {
    const theirs = balancer({
      id: `lb:${id('f')}`,
      uuid: id('f'),
      name: 'kube_service_old_shop_web',
      marks: [],
      owners: [],
    });
    const { seat: found, said } = seat({ annotations: { 'load-balancer-id': id('f') }, facts: has(theirs) });
    expect(found).toBeUndefined();
    expect(said).toEqual([
      expect.stringMatching(/kube_service_old_shop_web of a cluster named old.*--cluster-name old/),
    ]);
  });

  it('is refused where it does not exist', () => {
    const { seat: found, said } = seat({ annotations });
    expect(found).toBeUndefined();
    expect(said).toEqual([expect.stringContaining('which is no load balancer of this project')]);
  });

  it('is none any more where a controller wrote it: the Service gets one of its own', () => {
    const written = { ...annotations, 'load-balancer-address': '203.0.113.10' };
    expect(seat({ annotations: written })).toEqual({ seat: { id: LB, isMaker: true, replaces: [] }, said: [] });
  });

  it.each([
    ['another cluster', has(another({ marks: [] })), {}, 'is a load balancer of another cluster'],
    [
      'an Octavia without tags',
      { ...has(another()), version: { major: 2, minor: 4 } },
      {},
      'can be shared only where Octavia knows tags',
    ],
    [
      'two that share it already',
      has(another({ owners: ['shop/api', 'shop/cart'] })),
      {},
      'has 2 Services already (shop/api, shop/cart), the most that --openstack-max-shared-lb allows',
    ],
    ['an option that allows one', has(another()), { 'max-shared-lb': '1' }, 'has 1 Services already (shop/api)'],
  ])('is refused for %s', (_, facts, options, why) => {
    const { seat: found, said } = seat({ annotations, options, facts });
    expect(found).toBeUndefined();
    expect(said).toEqual([expect.stringContaining(why)]);
  });

  it('is refused to an internal Service', () => {
    const { graph, said } = compiled({ annotations: { ...annotations, ...INTERNAL }, facts: has(another()) });
    expect(graph).toBeUndefined();
    expect(said).toEqual([expect.stringContaining('an internal Service cannot join one')]);
  });

  it('has place for the Service that has its part in it already', () => {
    const two = another({ owners: ['shop/api', 'shop/web'] });
    expect(seat({ annotations, facts: has(two) }).seat).toMatchObject({ id: two.id, isMaker: false });
  });

  it('in ERROR can only be deleted, and that is told', () => {
    const { seat: found } = seat({ annotations, facts: has(another({ status: 'ERROR' })) });
    expect(found).toMatchObject({ id: 'kube_service_prod_shop_api', isMaker: false, stuck: true, replaces: [] });
    expect(found?.blocked).toMatch(/which shop\/api share, is in ERROR/);
  });

  describe('beside one of its own', () => {
    it('waits for leave to give that up', () => {
      const { seat: found } = seat({ annotations, facts: has(balancer(), another()) });
      expect(found).toMatchObject({ id: LB, isMaker: true, replaces: [] });
      expect(found?.blocked).toMatch(
        /asks for a part of load balancer kube_service_prod_shop_api, which has another address/,
      );
    });

    it('takes its place where that is allowed, and while it is given up', () => {
      const facts = has(balancer(), another());
      const allowed = seat({ annotations: { ...annotations, ...ALLOW }, facts });
      const moving = seat({ annotations, facts: has(balancer(), another({ owners: ['shop/api', 'shop/web'] })) });
      for (const { seat: found } of [allowed, moving]) {
        expect(found).toMatchObject({ isMaker: false, replaces: [{ old: { id: LB } }] });
      }
    });
  });
});
