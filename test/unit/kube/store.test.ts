import { describe, expect, it } from 'vitest';
import { type Change, Store } from '../../../src/kube/store.ts';
import { trimNode, trimObject } from '../../../src/kube/trim.ts';
import type { KubeObject, Node } from '../../../src/kube/types.ts';
import { compareVersions, isOlder } from '../../../src/kube/version.ts';

function object(name: string, uid: string, resourceVersion: string, more: object = {}): KubeObject {
  return { metadata: { name, namespace: 'x', uid, resourceVersion }, ...more };
}

/** Changes as `old>now`, each `uid@version`. */
function brief(changes: readonly Change<KubeObject>[]): string[] {
  const one = (each: KubeObject | undefined) => (each ? `${each.metadata.uid}@${each.metadata.resourceVersion}` : '');
  return changes.map(({ old, now }) => `${one(old)}>${one(now)}`);
}

describe('Store', () => {
  it('tells appeared, changed and gone, and finds by key and by UID', () => {
    const store = new Store();
    expect(brief(store.put(object('a', 'u1', '5')))).toEqual(['>u1@5']);
    expect(brief(store.put(object('a', 'u1', '6')))).toEqual(['u1@5>u1@6']);
    expect(store.get('x/a')).toBe(store.byUid('u1'));
    expect(brief(store.remove(object('a', 'u1', '7')))).toEqual(['u1@6>']);
    expect([store.size, store.get('x/a'), store.byUid('u1')]).toEqual([0, undefined, undefined]);
  });

  it('takes duplicates and older versions for what they are', () => {
    const store = new Store();
    store.put(object('a', 'u1', '10'));
    expect(store.put(object('a', 'u1', '10'))).toEqual([]);
    expect(store.put(object('a', 'u1', '9'))).toEqual([]);
    expect(store.get('x/a')?.metadata.resourceVersion).toBe('10');
  });

  it('shows a recreated object as gone and appeared, in a watch and in a list', () => {
    const store = new Store();
    store.put(object('a', 'u1', '5'));
    expect(brief(store.put(object('a', 'u2', '8')))).toEqual(['u1@5>', '>u2@8']);
    expect(brief(store.replace([object('a', 'u3', '9')]))).toEqual(['u2@8>', '>u3@9']);
    expect([store.byUid('u1'), store.byUid('u2')]).toEqual([undefined, undefined]);
    expect(store.remove(object('a', 'u1', '9'))).toEqual([]);
    expect(store.size).toBe(1);
  });

  it('replaces by a list: goings first, unchanged ones in silence', () => {
    const store = new Store();
    for (const [name, uid] of ['a1', 'b2', 'c3'].map((each) => [each[0]!, each[1]!]))
      store.put(object(name!, uid!, '5'));
    const list = [object('a', '1', '5'), object('b', '2', '7'), object('d', '4', '6')];
    expect(brief(store.replace(list))).toEqual(['3@5>', '2@5>2@7', '>4@6']);
  });

  it('learns of our own writes, but never brings back what is gone', () => {
    const store = new Store();
    store.put(object('a', 'u1', '5'));
    expect(brief(store.learn(object('a', 'u1', '8')))).toEqual(['u1@5>u1@8']);
    // A list from before that write must not undo it, unless the server itself went back.
    expect(store.replace([object('a', 'u1', '5')])).toEqual([]);
    expect(brief(store.replace([object('a', 'u1', '5')], true))).toEqual(['u1@8>u1@5']);
    store.remove(object('a', 'u1', '9'));
    expect(store.learn(object('a', 'u1', '10'))).toEqual([]);
    expect(store.size).toBe(0);
  });

  it('keeps what the trim function leaves', () => {
    const store = new Store<KubeObject>(({ metadata }) => ({ metadata }));
    store.put(object('a', 'u1', '5', { spec: { big: true } }));
    expect(store.get('x/a')).not.toHaveProperty('spec');
  });
});

describe('trim', () => {
  const metadata = { name: 'a', uid: 'u', resourceVersion: '1', managedFields: [{}], annotations: { k: 'v' } };

  it('drops managedFields only, and freezes to the bottom', () => {
    const trimmed = trimObject({ metadata, spec: { ports: [{ port: 80 }] }, unknown: { kept: true } });
    expect(trimmed).toEqual({
      metadata: { name: 'a', uid: 'u', resourceVersion: '1', annotations: { k: 'v' } },
      spec: { ports: [{ port: 80 }] },
      unknown: { kept: true },
    });
    expect(Object.isFrozen(trimmed.spec.ports[0])).toBe(true);
  });

  it('leaves of a node what does not change with each heartbeat', () => {
    const node = {
      metadata,
      spec: { providerID: 'aws:///a/i-1', taints: [{ key: 'k', effect: 'NoSchedule' }] },
      status: {
        addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
        conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: 'now' }],
        images: [{ names: ['x'] }],
      },
    };
    expect(trimNode(node as Node)).toEqual({
      metadata: { name: 'a', uid: 'u', resourceVersion: '1' },
      spec: node.spec,
      status: { addresses: node.status.addresses, conditions: [{ type: 'Ready', status: 'True' }] },
    });
  });
});

describe('versions', () => {
  it('are compared as numbers of any length', () => {
    expect(compareVersions('9', '10')).toBeLessThan(0);
    expect(compareVersions('18446744073709551617', '18446744073709551616')).toBeGreaterThan(0);
    expect(compareVersions('010', '10')).toBe(0);
    expect(isOlder('1', '2')).toBe(true);
  });

  it('are not compared where they are no numbers', () => {
    expect(compareVersions('abc', '5')).toBeUndefined();
    expect(compareVersions('abc', 'abc')).toBe(0);
    expect(isOlder('abc', '5')).toBe(false);
  });
});
