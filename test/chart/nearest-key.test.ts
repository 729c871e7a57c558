// The rule that names the right key: every slip of every key leads to it, no right key is refused, and both kinds of regular
// expression engine that read schemas understand the patterns.
import { describe, expect, it } from 'vitest';
import { nearestKey, neighbourhood } from '../../helm/generate/nearest-key.ts';

interface Meaning {
  readonly if: { readonly not: { readonly pattern: string } };
  readonly else: { readonly const: string };
}

/** What the rule takes a key for that it does not know. */
function meant(rule: object, word: string): readonly string[] {
  const { else: otherwise } = rule as { readonly else: { readonly allOf: readonly Meaning[] } };
  const meanings = otherwise.allOf.filter((one) => new RegExp(one.if.not.pattern, 'u').test(word));
  return meanings.map((one) => one.else.const);
}

/** All words that differ from a key by one slip, with a few letters standing for all. */
function slipsOf(key: string): readonly string[] {
  const slips = [...key].flatMap((letter, index) => {
    const [before, after] = [key.slice(0, index), key.slice(index + 1)];
    const swapped = before + after.slice(0, 1) + letter + after.slice(1);
    return [
      before + after,
      ...['x', 'Q', '7'].flatMap((other) => [before + other + after, before + other + letter + after]),
      swapped,
    ];
  });
  return [...slips, `${key}x`].filter((word) => word !== key);
}

const keys = ['clusterName', 'claimClassless', 'maxLoadBalancersPerNamespace', 'policy', 'tag', 'ip'];
const rule = nearestKey(
  '',
  keys,
  new Map([
    ['clusterName', ['cluster-id', 'KubernetesClusterID']],
    ['aws.region', ['region']],
  ]),
);

describe('the rule', () => {
  it.each(keys.filter((key) => key.length > 2))('leads every slip in %s to it', (key) => {
    const pattern = new RegExp(`^(${neighbourhood(key)})$`, 'u');
    expect(slipsOf(key).filter((word) => !pattern.test(word))).toEqual([]);
    expect(new Set(slipsOf(key).flatMap((word) => meant(rule, word)))).toEqual(new Set([key]));
  });

  it('knows words that are parted otherwise, and those of others', () => {
    expect(meant(rule, 'max-load-balancers-per-namespace')).toEqual(['maxLoadBalancersPerNamespace']);
    expect(meant(rule, 'cluster_name')).toEqual(['clusterName']);
    expect(meant(rule, 'kubernetesClusterId')).toEqual(['clusterName']);
    expect(meant(rule, 'clusterId')).toEqual(['clusterName']);
    expect(meant(rule, 'Region')).toEqual(['aws.region']);
  });

  it('guesses nothing for what is far from all keys, and for keys that are too short', () => {
    expect(meant(rule, 'replicas')).toEqual([]);
    expect(meant(rule, 'pi')).toEqual([]);
    expect(meant(rule, 'clstrNm')).toEqual([]);
  });

  it('lets the keys themselves pass', () => {
    expect(rule).toMatchObject({ if: { enum: keys } });
  });

  it('says the whole path of a key that is inside something', () => {
    expect(meant(nearestKey('aws.', ['region'], new Map()), 'regoin')).toEqual(['aws.region']);
  });

  it('lets a word that means several keys lead nowhere', () => {
    const both = nearestKey(
      '',
      ['first', 'second'],
      new Map([
        ['first', ['thing']],
        ['second', ['thing']],
      ]),
    );
    expect(meant(both, 'thing')).toEqual([]);
  });

  it('asks for nothing that RE2 does not know', () => {
    expect(keys.filter((key) => /\(\?|\\[1-9]/.test(neighbourhood(key)))).toEqual([]);
  });
});
