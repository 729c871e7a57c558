// `fairlead drain`: shows what Fairlead holds in a cluster, and lets go of it where asked to: with the load balancers left as
// they are, or removed. For a person who uninstalls, or hands Services over.
import { type Command, Option } from 'commander';
import type { KubeApi } from '../kube/api.ts';
import { FIRST_PROVIDER } from '../provider/registry.ts';
import { count } from '../provider/wording.ts';
import { settings } from '../settings.ts';
import { type Chosen, choose, connectTo, type Env, flagsOf, UsageError, usageText } from './choice.ts';
import { viewCluster } from './cluster-view.ts';
import { type FoundLease, findLeases, type Holding, holdLeases, howToStop, LeaseTaken } from './drain-lease.ts';
import { type DrainList, type DrainRow, refusalOf, renderRows, rowOf } from './drain-report.ts';
import { checkWish, type DrainWish, type Given, wishOf } from './drain-wish.ts';
import {
  type Held,
  type HeldServices,
  heldIn,
  letGo,
  renderTask,
  type Task,
  takenAgain,
  toldByOthers,
} from './drain-work.ts';
import { EXIT } from './exit.ts';
import { addFlags, addProviderFlags } from './flags.ts';
import { findAll } from './orphan-report.ts';
import { ownTerminal, type Terminal } from './terminal.ts';

const { providers, clusterName, kubeconfig, context, claimClassless, nodeUnreadyAfterMs, policy } = settings.fields;
const { watchNamespace, leaderElect, leaderElectionNamespace, leaderElectionId } = settings.fields;

const help = (program: string) => `
Examples:
  ${program} drain --provider ${FIRST_PROVIDER} --cluster-name prod                 what is held, and what either would do
  ${program} drain --release -A --provider ${FIRST_PROVIDER} --cluster-name prod    another controller takes over
  ${program} drain --delete shop/web --provider ${FIRST_PROVIDER} --cluster-name prod

Exit codes: 0 done; 1 something is left, or failed; 2 wrong arguments.`;

/** Adds the command. Which options it has depends on the providers asked for, hence the arguments. */
export async function addDrain(program: Command, args: readonly string[], env: Env): Promise<void> {
  const command = program
    .command('drain')
    .argument('[NAMESPACE/NAME...]', 'only these Services')
    .helpOption('-h, --help', 'print this help')
    .option('--release', 'let go of them: finalizer and conditions go, load balancers stay as they are')
    .option('--delete', 'remove their load balancers; the Services stay')
    .option('-n, --namespace <namespace>', 'the Services of this namespace')
    .option('-A, --all-namespaces', 'all Services that are held')
    .option('--yes', 'do not ask before doing it')
    .addOption(
      new Option('-o, --output <form>', 'the form of what is printed. Default: text.').choices(['text', 'json']),
    )
    .addHelpText('after', help(program.name()));
  const cluster = { providers, clusterName, kubeconfig, context, claimClassless, nodeUnreadyAfterMs, policy };
  const election = { leaderElect, leaderElectionId };
  const anywhere = { ...leaderElectionNamespace, defaultText: 'wherever a controller has made one' };
  const shared = { ...cluster, watchNamespace, ...election, leaderElectionNamespace: anywhere };
  addFlags(command, { ...settings, fields: shared }, 'Options of the controller, as it is run with:');
  await addProviderFlags(command, args, env);
  command.action(async (names: readonly string[]) => {
    const terminal = ownTerminal();
    try {
      const wish = wishOf(names, command.opts<Given>());
      const chosen = await choose(flagsOf(command), env);
      checkWish(wish, chosen.settings, terminal.ask !== undefined);
      for (const { message } of chosen.warnings) terminal.err(`${message}\n`);
      const api = await connectTo(chosen.settings);
      process.exitCode = await drain(chosen, api, wish, terminal).finally(() => api.close());
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      terminal.err(usageText(command, error));
      process.exitCode = EXIT.usage;
    }
  });
}

/** Answers the exit code. Rejects if the cluster or a cloud could not be looked at as a whole. */
export async function drain(chosen: Chosen, api: KubeApi, wish: DrainWish, io: Terminal): Promise<number> {
  const say = (line: string) => (wish.output === 'json' ? io.err(`${line}\n`) : io.out(`${line}\n`));
  const leases = await findLeases(api, chosen.settings, io.signal);
  const run = { chosen, api, wish, io, say, leases };
  if (wish.mode === 'show') return show(run);
  let holding: Holding;
  try {
    holding = await holdLeases(api, leases, { say, signal: io.signal });
  } catch (error) {
    if (!(error instanceof LeaseTaken)) throw error;
    const { lease } = error;
    io.err(`${error.message}: a controller is at work, and would take up again what is let go. ${howToStop(lease)}\n`);
    return EXIT.failed;
  }
  const signal = AbortSignal.any([io.signal, holding.lost]);
  try {
    return await work(run, holding, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    const why = (signal.reason as Error).message;
    io.err(`Stopped: ${why}. What was begun can be finished by running this again.\n`);
    return EXIT.failed;
  } finally {
    await holding.giveBack();
  }
}

interface Run {
  readonly chosen: Chosen;
  readonly api: KubeApi;
  readonly wish: DrainWish;
  readonly io: Terminal;
  readonly say: (line: string) => void;
  readonly leases: readonly FoundLease[];
}

async function show(run: Run): Promise<number> {
  const { chosen, api, wish, io, say, leases } = run;
  const view = await viewCluster(chosen, api, { mayWrite: false, onStep: () => {}, signal: io.signal });
  const found = heldIn(view, await toldByOthers(api, io), wish, chosen.settings.watchNamespace);
  const { asked, missing, notOurs } = found;
  const rows = asked.map((hold) => rowOf(hold, view.nodes));
  const orphans = findAll(view).length;
  if (wish.output === 'json') {
    print(run, rows, notOurs, orphans);
  } else {
    say(rows.length === 0 ? 'Nothing is held.' : `${renderRows(rows).trimEnd()}\n\n${summary(asked, rows)}`);
    for (const { namespace, name, holder } of leases) {
      if (holder) say(`${holder} holds the Lease ${namespace}/${name}. ${howToStop({ namespace, name })}`);
    }
    sayBesides(say, notOurs, orphans);
  }
  sayUnheld(found, io);
  return missing.length > 0 ? EXIT.failed : EXIT.ok;
}

/** What either would do, in numbers. */
function summary(asked: readonly Held[], rows: readonly DrainRow[]): string {
  const objects = (some: readonly DrainRow[]) => count(some.flatMap((one) => one.objects).length, 'object');
  const going = rows.filter(({ deleting }) => deleting);
  const deletable = rows.filter((_, at) => refusalOf(asked[at] as Held, 'delete') === undefined);
  const stuck = rows.filter(({ obstacles, objects: { length } }) => length > 0 && obstacles && obstacles.length > 0);
  return [
    `${count(rows.length, 'Service')} held, with ${objects(rows)} in the cloud; ${going.length} being deleted.`,
    `--release would let go of ${rows.length} and leave ${objects(rows)}` +
      `${stuck.length > 0 ? `, of which the official controller could not take over those of ${stuck.length}` : ''}.`,
    `--delete would remove ${objects(deletable)} of ${deletable.length}` +
      `${deletable.length < rows.length ? `, and refuse ${rows.length - deletable.length} unless named` : ''}.`,
  ].join('\n');
}

async function work(run: Run, holding: Holding, signal: AbortSignal): Promise<number> {
  const { chosen, api, wish, io, say } = run;
  const removes = wish.mode === 'delete';
  const view = await viewCluster(chosen, api, {
    mayWrite: removes,
    mayWriteForMs: () => holding.validForMs(),
    onStep: (_, { action, kind, id }) => say(`${action === 'delete' ? 'deleted' : 'changed'} ${kind}/${id}`),
    signal,
  });
  const found = heldIn(view, await toldByOthers(api, io), wish, chosen.settings.watchNamespace);
  const tasks = found.asked.map((hold): Task => {
    const refusal = hold.isNamed ? undefined : refusalOf(hold, wish.mode);
    return { hold, row: rowOf(hold, view.nodes), ...(refusal !== undefined && { refusal }) };
  });
  const open = tasks.filter(({ refusal }) => refusal === undefined);
  sayUnheld(found, io);
  const orphans = findAll(view).length;
  if (open.length > 0 && !(await mayGo(run, tasks, open))) {
    say('Nothing was done.');
    return EXIT.failed;
  }
  const left = await letGo(open, { api, view, removes, holding, say, signal });
  const again = await takenAgain(api, open, signal);
  const rows = tasks.map(({ hold, row, refusal }): DrainRow => {
    const { uid } = hold.service.metadata;
    const why = refusal ?? left.get(uid) ?? again.get(uid);
    return why === undefined ? { ...row, outcome: removes ? 'deleted' : 'released' } : { ...row, outcome: 'left', why };
  });
  const stays = rows.filter(({ outcome }) => outcome === 'left');
  const done = count(rows.length - stays.length, 'Service');
  say(removes ? `Removed the load balancers of ${done}.` : `Let go of ${done}.`);
  for (const { namespace, name, why } of stays) say(`Left: ${namespace}/${name}: ${why}.`);
  if (wish.output === 'json') print(run, rows, found.notOurs, orphans);
  else sayBesides(say, found.notOurs, orphans);
  return stays.length > 0 || found.missing.length > 0 ? EXIT.failed : EXIT.ok;
}

/** Shows what would be done, and asks. */
async function mayGo({ wish, io, say, chosen }: Run, tasks: readonly Task[], open: readonly Task[]): Promise<boolean> {
  for (const task of tasks) say(`${renderTask(task, wish.mode)}\n`);
  const name = chosen.settings.clusterName;
  if (wish.mode === 'release') {
    say('From then on nothing removes these load balancers when their Services are deleted, and their targets do not');
    say('follow the nodes, until another controller takes them over.');
  }
  if (wish.yes) return true;
  const services = count(open.length, 'Service');
  if (wish.mode === 'release') return (await io.ask?.(`Let go of ${services}? Type "yes": `))?.trim() === 'yes';
  const question = `Delete what ${services} of the cluster ${name} have in the cloud? Type the cluster's name: `;
  return (await io.ask?.(question))?.trim() === name;
}

function sayUnheld({ free, missing }: HeldServices, { err }: Terminal): void {
  for (const name of free) err(`nothing is held of ${name}\n`);
  for (const name of missing) err(`there is no Service ${name}\n`);
}

function sayBesides(say: (line: string) => void, notOurs: number, orphans: number): void {
  if (notOurs > 0) {
    say(
      `Besides, ${count(notOurs, 'Service')} with the finalizer or the marks that all service controllers share, and nothing of ` +
        "Fairlead's: another controller's. They are let go of only if named.",
    );
  }
  if (orphans > 0)
    say(`Besides, ${count(orphans, 'object')} in the cloud with our mark and no Service: see fairlead orphans.`);
}

function print(
  { chosen, wish, io, leases }: Run,
  services: readonly DrainRow[],
  notOurs: number,
  orphans: number,
): void {
  const cluster = chosen.settings.clusterName;
  const list: DrainList = {
    apiVersion: 'drain.fairlead.dev/v1',
    kind: 'Drain',
    ...{ cluster, mode: wish.mode, leases, services, notOurs, orphans },
  };
  io.out(`${JSON.stringify(list, undefined, 2)}\n`);
}
