// What is found for words that people type.
import { describe, expect, it } from 'vitest';
import { loadReference } from '../../../src/reference/load.ts';
import { createSearch, type Found } from '../../../src/reference/search.ts';

const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';
const reference = await loadReference(['aws']);
const search = createSearch(reference);
const names = (found: readonly Found[]) => found.map(({ entry, notRead }) => entry?.suffix ?? `not ${notRead?.key}`);

describe('a search', () => {
  it('answers an exact key or suffix first, for every annotation', () => {
    for (const entry of reference.entries) {
      for (const word of [entry.key, entry.suffix, entry.suffix.toUpperCase(), ...entry.aliases]) {
        expect(search.find(word)[0]?.entry).toBe(entry);
        expect(search.exact(word)[0]?.entry).toBe(entry);
      }
    }
  });

  it('takes a key without its domain for the key', () => {
    expect(names(search.exact('aws-load-balancer-internal'))).toEqual(['internal']);
    expect(names(search.exact('aws-load-balancer-nlb-target-type'))).toEqual([`not ${STEM}nlb-target-type`]);
    expect(names(search.synonyms('aws-load-balancer-scheme'))).toEqual(['internal']);
  });

  it('leads synonyms to the annotation that is meant', () => {
    for (const entry of reference.entries) {
      for (const synonym of entry.synonyms) expect(search.find(synonym).map((one) => one.entry)).toContain(entry);
    }
    expect(names(search.synonyms('scheme'))).toEqual(['internal']);
  });

  it('leads keys that are not read to the explanation', () => {
    for (const { key } of reference.notRead) expect(search.find(key)[0]?.notRead?.key).toBe(key);
    expect(names(search.exact('nlb-target-type'))).toEqual([`not ${STEM}nlb-target-type`]);
  });

  it.each([
    ['static address', 'private-ipv4-addresses'],
    ['elastic ip', 'eip-allocations'],
    ['tls', 'ssl-ports'],
    ['certificate', 'ssl-cert'],
    ['CreateLoadBalancer.Scheme', 'internal'],
    ['SubnetMapping.AllocationId', 'eip-allocations'],
    ['accessLogs', 'access-log-enabled'],
    ['preserve client ip', 'target-group-attributes'],
    ['how long does a health check wait', 'healthcheck-timeout'],
    ['drain', 'connection-draining-enabled'],
    ['crosszone', 'cross-zone-load-balancing-enabled'],
    ['healthch', 'healthcheck-protocol'],
  ])('%s finds %s', (words, suffix) => {
    expect(names(search.find(words))).toContain(suffix);
  });

  it('knows nothing of a wrong spelling, and offers what is near', () => {
    expect(search.find('intrnal')).toEqual([]);
    expect(names(search.nearest('intrnal'))[0]).toBe('internal');
    expect(names(search.nearest(`${STEM}healtcheck-intervall`))[0]).toBe('healthcheck-interval');
    expect(search.nearest('zzzzzzzz')).toEqual([]);
    expect(search.nearest('load balancer', 3)).toHaveLength(3);
  });

  it('finds nothing where nothing is asked', () => {
    expect(search.find('')).toEqual([]);
    expect(search.find('the')).toEqual([]);
  });

  it('takes hostile words for words', () => {
    expect(names(search.find('__proto__'))).toEqual(names(search.find('proto')));
    for (const words of ['constructor', '\u0000', '<script>', '('.repeat(1000), 'a '.repeat(100_000)]) {
      expect(search.find(words)).toEqual([]);
      expect(search.nearest(words).length).toBeLessThanOrEqual(5);
    }
  });
});
