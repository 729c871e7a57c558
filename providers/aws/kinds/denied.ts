// Deleting under a policy that asks for tags. An object that is gone has none, and AWS documents nowhere whether it says so or
// denies the call: a denial of a delete is only believed while the object is there.
import { FairleadError } from '../../../src/engine/errors.ts';

/** Deletes, and answers the denial, if it was one. */
export async function deniedOf(remove: Promise<unknown>): Promise<FairleadError | undefined> {
  try {
    await remove;
    return undefined;
  } catch (error) {
    if (error instanceof FairleadError && error.code === 'denied') return error;
    throw error;
  }
}

/** Deletes; `isThere` is asked where that was denied. */
export async function removed(remove: Promise<unknown>, isThere: () => Promise<boolean>): Promise<void> {
  const denial = await deniedOf(remove);
  if (denial !== undefined && (await isThere())) throw denial;
}
