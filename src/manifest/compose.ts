// Parses one document, with a cap on its depth before anything recursive sees it. What it answers is a tree with places, or
// one fault that says where the text stops being YAML.
import { Composer, type Document, Lexer, type ParsedNode, Parser } from 'yaml';
import { type Fault, LIMITS } from './fault.ts';
import { type Tree, treeOf } from './tree.ts';

const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

export interface Composed {
  /** None where nothing could be read. */
  readonly trees: readonly Tree[];
  readonly faults: readonly Fault[];
}

// Scalars stay text here (their meaning is ours to find, as kubectl does), and twice the same key is looked for by us: the
// package compares each key with each.
const OPTIONS = {
  schema: 'failsafe',
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
  strict: true,
} as const;

/** `slice` is one document, which begins at `start` of the whole text. Never throws. */
export function compose(slice: string, start: number): Composed {
  if (slice.length > LIMITS.documentLength) {
    const size = `${LIMITS.documentLength / 1024 / 1024} MiB`;
    const message = `This document is larger than ${size} and was not read.`;
    return refused({ code: 'too-large', start, end: start + 1, value: '', expected: `at most ${size}`, message });
  }
  const parser = new Parser();
  const composer = new Composer(OPTIONS);
  const documents: Document.Parsed<ParsedNode>[] = [];
  let unclosed: number | undefined;
  for (const lexeme of new Lexer().lex(slice)) {
    for (const token of parser.next(lexeme)) {
      // At once: what follows may be a million of them.
      if (token.type === 'error') return refused(brokenAt(slice, start, token.offset, token.offset + 1, token.message));
      documents.push(...composer.next(token));
    }
    if (isUnclosed(lexeme)) unclosed ??= parser.offset - lexeme.length;
    if (parser.stack.length > LIMITS.depth) return refused(tooDeep(start + parser.offset));
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end());
  const error = documents.flatMap(({ errors }) => errors)[0];
  if (error) {
    // A quote that is never closed is at fault where it opens, not where the text ends.
    const opens = /closing .quote/.test(error.message) ? unclosed : undefined;
    const [from, to] = opens === undefined ? error.pos : [opens, opens + 1];
    return refused(brokenAt(slice, start, from, to, error.message));
  }
  const read = documents.map(({ contents }) => treeOf(contents, start));
  const faults = read.flatMap((one) => one.faults);
  const template = faults.some(({ code }) => code === 'bad-key')
    ? templateFault(slice, start, slice.length)
    : undefined;
  return template ? refused(template) : { trees: read.map(({ tree }) => tree), faults };
}

function isUnclosed(lexeme: string): boolean {
  const [quote] = lexeme;
  return (quote === '"' || quote === "'") && (lexeme.length === 1 || !lexeme.endsWith(quote));
}

function refused(fault: Fault): Composed {
  return { trees: [], faults: [fault] };
}

function tooDeep(at: number): Fault {
  const message = `Maps and lists are nested more than ${LIMITS.depth} deep here; this document was not read.`;
  return { code: 'too-deep', start: at, end: at + 1, value: '', expected: `at most ${LIMITS.depth} levels`, message };
}

/** `from` and `to` are offsets into the document. */
function brokenAt(slice: string, base: number, from: number, to: number, what: string): Fault {
  const at = Math.min(from, slice.length);
  const template = templateFault(slice, base, at);
  if (template) return template;
  // It may quote the text, as long as that is.
  const sentence = what
    .slice(0, 160)
    .replace(HIDDEN, '·')
    .replace(/closing (["'])quote/, 'closing quote $1')
    .replace(/[.\s]+$/, '');
  const message = `This is not valid YAML: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}.`;
  return { code: 'syntax', start: base + at, end: base + to, value: '', expected: 'valid YAML', message };
}

/** Where text in `{{ }}` stands up to the line of `at`, it is why this is not YAML. */
function templateFault(slice: string, base: number, at: number): Fault | undefined {
  const lineEnd = slice.indexOf('\n', at);
  const open = templateIn(slice, lineEnd < 0 ? slice.length : lineEnd);
  if (open === undefined) return undefined;
  const close = slice.indexOf('}}', open);
  const newline = slice.indexOf('\n', open);
  const end = close < 0 || (newline >= 0 && newline < close) ? open + 2 : close + 2;
  const expected = 'the output of helm template';
  const message =
    'This document is a template that is not rendered: text in {{ }} is no YAML. ' +
    'Render it first, with "helm template", and check what comes out.';
  return { code: 'template', start: base + open, end: base + end, value: slice.slice(open, end), expected, message };
}

/** The first `{{` before `limit` that is in no comment. */
function templateIn(slice: string, limit: number): number | undefined {
  for (let open = slice.indexOf('{{'); open >= 0 && open < limit; ) {
    const lineStart = slice.lastIndexOf('\n', open) + 1;
    if (!/(?:^|\s)#/.test(slice.slice(lineStart, open))) return open;
    const next = slice.indexOf('\n', open);
    open = next < 0 ? -1 : slice.indexOf('{{', next);
  }
  return undefined;
}
