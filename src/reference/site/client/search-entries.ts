// The search of the command line over the same reference, for the page.
import type { Reference } from '../../entry.ts';
import { createSearch } from '../../search.ts';

/** Filled in by the bundler. */
declare const FAIRLEAD_REFERENCE: Reference;

const search = createSearch(FAIRLEAD_REFERENCE);

export interface Hits {
  /** Anchors of annotations, best first. */
  readonly anchors: readonly string[];
  /** Keys that are not read. */
  readonly notRead: readonly string[];
  /** True: nothing has the words, and these come near. */
  readonly isNear: boolean;
}

export function searchEntries(words: string): Hits {
  const found = search.find(words);
  const shown = found.length > 0 ? found : search.nearest(words);
  return {
    anchors: shown.flatMap(({ entry }) => (entry ? [entry.anchor] : [])),
    notRead: shown.flatMap(({ notRead }) => (notRead ? [notRead.key] : [])),
    isNear: found.length === 0,
  };
}
