// Builds the reference from the tables of the providers: nothing in it is said here by hand. Pure; runs in a browser.
import type { AnyCompiler } from '../provider/provider.ts';
import type { Field, Fields, Schema, Shape } from '../schema/index.ts';
import { boundsOf } from './bounds.ts';
import type { Entry, EntryKind, EntryProvider, NotRead, Reference } from './entry.ts';
import { exampleFor, serviceText } from './example.ts';
import { relationSentences } from './relations.ts';
import { topicsOf } from './topics.ts';
import { MUTABILITY, RISKS } from './words.ts';

export interface ReferenceWish {
  /** Of Fairlead. */
  readonly version: string;
  /** Only what has an effect on this kind of load balancer, and as it counts there. */
  readonly kind?: string | undefined;
}

type AnyField = Field<unknown, unknown>;

/** What one provider says of one annotation; equal content makes one entry of several. */
interface Draft {
  readonly compiler: AnyCompiler;
  readonly name: string;
  readonly field: AnyField;
  readonly content: Omit<Entry, 'anchor' | 'providers' | 'kinds' | 'service'>;
}

/** In the order of the providers and of their tables. With a kind, providers without it are left out. */
export function buildReference(compilers: readonly AnyCompiler[], { version, kind }: ReferenceWish): Reference {
  const asked = compilers.filter(({ annotations }) => kind === undefined || Object.hasOwn(annotations.kinds, kind));
  const drafts = asked.flatMap((compiler) =>
    Object.entries(compiler.annotations.fields as Fields)
      .filter(([, { appliesTo }]) => kind === undefined || appliesTo === undefined || appliesTo.includes(kind))
      .map(([name, field]): Draft => ({ compiler, name, field, content: contentOf(compiler, name, field, kind) })),
  );
  const groups = new Map<string, Draft[]>();
  for (const draft of drafts) {
    // Which kinds it concerns is the same where it concerns all that a provider has.
    const sameness = JSON.stringify([draft.content, draft.field.appliesTo]);
    groups.set(sameness, [...(groups.get(sameness) ?? []), draft]);
  }
  const taken = new Set<string>();
  const entries = [...groups.values()].map((group) => {
    const { key } = group[0]!.content;
    const anchor = taken.has(key) ? `${key}@${group[0]!.compiler.name}` : key;
    taken.add(key);
    return entryOf(group, anchor, kind);
  });
  return {
    apiVersion: 'reference.fairlead.dev/v1',
    kind: 'AnnotationReference',
    version,
    providers: asked.map(providerOf),
    risks: RISKS,
    mutability: MUTABILITY,
    entries,
    topics: topicsOf(entries, asked),
    notRead: notReadOf(asked),
  };
}

function contentOf(compiler: AnyCompiler, name: string, field: AnyField, kind: string | undefined): Draft['content'] {
  const { annotations: schema } = compiler;
  const { shape } = field;
  const elsewhere = elsewhereOf(schema, field);
  return {
    key: field.key,
    suffix: suffixOf(schema, field.key),
    doc: field.doc,
    type: shape.type,
    grammar: kind === undefined ? shape.grammar : grammarOn(shape, kind),
    default: defaultOf(field),
    bounds: boundsIn(schema, field, kind),
    ...(elsewhere !== undefined && { elsewhere }),
    api: field.api ?? '',
    mutable: field.mutable ?? 'in-place',
    mutableNote: field.mutableNote ?? '',
    risk: field.risk ?? 'low',
    since: field.since,
    ...(field.deprecated && { deprecated: field.deprecated }),
    relations: relationSentences(schema, name, kind),
    aliases: field.aliases ?? [],
    synonyms: field.synonyms ?? [],
    ...(field.source !== undefined && { source: field.source }),
    example: field.example,
  };
}

function entryOf(group: readonly Draft[], anchor: string, kind: string | undefined): Entry {
  const [first] = group as readonly [Draft, ...Draft[]];
  const kinds = new Map(group.flatMap((draft) => kindsOf(draft)).map((one) => [one.name, one]));
  let service: string | undefined;
  return {
    ...first.content,
    anchor,
    providers: group.map(({ compiler }) => compiler.name),
    kinds: [...kinds.values()].filter(({ name }) => kind === undefined || name === kind),
    // Finding it takes some judging, and of most entries nobody wants to see it.
    get service() {
      service ??= serviceText(exampleFor(first.compiler, first.name, { kind, plain: group.length > 1 }));
      return service;
    },
  };
}

function kindsOf({ compiler: { annotations: schema }, field }: Draft): readonly EntryKind[] {
  return (field.appliesTo ?? Object.keys(schema.kinds)).map((name): EntryKind => {
    const title = titleOf(schema, name);
    if (field.shape.rule.form !== 'per-kind') return { name, title };
    return { name, title, grammar: grammarOn(field.shape, name), bounds: boundsIn(schema, field, name) };
  });
}

/** The shortest part that tells the key from its neighbours: what follows the provider's prefix, or the domain. */
function suffixOf({ stems }: Schema<object>, key: string): string {
  const stem = stems.filter((one) => key.startsWith(one)).sort((a, b) => b.length - a.length)[0];
  return stem === undefined ? key.slice(key.indexOf('/') + 1) : key.slice(stem.length);
}

/** What is expected of a value on one kind: a shape that differs from kind to kind says it only of a value that is wrong. */
function grammarOn(shape: Shape<unknown>, kind: string): string {
  if (shape.rule.form !== 'per-kind') return shape.grammar;
  const read = shape.parse('\u0000', kind);
  return read.ok ? shape.grammar : read.faults[0].expected;
}

function defaultOf(field: AnyField): string {
  return field.default === undefined ? (field.defaultText ?? 'none') : `\`${field.shape.print(field.default)}\``;
}

function boundsIn(schema: Schema<object>, field: AnyField, kind: string | undefined): readonly string[] {
  const { rule } = field.shape;
  const bounds =
    rule.form !== 'per-kind'
      ? boundsOf(rule)
      : Object.entries(rule.kinds)
          .filter(([name]) => kind === undefined || name === kind)
          .flatMap(([name, one]) => boundsOf(one, kind === undefined ? `On ${schema.kinds[name] ?? name} it` : 'It'));
  return [
    ...bounds,
    ...(field.maxLength === undefined ? [] : [`It has at most ${field.maxLength} characters in all.`]),
    ...(field.blank === 'refuse' ? ['An empty value is refused.'] : []),
  ];
}

function elsewhereOf({ kinds }: Schema<object>, { appliesTo, elsewhere }: AnyField): string | undefined {
  const others = Object.keys(kinds).filter((kind) => appliesTo?.includes(kind) === false);
  if (others.length === 0) return undefined;
  const where = others.map((kind) => kinds[kind]).join(' or ');
  const what = elsewhere?.severity === 'error' ? 'is an error' : 'has no effect, and a warning says so';
  return `On ${where} it ${what}${elsewhere === undefined ? '' : `: ${elsewhere.hint}`}.`;
}

/** `Network Load Balancer` for `a Network Load Balancer`. */
function titleOf({ kinds }: Schema<object>, name: string): string {
  return (kinds[name] ?? name).replace(/^an? /, '');
}

function providerOf({ name, classes, annotations }: AnyCompiler): EntryProvider {
  const kinds = Object.keys(annotations.kinds).map((kind) => ({ name: kind, title: titleOf(annotations, kind) }));
  return { name, stems: annotations.stems, classes, kinds };
}

function notReadOf(compilers: readonly AnyCompiler[]): readonly NotRead[] {
  const found = new Map<string, NotRead>();
  for (const { name, annotations } of compilers) {
    for (const [key, why] of Object.entries(annotations.notRead)) {
      const providers = [...(found.get(`${key} ${why}`)?.providers ?? []), name];
      found.set(`${key} ${why}`, { key, providers, why });
    }
  }
  return [...found.values()];
}
