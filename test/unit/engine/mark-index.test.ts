// Finding entries by owner.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MarkIndex } from '../../../src/engine/mark-index.ts';
import { isOwnedBy, isPredecessor, type Mark, type Owner } from '../../../src/engine/owner.ts';

const uid = fc.constantFrom('aaaaaaaa-1111-1111', 'aaaaaaaa-2222-2222', 'bbbbbbbb-1111-1111');
const place = { namespace: fc.constantFrom('n1', 'n2'), name: fc.constantFrom('s1', 's2') };
const anyOwner: fc.Arbitrary<Owner> = fc.record({ cluster: fc.constantFrom('c1', 'c2'), uid, ...place });
const anyMark: fc.Arbitrary<Mark> = fc.record(
  {
    cluster: fc.constantFrom('c1', 'c2'),
    uid: fc
      .tuple(uid, fc.integer({ min: 8, max: 16 }))
      .map(([text, length]) => text.replaceAll('-', '').slice(0, length)),
    ...place,
  },
  { requiredKeys: [] },
);

describe('MarkIndex', () => {
  it('misses nobody who owns, or owned under the same name', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyMark, { maxLength: 3 }), { maxLength: 8 }), anyOwner, (all, owner) => {
        const index = new MarkIndex<{ readonly marks: readonly Mark[] }>();
        const entries = all.map((marks) => ({ marks }));
        for (const entry of entries) index.add(entry);
        const fits = (mark: Mark) => isOwnedBy(mark, owner) || isPredecessor(mark, owner);
        const found = index.candidates(owner);
        for (const entry of entries) if (entry.marks.some(fits)) expect(found).toContain(entry);
        for (const entry of entries) index.remove(entry);
        expect(index.candidates(owner).size).toBe(0);
      }),
    );
  });

  it('looks at few of many', () => {
    const index = new MarkIndex<{ readonly marks: readonly Mark[] }>();
    for (let n = 0; n < 1000; n++) {
      index.add({ marks: [{ uid: `${String(n).padStart(8, '0')}-1`, namespace: 'shop', name: `s${n}` }] });
    }
    const found = index.candidates({ cluster: 'c', uid: '00000007-1', namespace: 'shop', name: 's7' });
    expect(found.size).toBe(1);
  });
});
