// A complete list, page by page. Whatever fails fails the whole: a part of a list is never taken for all of it.
import type { KubeApi, Query } from './api.ts';
import type { KubeList, KubeObject } from './types.ts';

const PAGE_SIZE = 500;
const PAGE_TIMEOUT_MS = 60_000;

/**
 * All objects of a collection such as `/api/v1/services`, no older than the call; `query` may select. Rejects with a KubeError.
 */
export async function listAll<T extends KubeObject>(
  api: KubeApi,
  path: string,
  signal: AbortSignal,
  selection: Query = {},
): Promise<readonly T[]> {
  const objects: T[] = [];
  let next: string | undefined;
  do {
    const query = { ...selection, limit: PAGE_SIZE, continue: next };
    const page = await api.request<KubeList<T>>({ method: 'GET', path, query, timeoutMs: PAGE_TIMEOUT_MS, signal });
    objects.push(...page.items);
    next = page.metadata.continue || undefined;
  } while (next !== undefined);
  return objects;
}
