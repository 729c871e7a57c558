// What happens on the Service before the first write to a cloud: a live look that it still wants this, the finalizer,
// and a status that no longer remembers what is about to stop being true.
import { FairleadError } from '../engine/errors.ts';
import type { KubeApi } from '../kube/api.ts';
import { addFinalizer, readService } from '../kube/patch.ts';
import type { Service } from '../kube/types.ts';
import type { Report } from './report.ts';
import { asksTheSame } from './request.ts';

const STALE_RETRY_MS = 300;

/** A live look: answers the Service as it is, or throws 'conflict' if it asks for something else by now. */
export async function confirm(api: KubeApi, planned: Service, signal: AbortSignal): Promise<Service> {
  const live = await readService(api, planned, signal);
  if (asksTheSame(live, planned)) return live;
  throw new FairleadError('conflict', 'the Service changed meanwhile', { retryAfterMs: STALE_RETRY_MS });
}

/**
 * Returns when the cloud may be written to. `structural`: more than targets changes. Throws 'conflict' if the Service is
 * no longer what the plan was made from; the cache will show why in a moment.
 */
export async function announce(
  api: KubeApi,
  planned: Service,
  report: Report,
  structural: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (structural) {
    const held = await addFinalizer(api, await confirm(api, planned, signal), signal);
    report.learned(held);
  }
  await report.writing(structural, signal);
}
