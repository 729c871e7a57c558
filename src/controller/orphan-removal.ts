// Finds what one provider holds without a living owner, and removes all that one such owner left: for the sweeper and the
// command line alike. Whether it may go is decided by them, but never without a live look here.
import type { Converged } from '../engine/engine.ts';
import type { Scope } from '../engine/kind.ts';
import { findOrphans, type Orphan } from '../engine/orphans.ts';
import type { Owner } from '../engine/owner.ts';
import { hasStatus, type KubeApi } from '../kube/api.ts';
import { listAll } from '../kube/list.ts';
import type { KubeObject } from '../kube/types.ts';
import type { Liveness } from './liveness.ts';
import type { Runtime } from './runtime.ts';

/** Every orphan of one provider, by what is known now. Children go with their parents and are not named. */
export function orphansOf(runtime: Runtime, liveness: Liveness): readonly Orphan[] {
  const roots = runtime.provider.kinds.filter((kind) => kind.parent === undefined);
  const shared = new Set(roots.flatMap(({ name, merge }) => (merge ? name : [])));
  return findOrphans(
    roots.flatMap(({ name }) => [...runtime.engine.inventory.entries(name)]),
    {
      cluster: liveness.cluster,
      isLive: (mark) => liveness.isLive(mark),
      isShared: (kind) => shared.has(kind),
    },
  );
}

/**
 * Removes all that the owner has in one cloud. Answers 'alive', and touches nothing, if the API server has a Service that
 * may be this owner, or if any of it may be another's. Its parts in shared objects go as far as nobody else needs them.
 */
export async function removeOrphan(
  api: KubeApi,
  runtime: Runtime,
  owner: Owner,
  liveness: Liveness,
  scope: Scope,
): Promise<Converged | 'alive'> {
  // Marks that tell little may fit a living Service as well as the dead one.
  const shared = new Set(runtime.provider.kinds.flatMap(({ name, merge }) => (merge ? name : [])));
  const own = runtime.owned(owner).filter(({ kind }) => !shared.has(kind));
  if (own.some(({ marks }) => marks.some((mark) => liveness.isLive(mark)))) return 'alive';
  if (await isAlive(api, owner, scope.signal)) return 'alive';
  return runtime.engine.converge({ owner, graph: undefined, beforeFirstWrite: async () => {} }, scope);
}

/** A live look. Parts of an owner that its marks do not tell are ''. */
async function isAlive(api: KubeApi, { uid, namespace, name }: Owner, signal: AbortSignal): Promise<boolean> {
  const isIt = (service: KubeObject) => digits(service.metadata.uid).startsWith(digits(uid));
  if (namespace === '' || name === '') return (await listAll(api, '/api/v1/services', signal)).some(isIt);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(name)}`;
  try {
    return isIt(await api.request<KubeObject>({ method: 'GET', path, signal }));
  } catch (error) {
    if (hasStatus(error, 404)) return false;
    throw error;
  }
}

const digits = (uid: string): string => uid.replaceAll('-', '');
