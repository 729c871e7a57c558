// Which object lives in which: from a child up to the root that it is a part of. Pure.

/** What of a kind tells where its objects live. */
export interface Lineage {
  readonly name: string;
  readonly parent?: string | undefined;
  parentId?(id: string): string;
}

/** The object itself and all that it lives in, nearest first. */
export function ancestry<K extends Lineage>(
  kinds: readonly K[],
  kind: K,
  id: string,
): readonly { readonly kind: K; readonly id: string }[] {
  const above = kind.parent === undefined ? undefined : kinds.find(({ name }) => name === kind.parent);
  const parentId = kind.parentId?.(id);
  const rest = above && parentId !== undefined ? ancestry(kinds, above, parentId) : [];
  return [{ kind, id }, ...rest];
}

/** The root object that it lives in, or is. */
export function rootOf<K extends Lineage>(kinds: readonly K[], kind: K, id: string): { kind: K; id: string } {
  return ancestry(kinds, kind, id).at(-1) ?? { kind, id };
}
