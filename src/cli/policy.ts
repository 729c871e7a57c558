// `fairlead policy`: prints the admission policies of a provider, for `kubectl apply -f -`. Sends nothing.
import { type Command, Option } from 'commander';
import { admissionChecksPage } from '../admission/coverage.ts';
import { policiesOf } from '../admission/policy.ts';
import { FIRST_PROVIDER } from '../provider/registry.ts';
import { settings } from '../settings.ts';
import { choose, type Env, type Flags, flagsOf, UsageError, usageText } from './choice.ts';
import { EXIT } from './exit.ts';
import { addFlags, addProviderFlags } from './flags.ts';
import { SAMPLE_FIELDS, withDefaults, withSampleProvider } from './plan-defaults.ts';

interface Given {
  readonly action: 'Warn' | 'Deny';
  readonly serviceAccount: string;
  readonly namePrefix: string;
  readonly output: 'yaml' | 'json';
  readonly checks?: boolean;
}

const NAME = /^[a-z0-9]([a-z0-9.-]{0,98}[a-z0-9])?$/;
const ACCOUNT = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?:[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

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
    .addHelpText(
      'after',
      `
Examples:
  ${program.name()} policy --provider ${FIRST_PROVIDER} | kubectl apply -f -
                     warn of mistakes in the annotations of Services
  ${program.name()} policy --provider ${FIRST_PROVIDER} --action Deny | kubectl apply -f -
                     refuse them
  ${program.name()} policy --provider ${FIRST_PROVIDER} --checks
                     what is checked, and what only the controller can check`,
    );
  const fields = { providers: SAMPLE_FIELDS.providers, claimClassless: settings.fields.claimClassless };
  addFlags(command, { ...settings, fields }, 'Options of the controller, as it is run with:');
  await addProviderFlags(command, withSampleProvider(args, env), env);
  command.action(async () => {
    try {
      process.stdout.write(await policy(command.opts<Given>(), flagsOf(command), env));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      process.stderr.write(usageText(command, error));
      process.exitCode = EXIT.usage;
    }
  });
}

async function policy(given: Given, flags: Flags, env: Env): Promise<string> {
  const { action, serviceAccount, namePrefix, output, checks = false } = given;
  const chosen = await choose(withDefaults(flags, env), env);
  for (const { message } of chosen.warnings) process.stderr.write(`${message}\n`);
  const mistakes: string[] = [];
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
  if (checks) return admissionChecksPage(chosen.providers.map(({ provider }) => provider));
  const objects = chosen.providers.flatMap(({ provider: compiler, options }, index) => {
    // The first provider takes the Services without a class, as with `fairlead run`.
    const claimClassless = index === 0 && chosen.settings.claimClassless;
    return policiesOf({ compiler, options, claimClassless, action, serviceAccount, namePrefix });
  });
  if (output === 'json') return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, undefined, 2)}\n`;
  const { yamlText } = await import('./yaml-text.ts');
  return objects.map(yamlText).join('---\n');
}
