// `fairlead doctor`: looks at everything that the controller needs with these settings, and says what is missing and what to
// do about it. It takes every option of `fairlead run`, and writes nothing anywhere.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { RenderOptions } from '../engine/render.ts';
import { FIRST_PROVIDER } from '../provider/registry.ts';
import { settings } from '../settings.ts';
import { version } from '../version.ts';
import { choose, connectTo, type Env, flagsOf, UsageError, usageText } from './choice.ts';
import { EXIT } from './exit.ts';
import { addFlags, addProviderFlags } from './flags.ts';
import { ownNamespace } from './own-namespace.ts';
import { paintFor } from './paint.ts';
import { ownTerminal, type Terminal } from './terminal.ts';

/** What was asked for besides the options of the controller. */
interface Given {
  readonly output?: 'text' | 'json';
  readonly asServiceAccount?: string;
}

/** The terminal, and how it looks. */
export interface DoctorTerminal extends Omit<Terminal, 'ask'> {
  readonly paint: RenderOptions['paint'];
  /** In characters. */
  readonly width: number;
  /** Shows what is done now, in place of what it showed before; nothing: takes it away. Absent: nobody watches. */
  readonly status?: (text?: string) => void;
}

const help = (program: string) => `
It reads, and asks what may be done; it writes nothing, to the cluster or to the cloud.

Examples:
  ${program} doctor --provider ${FIRST_PROVIDER} --cluster-name prod
  ${program} doctor --provider ${FIRST_PROVIDER} --cluster-name prod --as-service-account fairlead:fairlead
                                                   the rights of the controller, not yours
Exit codes: 0 nothing is wrong (there may be warnings); 1 at least one error; 2 wrong arguments.`;

/** Adds the command. Which options it has depends on the providers asked for, hence the arguments. */
export async function addDoctor(program: Command, args: readonly string[], env: Env): Promise<void> {
  const command = program
    .command('doctor')
    .helpOption('-h, --help', 'print this help')
    .allowExcessArguments(false)
    .addOption(
      new Option('-o, --output <form>', 'the form of what is printed. Default: text.').choices(['text', 'json']),
    )
    .option(
      '--as-service-account <namespace:name>',
      'look at the rights of this ServiceAccount instead of your own',
      accountName,
    )
    .addHelpText('after', help(program.name()));
  addFlags(command, settings, 'Options of the controller, as it is run with:');
  await addProviderFlags(command, args, env);
  command.action(async () => {
    const terminal = openTerminal(env);
    try {
      process.exitCode = await doctor(command, env, terminal);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      terminal.err(usageText(command, error));
      process.exitCode = EXIT.usage;
    }
  });
}

function accountName(text: string): string {
  if (!/^[a-z0-9-]+:[a-z0-9.-]+$/.test(text)) throw new InvalidArgumentError('It is NAMESPACE:NAME.');
  return text;
}

const WIDTH = 120;

function openTerminal(env: Env): DoctorTerminal {
  const terminal = ownTerminal();
  const { stdout, stderr } = process;
  return {
    ...terminal,
    paint: paintFor(stdout, env),
    width: Math.min(stdout.columns ?? WIDTH, WIDTH),
    ...(stderr.isTTY && { status: (text) => void stderr.write(`\r\u001b[K${text ?? ''}`) }),
  };
}

/** Answers the exit code. */
async function doctor(command: Command, env: Env, terminal: DoctorTerminal): Promise<number> {
  const { output = 'text', asServiceAccount } = command.opts<Given>();
  const chosen = await choose(flagsOf(command), env);
  const { settings: wanted, providers, warnings } = chosen;
  const [{ checkUp }, { documentOf }, { doctorText }] = await Promise.all([
    import('../doctor/check-up.ts'),
    import('../doctor/document.ts'),
    import('./doctor-text.ts'),
  ]);
  const { status = () => {} } = terminal;
  // The chart makes the Lease beside the account.
  const beside = asServiceAccount?.split(':')[0];
  const sections = await checkUp({
    ...{ settings: wanted, providers, warnings, serviceAccount: asServiceAccount },
    connect: () => connectTo(wanted),
    leaseNamespace: wanted.leaderElectionNamespace ?? beside ?? (await ownNamespace()),
    onCheck: (about) => status(`looking at ${about} …`),
    signal: terminal.signal,
  }).finally(() => status());
  const names = providers.map(({ provider }) => provider.name);
  const document = documentOf({ version: version(), cluster: wanted.clusterName, providers: names }, sections);
  const { paint, width } = terminal;
  terminal.out(
    output === 'json' ? `${JSON.stringify(document, undefined, 2)}\n` : doctorText(document, { paint, width }),
  );
  return document.summary.error > 0 ? EXIT.failed : EXIT.ok;
}
