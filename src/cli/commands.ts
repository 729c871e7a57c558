// Which commands there are. A command's file is loaded only where that command was asked for, so that none makes another
// start slower; the list of all comes from here alone.
import type { Command } from 'commander';
import type { Env } from './choice.ts';

/** Adds one command to the program. Which options it has may depend on the arguments. */
export type AddCommand = (program: Command, args: readonly string[], env: Env) => Promise<void>;

export interface CommandEntry {
  readonly name: string;
  /** What the list of commands says of it; the command's own file repeats none of it. */
  readonly description: string;
  readonly load: () => Promise<AddCommand>;
}

/** In the order in which they are listed. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'explain',
    description: 'explain an annotation, or search all of them',
    load: async () => (await import('./explain.ts')).addExplain,
  },
  {
    name: 'validate',
    description: 'check the Services in files before they are applied',
    load: async () => (await import('./validate.ts')).addValidate,
  },
  {
    name: 'plan',
    description: 'show what Services would create or change in the cloud',
    load: async () => (await import('./plan.ts')).addPlan,
  },
  {
    name: 'facts',
    description: 'gather what a plan must know of the cloud, read-only, as JSON',
    load: async () => (await import('./facts.ts')).addFacts,
  },
  {
    name: 'orphans',
    description: 'show what is left in the cloud of Services that are gone, and delete it if asked to',
    load: async () => (await import('./orphans.ts')).addOrphans,
  },
  {
    name: 'doctor',
    description: 'look at all that the controller needs, and say what is missing and what to do',
    load: async () => (await import('./doctor.ts')).addDoctor,
  },
  {
    name: 'drain',
    description:
      'show what is held in a cluster, and let go of it before Fairlead is removed or Services are handed over',
    load: async () => (await import('./drain.ts')).addDrain,
  },
  {
    name: 'iam-policy',
    description: 'print what has to be granted to the controller in the cloud’s own system of permissions',
    load: async () => (await import('./iam-policy.ts')).addIamPolicy,
  },
  {
    name: 'policy',
    description: 'print the admission policy that checks Services in the cluster',
    load: async () => (await import('./policy.ts')).addPolicy,
  },
  {
    name: 'reference',
    description: 'show the annotation reference and the playground in a browser',
    load: async () => (await import('./reference.ts')).addReference,
  },
  {
    name: 'run',
    description: 'run the controller until it is told to stop',
    load: async () => (await import('./run.ts')).addRun,
  },
  {
    name: 'completion',
    description: 'print the script that completes commands in a shell',
    load: async () => (await import('./completion.ts')).addCompletion,
  },
];

/** The command that the arguments ask for, before anything reads them as a whole; `help NAME` asks for NAME too. */
export function commandAsked(args: readonly string[]): CommandEntry | undefined {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const name = words[0] === 'help' ? words[1] : words[0];
  return COMMANDS.find((entry) => entry.name === name);
}
