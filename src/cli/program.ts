// The command line as commander sees it: all commands by name, and the one that was asked for with all its options.
import { Command, CommanderError } from 'commander';
import { version } from '../version.ts';
import type { Env } from './choice.ts';
import { COMMANDS, commandAsked } from './commands.ts';
import { EXIT } from './exit.ts';

/** `name` is what people type: `fairlead`, or `kubectl fairlead`. */
export async function createProgram(name: string, args: readonly string[], env: Env): Promise<Command> {
  const program = new Command(name)
    .description('A cloud load-balancer controller for Kubernetes.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', `\nExit codes: ${EXIT.text}`)
    .exitOverride(asUsage)
    .showSuggestionAfterError()
    .showHelpAfterError(`(see ${name} --help)`);
  const asked = commandAsked(args);
  for (const entry of COMMANDS) {
    if (entry === asked) await (await entry.load())(program, args, env);
    else program.command(entry.name);
    program.commands.at(-1)?.description(entry.description).showHelpAfterError(`(see ${name} ${entry.name} --help)`);
  }
  return program;
}

/** Help and version are no errors; everything else that commander refuses is one of usage. */
function asUsage({ exitCode, code, message }: CommanderError): never {
  throw new CommanderError(exitCode === 0 ? EXIT.ok : EXIT.usage, code, message);
}
