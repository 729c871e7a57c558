import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/engine/inventory.ts';
import { deletable, findOrphans, OrphanAges } from '../../../src/engine/orphans.ts';
import type { Mark } from '../../../src/engine/owner.ts';

const CLUSTER = 'c1';

function entry(id: string, ...marks: readonly Mark[]): Entry {
  return { kind: 'Thing', id, marks, out: {}, spec: undefined, settled: true, applied: undefined, verifiedAt: 0 };
}
const mark = (uid: string): Mark => ({ cluster: CLUSTER, uid, namespace: 'default', name: `name-${uid}` });
const none = () => false;
const find = (entries: readonly Entry[], isLive: (mark: Mark) => boolean = none) =>
  findOrphans(entries, { cluster: CLUSTER, isLive, isShared: (kind) => kind === 'Rules' });
const limits = { minAgeMs: 1000, share: 0.1 };

describe('orphans', () => {
  it('are what has marks and no living owner', () => {
    const found = find(
      [entry('live', mark('a')), entry('dead', mark('b')), entry('foreign'), entry('shared', mark('b'), mark('a'))],
      ({ uid }) => uid === 'a',
    );
    expect(found.map(({ key }) => key)).toEqual(['Thing/dead']);
  });

  it('are not what may be gone by now', () => {
    expect(find([{ ...entry('x', mark('a')), missing: true }])).toEqual([]);
  });

  it('have an owner where a mark says all of it, and names this cluster', () => {
    const found = find([
      entry('whole', { uid: 'aaaaaaaa' }, mark('aaaaaaaa')),
      entry('other cluster', { ...mark('b'), cluster: 'c2' }),
      entry('peer', { namespace: 'default', name: 'x' }),
      entry('short', { uid: 'abcdef01' }),
    ]);
    expect(found.map(({ owner }) => owner?.uid)).toEqual(['aaaaaaaa', undefined, undefined, undefined]);
    expect(found[0]?.mark).toEqual(mark('aaaaaaaa'));
  });

  it('have an owner without a name where only the UIDs are told, and the name where something else of it tells', () => {
    const [web, gone] = ['aaaaaaaa-1111-4000-8000-000000000001', 'bbbbbbbb-1111-4000-8000-000000000001'] as const;
    const found = find([
      entry('group', { cluster: CLUSTER, uid: web }),
      entry('balancer', mark(web)),
      entry('alone', { cluster: CLUSTER, uid: gone }),
      entry('cut', { cluster: CLUSTER, uid: gone.slice(0, -1) }),
    ]);
    const whose = {
      group: mark(web),
      balancer: mark(web),
      alone: { cluster: CLUSTER, uid: gone, namespace: '', name: '' },
    };
    expect(Object.fromEntries(found.map(({ entry: { id }, owner }) => [id, owner]))).toEqual({
      ...whose,
      cut: undefined,
    });
  });

  it('are parts of shared objects too, each alone, with the owner whose other things say who it is', () => {
    const rules: Entry = { ...entry('sg', { uid: 'aaaa' }, { uid: 'bbbb' }, { uid: 'cccc' }), kind: 'Rules' };
    const found = find([entry('x', mark('aaaa-1111')), rules], ({ uid }) => uid === 'cccc');
    expect(found.map(({ key, owner }) => [key, owner?.uid])).toEqual([
      ['Thing/x', 'aaaa-1111'],
      ['Rules/sg/aaaa', 'aaaa-1111'],
      ['Rules/sg/bbbb', undefined],
    ]);
  });

  it('grow old only while nobody owns them', () => {
    const ages = new OrphanAges();
    const orphans = find([entry('x', mark('a'))]);
    expect(ages.of(orphans, 0)[0]?.ageMs).toBe(0);
    expect(ages.of(orphans, 700)[0]?.ageMs).toBe(700);
    ages.of([], 800);
    expect(ages.of(orphans, 900)[0]?.ageMs).toBe(0);
  });

  it('may go when they are old enough, and only with an owner', () => {
    const aged = (ageMs: number) =>
      find([entry('a', mark('a')), entry('peer', { uid: 'x' })]).map((one) => ({ ...one, ageMs }));
    expect(deletable(aged(999), 4, { ...limits, share: 1 })).toEqual([]);
    expect(deletable(aged(1000), 4, { ...limits, share: 1 }).map(({ uid }) => uid)).toEqual(['a']);
  });

  it('go a few at a time, whole owners, at least one', () => {
    const entries = Array.from({ length: 30 }, (_, at) => entry(`x${at}`, mark(`u${Math.floor(at / 2)}`)));
    const found = find(entries).map((one) => ({ ...one, ageMs: 5000 }));
    expect(deletable(found, 40, limits)).toHaveLength(2);
    expect(deletable(found, 5, limits)).toHaveLength(1);
  });
});
