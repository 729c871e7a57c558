// `fairlead plan` of Services in a cluster: which are meant, and one look at all that their plans need.
import type { KubeApi } from '../kube/api.ts';
import type { Service } from '../kube/types.ts';
import type { Chosen } from './choice.ts';
import { type ClusterView, viewCluster } from './cluster-view.ts';
import type { PlanTerminal } from './plan.ts';
import type { PlanHead, Planned } from './plan-form.ts';
import { isOfInterest, planLive } from './plan-live.ts';
import type { PlanWish } from './plan-wish.ts';

export interface FoundPlans {
  readonly head: PlanHead;
  readonly planned: readonly Planned[];
  /** Something that was asked for is not there. */
  readonly isBroken: boolean;
}

/** More Services than that take a while. */
const LONG = 20;

/** Rejects if the cluster or a cloud could not be looked at as a whole. */
export async function planCluster(
  chosen: Chosen,
  api: KubeApi,
  wish: Pick<PlanWish, 'names' | 'namespace' | 'everywhere' | 'quiet'>,
  io: Pick<PlanTerminal, 'err' | 'signal'>,
): Promise<FoundPlans> {
  const keys = wish.names;
  const view = await viewCluster(chosen, api, { mayWrite: false, onStep: () => {}, signal: io.signal });
  const found = new Set(view.services.map(nameOf));
  const missing = keys.filter((key) => !found.has(key));
  for (const key of missing) io.err(`there is no Service ${key}\n`);
  const services = view.services.filter((service) => isMeant(view, service, keys, wish)).sort(byName);
  if (services.length === 0 && missing.length === 0 && !wish.quiet) {
    io.err(`no Service ${wish.everywhere ? '' : `of namespace ${wish.namespace} `}asks for a load balancer\n`);
  }
  const isLong = services.length > LONG && !wish.quiet;
  const planned = await planLive(view, services, { signal: io.signal, lane: 'change' }, (done) => {
    if (isLong) io.err(`looked at ${done} of ${services.length} Services\n`);
  });
  return { head: { mode: 'live', cluster: view.cluster }, planned, isBroken: missing.length > 0 };
}

function isMeant(
  view: ClusterView,
  service: Service,
  keys: readonly string[],
  { namespace, everywhere }: Pick<PlanWish, 'namespace' | 'everywhere'>,
): boolean {
  if (keys.length > 0) return keys.includes(nameOf(service));
  return (everywhere || service.metadata.namespace === namespace) && isOfInterest(view, service);
}

function nameOf({ metadata }: Service): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

function byName(a: Service, b: Service): number {
  return nameOf(a) < nameOf(b) ? -1 : 1;
}
