import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  equalTags,
  fromSdk,
  type Tags,
  tagChanges,
  tagMark,
  toSdk,
  wantedTags,
  withTagChanges,
} from '../../../providers/aws/tags.ts';
import { CLUSTER, OWNER } from './stage.ts';

const wanted = (user: Tags = {}, named = true) => wantedTags({ cluster: CLUSTER, owner: OWNER, user, named });
/** What the official controller sets. */
const PEER: Tags = { 'kubernetes.io/cluster/prod': 'owned', 'kubernetes.io/service-name': 'shop/web' };

describe('wantedTags', () => {
  it('marks the owner three times', () => {
    expect(wanted()).toEqual({
      'kubernetes.io/cluster/prod': 'owned',
      'kubernetes.io/service-name': 'shop/web',
      'fairlead.dev/owner': 'c1c1c1c1-0000-4000-8000-000000000001/8a0b1c2d-3e4f-4061-8273-8495a6b7c8d9',
    });
  });

  it('does not name the Service on security groups', () => {
    expect(wanted({}, false)).not.toHaveProperty('kubernetes.io/service-name');
  });

  it('remembers the keys of the user', () => {
    expect(wanted({ team: 'a', 'cost center': '7' })).toMatchObject({
      team: 'a',
      'cost center': '7',
      'fairlead.dev/tag-keys': 'cost center=team',
    });
  });

  it('goes on in further tags where the keys are long', () => {
    const user = Object.fromEntries(['a', 'b', 'c'].map((letter) => [letter.repeat(128), letter]));
    const tags = wanted(user);
    expect(tags['fairlead.dev/tag-keys']).toBe('a'.repeat(128));
    expect(tags['fairlead.dev/tag-keys-2']).toBe('b'.repeat(128));
    expect(tags['fairlead.dev/tag-keys-3']).toBe('c'.repeat(128));
    expect(Object.values(tags).every((value) => value.length <= 256)).toBe(true);
  });
});

describe('equalTags', () => {
  it('takes what it set for equal', () => {
    expect(equalTags(wanted({ team: 'a' }), wanted({ team: 'a' }))).toBe(true);
  });

  it('does not mind the tags of others', () => {
    expect(equalTags(wanted(), { ...wanted(), 'backup-plan': 'daily' })).toBe(true);
  });

  it('finds no difference on objects of the official controller', () => {
    expect(equalTags(wanted(), PEER)).toBe(true);
    expect(equalTags(wanted({ team: 'a' }), { ...PEER, team: 'a' })).toBe(true);
  });

  it('finds a tag of the user that the official controller did not bring', () => {
    expect(equalTags(wanted({ team: 'b' }), { ...PEER, team: 'a' })).toBe(false);
  });

  it('finds changed values and keys that were taken away', () => {
    expect(equalTags(wanted({ team: 'b' }), wanted({ team: 'a' }))).toBe(false);
    expect(equalTags(wanted(), wanted({ team: 'a' }))).toBe(false);
  });

  it('finds that the list of keys was taken away', () => {
    const { 'fairlead.dev/tag-keys': _, ...have } = wanted({ team: 'a' });
    expect(equalTags(wanted({ team: 'a' }), have)).toBe(false);
  });
});

describe('tagChanges', () => {
  it('removes what it set once, and the list of it, and nothing of others', () => {
    const have = { ...wanted({ team: 'a', tier: '1' }), 'backup-plan': 'daily' };
    expect(tagChanges(wanted({ tier: '1' }), have)).toEqual({
      add: { 'fairlead.dev/tag-keys': 'tier' },
      remove: ['team'],
    });
    expect(tagChanges(wanted(), have)).toEqual({ add: {}, remove: ['fairlead.dev/tag-keys', 'team', 'tier'] });
  });

  it('never removes a mark, whatever the list says', () => {
    const have = {
      ...wanted(),
      'kubernetes.io/cluster/other': 'owned',
      'fairlead.dev/tag-keys':
        'kubernetes.io/cluster/prod=kubernetes.io/cluster/other=kubernetes.io/service-name==fairlead.dev/owner',
    };
    expect(tagChanges(wanted({}, false), have).remove).toEqual(['fairlead.dev/tag-keys']);
  });

  it('brings any tags to the wanted ones, and then finds nothing more to do', () => {
    const key = fc
      .stringMatching(/^[A-Za-z][A-Za-z0-9 _.:/+@-]{0,127}$/)
      .filter((text) => !/^(aws:|fairlead|kubernetes)/i.test(text));
    const tags = fc.dictionary(key, fc.string({ maxLength: 20 }), { maxKeys: 8, noNullPrototype: true });
    fc.assert(
      fc.property(tags, tags, tags, (before, now, foreign) => {
        const others = Object.fromEntries(Object.entries(foreign).filter(([one]) => !(one in before) && !(one in now)));
        const have = { ...others, ...wanted(before) };
        const after = withTagChanges(have, tagChanges(wanted(now), have));
        expect(after).toEqual({ ...others, ...wanted(now) });
        expect(equalTags(wanted(now), after)).toBe(true);
      }),
    );
  });
});

describe('tagMark', () => {
  it('reads our own mark', () => {
    expect(tagMark('prod', wanted())).toEqual({
      cluster: OWNER.cluster,
      uid: OWNER.uid,
      namespace: 'shop',
      name: 'web',
    });
  });

  it('reads that of the official controller', () => {
    expect(tagMark('prod', PEER)).toEqual({ namespace: 'shop', name: 'web' });
  });

  it.each([
    {},
    { 'kubernetes.io/service-name': 'shop/web' },
    { ...PEER, 'kubernetes.io/cluster/prod': 'shared' },
    { 'kubernetes.io/cluster/test': 'owned', 'kubernetes.io/service-name': 'shop/web' },
  ])('does not take %j for ours', (tags) => {
    expect(tagMark('prod', tags)).toBeUndefined();
  });

  it.each(['shop', 'shop/', '/web', 'shop/web/x', ''])('takes nothing from the broken name %j', (text) => {
    expect(tagMark('prod', { ...PEER, 'kubernetes.io/service-name': text })).toEqual({});
  });
});

it('the SDK’s form goes forth and back, without the tags of AWS', () => {
  expect(fromSdk([...toSdk({ a: '1', b: '' }), { Key: 'aws:createdBy', Value: 'x' }])).toEqual({ a: '1', b: '' });
  expect(fromSdk(undefined)).toEqual({});
});
