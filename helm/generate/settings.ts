// The controller's settings as values of the chart: those of all providers at the top, those of one under its name.
import type { AnyCompiler } from '../../src/provider/provider.ts';
import { FIRST_PROVIDER } from '../../src/provider/registry.ts';
import type { Field, Schema } from '../../src/schema/index.ts';
import { settings as table } from '../../src/settings.ts';
import { carried } from './rule-schema.ts';
import { camelCase, type JsonSchema, type Setting } from './value.ts';

type AnyField = Field<unknown, unknown>;

/** Made by the chart itself, or of no use in a pod. */
const NOT_VALUES = [
  'kubeconfig',
  'context',
  'leader-election-namespace',
  'leader-election-id',
  'metrics-address',
  'shutdown-timeout',
];

/** In place of what the flag's own words say. */
const OTHER_DOCS: Readonly<Record<string, string>> = {
  provider:
    'The cloud to serve; a list for several. The first takes Services without a class. The only other value that a cloud needs.',
  'cluster-name':
    'The name of this cluster: the one in the cluster tags and names of what exists in the cloud. The one value that has no default.',
  'claim-classless':
    'Whether Services without `spec.loadBalancerClass` are ours, as they are with the official cloud controllers. Set it to `false` where another controller serves them.',
  'watch-namespace': 'Serves the Services of this namespace only. It must exist: roles for it are made in it.',
  'leader-elect':
    'Waits to hold a Lease before writing anything, so that several replicas can run. Can be `false` with one replica only.',
};

/** What must be said, or is worth a thought: first in every list. */
const FIRST = ['cluster-name', 'provider', 'claim-classless'];

/** The settings that do not belong to a cloud. */
export function commonSettings(all: readonly AnyCompiler[]): readonly Setting[] {
  const fields = fieldsOf(table).filter(({ key }) => !NOT_VALUES.includes(key));
  const place = ({ key }: AnyField) => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);
  const ordered = [...fields].sort((a, b) => place(a) - place(b));
  const words = flagWords(all);
  return ordered.map((field) => {
    const setting = settingOf(camelCase(field.key), field, words);
    return field.key === 'provider' ? { ...setting, default: FIRST_PROVIDER, schema: providerSchema(all) } : setting;
  });
}

/** The settings of one cloud. */
export function providerSettings(compiler: AnyCompiler, all: readonly AnyCompiler[]): readonly Setting[] {
  const words = flagWords(all);
  return fieldsOf(compiler.options).map((field) => settingOf(pathOf(compiler, field), field, words));
}

function pathOf({ name }: AnyCompiler, { key }: AnyField): string {
  return `${name}.${camelCase(key.slice(name.length + 1))}`;
}

function fieldsOf(schema: Schema<object>): readonly AnyField[] {
  return Object.values(schema.fields) as unknown as readonly AnyField[];
}

function settingOf(path: string, field: AnyField, words: ReadonlyMap<string, string>): Setting {
  const { type, form, schema, bounds } = carried(field.shape);
  const text = field.default === undefined ? field.defaultText : `\`${field.shape.print(field.default)}\``;
  const doc = OTHER_DOCS[field.key] ?? field.doc;
  return {
    path,
    doc: inChartWords(doc, words),
    type,
    default: null,
    ...(text === undefined ? {} : { defaultText: text }),
    schema,
    alsoKnown: [camelCase(field.key), ...(field.synonyms ?? [])],
    flag: field.key,
    form,
    ...(bounds === undefined ? {} : { bounds }),
  };
}

function providerSchema(all: readonly AnyCompiler[]): JsonSchema {
  const names = all.map(({ name }) => name);
  const one = `(${names.join('|')})`;
  return {
    type: ['string', 'array'],
    pattern: `^${one}( *, *${one})*$`,
    items: { enum: names },
    minItems: 1,
    uniqueItems: true,
  };
}

/** Which value each flag is. */
function flagWords(all: readonly AnyCompiler[]): ReadonlyMap<string, string> {
  return new Map([
    ...fieldsOf(table).map(({ key }) => [key, camelCase(key)] as const),
    ...all.flatMap((compiler) =>
      fieldsOf(compiler.options).map((field) => [field.key, pathOf(compiler, field)] as const),
    ),
  ]);
}

/** `--aws-health-probe-mode shared` becomes `aws.healthProbeMode: shared`. */
function inChartWords(doc: string, words: ReadonlyMap<string, string>): string {
  return doc.replaceAll(/`--([a-z0-9-]+)(?:[ =]([^`]+))?`/g, (whole, flag: string, given: string | undefined) => {
    const path = words.get(flag);
    if (path === undefined) return whole;
    return given === undefined ? `\`${path}\`` : `\`${path}: ${given}\``;
  });
}
