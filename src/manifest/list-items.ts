// Cuts a List, as `kubectl get -o yaml` or `-o json` prints it, into its items before anything is parsed, so that one of
// thousands is as cheap as a few, and a broken item spoils no other. What it does not know for sure it leaves whole.
import { closeOf } from './braces.ts';

export interface ListItem {
  /** Offset into the document. */
  readonly start: number;
  /** The item as a document of its own, each character where it was. */
  readonly text: string;
}

export interface CutList {
  readonly kind: 'List' | 'ServiceList';
  readonly items: Iterable<ListItem>;
}

/** An anchor may be used by another item. */
const ANCHOR = /(?:^|[\s,[{])&[^\s,[\]{}]/;

/** Undefined where the document is no List, or of a form that only parsing can tell. */
export function cutList(text: string): CutList | undefined {
  const cut = cutBlock(text) ?? cutJson(text);
  return cut && !ANCHOR.test(text) ? cut : undefined;
}

const ITEMS = /^items:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*( *)-[ \t\r\n]/m;
/** Comments, `key: value` without anything nested, and metadata with what is indented below it. */
const FRAME =
  /^(?:---)?[ \t]*(?:#.*)?$|^(?:apiVersion|kind|metadata):[^&*{}[\]|>]*$|^metadata:[ \t]*\{\}[ \t]*$|^[ ]+\S.*$/;
const KIND = /^kind:[ \t]*["']?(List|ServiceList)["']?[ \t]*(?:#.*)?$/;

function cutBlock(text: string): CutList | undefined {
  const found = ITEMS.exec(text);
  if (!found) return undefined;
  const indent = found[1] ?? '';
  const first = found.index + found[0].length - indent.length - 2;
  const end = endOfItems(text, first, indent);
  const frame = `${text.slice(0, found.index)}\n${text.slice(end)}`.split(/\r?\n/);
  const kind = frame.map((line) => KIND.exec(line)?.[1]).find((one) => one !== undefined);
  if (kind === undefined || !frame.every((line) => FRAME.test(line))) return undefined;
  return { kind: kind as CutList['kind'], items: blockItems(text.slice(0, end), first, indent) };
}

/** Where the first line is that is neither an item nor part of one. */
function endOfItems(text: string, first: number, indent: string): number {
  const outside = new RegExp(`^(?! {${indent.length}}-[ \\t\\r\\n]| {${indent.length + 1}}|[ \\t]*(?:#|\\r?$))`, 'gm');
  outside.lastIndex = first;
  return outside.exec(text)?.index ?? text.length;
}

function* blockItems(text: string, first: number, indent: string): Generator<ListItem> {
  const dash = `\n${indent}-`;
  for (let start = first; start < text.length; ) {
    let next = text.indexOf(dash, start + 1);
    while (next >= 0 && !/[ \t\r\n]/.test(text[next + dash.length] ?? '\n')) next = text.indexOf(dash, next + 1);
    const end = next < 0 ? text.length : next + 1;
    yield { start, text: `${indent} ${text.slice(start + indent.length + 1, end)}` };
    start = end;
  }
}

const HEAD = /^(?:---)?\s*\{\s*(?:"(?:apiVersion|kind)"\s*:\s*"\w*"\s*,\s*)*"items"\s*:\s*\[/;
const TAIL = /^\s*\](?:\s*,\s*"(?:apiVersion|kind)"\s*:\s*"\w*"|\s*,\s*"metadata"\s*:\s*\{[^{}]*\})*\s*\}\s*$/;
const JSON_KIND = /"kind"\s*:\s*"(List|ServiceList)"/;

function cutJson(text: string): CutList | undefined {
  const head = HEAD.exec(text)?.[0];
  if (head === undefined) return undefined;
  const items: ListItem[] = [];
  let at = head.length;
  for (let open = skip(text, at, '{'); open !== undefined; open = skip(text, at, '{')) {
    const close = closeOf(text, open);
    if (close === undefined) return undefined;
    items.push({ start: open, text: text.slice(open, close) });
    const comma = skip(text, close, ',');
    at = comma === undefined ? close : comma + 1;
  }
  const tail = text.slice(at);
  const kind = JSON_KIND.exec(head)?.[1] ?? (TAIL.test(tail) ? JSON_KIND.exec(tail)?.[1] : undefined);
  return kind !== undefined && TAIL.test(tail) ? { kind: kind as CutList['kind'], items } : undefined;
}

/** The offset of `mark` where nothing but space stands before it. */
function skip(text: string, from: number, mark: string): number | undefined {
  const space = /[ \t\r\n]*/y;
  space.lastIndex = from;
  const at = from + (space.exec(text)?.[0].length ?? 0);
  return text[at] === mark ? at : undefined;
}
