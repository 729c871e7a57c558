// The tree of a document with the place of every key and value. An alias is the very node that it names, so nothing grows by
// aliases. Keys are only ever keys of a Map: none can reach a prototype.
import { isAlias, isMap, isScalar, isSeq, type Node, type ParsedNode, type YAMLMap } from 'yaml';
import { escapeText, quote } from '../schema/escape.ts';
import { type Fault, LIMITS } from './fault.ts';
import { keyText, type ScalarValue, scalarValue } from './scalar.ts';

interface Span {
  /** Offsets into the whole text. */
  readonly start: number;
  readonly end: number;
}

export interface ScalarTree extends Span {
  readonly form: 'scalar';
  readonly value: ScalarValue;
  /** As it is written, without its quotes. */
  readonly text: string;
}

export interface ListTree extends Span {
  readonly form: 'list';
  readonly items: readonly Tree[];
}

export interface MapTree extends Span {
  readonly form: 'map';
  readonly entries: ReadonlyMap<string, TreeEntry>;
}

export interface TreeEntry {
  readonly key: Span;
  readonly value: Tree;
}

export type Tree = ScalarTree | ListTree | MapTree;

/** The tree of a document that begins at `base` of the whole text. Its depth must be bounded already. */
export function treeOf(contents: ParsedNode | null, base: number): { tree: Tree; faults: readonly Fault[] } {
  const builder = new Builder(base);
  return { tree: builder.build(contents, 0), faults: builder.faults };
}

class Builder {
  readonly faults: Fault[] = [];
  readonly #base: number;
  /** Only whole nodes are in it, so none can hold itself. */
  readonly #anchors = new Map<string, Tree>();
  #merged = 0;

  constructor(base: number) {
    this.#base = base;
  }

  /** `where` is the place of what is missing. */
  build(node: Node | null, where: number): Tree {
    if (!node) return this.#nothing(where);
    if (isAlias(node)) {
      const found = this.#anchors.get(node.source);
      if (found) return found;
      const message = `*${escapeText(node.source)} names no anchor that is complete before it.`;
      this.#fault('syntax', this.#span(node, where), { value: `*${node.source}`, expected: 'a known anchor', message });
      return this.#nothing(where);
    }
    const tree = this.#whole(node, where);
    if ('anchor' in node && typeof node.anchor === 'string') this.#anchors.set(node.anchor, tree);
    return tree;
  }

  #whole(node: Node, where: number): Tree {
    const span = this.#span(node, where);
    if (isMap(node)) return { form: 'map', ...span, entries: this.#entries(node, span.start - this.#base) };
    if (isSeq(node)) {
      const items = node.items.map((item) => this.build(item as Node | null, span.start - this.#base));
      return { form: 'list', ...span, items };
    }
    if (!isScalar(node)) return this.#nothing(where);
    // Of a tag that the package knows, the value is an object of its own.
    const text = typeof node.value === 'string' ? node.value : (node.source ?? '');
    return { form: 'scalar', ...span, text, value: scalarValue(text, node.type === 'PLAIN', node.tag) };
  }

  #entries(map: YAMLMap, where: number): Map<string, TreeEntry> {
    const entries = new Map<string, TreeEntry>();
    const own = new Set<string>();
    for (const pair of map.items) {
      const keyNode = pair.key as Node | null;
      const key = this.#span(keyNode, where);
      if (isMerge(keyNode)) {
        this.#merge(entries, pair.value as Node | null, key);
        continue;
      }
      const keyTree = this.build(keyNode, where);
      const name = keyTree.form === 'scalar' ? keyText(keyTree.value) : undefined;
      const value = this.build(pair.value as Node | null, key.end - this.#base);
      if (name === undefined) {
        const message = `A key must be text, not ${speakOf(keyTree)}.`;
        this.#fault('bad-key', key, { value: '', expected: 'a key that is text', message });
        continue;
      }
      const before = own.has(name) ? entries.get(name) : undefined;
      if (before) {
        const message = `The key ${quote(name, 320)} is there twice; only the last would count.`;
        const rest = { value: name, expected: 'each key once', message };
        this.#push({ code: 'duplicate-key', ...key, also: before.key, ...rest });
      }
      own.add(name);
      entries.set(name, { key, value });
    }
    return entries;
  }

  /** As go-yaml v2 does it: what comes later wins, of a list what comes earlier. */
  #merge(entries: Map<string, TreeEntry>, node: Node | null, key: Span): void {
    const value = this.build(node, key.end - this.#base);
    const sources = value.form === 'list' ? [...value.items].reverse() : [value];
    for (const source of sources) {
      if (source.form !== 'map') {
        const message = 'The merge key << takes a map or a list of maps.';
        this.#fault('bad-merge', key, { value: '<<', expected: 'a map or a list of maps', message });
        return;
      }
      this.#merged += source.entries.size + 1;
      if (this.#merged > LIMITS.merged) {
        const expected = `at most ${LIMITS.merged} merged keys`;
        const message = `Merge keys (<<) bring more than ${LIMITS.merged} keys into this document.`;
        if (this.faults.every(({ code }) => code !== 'too-many')) {
          this.#fault('too-many', key, { value: '<<', expected, message });
        }
        return;
      }
      for (const [name, entry] of source.entries) entries.set(name, entry);
    }
  }

  #nothing(where: number): ScalarTree {
    const start = this.#base + where;
    return { form: 'scalar', value: null, text: '', start, end: start };
  }

  #span(node: Node | null, where: number): Span {
    const [start, end] = node?.range ?? [where, where];
    return { start: this.#base + start, end: this.#base + end };
  }

  #fault(code: Fault['code'], { start, end }: Span, rest: Pick<Fault, 'value' | 'expected' | 'message'>): void {
    this.#push({ code, start, end, ...rest });
  }

  #push(fault: Fault): void {
    if (this.faults.length <= LIMITS.problems) this.faults.push(fault);
  }
}

function isMerge(key: Node | null): boolean {
  return (
    isScalar(key) && key.value === '<<' && key.type === 'PLAIN' && (key.tag === undefined || key.tag.endsWith(':merge'))
  );
}

/** "a number", "a list": for sentences. */
export function speakOf(tree: Tree): string {
  if (tree.form === 'map') return 'a map';
  if (tree.form === 'list') return 'a list';
  if (tree.value === null) return 'nothing';
  if (typeof tree.value === 'boolean') return 'true or false';
  return typeof tree.value === 'number' ? 'a number' : 'text';
}

/** What stands at the path, or undefined. */
export function follow(tree: Tree, path: readonly (string | number)[]): Tree | undefined {
  let now: Tree | undefined = tree;
  for (const step of path) now = now && childOf(now, step)?.value;
  return now;
}

/** One step down; items of a list have no key. */
export function childOf(tree: Tree, step: string | number): { readonly key?: Span; readonly value: Tree } | undefined {
  if (tree.form === 'map') return tree.entries.get(String(step));
  const item = tree.form === 'list' && typeof step === 'number' ? tree.items[step] : undefined;
  return item && { value: item };
}
