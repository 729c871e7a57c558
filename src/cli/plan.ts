// `fairlead plan`: what Services would create, from files with nothing at hand, or what the controller would change for those
// in a cluster now. It writes nothing, anywhere.
import { type Command, CommanderError, Option } from 'commander';
import { outlineOf } from '../engine/outline.ts';
import type { RenderOptions } from '../engine/render.ts';
import { SAMPLE_CLUSTER } from '../manifest/complete.ts';
import { FIRST_PROVIDER } from '../provider/registry.ts';
import { settings } from '../settings.ts';
import { choose, connectTo, type Env, flagsOf, UsageError, usageText } from './choice.ts';
import { EXIT } from './exit.ts';
import { addFlags, addProviderFlags, collect } from './flags.ts';
import { paintFor } from './paint.ts';
import { withDefaults } from './plan-defaults.ts';
import { type PlanHead, type Planned, planListOf } from './plan-form.ts';
import { planText } from './plan-text.ts';
import { type Given, type PlanWish, wishOf } from './plan-wish.ts';

export interface PlanTerminal {
  out(text: string): void;
  err(text: string): void;
  /** The exit code, once it is known. */
  exit(code: number): void;
  readonly paint: RenderOptions['paint'];
  readonly signal: AbortSignal;
}

/** With --detailed-exitcode. */
const EXIT_CHANGES = 2;
const { providers, clusterName, kubeconfig, context, claimClassless, nodeUnreadyAfterMs } = settings.fields;

const help = (program: string) => `
Examples:
  ${program} plan -f service.yaml                    what it would create; the cloud is made up
  ${program} facts --provider ${FIRST_PROVIDER} --cluster-name prod -f service.yaml --out facts.json
  ${program} plan -f service.yaml --facts facts.json the same with what your cloud has
  ${program} plan shop/web --provider ${FIRST_PROVIDER} --cluster-name prod
                                                   what would change for a Service in the cluster

Exit codes: 0 done; 1 a Service has errors, or something failed; 2 wrong arguments.
With --detailed-exitcode: 0 no changes; 1 errors, failures and wrong arguments; 2 there are changes.`;

/** Adds the command. Which options it has depends on the providers asked for, hence the arguments. */
export async function addPlan(
  program: Command,
  args: readonly string[],
  env: Env,
  openTerminal: (env: Env) => PlanTerminal = ownTerminal,
): Promise<void> {
  const command = program
    .command('plan')
    .argument('[NAMESPACE/NAME...]', 'Services in the cluster')
    .helpOption('-h, --help', 'print this help')
    .option('-f, --filename <file>', 'Services in this file instead, or - for standard input; may be repeated', collect)
    .option(
      '--facts <file>',
      'with -f: what the cloud has, as fairlead facts wrote it. Default: a cloud that is made up.',
    )
    .option('-n, --namespace <namespace>', 'the Services of this namespace')
    .option('-A, --all-namespaces', 'all Services of the cluster')
    .addOption(
      new Option('-o, --output <form>', 'the form of what is printed. Default: text.').choices(['text', 'json']),
    )
    .option('--show-iam', 'list the permissions that the plan needs')
    .option('--detailed-exitcode', 'exit with 2 where there are changes')
    .option('-q, --quiet', 'no hints and no progress')
    .addHelpText('after', help(program.name()));
  const forFiles = {
    providers: { ...providers, required: false, defaultText: `${FIRST_PROVIDER} with -f, else it is required` },
    clusterName: {
      ...clusterName,
      required: false,
      defaultText: `${SAMPLE_CLUSTER.name} with -f, else it is required`,
    },
  };
  const shared = { ...forFiles, kubeconfig, context, claimClassless, nodeUnreadyAfterMs };
  addFlags(command, { ...settings, fields: shared }, 'Options of the controller, as it is run with:');
  await addProviderFlags(command, args, env);
  const isDetailed = args.includes('--detailed-exitcode');
  if (isDetailed) command.exitOverride(asFailure);
  command.action(async (names: readonly string[]) => {
    const terminal = openTerminal(env);
    try {
      terminal.exit(await plan(wishOf(names, command.opts<Given>()), flagsOf(command), env, terminal));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      terminal.err(usageText(command, error));
      terminal.exit(isDetailed ? EXIT.failed : EXIT.usage);
    }
  });
}

function ownTerminal(env: Env): PlanTerminal {
  const stop = new AbortController();
  const abort = () => stop.abort(new Error('interrupted'));
  process.once('SIGINT', abort).once('SIGTERM', abort);
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    exit: (code) => {
      process.exitCode = code;
    },
    paint: paintFor(process.stdout, env),
    signal: stop.signal,
  };
}

/** 2 says that there are changes, so what is wrong with the arguments ends as any failure does. */
function asFailure(error: CommanderError): never {
  const { exitCode, code, message } = error;
  throw new CommanderError(exitCode === 0 ? EXIT.ok : EXIT.failed, code, message);
}

type Flags = ReturnType<typeof flagsOf>;

async function plan(wish: PlanWish, flags: Flags, env: Env, io: PlanTerminal): Promise<number> {
  if (wish.files.length > 0) {
    const { planFiles } = await import('./plan-files.ts');
    const chosen = await choose(withDefaults(flags, env), env);
    if (!wish.quiet) for (const { message } of chosen.warnings) io.err(`${message}\n`);
    const found = await planFiles(chosen, wish, 'cluster-name' in flags && flags['cluster-name'] !== undefined);
    for (const fault of found.faults) io.err(`${fault}\n`);
    if (found.hint !== undefined && !wish.quiet) io.err(`${found.hint}\n`);
    return report(found.head, found.planned, chosen, wish, io, found.faults.length > 0);
  }
  const chosen = await choose(flags, env);
  if (!wish.quiet) for (const { message } of chosen.warnings) io.err(`${message}\n`);
  const api = await connectTo(chosen.settings);
  const { planCluster } = await import('./plan-cluster.ts');
  const found = await planCluster(chosen, api, wish, io).finally(() => api.close());
  return report(found.head, found.planned, chosen, wish, io, found.isBroken);
}

interface Permitting {
  readonly providers: readonly {
    readonly provider: {
      readonly name: string;
      readonly phrase?: RenderOptions['phrase'];
      permissions?(calls: readonly string[]): readonly string[];
    };
  }[];
}

/** Prints all, and answers the exit code. */
export function report(
  head: PlanHead,
  planned: readonly Planned[],
  chosen: Permitting,
  wish: Pick<PlanWish, 'output' | 'showIam' | 'detailedExitcode'>,
  io: Pick<PlanTerminal, 'out' | 'err' | 'paint'>,
  isBroken: boolean,
): number {
  const providerOf = (name: string) => chosen.providers.find(({ provider }) => provider.name === name)?.provider;
  const all = wish.showIam ? planned.map((one) => withPermissions(one, providerOf(one.provider))) : planned;
  if (wish.output === 'json') io.out(`${JSON.stringify(planListOf(head, all), undefined, 2)}\n`);
  else if (all.length > 0) io.out(planText(all, { phraseOf: (name) => providerOf(name)?.phrase, paint: io.paint }));
  if (wish.showIam) {
    const silent = new Set(
      all.filter(({ plan: one, permissions }) => one && !permissions).map(({ provider }) => provider),
    );
    for (const name of silent) io.err(`Provider ${name} has no permissions to list.\n`);
  }
  const isFailed = isBroken || all.some(isAtFault);
  if (isFailed) return EXIT.failed;
  const hasChanges = all.some(({ plan: one }) => one && outlineOf(one).items.length > 0);
  return wish.detailedExitcode && hasChanges ? EXIT_CHANGES : EXIT.ok;
}

function withPermissions(one: Planned, provider: Permitting['providers'][number]['provider'] | undefined): Planned {
  if (!one.plan || !provider?.permissions) return one;
  const calls = one.plan.steps.flatMap((step) => (step.blocked ? [] : (step.calls ?? [])));
  return { ...one, permissions: provider.permissions(calls) };
}

/** What is ours and has no plan, or one that nothing of can be done: a name that is taken stops all. */
function isAtFault({ stance, plan: one, problems, error }: Planned): boolean {
  if (error !== undefined || problems.some(({ severity }) => severity === 'error')) return true;
  if (stance === 'ours' && !one) return true;
  return one?.steps.some(({ blocked }) => blocked && blocked.code !== 'replacement-blocked') ?? false;
}
