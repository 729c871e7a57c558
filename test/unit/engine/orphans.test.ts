import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/engine/inventory.ts';
import { Orphans } from '../../../src/engine/orphans.ts';
import type { Mark } from '../../../src/engine/owner.ts';

const CLUSTER = 'c1';

function entry(id: string, ...marks: readonly Mark[]): Entry {
  return { kind: 'Thing', id, marks, out: {}, spec: undefined, settled: true, applied: undefined, verifiedAt: 0 };
}
const mark = (uid: string): Mark => ({ cluster: CLUSTER, uid, namespace: 'default', name: `name-${uid}` });
const none = () => false;
const rules = { cluster: CLUSTER, minAgeMs: 1000, share: 0.1 };

describe('orphans', () => {
  it('are what has marks and no living owner', () => {
    const orphans = new Orphans(rules);
    const found = orphans.find(
      [entry('live', mark('a')), entry('dead', mark('b')), entry('foreign'), entry('shared', mark('b'), mark('a'))],
      ({ uid }) => uid === 'a',
      0,
    );
    expect(found.map((one) => one.entry.id)).toEqual(['dead']);
  });

  it('grow old only while nobody owns them', () => {
    const orphans = new Orphans(rules);
    const entries = [entry('x', mark('a'))];
    expect(orphans.find(entries, none, 0)[0]?.ageMs).toBe(0);
    expect(orphans.find(entries, none, 700)[0]?.ageMs).toBe(700);
    orphans.find(entries, () => true, 800);
    expect(orphans.find(entries, none, 900)[0]?.ageMs).toBe(0);
  });

  it('may go when they are old enough, and only with a full mark of this cluster', () => {
    const orphans = new Orphans({ ...rules, share: 1 });
    const entries = [
      entry('whole', mark('a')),
      entry('other cluster', { ...mark('b'), cluster: 'c2' }),
      entry('peer', { namespace: 'default', name: 'x' }),
      entry('short', { uid: 'abcdef01' }),
    ];
    orphans.find(entries, none, 0);
    expect(orphans.deletable(orphans.find(entries, none, 999), 4)).toEqual([]);
    const owners = orphans.deletable(orphans.find(entries, none, 1000), 4);
    expect(owners.map((owner) => owner.uid)).toEqual(['a']);
  });

  it('go a few at a time, whole owners, at least one', () => {
    const orphans = new Orphans(rules);
    const entries = Array.from({ length: 30 }, (_, at) => entry(`x${at}`, mark(`u${Math.floor(at / 2)}`)));
    orphans.find(entries, none, 0);
    const found = orphans.find(entries, none, 5000);
    expect(orphans.deletable(found, 40)).toHaveLength(2);
    expect(orphans.deletable(found, 5)).toHaveLength(1);
  });
});
