// Declared options as flags of a command: name, help and environment variable come from the table.
import { type Command, Option } from 'commander';
import type { Field } from '../schema/field.ts';
import { envName, type OptionSchema } from '../schema/options.ts';

/** Adds one flag for each field of the schema. Values stay text here; the schema reads them. */
export function addFlags(command: Command, schema: OptionSchema<object>, group: string): void {
  command.optionsGroup(group);
  for (const field of Object.values(schema.fields as Readonly<Record<string, Field<unknown, unknown>>>)) {
    command.addOption(flagOf(field));
  }
}

function flagOf(field: Field<unknown, unknown>): Option {
  const { rule } = field.shape;
  const value = rule.form === 'boolean' ? ' [true|false]' : ` <${placeholder(field)}>`;
  const help = `${firstSentence(field.doc)}${defaultText(field)} [${envName(field)}]`;
  const flag = new Option(`--${field.key}${value}`, help);
  // A flag that may be given several times, or once with commas.
  if (rule.form === 'list') flag.argParser<string[]>((text, before) => [...(before ?? []), text]);
  return flag;
}

function placeholder(field: Field<unknown, unknown>): string {
  const { rule } = field.shape;
  if (rule.form === 'choice') return rule.choices.join('|');
  if (rule.form === 'list' && rule.item.form === 'choice') return rule.item.choices.join('|');
  return rule.form === 'text' ? 'text' : rule.form;
}

function firstSentence(doc: string): string {
  const end = doc.indexOf('. ');
  return end < 0 ? doc : doc.slice(0, end + 1);
}

function defaultText(field: Field<unknown, unknown>): string {
  if (field.required) return ' Required.';
  if (field.default !== undefined) return ` Default: ${field.shape.print(field.default) || "''"}.`;
  return field.defaultText === undefined ? '' : ` Default: ${field.defaultText.replace(/\.$/, '')}.`;
}
