// Declared options as flags of a command: name, help and environment variable come from the table.
import { type Command, Option } from 'commander';
import { loadProvider, PROVIDER_NAMES } from '../provider/registry.ts';
import type { Field } from '../schema/field.ts';
import { envName, type OptionSchema } from '../schema/options.ts';
import type { Env } from './choice.ts';
import { firstSentence, plain } from './paragraph.ts';

/** Adds one flag for each field of the schema. Values stay text here; the schema reads them. */
export function addFlags(command: Command, schema: OptionSchema<object>, group: string): void {
  command.optionsGroup(group);
  for (const field of Object.values(schema.fields as Readonly<Record<string, Field<unknown, unknown>>>)) {
    command.addOption(flagOf(field));
  }
}

/** Reads a flag that may be given several times. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Adds the flags of the providers asked for, or of all: which options a command has depends on its own arguments. */
export async function addProviderFlags(command: Command, args: readonly string[], env: Env): Promise<void> {
  const names = providersAsked(args, env);
  for (const name of new Set(names.length > 0 ? names : PROVIDER_NAMES)) {
    const provider = await loadProvider(name);
    if (provider) addFlags(command, provider.options, `Options of --provider ${provider.name}:`);
  }
}

/** `--provider a --provider=b,c`, or the environment variable, before anything else is known. */
export function providersAsked(args: readonly string[], env: Env): readonly string[] {
  const given = args.flatMap((arg, at) => {
    if (arg.startsWith('--provider=')) return [arg.slice('--provider='.length)];
    return arg === '--provider' && args[at + 1] !== undefined ? [args[at + 1] ?? ''] : [];
  });
  const text = given.length > 0 ? given.join(',') : (env.FAIRLEAD_PROVIDER ?? '');
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function flagOf(field: Field<unknown, unknown>): Option {
  const { rule } = field.shape;
  const value = rule.form === 'boolean' ? ' [true|false]' : ` <${placeholder(field)}>`;
  const help = plain(`${firstSentence(field.doc)}${defaultText(field)} [${envName(field)}]`);
  const flag = new Option(`--${field.key}${value}`, help);
  // A flag that may be given several times, or once with commas.
  if (rule.form === 'list') flag.argParser(collect);
  return flag;
}

function placeholder(field: Field<unknown, unknown>): string {
  const { rule } = field.shape;
  if (rule.form === 'choice') return rule.choices.join('|');
  if (rule.form === 'list' && rule.item.form === 'choice') return rule.item.choices.join('|');
  return rule.form === 'text' ? 'text' : rule.form;
}

function defaultText(field: Field<unknown, unknown>): string {
  if (field.required) return ' Required.';
  if (field.default !== undefined) return ` Default: ${field.shape.print(field.default) || "''"}.`;
  return field.defaultText === undefined ? '' : ` Default: ${field.defaultText.replace(/\.$/, '')}.`;
}
