// `fairlead validate`: checks the Services of manifests with no cluster and no cloud at hand. It writes no file.
import { type Command, Option } from 'commander';
import { SAMPLE_CLUSTER } from '../manifest/complete.ts';
import { LIMITS } from '../manifest/fault.ts';
import { findingsOf } from '../manifest/findings.ts';
import { readManifest } from '../manifest/read.ts';
import type { Setting } from '../preview/judge.ts';
import { loadCompilers } from '../provider/registry.ts';
import { settings } from '../settings.ts';
import { choose, type Env, type Flags, flagsOf, refuseStray, UsageError, usageText } from './choice.ts';
import { EXIT } from './exit.ts';
import { addFlags, addProviderFlags, collect } from './flags.ts';
import { hasColour } from './paint.ts';
import { SAMPLE_FIELDS, withDefaults, withSampleProvider } from './plan-defaults.ts';
import { fileName, readTextFile } from './text-file.ts';
import { filesNamed, type NamedFile } from './validate-files.ts';
import { exitCodeOf, type FailOn, type FileReport, githubOf, jsonOf, summaryOf } from './validate-report.ts';
import { renderFile, renderSummary, type TextStyle } from './validate-text.ts';

/** The controller as it would be run, once for each of its providers. */
type Settings = readonly [Setting, ...Setting[]];

export interface ValidateWish {
  /** Files, directories, and `-`. */
  readonly names: readonly string[];
  readonly failOn: FailOn;
  readonly output: 'text' | 'json' | 'github';
}

export interface ValidateOutput {
  out(text: string): void;
  err(text: string): void;
  readonly style: TextStyle;
}

/** Adds the command. Which options it has depends on the providers asked for, hence the arguments. */
export async function addValidate(program: Command, args: readonly string[], env: Env): Promise<void> {
  const command = program
    .command('validate')
    .helpOption('-h, --help', 'print this help')
    .allowExcessArguments()
    .option(
      '-f, --filename <file|dir|->',
      'a file of manifests in YAML or JSON, a directory with all its *.yaml, *.yml and *.json, or - for standard input; ' +
        'may be given several times',
      collect,
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on. Default: error.').choices([
        'error',
        'warning',
      ]),
    )
    .addOption(
      new Option(
        '-o, --output <form>',
        'the form of what is printed; github is workflow commands. Default: text.',
      ).choices(['text', 'json', 'github']),
    )
    .option('-q, --quiet', 'one line for each finding: no lines of the files, no summary')
    .addHelpText(
      'after',
      `
Examples:
  ${program.name()} validate -f service.yaml
  helm template my-release ./chart | ${program.name()} validate -f -
  kubectl get services -A -o yaml | ${program.name()} validate -f - --fail-on warning

Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 wrong arguments; 3 something could not be read.`,
    );
  const fields = { ...SAMPLE_FIELDS, claimClassless: settings.fields.claimClassless };
  addFlags(command, { ...settings, fields }, 'Options of the controller, as it is run with:');
  await addProviderFlags(command, withSampleProvider(args, env), env);
  command.action(async () => {
    const { filename: names = [], failOn = 'error', output = 'text', quiet = false } = command.opts<Partial<Given>>();
    const { stdout, stderr } = process;
    // A terminal of no size is one that nobody has measured.
    const style = { columns: stdout.columns || 120, hasColour: hasColour(stdout, env), isQuiet: quiet };
    const io: ValidateOutput = {
      out: (text) => void stdout.write(text),
      err: (text) => void stderr.write(text),
      style,
    };
    try {
      refuseStray(command);
      if (names.length === 0) throw new UsageError('say what to check with -f FILE, -f DIRECTORY or -f -');
      const checked = await settingsOf(withDefaults(flagsOf(command), env), env, (text) => io.err(`${text}\n`));
      process.exitCode = await validate(checked, { names, failOn, output }, io);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      io.err(usageText(command, error));
      process.exitCode = EXIT.usage;
    }
  });
}

interface Given {
  readonly filename: readonly string[];
  readonly failOn: FailOn;
  readonly output: ValidateWish['output'];
  readonly quiet: boolean;
}

/** The first has the Services without a class, as with `fairlead run`. */
async function settingsOf(flags: Flags, env: Env, warn: (text: string) => void): Promise<Settings> {
  const chosen = await choose(flags, env);
  for (const { message } of chosen.warnings) warn(message);
  const { clusterName: name, claimClassless } = chosen.settings;
  const cluster = { name, uid: SAMPLE_CLUSTER.uid };
  const [first, ...others] = chosen.providers.map(
    ({ provider, options }, at): Setting => ({
      ...{ compiler: provider, options, cluster },
      claimClassless: at === 0 && claimClassless,
    }),
  );
  if (!first) throw new UsageError('there is no provider to check for');
  return [first, ...others];
}

/** Answers the exit code. In the form for people, what is found in a file is shown as soon as that is checked. */
export async function validate(checked: Settings, wish: ValidateWish, io: ValidateOutput): Promise<number> {
  const reports: FileReport[] = [];
  const compilers = await loadCompilers();
  const classes = new Map(compilers.flatMap(({ name, classes: own }) => own.map((one) => [one, name] as const)));
  for (const named of filesNamed(wish.names)) {
    const report = await reportOf(checked, named, classes);
    if (wish.output === 'text') io.out(renderFile(report, io.style));
    // The text of a file is not kept.
    reports.push({ ...report, line: () => '' });
  }
  const summary = summaryOf(reports);
  if (wish.output === 'json') {
    io.out(
      `${JSON.stringify(jsonOf(reports, { providers: checked.map(({ compiler }) => compiler.name) }), undefined, 2)}\n`,
    );
  }
  if (wish.output === 'github') io.out(githubOf(reports));
  if (wish.output !== 'json' && !io.style.isQuiet) io.err(`${renderSummary(summary)}\n`);
  return exitCodeOf(summary, wish.failOn);
}

async function reportOf(
  checked: Settings,
  { path, fault }: NamedFile,
  classes: ReadonlyMap<string, string>,
): Promise<FileReport> {
  const file = fileName(path);
  const nothing = { file, findings: [], stances: [], documents: 0, line: () => '' };
  if (fault !== undefined) return { ...nothing, fault };
  let text: string;
  try {
    text = await readTextFile(path, LIMITS.streamLength);
  } catch (error) {
    return { ...nothing, fault: error instanceof Error ? error.message : String(error) };
  }
  const manifest = readManifest(text);
  const { findings, stances } = findingsOf(checked, manifest, { classes });
  return { file, findings, stances, documents: manifest.documents, line: manifest.line };
}
