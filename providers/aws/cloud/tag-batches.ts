// Asks for the tags of many objects, as many at a time as AWS allows.
import type { Tags } from '../tags.ts';
import { chunks } from './calls.ts';

/** AWS's limit for one DescribeTags, in both versions of the API. */
const BATCH = 20;

export interface TagSource {
  ask(ids: readonly string[]): Promise<readonly (readonly [id: string, tags: Tags])[]>;
  /** True for AWS's answer that one of those asked for is not there: it fails the whole call. */
  isGone(error: unknown): boolean;
}

/** The tags by ARN or name; an object that is gone is missing. */
export async function readInBatches(ids: readonly string[], source: TagSource): Promise<ReadonlyMap<string, Tags>> {
  const batches = await Promise.all(chunks(ids, BATCH).map((batch) => readBatch(batch, source)));
  return new Map(batches.flat());
}

/** Where one of them is gone, each is asked for by itself. */
async function readBatch(
  ids: readonly string[],
  source: TagSource,
): Promise<readonly (readonly [id: string, tags: Tags])[]> {
  try {
    return await source.ask(ids);
  } catch (error) {
    if (!source.isGone(error)) throw error;
    if (ids.length === 1) return [];
    return (await Promise.all(ids.map((id) => readBatch([id], source)))).flat();
  }
}
