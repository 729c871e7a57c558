// The writes to Services: finalizer, status, annotations. Only patches, so that fields we do not know survive; a patch
// names the UID it is meant for, so that it never lands on another Service of the same name.

import { type ContentType, hasStatus, type KubeApi, KubeError } from './api.ts';
import type { Condition, Ingress, Service } from './types.ts';

/** Holds a deleted Service until its load balancer is gone; the well-known one, so that controllers can take over. */
export const CLEANUP_FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';

/** Who we are in managedFields. Said outright, so that no proxy's or program's name ever makes us look like another. */
export const FIELD_MANAGER = 'fairlead';

const ATTEMPTS = 3;
const MERGE: ContentType = 'application/merge-patch+json';
const STRATEGIC: ContentType = 'application/strategic-merge-patch+json';

/** What to change in a status; what is absent stays. */
export interface StatusChange {
  /** The whole new list; an empty one clears it. */
  readonly ingress?: readonly Ingress[];
  /** Set by type; `null` removes. Conditions of other types stay, whoever wrote them. */
  readonly conditions?: Readonly<Record<string, Omit<Condition, 'type'> | null>>;
}

/** Path of one Service. */
export function servicePath(service: Service): string {
  const { namespace = 'default', name } = service.metadata;
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(name)}`;
}

/** A live look, past all caches. Rejects with a KubeError of status 404 if that very Service (by UID) is gone. */
export async function readService(api: KubeApi, service: Service, signal: AbortSignal): Promise<Service> {
  const live = await api.request<Service>({ method: 'GET', path: servicePath(service), signal });
  if (live.metadata.uid !== service.metadata.uid) throw gone(service);
  return live;
}

/**
 * Resolves with the Service as it is with our finalizer on it, as the API server answered: proof enough for the first
 * write to a cloud. Writes nothing if `service` shows it already. A conflict is tried again on a fresh read, three times
 * in all. Rejects with KubeErrors: 404 if the Service is gone, 422 if it is being deleted.
 */
export function addFinalizer(api: KubeApi, service: Service, signal: AbortSignal): Promise<Service> {
  return changeFinalizers(api, service, signal, true);
}

/** As `addFinalizer`, the other way. The object goes for good if this was the last one of a deleted Service. */
export function removeFinalizer(api: KubeApi, service: Service, signal: AbortSignal): Promise<Service> {
  return changeFinalizers(api, service, signal, false);
}

/**
 * Through the status subresource, where the API server takes metadata too (it resets only `spec` for Services), so that
 * `services/status` is all we need the right to patch. A merge patch replaces the list of finalizers, hence the
 * resourceVersion: nobody else's finalizer can be lost in between.
 */
async function changeFinalizers(
  api: KubeApi,
  service: Service,
  signal: AbortSignal,
  wanted: boolean,
): Promise<Service> {
  let known = service;
  for (let attempt = 1; ; attempt++) {
    const { uid, resourceVersion, finalizers: present = [] } = known.metadata;
    if (present.includes(CLEANUP_FINALIZER) === wanted) return known;
    const finalizers = wanted ? [...present, CLEANUP_FINALIZER] : present.filter((each) => each !== CLEANUP_FINALIZER);
    try {
      const body = { metadata: { uid, resourceVersion, finalizers } };
      const answer = await patch(api, service, '/status', MERGE, body, signal);
      if ((answer.metadata.finalizers ?? []).includes(CLEANUP_FINALIZER) === wanted) return answer;
      throw new KubeError(`the API server did not ${wanted ? 'keep' : 'remove'} our finalizer`, { status: 409 });
    } catch (error) {
      if (!hasStatus(error, 409) || attempt === ATTEMPTS) throw error;
      known = await readService(api, service, signal);
    }
  }
}

/**
 * Patches the status. A strategic merge patch: the API server merges conditions by their type, so another writer's
 * condition is neither lost nor a reason for a conflict, which a JSON merge patch (it replaces the list) would make it.
 * `ingress` is an atomic list and is replaced. Rejects with a KubeError of status 404 if the Service is gone.
 */
export function patchStatus(
  api: KubeApi,
  service: Service,
  change: StatusChange,
  signal: AbortSignal,
): Promise<Service> {
  const conditions = Object.entries(change.conditions ?? {}).map(([type, condition]) =>
    condition === null ? { type, $patch: 'delete' } : { ...condition, type },
  );
  const status = {
    ...(change.ingress && { loadBalancer: { ingress: change.ingress.length > 0 ? change.ingress : null } }),
    ...(conditions.length > 0 && { conditions }),
  };
  return patch(api, service, '/status', STRATEGIC, { metadata: { uid: service.metadata.uid }, status }, signal);
}

/** Sets annotations (`null` removes); through the status too, so that it takes no further right. */
export function patchAnnotations(
  api: KubeApi,
  service: Service,
  annotations: Readonly<Record<string, string | null>>,
  signal: AbortSignal,
): Promise<Service> {
  return patch(api, service, '/status', MERGE, { metadata: { uid: service.metadata.uid, annotations } }, signal);
}

async function patch(
  api: KubeApi,
  service: Service,
  subresource: '/status',
  contentType: ContentType,
  body: unknown,
  signal: AbortSignal,
): Promise<Service> {
  try {
    const path = servicePath(service) + subresource;
    const query = { fieldManager: FIELD_MANAGER };
    return await api.request<Service>({ method: 'PATCH', path, query, body, contentType, signal });
  } catch (error) {
    // A UID that does not fit is refused as a change of an immutable field.
    if (hasStatus(error, 422) && error.fields.includes('metadata.uid')) throw gone(service);
    throw error;
  }
}

function gone(service: Service): KubeError {
  const { namespace, name, uid } = service.metadata;
  return new KubeError(`Service ${namespace}/${name} with UID ${uid} is gone; its name is another's now`, {
    status: 404,
    reason: 'NotFound',
  });
}
