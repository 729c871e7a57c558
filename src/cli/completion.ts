// `fairlead completion`: prints the script that completes commands in a shell.
import { Argument, type Command } from 'commander';
import { BASH, KUBECTL, ZSH } from './completion-scripts.ts';

const SCRIPTS = { bash: BASH, zsh: ZSH, kubectl: KUBECTL } as const;

const HELP = `
For bash, in ~/.bashrc:
  source <(fairlead completion bash)

For zsh, in ~/.zshrc after compinit:
  source <(fairlead completion zsh)

For kubectl fairlead, in a folder of PATH, beside kubectl-fairlead (kubectl 1.26 or later, with its own completion):
  fairlead completion kubectl > ~/.local/bin/kubectl_complete-fairlead
  chmod +x ~/.local/bin/kubectl_complete-fairlead
`;

export async function addCompletion(program: Command): Promise<void> {
  program
    .command('completion')
    .addArgument(
      new Argument('<shell>', 'the shell, or kubectl for what completes kubectl fairlead').choices(
        Object.keys(SCRIPTS),
      ),
    )
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', HELP)
    .action((shell: keyof typeof SCRIPTS) => void process.stdout.write(SCRIPTS[shell]));
}
