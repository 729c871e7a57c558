// `fairlead __complete WORDS…`: what may stand at the last of some words, for the completion scripts of shells. It answers as
// kubectl asks its plugins (the protocol is cobra's): a candidate a line, with a tab and a description where there is one, and
// at last `:` with what the shell is to do. It reads no cluster and no cloud.
import type { Argument, Command, Option } from 'commander';
import { PROVIDER_NAMES } from '../provider/registry.ts';
import { loadReference } from '../reference/load.ts';
import type { Env } from './choice.ts';
import { commandAsked } from './commands.ts';
import { firstSentence, plain } from './paragraph.ts';
import { createProgram } from './program.ts';

/** File names are the shell's to complete. */
const FILES = 0;
/** There are no file names here. */
const NO_FILES = 4;

/** What a placeholder for the name of a file has in it. */
const TAKES_FILES = /file|dir|path/i;

interface Candidate {
  readonly value: string;
  readonly about?: string;
}

interface Candidates {
  readonly list: readonly Candidate[];
  readonly directive: typeof FILES | typeof NO_FILES;
}

/** `words` are those after the program's name; the last one is being typed, and may be empty. Never throws. */
export async function answerCompletion(words: readonly string[], env: Env): Promise<string> {
  const typed = words.at(-1) ?? '';
  const { list, directive } = await candidatesFor(words.slice(0, -1), typed, env);
  const lines = list
    .filter(({ value }) => value.startsWith(typed))
    .map(({ value, about }) => (about === undefined ? value : `${value}\t${about.replaceAll(/\s+/g, ' ')}`));
  return [...lines, `:${directive}`, ''].join('\n');
}

async function candidatesFor(before: readonly string[], typed: string, env: Env): Promise<Candidates> {
  const asked = commandAsked(before);
  const program = await createProgram('fairlead', before, env);
  const command = program.commands.find((one) => one.name() === asked?.name) ?? program;
  const [, flag, prefix] = /^((--[^=]+)=)/.exec(typed) ?? [];
  if (prefix !== undefined) {
    const { list, directive } = await valuesOf(optionOf(command, prefix), before);
    return { list: list.map((one) => ({ ...one, value: `${flag}${one.value}` })), directive };
  }
  const option = optionOf(command, before.at(-1) ?? '');
  if (option?.required) return valuesOf(option, before);
  if (typed.startsWith('-')) return { list: flagsOf(command, typed, before), directive: NO_FILES };
  // A value that may be missing, such as true after the flag of a boolean.
  if (option?.optional) return valuesOf(option, before);
  if (command === program || before[0] === 'help') return { list: commandsOf(program), directive: NO_FILES };
  if (command.name() === 'explain') return { list: await annotationsOf(before, typed), directive: NO_FILES };
  return argumentsOf(command.registeredArguments[0]);
}

function optionOf(command: Command, flag: string): Option | undefined {
  return command.options.find(({ long, short }) => flag !== '' && (flag === long || flag === short));
}

function commandsOf(program: Command): readonly Candidate[] {
  return program.commands.map((one) => ({ value: one.name(), about: one.description() }));
}

/** Flags that were not given yet, or may be given again. */
function flagsOf(command: Command, typed: string, before: readonly string[]): readonly Candidate[] {
  const options = command.createHelp().visibleOptions(command);
  return options
    .filter(
      ({ long, short, parseArg }) => parseArg !== undefined || !before.some((one) => one === long || one === short),
    )
    .map(({ long, short, description }) => ({
      value: (typed === '-' || typed.startsWith('--') ? long : short) ?? long ?? '',
      about: firstSentence(plain(description)),
    }));
}

/** Choices; names of providers and kinds; for anything else whatever the shell thinks of. */
async function valuesOf(option: Option | undefined, before: readonly string[]): Promise<Candidates> {
  if (option === undefined) return { list: [], directive: NO_FILES };
  const choices = option.argChoices ?? choicesIn(option.flags);
  if (TAKES_FILES.test(option.flags.replace(/^[^<[]*/, ''))) return { list: [], directive: FILES };
  if (choices.length > 0) return { list: choices.map((value) => ({ value })), directive: NO_FILES };
  if (option.long === '--provider') return { list: PROVIDER_NAMES.map((value) => ({ value })), directive: NO_FILES };
  if (option.long === '--for') {
    const { providers } = await loadReference(providersIn(before));
    const kinds = providers.flatMap((one) => one.kinds.map(({ name, title }) => ({ value: name, about: title })));
    return { list: kinds, directive: NO_FILES };
  }
  return { list: [], directive: FILES };
}

/** `--policy <sync|upsert-only>`: the words of the table. */
function choicesIn(flags: string): readonly string[] {
  const [, words] = /[<[]([^>\]]*\|[^>\]]*)[>\]]/.exec(flags) ?? [];
  return words?.split('|') ?? [];
}

/** Suffixes, which are what people type; keys where one was begun. */
async function annotationsOf(before: readonly string[], typed: string): Promise<readonly Candidate[]> {
  const { entries } = await loadReference(providersIn(before));
  const whole = /[./]/.test(typed);
  const found = new Map<string, string>();
  for (const { key, suffix, doc } of entries) {
    const value = whole ? key : suffix;
    if (!found.has(value)) found.set(value, firstSentence(plain(doc)));
  }
  return [...found].map(([value, about]) => ({ value, about }));
}

/** Undefined: all. */
function providersIn(before: readonly string[]): readonly string[] | undefined {
  const given = before.findLast((one, at) => one.startsWith('--provider=') || before[at - 1] === '--provider');
  return given === undefined ? undefined : [given.replace('--provider=', '')];
}

function argumentsOf(argument: Argument | undefined): Candidates {
  if (argument?.argChoices) return { list: argument.argChoices.map((value) => ({ value })), directive: NO_FILES };
  const takesFiles = argument !== undefined && TAKES_FILES.test(argument.name());
  return { list: [], directive: takesFiles ? FILES : NO_FILES };
}
