// How annotations are shown in a terminal: one in full, or many in a table. Reads nothing and prints nothing.
import type { Entry, EntryProvider, NotRead, Reference } from '../reference/entry.ts';
import type { Found } from '../reference/search.ts';
import { cut, firstSentence, plain, wrap } from './paragraph.ts';
import { GAP, renderTable } from './table.ts';

export interface Page {
  /** Of a line of running text. */
  readonly width: number;
  /** Rows of tables are cut to the width: false where a program reads them. */
  readonly cuts: boolean;
  heading(text: string): string;
}

/** The column in which the facts about an annotation begin. */
const MARGIN = 15;
/** The least that is left for what an annotation does, before other columns of the table go. */
const ROOM = 34;
/** The longest type or default that a table shows. */
const CELL_WIDTH = 20;
const WIDE_CELL_WIDTH = 40;

/** All that is known of one annotation. */
export function renderEntry(entry: Entry, reference: Reference, page: Page): string {
  const say = (text: string) => plain(withoutStems(text, reference.providers));
  const { deprecated } = entry;
  const facts: readonly (readonly [label: string, ...texts: string[]])[] = [
    ['Provider', entry.providers.join(', ')],
    ['Kinds', entry.kinds.map(({ name, title }) => `${title} (${name})`).join(', ')],
    ['Other kinds', entry.elsewhere ?? ''],
    [
      'Deprecated',
      deprecated ? `${deprecated.note}${deprecated.by === undefined ? '' : ` Use ${deprecated.by}.`}` : '',
    ],
    ['Type', entry.type],
    ['Expected', entry.grammar],
    ['Default', entry.default],
    ['Bounds', ...entry.bounds],
    ['API field', entry.api || 'none'],
    ['Changed later', `${entry.mutable}. ${entry.mutableNote}`],
    ['Relations', ...entry.relations],
    ['Risk', `${entry.risk}. ${reference.risks[entry.risk]}`],
    ['Read as it', entry.aliases.join(', ')],
    ['Also called', [...new Set(entry.synonyms.map(say))].join(', ')],
    ['Since', entry.since],
    ['Source', entry.source ?? ''],
  ];
  const lines = [
    page.heading(entry.key),
    '',
    ...wrap(say(entry.doc), page.width),
    '',
    ...facts.flatMap(([label, ...texts]) => factLines(label, texts.map(say), page)),
    '',
    page.heading('Example:'),
    ...entry.service.trimEnd().split('\n'),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function factLines(label: string, texts: readonly string[], page: Page): readonly string[] {
  const lines = texts.flatMap((text) => wrap(text, page.width - MARGIN));
  const title = `${label}:`.padEnd(MARGIN);
  return lines.map((line, at) => (at === 0 ? page.heading(title) : ' '.repeat(MARGIN)) + line);
}

/** A key that looks like ours, and why it is not read. */
export function renderNotRead({ key, why }: NotRead, page: Page): string {
  const text = `Not read by Fairlead: it ${plain(why)}.`;
  return `${page.heading(key)}\n\n${wrap(text, page.width).join('\n')}\n`;
}

interface Column {
  readonly title: string;
  text(entry: Entry, providers: readonly EntryProvider[]): string;
}

/** Where there is no room for all, the first ones go first. */
const COLUMNS: readonly Column[] = [
  { title: 'TYPE', text: ({ type }) => type },
  { title: 'DEFAULT', text: (entry) => plain(entry.default) },
  { title: 'RISK', text: ({ risk }) => risk },
  { title: 'KINDS', text: kindsOf },
];
const LAST = 'WHAT IT DOES';

/** A row each: what tells them apart, and one sentence. Kinds are those of `providers`, names are unique in `entries`. */
export function renderFound(
  found: readonly Found[],
  { providers, entries }: Pick<Reference, 'providers' | 'entries'>,
  page: Page,
): string {
  const most = page.cuts ? CELL_WIDTH : WIDE_CELL_WIDTH;
  const rows = found.map((one): Row => {
    const { entry, notRead } = one;
    if (!entry)
      return {
        name: notRead.key,
        cells: COLUMNS.map(() => '-'),
        text: `Not read by Fairlead: it ${plain(notRead.why)}.`,
      };
    const cells = COLUMNS.map((column) => cut(column.text(entry, providers), most));
    return { name: nameOf(entry, entries), cells, text: firstSentence(plain(entry.doc)) };
  });
  const { from, rest } = page.cuts ? fitting(rows, page.width) : { from: 0, rest: Number.POSITIVE_INFINITY };
  return renderTable(
    ['KEY', ...COLUMNS.slice(from).map(({ title }) => title), LAST],
    rows.map(({ name, cells, text }) => [name, ...cells.slice(from), cut(text, rest)]),
  );
}

interface Row {
  readonly name: string;
  readonly cells: readonly string[];
  readonly text: string;
}

/** How many columns go so that there is room for the sentence, and how much room that is. */
function fitting(rows: readonly Row[], width: number): { readonly from: number; readonly rest: number } {
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(({ length }) => length)) + GAP.length;
  const widths = COLUMNS.map(({ title }, at) => widest([title, ...rows.map(({ cells }) => cells[at] ?? '')]));
  const free = width - widest(['KEY', ...rows.map(({ name }) => name)]);
  for (let from = 0; ; from++) {
    const rest = free - widths.slice(from).reduce((sum, each) => sum + each, 0);
    if (rest >= ROOM || from === COLUMNS.length) return { from, rest: Math.max(rest, LAST.length) };
  }
}

function kindsOf({ kinds }: Entry, providers: readonly EntryProvider[]): string {
  const all = new Set(providers.flatMap((provider) => provider.kinds.map(({ name }) => name)));
  const own = kinds.filter(({ name }) => all.has(name)).map(({ name }) => name);
  if (own.length === 0) return '-';
  return own.length === all.size && all.size > 1 ? 'all' : own.join(',');
}

/** The suffix, unless asking for that tells of another. */
function nameOf(entry: Entry, entries: readonly Entry[]): string {
  const first = entries.find(({ suffix }) => suffix === entry.suffix) ?? entry;
  return first.anchor === entry.anchor ? entry.suffix : entry.anchor;
}

/** Keys of the same provider by their last part, as they can be asked for; whole domains stay. */
function withoutStems(text: string, providers: readonly EntryProvider[]): string {
  const stems = providers.flatMap((provider) => provider.stems).filter((stem) => !stem.endsWith('/'));
  return stems.reduce((rest, stem) => rest.replaceAll(stem, ''), text);
}
