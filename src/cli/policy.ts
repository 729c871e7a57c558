// `fairlead policy`: prints the admission policies of a provider, for `kubectl apply -f -`. Sends nothing.
import { type Command, Option } from 'commander';
import { admissionChecksPage } from '../admission/coverage.ts';
import { policiesOf } from '../admission/policy.ts';
import type { AnyCompiler } from '../provider/provider.ts';
import { loadCompiler, PROVIDER_NAMES } from '../provider/registry.ts';
import { defineSchema, type Problem, parseOptions, suggest, unknownOptions } from '../schema/index.ts';
import { settings } from '../settings.ts';
import { type Env, flagsOf, UsageError } from './choice.ts';
import { EXIT } from './exit.ts';
import { addFlags } from './flags.ts';

interface Given {
  readonly action: 'Warn' | 'Deny';
  readonly serviceAccount: string;
  readonly namePrefix: string;
  readonly output: 'yaml' | 'json';
  readonly checks?: boolean;
}

const { providers, claimClassless } = settings.fields;
const shared = defineSchema({
  fields: {
    providers: { ...providers, required: false, default: PROVIDER_NAMES.slice(0, 1) },
    claimClassless,
  },
});

const NAME = /^[a-z0-9]([a-z0-9.-]{0,98}[a-z0-9])?$/;
const ACCOUNT = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?:[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

const EXAMPLES = `
Examples:
  fairlead policy --provider aws | kubectl apply -f -    warn of mistakes in the annotations of Services
  fairlead policy --provider aws --action Deny | kubectl apply -f -
                                                         refuse them
  fairlead policy --provider aws --checks                what is checked, and what only the controller can check`;

/** Adds the command. Which options it has depends on the providers asked for, hence the arguments. */
export async function addPolicy(program: Command, args: readonly string[], env: Env): Promise<void> {
  const command = program
    .command('policy')
    .helpOption('-h, --help', 'print this help')
    .addOption(
      new Option('--action <action>', 'what happens to a Service whose annotations are wrong')
        .choices(['Warn', 'Deny'])
        .default('Warn'),
    )
    .option('--service-account <namespace:name>', 'the account of the controller, never judged', 'fairlead:fairlead')
    .option('--name-prefix <prefix>', 'what the names of the objects start with', 'fairlead')
    .addOption(new Option('-o, --output <form>', 'how to print the objects').choices(['yaml', 'json']).default('yaml'))
    .option('--checks', 'print what the policies check instead, as Markdown')
    .addHelpText('after', EXAMPLES);
  addFlags(command, shared, 'Options of the controller, as it is run with:');
  for (const { name, options } of await askedIn(args, env))
    addFlags(command, options, `Options of --provider ${name}:`);
  command.action(async () => {
    try {
      process.stdout.write(await policy(command.opts<Given>(), flagsOf(command), env));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      process.stderr.write(`${error.message}\n(see fairlead policy --help)\n`);
      process.exitCode = EXIT.usage;
    }
  });
}

type Flags = ReturnType<typeof flagsOf>;

async function policy(given: Given, flags: Flags, env: Env): Promise<string> {
  const { action, serviceAccount, namePrefix, output } = given;
  const reading = parseOptions(shared, { flags, env });
  const problems: Problem[] = [...reading.problems];
  const compilers = await Promise.all((reading.values.providers ?? []).map(compilerOf));
  const wanted = compilers.map((compiler, index) => {
    const options = parseOptions(compiler.options, { flags, env });
    problems.push(...options.problems);
    // The first provider takes the Services without a class, as with `fairlead run`.
    return { compiler, options: options.values, claimClassless: index === 0 && reading.values.claimClassless === true };
  });
  const schemas = [shared, ...compilers.map(({ options }) => options)];
  const known = new Set(
    schemas.flatMap(({ fields }) => Object.values(fields as Record<string, { key: string }>)).map(({ key }) => key),
  );
  const others = Object.fromEntries(Object.entries(flags).filter(([name]) => known.has(name)));
  problems.push(...unknownOptions(schemas, { flags: others, env: {} }));
  const mistakes = problems.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  if (!ACCOUNT.test(serviceAccount)) {
    mistakes.push(
      `--service-account is "${serviceAccount}"; expected the form namespace:name, such as fairlead:fairlead`,
    );
  }
  if (!NAME.test(namePrefix)) {
    mistakes.push(
      `--name-prefix is "${namePrefix}"; expected small letters, digits, dots and hyphens, such as fairlead`,
    );
  }
  if (mistakes.length > 0) throw new UsageError(mistakes.join('\n'));
  if (given.checks === true) return admissionChecksPage(compilers);
  const objects = wanted.flatMap((one) => policiesOf({ ...one, action, serviceAccount, namePrefix }));
  if (output === 'json') return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, undefined, 2)}\n`;
  const { stringify } = await import('yaml');
  return objects.map((one) => stringify(one, { lineWidth: 0 })).join('---\n');
}

async function compilerOf(name: string): Promise<AnyCompiler> {
  const compiler = await loadCompiler(name);
  if (compiler !== undefined) return compiler;
  const near = suggest(name, PROVIDER_NAMES);
  const meant = near === undefined ? '' : ` (did you mean "${near}"?)`;
  throw new UsageError(`there is no provider "${name}"${meant}; there are: ${PROVIDER_NAMES.join(', ')}`);
}

/** The compilers of the providers that are asked for, before anything else is known. */
async function askedIn(args: readonly string[], env: Env): Promise<readonly AnyCompiler[]> {
  const asked = args.flatMap((arg, at) => {
    if (arg.startsWith('--provider=')) return arg.slice('--provider='.length).split(',');
    return arg === '--provider' ? (args[at + 1] ?? '').split(',') : [];
  });
  const reading = parseOptions(shared, { flags: asked.length > 0 ? { provider: asked } : {}, env });
  const found = await Promise.all((reading.values.providers ?? []).map((name) => loadCompiler(name)));
  return found.filter((one) => one !== undefined);
}
