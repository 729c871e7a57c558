// Names, descriptions and tags: each leads back to whose it is, and to nobody else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  baseOf,
  childName,
  floatingIpDescription,
  floatingIpOrigin,
  isTagOf,
  loadBalancerDescription,
  loadBalancerName,
  marksOf,
  ownerOfGroup,
  ownersOf,
  ownerTag,
  placeOf,
  placeOfChild,
  poolDescription,
  poolId,
  type Spot,
  securityGroupName,
  serviceName,
  spotId,
  spotOfPool,
  within,
} from '../../../providers/openstack/naming.ts';

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,14}[a-z0-9])?$/);
/** The official controller takes any text; ours too. */
const cluster = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,19}$/);
const place = fc.record({ namespace: label, name: label });
const number = fc.integer({ min: 1, max: 9 });
const port = fc.integer({ min: 1, max: 65_535 });
const spot: fc.Arbitrary<Spot> = fc.record({ protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'), port });

describe('the name of a load balancer', () => {
  it('leads back to its Service', () => {
    fc.assert(
      fc.property(cluster, place, number, (name, where, count) => {
        expect(placeOf(name, loadBalancerName(name, where, count))).toEqual({ ...where, number: count });
      }),
    );
  });

  it('is the official one, with a number from the second on', () => {
    const where = { namespace: 'shop', name: 'web' };
    expect(loadBalancerName('prod', where, 1)).toBe('kube_service_prod_shop_web');
    expect(loadBalancerName('prod', where, 2)).toBe('kube_service_prod_shop_web_2');
    expect(loadBalancerDescription('prod', where)).toBe('Kubernetes external service shop/web from cluster prod');
  });

  it('is nobody’s of a cluster whose name begins with ours, or the other way round', () => {
    fc.assert(
      fc.property(cluster, fc.constantFrom('-b', '2', '.x', '_b'), place, number, (name, more, where, count) => {
        expect(placeOf(name, loadBalancerName(name + more, where, count))).toBeUndefined();
      }),
    );
  });

  it('with an underscore more in the cluster cannot be told from one of ours with a number: it leads to no Service of ours', () => {
    // `prod` and `prod_shop`: the namespace would be the other's, and its name a number.
    expect(placeOf('prod', serviceName('prod_shop', { namespace: 'web', name: 'a' }))).toBeUndefined();
    expect(placeOf('prod', serviceName('prod_shop', { namespace: 'web', name: 'b2' }))).toBeUndefined();
  });

  it.each([
    'kube_service_prod_shop',
    'kube_service_prod__web',
    'kube_service_prod_shop_web_',
    'kube_service_prod_shop_web_0',
    'kube_service_prod_shop_web_01',
    'kube_service_prod_shop_web_100',
    'kube_service_prod_shop_web_2_3',
    'kube_service_prod_shop_web_x',
    'Kube_service_prod_shop_web',
    'web',
    '',
  ])('%j is no such name', (text) => {
    expect(placeOf('prod', text)).toBeUndefined();
  });

  it('is never longer than Octavia takes', () => {
    const long = { namespace: 'n'.repeat(63), name: 's'.repeat(253) };
    for (const text of [serviceName('prod', long), childName('listener', 10, serviceName('prod', long))]) {
      expect(text).toHaveLength(255);
    }
  });

  it('has the same base for all that replace each other', () => {
    fc.assert(
      fc.property(cluster, place, number, (name, where, count) => {
        expect(baseOf(name, loadBalancerName(name, where, count))).toBe(serviceName(name, where));
      }),
    );
    expect(baseOf('prod', 'lb:1')).toBe('lb:1');
  });
});

describe('the name of a listener, a pool or a monitor', () => {
  it('leads back to its Service', () => {
    const what = fc.constantFrom('listener', 'pool', 'monitor');
    fc.assert(
      fc.property(cluster, place, what, fc.nat(500), (name, where, kind, index) => {
        const found = placeOfChild(name, childName(kind as 'pool', index, serviceName(name, where)));
        expect(found).toMatchObject(where);
      }),
    );
  });

  it.each(['web', 'listener_x_kube_service_prod_shop_web', 'member_0_kube_service_prod_shop_web', 'pool_0_web'])(
    'is not %j',
    (text) => {
      expect(placeOfChild('prod', text)).toBeUndefined();
    },
  );
});

describe('the description', () => {
  it('of a floating IP leads back to its Service, kept or not', () => {
    fc.assert(
      fc.property(cluster, place, fc.boolean(), (name, where, keep) => {
        expect(floatingIpOrigin(name, floatingIpDescription(name, where, keep))).toEqual({ ...where, keep });
      }),
    );
  });

  it('of a floating IP is the official sentence', () => {
    expect(floatingIpDescription('prod', { namespace: 'shop', name: 'web' }, false)).toBe(
      'Floating IP for Kubernetes external service shop/web from cluster prod',
    );
  });

  it('of a floating IP of another cluster, or of anything else, leads nowhere', () => {
    fc.assert(
      fc.property(cluster, cluster, place, fc.boolean(), (ours, theirs, where, keep) => {
        fc.pre(ours !== theirs);
        expect(floatingIpOrigin(ours, floatingIpDescription(theirs, where, keep))).toBeUndefined();
      }),
    );
    for (const text of ['', 'for the office', 'Floating IP for Kubernetes external service web from cluster prod']) {
      expect(floatingIpOrigin('prod', text)).toBeUndefined();
    }
  });

  it('of a pool leads back to its port', () => {
    fc.assert(
      fc.property(place, spot, (where, which) => {
        expect(spotOfPool(poolDescription(where, which))).toEqual(which);
      }),
    );
    expect(spotOfPool('made by hand')).toBeUndefined();
  });
});

describe('whose a load balancer is', () => {
  const where = { namespace: 'shop', name: 'web' };
  const own = serviceName('prod', where);
  const tag = (uid: string, cluster = 'c1') => ownerTag({ cluster, uid, ...where });

  it('is said by its tags, and without any by its name', () => {
    expect(ownersOf('prod', own, [])).toEqual(['shop/web']);
    expect(ownersOf('prod', own, ['kube_service_prod_shop_api', 'kube_service_prod_shop_web', 'theirs'])).toEqual([
      'shop/api',
      'shop/web',
    ]);
    expect(ownersOf('prod', own, ['kube_service_prod_shop_api'])).toEqual(['shop/api']);
    expect(ownersOf('prod', 'by hand', ['kube_service_prod_shop_web'])).toEqual(['shop/web']);
    expect(ownersOf('prod', 'by hand', ['kube_service_other_shop_web'])).toEqual([]);
  });

  it('is a Service of ours, with its UID where a tag of ours says it', () => {
    const cluster = { name: 'prod', uid: 'c1' };
    expect(marksOf(cluster, ['shop/web'], [])).toEqual([{ cluster: 'c1', ...where }]);
    expect(marksOf(cluster, ['shop/api', 'shop/web'], [tag('u1')])).toEqual([
      { cluster: 'c1', namespace: 'shop', name: 'api' },
      { cluster: 'c1', uid: 'u1', ...where },
    ]);
  });

  it('is nobody’s of ours where a tag says that it is another cluster’s of our name', () => {
    expect(marksOf({ name: 'prod', uid: 'c1' }, ['shop/web'], [own, tag('u1', 'c2')])).toEqual([]);
  });

  it('is in exactly the tags by which a Service has its part', () => {
    expect([own, tag('u1')].map((one) => isTagOf('prod', 'shop/web', one))).toEqual([true, true]);
    for (const one of ['shop/web', 'theirs', 'kube_service_prod_shop_api', 'kube_service_other_shop_web']) {
      expect(isTagOf('prod', 'shop/web', one)).toBe(false);
    }
  });
});

describe('ids', () => {
  it('lead from the inside out', () => {
    fc.assert(
      fc.property(cluster, place, spot, (name, where, which) => {
        const lb = serviceName(name, where);
        const pool = poolId(lb, which, 'PROXY');
        expect(within(spotId(lb, which), 2)).toBe(lb);
        expect(within(pool, 1)).toBe(spotId(lb, which));
        expect(within(pool, 3)).toBe(lb);
        expect(within(`${pool}/members`, 1)).toBe(pool);
      }),
    );
  });
});

describe('the name of a security group', () => {
  it('leads back to the UID of its Service', () => {
    fc.assert(
      fc.property(fc.uuid(), place, (uid, where) => {
        expect(ownerOfGroup(securityGroupName({ cluster: 'c1', uid, ...where }))).toEqual({ uid });
      }),
    );
    for (const text of ['default', 'lb-sg-web', 'lb-sg-1234-shop-web']) expect(ownerOfGroup(text)).toBeUndefined();
  });
});
