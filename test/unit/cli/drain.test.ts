// `fairlead drain`: what it takes for a wish, and which Leases it looks for.
import { describe, expect, it } from 'vitest';
import { findLeases } from '../../../src/cli/drain-lease.ts';
import { checkWish, isAsked, wishOf } from '../../../src/cli/drain-wish.ts';
import { type KubeApi, KubeError, type KubeRequest } from '../../../src/kube/api.ts';

const sync = { policy: 'sync', watchNamespace: undefined } as const;

describe('what drain is asked for', () => {
  it('is everything, and only shown, where nothing is said', () => {
    const wish = wishOf([], {});
    expect(wish).toEqual({ mode: 'show', names: [], everywhere: false, yes: false, output: 'text' });
    expect(['default/web', 'shop/api'].map((key) => isAsked(key, wish, undefined))).toEqual([true, true]);
    expect(['default/web', 'shop/api'].map((key) => isAsked(key, wish, 'shop'))).toEqual([false, true]);
  });

  it('is what is named, or a namespace', () => {
    expect(wishOf(['web', 'api'], { release: true, namespace: 'shop' }).names).toEqual(['shop/web', 'shop/api']);
    const named = wishOf(['shop/web'], { delete: true });
    expect(['shop/web', 'shop/webs', 'default/web'].map((key) => isAsked(key, named, undefined))).toEqual([
      true,
      false,
      false,
    ]);
    const within = wishOf([], { delete: true, namespace: 'shop' });
    expect(['shop/web', 'shops/web'].map((key) => isAsked(key, within, undefined))).toEqual([true, false]);
  });

  it.each([
    [['shop/web'], { release: true, delete: true }, /give one of the two/],
    [[], { delete: true }, /--delete needs Services/],
    [['shop/web'], { delete: true, allNamespaces: true }, /leave out the rest/],
    [['web'], { delete: true }, /"web" names no Service/],
    [['a/b/c'], {}, /names no Service/],
    [['shop/web'], { namespace: 'shop' }, /-n says the namespace/],
  ] as const)('%j with %j makes no sense', (names, given, why) => {
    expect(() => wishOf(names, given)).toThrow(why);
  });

  it.each([
    [{ delete: true }, { ...sync, policy: 'upsert-only' }, true, /upsert-only forbids deletes/],
    [{ release: true }, { ...sync, policy: 'observe-only' }, true, /observe-only forbids changes/],
    [{ release: true }, sync, false, /needs --yes/],
    [{ delete: true, output: 'json' }, sync, true, /needs --yes/],
    [{ delete: true, yes: true }, { ...sync, watchNamespace: 'team' }, true, /nothing in the namespace shop/],
  ] as const)('%j is refused with %j', (given, settings, canAsk, why) => {
    const wish = wishOf(['shop/web'], given);
    expect(() => checkWish(wish, settings, canAsk)).toThrow(why);
  });

  it('may release what upsert-only builds, and show everything', () => {
    const names = ['shop/web'];
    checkWish(wishOf(names, { release: true, yes: true }), { ...sync, policy: 'upsert-only' }, false);
    expect(() => checkWish(wishOf(names, {}), { ...sync, policy: 'observe-only' }, false)).not.toThrow();
  });
});

const { signal } = new AbortController();
const defaults = { leaderElect: true, leaderElectionNamespace: undefined, leaderElectionId: 'fairlead' };
const lease = (namespace: string, name: string, manager: string, holderIdentity = '') => ({
  metadata: { namespace, name, uid: name, resourceVersion: '1', managedFields: [{ manager }] },
  spec: { holderIdentity },
});

function api(answer: (request: KubeRequest) => unknown): KubeApi {
  const request = async <T>(asked: KubeRequest) => answer(asked) as T;
  return { request, watch: () => Promise.reject(new Error('no watch')) as never };
}

describe('the Leases of controllers', () => {
  it('are those that ours wrote, and those of the name, in every namespace', async () => {
    const items = [
      lease('kube-node-lease', 'node-1', 'kubelet', 'node-1'),
      lease('balancers', 'edge', 'fairlead', 'edge-1_x'),
      lease('kube-system', 'fairlead', 'somebody'),
    ];
    const found = await findLeases(
      api(() => ({ metadata: {}, items })),
      defaults,
      signal,
    );
    expect(found).toEqual([
      { namespace: 'balancers', name: 'edge', holder: 'edge-1_x' },
      { namespace: 'kube-system', name: 'fairlead' },
    ]);
  });

  it('are that of a controller outside of a pod where there is none yet', async () => {
    const none = api(() => ({ metadata: {}, items: [] }));
    expect(await findLeases(none, defaults, signal)).toEqual([{ namespace: 'kube-system', name: 'fairlead' }]);
  });

  it('are the one that is named; then no list is asked for', async () => {
    const paths: string[] = [];
    const one = api(({ path }) => {
      paths.push(path);
      return lease('balancers', 'fairlead', 'fairlead', 'pod_x');
    });
    const found = await findLeases(one, { ...defaults, leaderElectionNamespace: 'balancers' }, signal);
    expect(found).toEqual([{ namespace: 'balancers', name: 'fairlead', holder: 'pod_x' }]);
    expect(paths).toEqual(['/apis/coordination.k8s.io/v1/namespaces/balancers/leases/fairlead']);
  });

  it('have to be named where they may not be listed', async () => {
    const denied = api(() => {
      throw new KubeError('forbidden', { status: 403 });
    });
    await expect(findLeases(denied, defaults, signal)).rejects.toThrow(/name it with --leader-election-namespace/);
  });

  it('are none without leader election', async () => {
    const never = api(() => {
      throw new Error('nobody is to be asked');
    });
    expect(await findLeases(never, { ...defaults, leaderElect: false }, signal)).toEqual([]);
  });
});
