// What a command was asked to do: the options of the controller and of its providers, from flags and environment. For
// every command that connects like `fairlead run` does.
import type { Command } from 'commander';
import type { KubeConnection } from '../kube/api.ts';
import { printable } from '../kube/printable.ts';
import type { RestOptions } from '../kube/rest.ts';
import { operationsOf } from '../provider/operations.ts';
import type { AnyProvider } from '../provider/provider.ts';
import { loadProvider, PROVIDER_NAMES } from '../provider/registry.ts';
import { keepForms, keepSecret } from '../redact.ts';
import { type Problem, parseOptions, suggest, unknownOptions } from '../schema/index.ts';
import { type Settings, settings } from '../settings.ts';
import { readProviderOptions } from './cloud-config.ts';

export type Env = Readonly<Record<string, string | undefined>>;
export type Flags = Parameters<typeof parseOptions>[1]['flags'];

/** A mistake in the arguments: the user has to change them. */
export class UsageError extends Error {}

const MAX_LINE_BYTES = 4096;

/** What is said of a mistake in the arguments of a command, and where they are explained. It may name files and quote them. */
export function usageText(command: Command, { message }: UsageError): string {
  const lines = message.split('\n').map((line) => printable(line, MAX_LINE_BYTES));
  return `${lines.join('\n')}\n(see ${command.parent?.name()} ${command.name()} --help)\n`;
}

/** Where files are named by `-f` alone: throws a UsageError for words that belong to no option. */
export function refuseStray({ args: [first] }: Command): void {
  if (first !== undefined) throw new UsageError(`"${first}" belongs to no option; a file is named with -f ${first}`);
}

/** What was given on the command line, by flag name without dashes. */
export function flagsOf(command: Command): Flags {
  const values = command.opts() as Record<string, string | boolean | readonly string[] | undefined>;
  return Object.fromEntries(
    command.options.map((option) => [option.long?.slice(2) ?? '', values[option.attributeName()]]),
  );
}

export interface Chosen {
  readonly settings: Settings;
  readonly providers: readonly { readonly provider: AnyProvider; readonly options: object }[];
  readonly warnings: readonly Problem[];
}

/**
 * All that was asked for, or a UsageError with every mistake at once. From then on the secrets of the providers asked for are kept
 * out of all that is told.
 */
export async function choose(flags: Flags, env: Env): Promise<Chosen> {
  const reading = parseOptions(settings, { flags, env });
  const problems = [...reading.problems];
  const mistakes: string[] = [];
  const providers: { provider: AnyProvider; options: object }[] = [];
  for (const name of reading.values.providers ?? []) {
    const provider = await loadProvider(name);
    if (!provider) {
      const near = suggest(name, PROVIDER_NAMES);
      const known = PROVIDER_NAMES.join(', ');
      mistakes.push(`there is no provider "${name}"${near ? ` (did you mean "${near}"?)` : ''}; there are: ${known}`);
      continue;
    }
    keepSecretsOf(provider, env);
    const options = await readProviderOptions(provider, { flags, env }, reading.values.clusterName);
    problems.push(...options.problems);
    mistakes.push(...options.mistakes);
    providers.push({ provider, options: options.values });
  }
  const schemas = [settings, ...providers.map(({ provider }) => provider.options)];
  const others = Object.fromEntries(Object.entries(flags).filter(([name]) => schemas.some((one) => has(one, name))));
  problems.push(...unknownOptions(schemas, { flags: others, env }));
  mistakes.push(...problems.filter((one) => one.severity === 'error').map((one) => one.message));
  if (mistakes.length > 0 || !reading.valid) throw new UsageError(mistakes.join('\n'));
  return { settings: reading.values, providers, warnings: problems.filter((one) => one.severity === 'warning') };
}

function keepSecretsOf(provider: AnyProvider, env: Env): void {
  for (const name of provider.secretVariables ?? []) keepSecret(name, env[name]);
  keepForms(provider.name, operationsOf(provider).secretForms ?? []);
}

function has(schema: { readonly fields: object }, flag: string): boolean {
  return Object.values(schema.fields as Record<string, { key: string }>).some((field) => field.key === flag);
}

/** Connects to the API server that the settings name. Sends nothing yet. */
export async function connectTo({ kubeconfig, context }: Settings, rest: RestOptions = {}): Promise<KubeConnection> {
  const { connect } = await import('../kube/config.ts');
  return connect({
    ...rest,
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  });
}
