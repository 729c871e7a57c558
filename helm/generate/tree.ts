// Values by their dotted paths, as a tree: what the schema and values.yaml nest in. It knows nothing of either.
import type { Value } from './value.ts';

export interface Branch {
  /** By the next part of the path, in the order of the table. */
  readonly children: ReadonlyMap<string, Branch | Value>;
}

export function isBranch(node: Branch | Value): node is Branch {
  return 'children' in node;
}

/** Throws where a path is there twice, or is both a value and a group of values. */
export function treeOf(values: readonly Value[]): Branch {
  const root = new Map<string, Branch | Value>();
  for (const value of values) {
    const parts = value.path.split('.');
    const last = parts.pop() ?? '';
    let here = root;
    for (const part of parts) {
      const next = here.get(part) ?? { children: new Map<string, Branch | Value>() };
      if (!isBranch(next)) throw new Error(`${value.path} is under a value`);
      here.set(part, next);
      here = next.children as Map<string, Branch | Value>;
    }
    if (here.has(last)) throw new Error(`${value.path} is there twice`);
    here.set(last, value);
  }
  return { children: root };
}
