// The catalog: which endpoint is taken, how it is joined with a path, and what is said where there is none.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogOf, endpointOf } from '../../../../providers/openstack/client/catalog.ts';
import { urlOf } from '../../../../providers/openstack/client/services.ts';

const raw = [
  {
    type: 'load-balancer',
    endpoints: [
      { interface: 'public', region_id: 'R1', url: 'https://r1/lb' },
      { interface: 'internal', region_id: 'R1', url: 'https://r1.internal/lb' },
      { interface: 'public', region_id: 'R2', url: 'https://r2/lb' },
    ],
  },
  { type: 'network', endpoints: [{ interface: 'publicURL', region: 'R1', url: 'https://r1/net' }] },
  { type: 'identity', endpoints: [] },
];
const publicly = { interface: 'public' } as const;

describe('an endpoint', () => {
  it('is that of the interface and the region', () => {
    const catalog = catalogOf(raw);
    expect(endpointOf(catalog, 'load-balancer', { interface: 'public', region: 'R2' })).toBe('https://r2/lb');
    expect(endpointOf(catalog, 'load-balancer', { interface: 'internal' })).toBe('https://r1.internal/lb');
    expect(endpointOf(catalog, 'network', publicly)).toBe('https://r1/net');
  });

  it('may have a type that is not the official one, which wins', () => {
    const of = (type: string) => ({ type, endpoints: [{ interface: 'public', region: '', url: `https://${type}` }] });
    expect(endpointOf(catalogOf([of('octavia')]), 'load-balancer', publicly)).toBe('https://octavia');
    const both = catalogOf([of('octavia'), of('load-balancer')]);
    expect(endpointOf(both, 'load-balancer', publicly)).toBe('https://load-balancer');
  });

  it('is not guessed among regions', () => {
    expect(() => endpointOf(catalogOf(raw), 'load-balancer', publicly)).toThrow(
      'octavia has endpoints in several regions ("R1", "R2"): give one',
    );
  });

  it.each([
    [
      'load-balancer',
      { interface: 'admin', region: 'R9' },
      'no admin endpoint of the type load-balancer (octavia) in the region "R9"; of that type it has public in "R1", internal in "R1", public in "R2"',
    ],
    [
      'key-manager',
      publicly,
      'no public endpoint of the type key-manager (barbican); it has the types load-balancer, network',
    ],
  ] as const)('%s that is not there is told with what there is', (service, login, message) => {
    expect(() => endpointOf(catalogOf(raw), service, login)).toThrow(message);
  });

  it.each([[undefined], [[]], [{}], [[null, { endpoints: null }, { endpoints: [null, {}, { url: 1 }] }]]])(
    'of the catalog %j is missing, for want of a project',
    (broken) => {
      expect(() => endpointOf(catalogOf(broken), 'network', publicly)).toThrow('it is empty, as without a project');
    },
  );
});

describe('a URL', () => {
  it.each([
    ['https://h', 'https://h/v2/lbaas/pools'],
    ['https://h/', 'https://h/v2/lbaas/pools'],
    ['https://h:9876/v2.0', 'https://h:9876/v2/lbaas/pools'],
    ['https://h/load-balancer', 'https://h/load-balancer/v2/lbaas/pools'],
    ['https://h/load-balancer/v2/', 'https://h/load-balancer/v2/lbaas/pools'],
    ['https://h/load-balancer/v2/lbaas', 'https://h/load-balancer/v2/lbaas/pools'],
    ['https://h/load-balancer/v2.0/lbaas//', 'https://h/load-balancer/v2/lbaas/pools'],
    ['http://[::1]:80/v2?x=y', 'http://[::1]/v2/lbaas/pools'],
    ['https://h/v2-cloud', 'https://h/v2-cloud/v2/lbaas/pools'],
  ])('of %s', (endpoint, url) => {
    expect(urlOf(endpoint, '/v2/lbaas/pools').href).toBe(url);
  });

  it.each(['', 'h:80', 'ftp://h', '/lb'])('cannot be made of %j', (endpoint) => {
    expect(() => urlOf(endpoint, '/')).toThrow(/is no http or https address/);
  });

  it('gives every filter on as it is', () => {
    const filters = fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(fc.string(), fc.array(fc.string())));
    fc.assert(
      fc.property(filters, (query) => {
        const sent = urlOf('https://h', '/x', query).searchParams;
        for (const [key, value] of Object.entries(query)) {
          // What has no UTF-8 (half a surrogate pair) cannot be sent.
          if ([key, value].flat().every((text) => text.isWellFormed()))
            expect(sent.getAll(key)).toEqual([value].flat());
        }
      }),
    );
  });
});
