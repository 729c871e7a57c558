// Finds annotations by key, suffix or words. One index for the command line and for the page: it runs in a browser.
import MiniSearch, { type SearchOptions } from 'minisearch';
import { suggest } from '../schema/suggest.ts';
import type { Entry, NotRead, Reference } from './entry.ts';

/** An annotation, or a key that looks like one and is not read. */
export type Found =
  | { readonly entry: Entry; readonly notRead?: undefined }
  | { readonly notRead: NotRead; readonly entry?: undefined };

export interface Search {
  /**
   * All that has exactly this key (with or without its domain), anchor, alias or suffix; keys before suffixes, annotations
   * before keys that are not read.
   */
  exact(word: string): readonly Found[];
  /** All that is called this elsewhere. */
  synonyms(word: string): readonly Found[];
  /** Best first: what `exact` and `synonyms` answer, then what has all the words, or words that begin so. Empty: a miss. */
  find(words: string): readonly Found[];
  /** What was most likely meant by words that `find` misses: near spellings, or some of the words. At most `most`, or 5. */
  nearest(words: string, most?: number): readonly Found[];
}

/** How much more a word counts in one place than in another. */
const BOOSTS = { suffix: 8, synonyms: 6, key: 1, api: 1.5, doc: 2, grammar: 0.7, more: 0.5 };
/** Words of questions, which say nothing of what is looked for. */
const EMPTY_WORDS = new Set(
  'a an and are as at be by can do does for from how i if in is it its of on or that the this to what when where which with'.split(
    ' ',
  ),
);
const FEW = 5;
/** Of a question, in characters: what comes after is not looked for. */
const LONGEST = 200;
/** How much a key that is not read counts: where an annotation does as well, that one is meant. */
const NOT_READ = 0.3;

interface Document extends Record<keyof typeof BOOSTS, string> {
  readonly id: number;
}

export function createSearch({ entries, notRead }: Reference): Search {
  const all: readonly Found[] = [...entries.map((entry) => ({ entry })), ...notRead.map((one) => ({ notRead: one }))];
  let made: MiniSearch<Document> | undefined;
  const index = () => {
    made ??= indexOf(all);
    return made;
  };
  const by = (word: string, called: (one: Found) => readonly string[]) => {
    const wanted = word.trim().toLowerCase();
    return all.filter((one) => called(one).some((name) => name.toLowerCase() === wanted));
  };
  const exact = (word: string): readonly Found[] =>
    unique([
      ...by(word, ({ entry, notRead: other }) => (entry ? [entry.anchor, entry.key, ...entry.aliases] : [other.key])),
      ...by(word, ({ entry }) => (entry ? [entry.suffix, afterDomain(entry.key)] : [])),
      ...by(word, ({ notRead: other }) => (other ? [suffixOf(other.key), afterDomain(other.key)] : [])),
    ]);
  const synonyms = (word: string): readonly Found[] =>
    by(word, ({ entry }) => entry?.synonyms.flatMap((one) => [one, afterDomain(one)]) ?? []);
  const look = (words: string, options: Pick<SearchOptions, 'combineWith' | 'fuzzy'>) =>
    index()
      .search(words.slice(0, LONGEST), {
        ...options,
        tokenize: parts,
        boost: BOOSTS,
        prefix: (term) => term.length > 1,
        boostDocument: (id) => (all[id as number]?.notRead ? NOT_READ : 1),
      })
      .map(({ id }) => all[id as number]!);
  return {
    exact,
    synonyms,
    find: (words) => unique([...exact(words), ...synonyms(words), ...look(words, { combineWith: 'AND' })]),
    nearest(words, most = FEW) {
      // Of several with one name the first is meant.
      const names = new Map([...all].reverse().flatMap((one) => namesOf(one).map((name) => [name, one] as const)));
      const near = suggest(words, names.keys());
      const fuzzy = (term: string) => (term.length > 3 ? 0.3 : false);
      const like = look(words, { combineWith: 'OR', fuzzy });
      return unique([...(near === undefined ? [] : [names.get(near)!]), ...like]).slice(0, most);
    },
  };
}

function indexOf(all: readonly Found[]): MiniSearch<Document> {
  const index = new MiniSearch<Document>({
    fields: Object.keys(BOOSTS),
    tokenize: tokens,
    processTerm: (term) => (EMPTY_WORDS.has(term) ? null : term),
  });
  index.addAll(all.map((one, id) => ({ id, ...(one.entry ? entryText(one.entry) : notReadText(one.notRead)) })));
  return index;
}

function entryText(entry: Entry): Omit<Document, 'id'> {
  return {
    suffix: entry.suffix,
    key: [entry.key, ...entry.aliases].join(' '),
    synonyms: entry.synonyms.map(suffixOf).join(' '),
    api: entry.api,
    doc: entry.doc,
    grammar: `${entry.type} ${entry.grammar} ${entry.default}`,
    more: [entry.mutableNote, entry.elsewhere ?? '', entry.deprecated?.note ?? '', ...entry.providers].join(' '),
  };
}

function notReadText({ key, why, providers }: NotRead): Omit<Document, 'id'> {
  const more = providers.join(' ');
  return { suffix: suffixOf(key), key, synonyms: '', api: '', doc: why, grammar: '', more };
}

/** What follows the part that many keys share: `name` of `service.beta.kubernetes.io/aws-load-balancer-name`. */
function suffixOf(key: string): string {
  return afterDomain(key).replace(/^.*load-balancer-/, '');
}

function afterDomain(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

function namesOf({ entry, notRead }: Found): readonly string[] {
  return entry ? [entry.suffix, entry.key, ...entry.synonyms] : [suffixOf(notRead.key), notRead.key];
}

/** Each word, and what it is made of. */
function tokens(text: string): string[] {
  return [...new Set([...split(text).map((word) => word.toLowerCase()), ...parts(text)])];
}

/** Words in small letters, apart at anything that is no letter and no digit, and inside `camelCase`. */
function parts(text: string): string[] {
  return split(text).flatMap((word) => word.split(/(?<=[a-z0-9])(?=[A-Z])/).map((part) => part.toLowerCase()));
}

function split(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

function unique(found: readonly Found[]): readonly Found[] {
  const seen = new Set<unknown>();
  return found.filter((one) => {
    const what = one.entry ?? one.notRead;
    if (seen.has(what)) return false;
    seen.add(what);
    return true;
  });
}
