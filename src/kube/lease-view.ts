// A Lease as others see it: read once, and told from those of other programs. It takes and keeps none.
import { hasStatus, type KubeApi } from './api.ts';
import { leasePath } from './lease.ts';
import { FIELD_MANAGER } from './patch.ts';
import type { Lease } from './types.ts';

export interface LeaseName {
  readonly namespace: string;
  readonly name: string;
}

/** Undefined: there is none. Rejects with a KubeError. */
export async function readLease(api: KubeApi, name: LeaseName, signal: AbortSignal): Promise<Lease | undefined> {
  try {
    return await api.request<Lease>({ method: 'GET', path: leasePath(name), signal });
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}

/** True if a controller of ours ever wrote it, by what the API server notes: the user agent that it sends. */
export function isOwnLease({ metadata: { managedFields = [] } }: Lease): boolean {
  return managedFields.some((entry) => (entry as { readonly manager?: unknown } | null)?.manager === FIELD_MANAGER);
}
