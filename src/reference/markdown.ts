// The reference as Markdown, for reading on a code host: an index of all annotations, and a page for each provider. Everything
// comes from the reference; `npm run docs` writes the files.
import { MAX_LENGTH } from '../schema/read-field.ts';
import type { Entry, EntryProvider, NotRead, Reference } from './entry.ts';

const MADE = '<!-- Made from the annotation tables by `npm run docs`. Changes belong there. -->\n';

/** The files of docs/annotations, by name. */
export function markdownPages(reference: Reference): ReadonlyMap<string, string> {
  return new Map([
    ['README.md', indexPage(reference)],
    ...reference.providers.map((provider) => [`${provider.name}.md`, providerPage(provider, reference)] as const),
  ]);
}

function indexPage({ entries, providers, risks, mutability, notRead }: Reference): string {
  const tables = providers.map((provider) => `## Of ${provider.name}\n\n${indexTable(provider, entries)}`);
  return `${MADE}
# Annotations

What a Service may say to Fairlead, for every provider. The pages of the providers have all about each annotation, with an
example: ${providers.map(({ name }) => `[${name}](${name}.md)`).join(', ')}. The same is in \`fairlead explain\`, and with
a search and a playground in \`fairlead reference --open\`; \`fairlead validate\` checks Services by it.

An annotation that is empty counts as not set, with a warning, unless its bounds say otherwise. A text of more than
${MAX_LENGTH} characters is refused. An unknown key under the prefixes of a provider is told, with the nearest known one.

${tables.join('\n')}
## Risk

How much harm somebody could do who may write Services and nothing else.

${table(
  ['Risk', 'What it means'],
  Object.entries(risks).map(([risk, text]) => [risk, text]),
)}
## Changed later

What happens when an annotation is changed on a Service that has its load balancer.

${table(
  ['Word', 'What it means'],
  Object.entries(mutability).map(([word, text]) => [word, text]),
)}
## Keys that are not read

${table(
  ['Key', 'Provider', 'Why'],
  notRead.map(({ key, providers: named, why }) => [`\`${key}\``, named.join(', '), `It ${why}.`]),
)}`;
}

function indexTable(provider: EntryProvider, entries: readonly Entry[]): string {
  const rows = entries
    .filter(({ providers }) => providers.includes(provider.name))
    .sort((a, b) => (a.suffix < b.suffix ? -1 : 1))
    .map((entry) => [
      `[\`${entry.suffix}\`](${provider.name}.md#${entry.key})`,
      plain(entry.type),
      entry.default,
      ...(provider.kinds.length === 0 ? [] : [kindNames(entry, provider)]),
      entry.risk,
      entry.mutable,
    ]);
  const kinds = provider.kinds.length === 0 ? [] : ['Load balancers'];
  return table(['Annotation', 'Type', 'Default', ...kinds, 'Risk', 'Changed later'], rows);
}

function providerPage(provider: EntryProvider, reference: Reference): string {
  const entries = reference.entries.filter(({ providers }) => providers.includes(provider.name));
  const notRead = reference.notRead.filter(({ providers }) => providers.includes(provider.name));
  const links = entries.map(({ suffix, key }) => `[\`${suffix}\`](#${key})`);
  return `${MADE}
# Annotations of ${provider.name}

${introduction(provider)} What the words for risk and for later changes mean stands in the [index](README.md#risk).

${links.join(' ·\n')}
${entries.map((entry) => `\n${section(entry, provider, entries)}`).join('')}${notRead.length === 0 ? '' : notReadSection(notRead)}`;
}

function introduction({ classes, stems, kinds }: EntryProvider): string {
  const prefixes = `Its keys start with ${stems.map(code).join(' or ')}.`;
  const named = kinds.map(({ name, title }) => `${title} (${code(name)})`).join(', ');
  const has = kinds.length === 0 ? '' : ` Kinds of load balancer: ${named}.`;
  return `For Services without a class, and for \`spec.loadBalancerClass\` ${classes.map(code).join(' or ')}. ${prefixes}${has}`;
}

function section(entry: Entry, provider: EntryProvider, others: readonly Entry[]): string {
  const { deprecated } = entry;
  const kinds = entry.kinds.filter(({ name }) => provider.kinds.some((one) => one.name === name));
  const facts: readonly (readonly [label: string, ...texts: string[]])[] = [
    [
      'Deprecated',
      deprecated ? `${deprecated.note}${deprecated.by === undefined ? '' : ` Use ${code(deprecated.by)}.`}` : '',
    ],
    ['Load balancers', kinds.map(({ title }) => title).join(', ')],
    ['On others', entry.elsewhere ?? ''],
    ['Type', plain(entry.type)],
    ['Expected', plain(entry.grammar)],
    ['Default', entry.default],
    ['Bounds', ...entry.bounds],
    ['API field', plain(entry.api)],
    ['Changed later', `**${entry.mutable}**. ${entry.mutableNote}`],
    ['Risk', `**${entry.risk}**`],
    ['Relations', ...entry.relations],
    ['Read as it', entry.aliases.map(code).join(', ')],
    ['Also called', entry.synonyms.map(code).join(', ')],
    ['Since', entry.since],
    ['Source', entry.source === undefined ? '' : `<${entry.source}>`],
  ];
  return `<a id="${entry.key}"></a>

## ${entry.suffix}

${code(entry.key)}

${linked(entry.doc, entry, others)}

${facts
  .map(([label, ...texts]) =>
    item(
      label,
      texts.map((text) => linked(text, entry, others)),
    ),
  )
  .join('')}
\`\`\`yaml
${entry.service}\`\`\`
`;
}

/** Keys that are on the same page as links to them, by their last part. */
function linked(text: string, self: Entry, entries: readonly Entry[]): string {
  return text.replaceAll(/`([^`]+)`/g, (whole, key) => {
    const found = entries.find((entry) => entry !== self && entry.key === key);
    return found ? `[\`${found.suffix}\`](#${found.key})` : whole;
  });
}

/** One point of a list; several texts make a list of their own. */
function item(label: string, texts: readonly string[]): string {
  const said = texts.filter((text) => text !== '');
  if (said.length === 0) return '';
  if (said.length === 1) return `- **${label}**: ${said[0]}\n`;
  return `- **${label}**:\n${said.map((text) => `  - ${text}\n`).join('')}`;
}

function notReadSection(list: readonly NotRead[]): string {
  const items = list.map(({ key, why }) => `- ${code(key)}: it ${why}.\n`);
  return `\n## Keys that are not read\n\n${items.join('')}`;
}

function kindNames({ kinds }: Entry, provider: EntryProvider): string {
  const named = kinds.map(({ name }) => name).filter((name) => provider.kinds.some((one) => one.name === name));
  return named.length === provider.kinds.length ? 'all' : named.join(', ');
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return line(header) + line(header.map(() => '---')) + rows.map(line).join('');
}

function code(text: string): string {
  return `\`${text}\``;
}

/** Text that is no Markdown, as Markdown. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_<>[\]]/g, '\\$&');
}
