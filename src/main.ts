#!/usr/bin/env node
// The entry of the command line: starts what was asked for and turns what it throws into an exit code. The completion
// scripts are answered without reading a command line that is not finished.
import { basename } from 'node:path';
import { CommanderError } from 'commander';
import { EXIT } from './cli/exit.ts';
import { createProgram } from './cli/program.ts';

// As a plugin of kubectl, usage lines say what people type; and kubectl asks for completion by a name of its own.
const invokedAs = basename(process.argv[1] ?? '');
const name = invokedAs.startsWith('kubectl-') ? 'kubectl fairlead' : 'fairlead';
const given = process.argv.slice(2);
const arguments_ = invokedAs.startsWith('kubectl_complete-') ? ['__complete', ...given] : given;

/** As if the signal for it had ended the process: what most programs do. */
const BROKEN_PIPE = 141;

// Who reads no further (`| head`) has what they wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(BROKEN_PIPE);
  process.stderr.write(`fairlead: what was found cannot be written: ${error.message}\n`);
  process.exit(EXIT.failed);
});
void main();

async function main(): Promise<void> {
  try {
    if (arguments_[0] === '__complete') {
      const { answerCompletion } = await import('./cli/completion-answer.ts');
      process.stdout.write(await answerCompletion(arguments_.slice(1), process.env));
    } else {
      const program = await createProgram(name, arguments_, process.env);
      await program.parseAsync(arguments_, { from: 'user' });
    }
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode;
    } else {
      process.stderr.write(`fairlead: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = EXIT.failed;
    }
  }
}
