// `fairlead orphans`: shows what is in the cloud with our mark and without a Service, and deletes it where asked to.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { renderPlan } from '../engine/render.ts';
import type { KubeApi } from '../kube/api.ts';
import { settings } from '../settings.ts';
import { type Chosen, choose, connectTo, type Env, flagsOf, UsageError, usageText } from './choice.ts';
import { viewCluster } from './cluster-view.ts';
import { EXIT } from './exit.ts';
import { addFlags, addProviderFlags } from './flags.ts';
import { type Left, nameOf, type Removal, removalsOf, removeAll } from './orphan-cleanup.ts';
import { findAll, renderRows, rowOf } from './orphan-report.ts';
import { ownTerminal, type Terminal } from './terminal.ts';

/** What was asked for besides the options of the controller. */
export interface OrphanWish {
  /** `KIND/ID` as the table shows them; none: all. */
  readonly names: readonly string[];
  readonly remove: boolean;
  readonly yes: boolean;
  /** The things of at most so many owners go in one run. */
  readonly max: number;
  readonly output: 'table' | 'json';
}

const MAX = 20;
const { providers, clusterName, kubeconfig, context, claimClassless, nodeUnreadyAfterMs, policy } = settings.fields;

/** Adds the command. Which options it has depends on the providers asked for, hence the arguments. */
export async function addOrphans(program: Command, args: readonly string[], env: Env): Promise<void> {
  const command = program
    .command('orphans')
    .argument('[KIND/ID...]', 'only these, as the first two columns name them')
    .helpOption('-h, --help', 'print this help')
    .option(
      '--delete',
      'delete them: those whose mark has the UIDs of a Service and of this cluster, and those that are named',
    )
    .option('--yes', 'do not ask before deleting')
    .option('--max <number>', `delete what at most so many Services left in one run. Default: ${MAX}.`, positive)
    .addOption(
      new Option('-o, --output <form>', 'the form of what is printed. Default: table.').choices(['table', 'json']),
    );
  const shared = { providers, clusterName, kubeconfig, context, claimClassless, nodeUnreadyAfterMs, policy };
  addFlags(command, { ...settings, fields: shared }, 'Options of the controller, as it is run with:');
  await addProviderFlags(command, args, env);
  command.action(async (names: readonly string[]) => {
    const { delete: remove = false, yes = false, max = MAX, output = 'table' } = command.opts<Partial<Given>>();
    const terminal = ownTerminal();
    try {
      const chosen = await choose(flagsOf(command), env);
      checkWish(chosen, { remove, yes, output }, terminal);
      for (const { message } of chosen.warnings) terminal.err(`${message}\n`);
      const api = await connectTo(chosen.settings);
      const wish = { names, remove, yes, max, output };
      process.exitCode = await orphans(chosen, api, wish, terminal).finally(() => api.close());
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      terminal.err(usageText(command, error));
      process.exitCode = EXIT.usage;
    }
  });
}

interface Given {
  readonly delete: boolean;
  readonly yes: boolean;
  readonly max: number;
  readonly output: 'table' | 'json';
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number from 1.');
  return number;
}

function checkWish(
  { settings: wanted }: Chosen,
  wish: Pick<OrphanWish, 'remove' | 'yes' | 'output'>,
  io: Terminal,
): void {
  if (wanted.watchNamespace !== undefined) {
    throw new UsageError('--watch-namespace hides the Services of other namespaces; orphans are known by all of them');
  }
  if (wish.remove && wanted.policy !== 'sync') throw new UsageError(`the policy ${wanted.policy} forbids deletes`);
  if (wish.remove && !wish.yes && (io.ask === undefined || wish.output === 'json')) {
    throw new UsageError('--delete needs --yes where nobody can be asked');
  }
}

/** Answers the exit code. Rejects if the cluster or a cloud could not be looked at as a whole. */
export async function orphans(chosen: Chosen, api: KubeApi, wish: OrphanWish, io: Terminal): Promise<number> {
  const { names, remove, output } = wish;
  const say = (line: string) => (output === 'json' ? io.err(`${line}\n`) : io.out(`${line}\n`));
  const view = await viewCluster(chosen, api, {
    mayWrite: remove,
    onStep: (_, { action, kind, id }) => say(`${action === 'delete' ? 'deleted' : 'changed'} ${kind}/${id}`),
    signal: io.signal,
  });
  const all = findAll(view);
  const found = names.length === 0 ? all : all.filter(({ key }) => names.includes(key));
  const unknown = names.filter((name) => !all.some(({ key }) => key === name));
  const rows = found.map((one) => rowOf(one, view.liveness));
  if (output === 'table') io.out(renderRows(rows, Date.now()));
  for (const name of unknown) io.err(`there is no orphan ${name}\n`);
  const removals = remove && unknown.length === 0 ? removalsOf(found, names, view.liveness.cluster) : [];
  const now = removals.slice(0, wish.max);
  let left: readonly Left[] = [];
  if (now.length > 0 && (await mayGo(now, wish, io, say))) {
    left = await removeAll(now, { api, liveness: view.liveness, say, signal: io.signal });
    const gone = now.length - left.length;
    say(`Removed all that ${gone} of ${now.length} Services had left.`);
    for (const { removal, why } of left) say(`Left of ${nameOf(removal.owner)}: ${removal.keys.join(', ')}: ${why}`);
  } else if (now.length > 0) {
    say('Nothing was deleted.');
    return EXIT.failed;
  }
  const later = removals.slice(wish.max);
  if (later.length > 0) say(`What ${later.length} more Services left is still there: run this again, or raise --max.`);
  if (output === 'json') io.out(`${JSON.stringify(inJson(rows, remove, now, later, left), undefined, 2)}\n`);
  return left.length > 0 || unknown.length > 0 ? EXIT.failed : EXIT.ok;
}

/** Shows what would go, and asks. */
async function mayGo(
  removals: readonly Removal[],
  { yes }: OrphanWish,
  io: Terminal,
  say: (line: string) => void,
): Promise<boolean> {
  for (const { runtime, owner } of removals) {
    say(`\nWhat ${nameOf(owner)} left in ${runtime.provider.name}:`);
    say(renderPlan(runtime.engine.plan(owner, undefined)).trimEnd());
  }
  say('');
  if (yes) return true;
  return (await io.ask?.('Delete all of this? Type "yes": '))?.trim() === 'yes';
}

function inJson(
  rows: readonly object[],
  remove: boolean,
  now: readonly Removal[],
  later: readonly Removal[],
  left: readonly Left[],
): object {
  if (!remove) return { orphans: rows };
  const stays = new Set(left.map(({ removal }) => removal));
  return {
    orphans: rows,
    deleted: now.filter((one) => !stays.has(one)).flatMap(({ keys }) => keys),
    left: [
      ...left.flatMap(({ removal, why }) => removal.keys.map((key) => ({ key, why }))),
      ...later.flatMap(({ keys }) => keys.map((key) => ({ key, why: 'more than --max' }))),
    ],
  };
}
