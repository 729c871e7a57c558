import { describe, expect, it } from 'vitest';
import { Liveness } from '../../../src/controller/liveness.ts';
import type { Service } from '../../../src/kube/types.ts';

const CLUSTER = 'cluster-1';
const UID = 'aaaaaaaa-1111-4000-8000-000000000001';
const web: Service = { metadata: { name: 'web', namespace: 'shop', uid: UID, resourceVersion: '1' }, spec: {} };
const all = new Liveness([web], CLUSTER);
const whole = { cluster: CLUSTER, uid: UID, namespace: 'shop', name: 'web' };

describe('liveness', () => {
  it.each([
    ['all of it fits', whole],
    ['a shortened UID fits', { uid: 'aaaaaaaa11114000' }],
    ['only its name is told', { namespace: 'shop', name: 'web' }],
  ])('of a mark: %s', (_, mark) => {
    expect(all.isLive(mark)).toBe(true);
  });

  it.each([
    [
      { ...whole, uid: 'bbbbbbbb-1111-4000-8000-000000000001' },
      /^the Service shop\/web exists, with another UID than b/,
    ],
    [
      { ...whole, uid: UID.replace('1111', '2222'), name: 'gone' },
      /^no Service shop\/gone with UID aaaaaaaa-2222-.* exists$/,
    ],
    [{ namespace: 'shop', name: 'gone' }, /^no Service shop\/gone exists$/],
    [{ uid: 'aaaaaaaa2222' }, /^no Service has a UID that begins with aaaaaaaa2222$/],
    [{ cluster: CLUSTER, uid: UID.replace('1111', '2222') }, /^no Service with UID aaaaaaaa-2222-.* exists$/],
    [{ ...whole, cluster: 'cluster-2' }, /^the mark names another cluster, with UID cluster-2$/],
  ])('is none of %j, and why', (mark, why) => {
    expect(all.isLive(mark)).toBe(false);
    expect(all.why(mark)).toMatch(why);
  });

  it('knows nothing of namespaces that were not listed, nor of marks that tell none', () => {
    const one = new Liveness([web], CLUSTER, 'shop');
    expect(one.isLive({ namespace: 'other', name: 'x' })).toBe(true);
    expect(one.isLive({ uid: 'cccccccc' })).toBe(true);
    expect(one.isLive({ namespace: 'shop', name: 'gone' })).toBe(false);
  });
});
