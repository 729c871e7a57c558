// Which parts of a document are Services: the whole, or items of a List. It does not look into them.
import { LIMITS } from './fault.ts';
import type { Tree } from './tree.ts';

export interface Found {
  readonly tree: Tree;
  /** A ServiceList's items need not say what they are. */
  readonly needsNoKind: boolean;
}

export interface Sorted {
  readonly services: readonly Found[];
  /** Objects of other kinds: what is wrong inside them is not ours to tell. */
  readonly others: readonly Tree[];
  /** More objects than may be: the rest was not looked at. */
  readonly isCut: boolean;
}

/**
 * `isItem`: the root is an item of a ServiceList. Lists in Lists may be shared by aliases, so what they come to is counted,
 * and not how they are written.
 */
export function sortObjects(root: Tree, isItem: boolean, most: number): Sorted {
  const services: Found[] = [];
  const others: Tree[] = [];
  let visited = 0;
  const visit = (tree: Tree, needsNoKind: boolean, depth: number): boolean => {
    if (++visited > most || depth > LIMITS.depth) return false;
    const kind = textAt(tree, 'kind');
    const version = textAt(tree, 'apiVersion');
    if (isService(kind, version) || (needsNoKind && kind === undefined && tree.form === 'map')) {
      services.push({ tree, needsNoKind });
      return true;
    }
    const items = tree.form === 'map' ? tree.entries.get('items')?.value : undefined;
    if (!isList(kind, version) || items?.form !== 'list') {
      others.push(tree);
      return true;
    }
    return items.items.every((item) => visit(item, kind === 'ServiceList', depth + 1));
  };
  const isWhole = visit(root, isItem, 0);
  return { services, others, isCut: !isWhole };
}

/** Also one whose kind or version is misspelt so that only a Service can be meant. */
function isService(kind: string | undefined, version: string | undefined): boolean {
  return /^services?$/i.test(kind ?? '') && (version === undefined || /^(core\/)?v?1$/i.test(version));
}

function isList(kind: string | undefined, version: string | undefined): boolean {
  return (kind === 'List' || kind === 'ServiceList') && (version === undefined || version === 'v1');
}

function textAt(tree: Tree, key: string): string | undefined {
  const value = tree.form === 'map' ? tree.entries.get(key)?.value : undefined;
  return value?.form === 'scalar' && value.value !== null ? value.text : undefined;
}
