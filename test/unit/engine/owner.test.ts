// Whose an object is, by what its mark says.
import { describe, expect, it } from 'vitest';
import { isOwnedBy, isPredecessor, type Mark, type Owner } from '../../../src/engine/owner.ts';

const web: Owner = { cluster: 'c1', uid: 'abcd1234-0000-4000-8000-000000000001', namespace: 'shop', name: 'web' };

describe('isOwnedBy', () => {
  it.each<{ mark: Mark; owned: boolean; why: string }>([
    { mark: { ...web }, owned: true, why: 'everything fits' },
    { mark: { uid: web.uid }, owned: true, why: 'the UID alone is enough' },
    { mark: { uid: 'abcd12340000' }, owned: true, why: 'the beginning of the UID without dashes' },
    { mark: { uid: 'abcd1234-0000' }, owned: true, why: 'the beginning of the UID with dashes' },
    { mark: { namespace: 'shop', name: 'web' }, owned: true, why: 'namespace and name are enough' },
    { mark: {}, owned: false, why: 'it says nothing' },
    { mark: { cluster: 'c1' }, owned: false, why: 'the cluster alone is on everything' },
    { mark: { uid: '' }, owned: false, why: 'an empty UID begins every UID' },
    { mark: { uid: '', namespace: 'shop', name: 'web' }, owned: true, why: 'an empty UID says nothing against it' },
    { mark: { namespace: 'shop' }, owned: false, why: 'a namespace alone is not enough' },
    { mark: { name: 'web' }, owned: false, why: 'a name alone is not enough' },
    { mark: { ...web, cluster: 'c2' }, owned: false, why: 'another cluster' },
    { mark: { ...web, uid: 'ffff' }, owned: false, why: 'another UID, whatever the name' },
    { mark: { ...web, namespace: 'other' }, owned: false, why: 'another namespace' },
    { mark: { ...web, name: 'other' }, owned: false, why: 'another name, whatever the UID' },
    { mark: { uid: `${web.uid}0` }, owned: false, why: 'a longer UID' },
  ])('is $owned where $why', ({ mark, owned }) => {
    expect(isOwnedBy(mark, web)).toBe(owned);
  });
});

describe('isPredecessor', () => {
  const old: Mark = { cluster: 'c1', uid: 'ffff0000', namespace: 'shop', name: 'web' };
  it.each<{ mark: Mark; is: boolean; why: string }>([
    { mark: old, is: true, why: 'same place, another UID' },
    { mark: { ...old, cluster: 'c2' }, is: false, why: 'another cluster' },
    { mark: { ...old, name: 'shop' }, is: false, why: 'another name' },
    { mark: { ...old, namespace: 'shop2' }, is: false, why: 'another namespace' },
    { mark: { ...old, uid: web.uid }, is: false, why: 'the owner itself' },
    { mark: { ...old, uid: 'abcd1234' }, is: false, why: 'perhaps the owner itself, its UID is shortened' },
    { mark: { namespace: 'shop', name: 'web' }, is: false, why: 'no UID to tell by' },
    { mark: { ...old, uid: '' }, is: false, why: 'an empty UID tells nothing' },
  ])('is $is: $why', ({ mark, is }) => {
    expect(isPredecessor(mark, web)).toBe(is);
  });
});
