// `fairlead iam-policy`: prints what the cloud's own system of permissions has to allow the controller. Sends nothing.
import { type Command, Option } from 'commander';
import type { Grants } from '../provider/provider.ts';
import { loadCompiler } from '../provider/registry.ts';
import { suggest } from '../schema/index.ts';
import { settings } from '../settings.ts';
import { choose, type Env, type Flags, flagsOf, UsageError, usageText } from './choice.ts';
import { EXIT } from './exit.ts';
import { addFlags, addProviderFlags, collect, providersAsked } from './flags.ts';
import { plain, wrap } from './paragraph.ts';
import { SAMPLE_FIELDS, withDefaults, withSampleProvider } from './plan-defaults.ts';

interface Given {
  readonly features?: readonly string[];
  readonly partition?: string;
}

/** In place of features: what is needed to look, and no more. */
const NONE = 'none';

/** Adds the command. Which options it has depends on the providers asked for, hence the arguments. */
export async function addIamPolicy(program: Command, args: readonly string[], env: Env): Promise<void> {
  const command = program
    .command('iam-policy')
    .helpOption('-h, --help', 'print this help')
    .option(
      '--features <names>',
      `what to grant, as a list with commas; ${NONE} grants looking alone. Default: see below.`,
      collect,
    )
    .option('--partition <name>', 'the separate part of the cloud that it is for. Default: the first of those below.')
    .addOption(new Option('-o, --output <form>', 'how to print it').choices(['json']).default('json'));
  const fields = { providers: SAMPLE_FIELDS.providers, clusterName: settings.fields.clusterName };
  addFlags(command, { ...settings, fields }, 'Options of the controller, as it is run with:');
  const asked = withSampleProvider(args, env);
  await addProviderFlags(command, asked, env);
  const names = providersAsked(asked, env);
  const compilers = (await Promise.all(names.map(loadCompiler))).filter((one) => one?.grants !== undefined);
  const listed = compilers.flatMap((one) => (one?.grants ? [grantsText(one.name, one.grants)] : []));
  command.addHelpText(
    'after',
    `${listed.join('')}
Examples:
  ${program.name()} iam-policy --cluster-name production > policy.json
${someFeatures(program.name(), compilers[0]?.grants)}  ${program.name()} iam-policy --cluster-name production --features ${NONE}
                     for commands that only look, such as facts, plan and orphans`,
  );
  command.action(async () => {
    try {
      process.stdout.write(await iamPolicy(command.opts<Given>(), flagsOf(command), env));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      process.stderr.write(usageText(command, error));
      process.exitCode = EXIT.usage;
    }
  });
}

async function iamPolicy(given: Given, flags: Flags, env: Env): Promise<string> {
  // A policy for a cluster of a made-up name would be of no use: the name has no default here.
  const { provider } = withDefaults(flags, env);
  const chosen = await choose({ ...flags, provider }, env);
  for (const { message } of chosen.warnings) process.stderr.write(`${message}\n`);
  const [one, ...more] = chosen.providers;
  if (one === undefined || more.length > 0) throw new UsageError('--provider must name one provider');
  const { name, grants } = one.provider;
  if (grants === undefined) throw new UsageError(`the provider ${name} has no permissions to grant`);
  const features = featuresOf(given.features, grants);
  const partition = partitionOf(given.partition, grants);
  try {
    const document = grants.document({
      features,
      partition,
      clusterName: chosen.settings.clusterName,
      options: one.options,
    });
    return `${JSON.stringify(document, undefined, 2)}\n`;
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

function featuresOf(given: readonly string[] | undefined, grants: Grants<object>): readonly string[] {
  const known = Object.keys(grants.features);
  if (given === undefined) return grants.byDefault ?? known;
  const names = given.flatMap((text) => text.split(',')).map((name) => name.trim());
  const wanted = names.filter((name) => name !== '');
  if (wanted.length === 1 && wanted[0] === NONE) return [];
  if (wanted.length === 0) throw new UsageError(`--features is empty; ${NONE} grants looking alone`);
  const mistakes = wanted.filter((name) => !known.includes(name));
  if (mistakes.length > 0) {
    const lines = mistakes.map((name) => `there is no feature "${name}"${hint(name, known)}`);
    throw new UsageError([...lines, `there are: ${known.join(', ')}, or ${NONE} alone`].join('\n'));
  }
  return known.filter((name) => wanted.includes(name));
}

function partitionOf(given: string | undefined, { partitions }: Grants<object>): string {
  if (given === undefined) return partitions[0] ?? '';
  if (partitions.includes(given)) return given;
  if (partitions.length === 0) throw new UsageError('--partition means nothing to this provider');
  throw new UsageError(
    `there is no partition "${given}"${hint(given, partitions)}; there are: ${partitions.join(', ')}`,
  );
}

function hint(name: string, known: readonly string[]): string {
  const near = suggest(name, known);
  return near === undefined ? '' : ` (did you mean "${near}"?)`;
}

/** An example with a part of the features. */
function someFeatures(program: string, grants: Grants<object> | undefined): string {
  const [feature] = Object.keys(grants?.features ?? {});
  if (feature === undefined) return '';
  return `  ${program} iam-policy --cluster-name production --features ${feature}\n                     this feature of those above, and nothing else\n`;
}

/** The features and partitions of a provider, for help. */
function grantsText(provider: string, { features, byDefault, partitions }: Grants<object>): string {
  const names = Object.keys(features);
  const width = Math.max(...names.map((name) => name.length));
  const rows = Object.entries(features).map(([name, doc]) => {
    const mark = byDefault === undefined || byDefault.includes(name) ? ' ' : '-';
    const [first = '', ...rest] = wrap(plain(doc), 80);
    return [`  ${mark} ${name.padEnd(width)}  ${first}`, ...rest.map((line) => ' '.repeat(width + 6) + line)].join(
      '\n',
    );
  });
  const left = byDefault !== undefined && byDefault.length < names.length ? ' (-: only where asked for)' : '';
  const parts = partitions.length === 0 ? '' : `\nPartitions of --provider ${provider}: ${partitions.join(', ')}\n`;
  return `\nFeatures of --provider ${provider}${left}:\n${rows.join('\n')}\n${parts}`;
}
