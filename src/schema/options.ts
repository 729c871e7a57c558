// Reads the controller's options: each is a flag and an environment variable, declared with the same fields as
// annotations. The flag beats the environment, which beats a file. It reads neither process.env nor files, nor does it parse
// a command line.

import type { Field } from './field.ts';
import { type Name, type Problem, problem } from './problem.ts';
import { type Offer, type Reading, readFrom } from './read.ts';
import type { Schema } from './schema.ts';
import { suggest } from './suggest.ts';

export type OptionSchema<V extends object> = Schema<V>;

const ENV_STEM = 'FAIRLEAD_';

export interface OptionInput {
  /** By flag name without dashes (`aws-region`), as a command-line parser gives them: repeated flags as a list. */
  readonly flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By flag name without dashes: what a configuration file says, and how that place in it is called. */
  readonly file?: Readonly<Record<string, FileValue>>;
}

/** One value of a configuration file. */
export interface FileValue {
  readonly name: Name;
  readonly text: string;
}

/** `--aws-region` */
export function flagName({ key }: { readonly key: string }): string {
  return `--${key}`;
}

/** `FAIRLEAD_AWS_REGION` */
export function envName({ key }: { readonly key: string }): string {
  return ENV_STEM + key.replaceAll('-', '_').toUpperCase();
}

/** The typed options, all problems at once. Never throws. An empty environment variable counts as not set. */
export function parseOptions<V extends object>(
  schema: OptionSchema<V>,
  { flags, env, file = {} }: OptionInput,
): Reading<V> {
  return readFrom(
    schema,
    {
      name: (field) => ({ noun: 'Option', key: `${flagName(field)} (${envName(field)})` }),
      offers: (field) => [...flagOffer(field, flags), ...envOffer(field, env), ...fileOffer(field, file)].slice(0, 1),
    },
    {},
  );
}

/** Flags (errors) and variables with our prefix (warnings) that none of `schemas` knows. */
export function unknownOptions(
  schemas: readonly OptionSchema<object>[],
  { flags, env }: OptionInput,
): readonly Problem[] {
  const fields = schemas.flatMap((schema) => Object.values(schema.fields));
  const report = (noun: string, keys: readonly string[], known: readonly string[], severity: 'error' | 'warning') =>
    keys
      .filter((key) => !known.includes(key))
      .map((key) => {
        const suggestion = suggest(key, known);
        const rest = { expected: suggestion ?? `a known ${noun.toLowerCase()}`, suggestion };
        return problem(severity, 'unknown-key', { noun, key }, '', { ...rest, message: `${noun} ${key} is unknown` });
      });
  const flagged = Object.keys(flags).filter((key) => flags[key] !== undefined);
  const ours = Object.keys(env).filter((key) => key.startsWith(ENV_STEM) && env[key] !== undefined);
  return [
    ...report(
      'Option',
      flagged.map((key) => flagName({ key })),
      fields.map(flagName),
      'error',
    ),
    ...report('Environment variable', ours, fields.map(envName), 'warning'),
  ];
}

function flagOffer(field: Field<unknown, unknown>, flags: OptionInput['flags']): Offer[] {
  const found = Object.hasOwn(flags, field.key) ? flags[field.key] : undefined;
  if (found === undefined) return [];
  const text = typeof found === 'object' ? found.join(',') : String(found);
  return [{ name: { noun: 'Option', key: flagName(field) }, text }];
}

function envOffer(field: Field<unknown, unknown>, env: OptionInput['env']): Offer[] {
  const key = envName(field);
  const text = Object.hasOwn(env, key) ? env[key] : undefined;
  return text === undefined || text.trim() === '' ? [] : [{ name: { noun: 'Environment variable', key }, text }];
}

function fileOffer(field: Field<unknown, unknown>, file: NonNullable<OptionInput['file']>): Offer[] {
  const found = Object.hasOwn(file, field.key) ? file[field.key] : undefined;
  return found === undefined ? [] : [found];
}
