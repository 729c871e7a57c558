// `fairlead explain`: what an annotation does, from the tables alone. Loads neither the Kubernetes client, nor an SDK, nor the
// controller's settings.
import { type Command, Option } from 'commander';
import { PROVIDER_NAMES } from '../provider/registry.ts';
import type { Reference } from '../reference/entry.ts';
import { loadReference } from '../reference/load.ts';
import { createSearch, type Found, type Search } from '../reference/search.ts';
import { quote } from '../schema/escape.ts';
import { suggest } from '../schema/suggest.ts';
import type { Env } from './choice.ts';
import { EXIT } from './exit.ts';
import { type Page, renderEntry, renderFound, renderNotRead } from './explain-text.ts';
import { hasColour } from './paint.ts';
import { plain, wrap } from './paragraph.ts';

export interface ExplainWish {
  readonly words: readonly string[];
  /** Only theirs; none: those of all. */
  readonly providers: readonly string[];
  /** Only what has an effect on this kind of load balancer. */
  readonly kind?: string;
  readonly output: 'table' | 'json' | 'yaml' | 'name';
  readonly recursive: boolean;
  readonly quiet: boolean;
}

export interface Screen extends Page {
  /** What people type: `fairlead`, or `kubectl fairlead`. */
  readonly program: string;
  out(text: string): void;
  err(text: string): void;
}

interface Given {
  readonly provider: readonly string[];
  readonly for: string;
  readonly output: ExplainWish['output'];
  readonly recursive: boolean;
  readonly quiet: boolean;
}

const examples = (program: string) => `
Examples:
  ${program} explain                      all annotations
  ${program} explain internal             one in full, by its key or the last part of it
  ${program} explain static address       those that have to do with these words
  ${program} explain KEY --for KIND       as it counts on one kind of load balancer
  ${program} explain --recursive | less   all of them in full
`;

export async function addExplain(program: Command, _args: readonly string[], env: Env): Promise<void> {
  const command = program
    .command('explain')
    .argument('[key|words...]', 'a key, the last part of one, or words to look for')
    .helpOption('-h, --help', 'print this help')
    .addOption(
      new Option(
        '--provider <name>',
        `only those of this provider; repeat it (or use commas) for several (${PROVIDER_NAMES.join(', ')})`,
      ).argParser(named),
    )
    .option('--for <kind>', 'only those with an effect on this kind of load balancer, and as they count there')
    .addOption(
      new Option('-o, --output <form>', 'the form of what is printed. Default: table.').choices([
        'table',
        'json',
        'yaml',
        'name',
      ]),
    )
    .option('--recursive', 'everything about each annotation, not a table')
    .option('-q, --quiet', 'no hints on stderr');
  command.addHelpText('after', examples(program.name()));
  command.action(async (words: readonly string[]) => {
    const {
      provider: providers = [],
      for: kind,
      output = 'table',
      recursive = false,
      quiet = false,
    } = command.opts<Partial<Given>>();
    const wish = { words, providers, output, recursive, quiet, ...(kind && { kind }) };
    process.exitCode = await explain(wish, screenOf(program.name(), env));
  });
}

/** Reads a flag that may be given several times, each with several names. */
function named(text: string, before: readonly string[] = []): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  return [...before, ...names.filter((name) => name !== '')];
}

/** Answers the exit code. */
export async function explain(wish: ExplainWish, screen: Screen): Promise<number> {
  const { words, providers, kind } = wish;
  const wrong = providers.find((name) => !PROVIDER_NAMES.includes(name));
  if (wrong !== undefined) return usage(`there is no provider "${wrong}"`, wrong, PROVIDER_NAMES, screen);
  const names = providers.length === 0 ? PROVIDER_NAMES : PROVIDER_NAMES.filter((name) => providers.includes(name));
  const reference = await loadReference(names, kind);
  if (kind !== undefined && reference.providers.length === 0) {
    const all = await loadReference(names);
    const kinds = [...new Set(all.providers.flatMap((one) => one.kinds.map((each) => each.name)))];
    if (kinds.length === 0) {
      screen.err(
        `--for: provider ${names.join(', ')} has no kinds of load balancer\n(see ${screen.program} explain --help)\n`,
      );
      return EXIT.usage;
    }
    return usage(`there is no kind of load balancer "${kind}"`, kind, kinds, screen);
  }
  const asked = words.join(' ').trim();
  const search = createSearch(reference);
  const hint = wish.recursive ? '' : `One of them in full: ${screen.program} explain KEY`;
  const answer = asked === '' ? allOf(reference, hint) : look(search, asked, hint);
  const hidden = answer.by === 'words' ? await hiddenBy(wish, asked) : undefined;
  if (answer.found.length === 0 || hidden !== undefined) {
    screen.err(`fairlead: nothing is known of ${quote(asked)}${limitsOf(wish)}\n`);
    const more = hidden === undefined ? nearestText(search.nearest(asked), reference, screen) : lines(hidden, screen);
    if (!wish.quiet) screen.err(more);
    return EXIT.failed;
  }
  screen.out(await textOf(answer, reference, wish, screen));
  if (answer.hint !== '' && wish.output === 'table' && !wish.quiet) screen.err(`\n${answer.hint}\n`);
  return EXIT.ok;
}

interface Answer {
  readonly found: readonly Found[];
  /** all: every annotation there is. name: what has the name that was asked for. words: what has the words, best first. */
  readonly by: 'all' | 'name' | 'words';
  readonly hint: string;
}

function allOf({ entries }: Reference, hint: string): Answer {
  return { found: entries.map((entry) => ({ entry })), by: 'all', hint };
}

function look(search: Search, asked: string, hint: string): Answer {
  const [first, ...others] = search.exact(asked);
  if (first) {
    const hints = new Set(seeAlso([...others, ...search.synonyms(asked)]));
    return { found: [first], by: 'name', hint: [...hints].join('\n') };
  }
  const synonyms = search.synonyms(asked);
  const [meant, ...alike] = synonyms;
  const owners = synonyms.flatMap(({ entry }) => entry?.providers ?? []);
  // Where a provider has two of that name, nobody knows which is meant.
  if (meant?.entry && new Set(owners).size === owners.length) {
    const hints = [`What is called ${asked} elsewhere is ${meant.entry.suffix} here.`, ...seeAlso(alike)];
    return { found: [meant], by: 'name', hint: hints.join('\n') };
  }
  const found = search.find(asked);
  return { found, by: 'words', hint: found.length === 1 ? '' : hint };
}

/** The same of other providers. */
function seeAlso(found: readonly Found[]): readonly string[] {
  const entries = found.flatMap(({ entry }) => entry ?? []);
  return entries.map(({ anchor, providers }) => `See also ${anchor} (--provider ${providers.join(', ')}).`);
}

function limitsOf({ providers, kind }: ExplainWish): string {
  return `${providers.length === 0 ? '' : ` with --provider ${providers.join(',')}`}${kind === undefined ? '' : ` with --for ${kind}`}`;
}

/** What is said of an annotation that has this name and is left out by what else was asked for. */
async function hiddenBy({ providers, kind }: ExplainWish, asked: string): Promise<string | undefined> {
  if (providers.length === 0 && kind === undefined) return undefined;
  const all = createSearch(await loadReference());
  const { entry } = [...all.exact(asked), ...all.synonyms(asked)][0] ?? {};
  if (!entry) return undefined;
  const why = kind !== undefined && entry.elsewhere !== undefined ? ` ${plain(entry.elsewhere)}` : '';
  return `There is ${entry.key} (--provider ${entry.providers.join(', ')}).${why}`;
}

function lines(text: string, { width }: Screen): string {
  return wrap(text, width)
    .map((line) => `${line}\n`)
    .join('');
}

function nearestText(near: readonly Found[], reference: Reference, screen: Screen): string {
  if (near.length === 0) return `All that there is: ${screen.program} explain\n`;
  return `\nThe nearest:\n${renderFound(near, reference, { ...screen, cuts: true })}`;
}

async function textOf(answer: Answer, reference: Reference, wish: ExplainWish, screen: Screen): Promise<string> {
  const { found, by } = answer;
  if (wish.output === 'name') return found.map(({ entry, notRead }) => `${(entry ?? notRead).key}\n`).join('');
  if (wish.output !== 'table') {
    const { apiVersion, kind, version } = reference;
    const entries = found.flatMap(({ entry }) => entry ?? []);
    const object = { apiVersion, kind, version, entries, notRead: found.flatMap(({ notRead }) => notRead ?? []) };
    if (wish.output === 'json') return `${JSON.stringify(object, undefined, 2)}\n`;
    return (await import('./yaml-text.ts')).yamlText(object);
  }
  const isOne = by === 'name' || (by === 'words' && found.length === 1);
  if (isOne || wish.recursive) return found.map((one) => wholeText(one, reference, screen)).join('\n---\n\n');
  return by === 'all' ? tables(found, reference, screen) : renderFound(found, reference, screen);
}

function wholeText({ entry, notRead }: Found, reference: Reference, screen: Screen): string {
  return entry ? renderEntry(entry, reference, screen) : renderNotRead(notRead, screen);
}

/** One for each provider, by name. */
function tables(found: readonly Found[], { providers }: Reference, screen: Screen): string {
  const texts = providers.map((provider) => {
    const own = found.filter(({ entry }) => entry?.providers.includes(provider.name));
    const sorted = own.sort((a, b) => ((a.entry?.suffix ?? '') < (b.entry?.suffix ?? '') ? -1 : 1));
    const title = `${provider.name} (${provider.stems.map((stem) => `${stem}…`).join(', ')})`;
    const heading = wrap(title, screen.width).map((line) => `${screen.heading(line)}\n`);
    return `${heading.join('')}${renderFound(sorted, { providers: [provider], entries: [] }, screen)}`;
  });
  return texts.join('\n');
}

function usage(what: string, word: string, known: readonly string[], screen: Screen): number {
  const near = suggest(word, known);
  const meant = near === undefined ? '' : ` (did you mean "${near}"?)`;
  screen.err(`${what}${meant}; there are: ${known.join(', ')}\n(see ${screen.program} explain --help)\n`);
  return EXIT.usage;
}

function screenOf(program: string, env: Env): Screen {
  const { isTTY = false, columns } = process.stdout;
  return {
    program,
    // A terminal of no size is one that nobody has measured.
    width: Math.max(40, Math.min(columns || 80, 120)),
    cuts: isTTY,
    heading: hasColour(process.stdout, env) ? (text) => `\u001b[1m${text}\u001b[22m` : (text) => text,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  };
}
