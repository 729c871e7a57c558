// `fairlead facts`: what the cloud has to tell before Services can be planned, as a file for `fairlead plan --facts`. It reads
// the cluster and the cloud, and writes to neither.
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { claimOf } from '../controller/claim.ts';
import type { KubeApi } from '../kube/api.ts';
import { printable } from '../kube/printable.ts';
import type { Service } from '../kube/types.ts';
import { completeService } from '../manifest/complete.ts';
import { LIMITS } from '../manifest/fault.ts';
import { readManifest } from '../manifest/read.ts';
import { type FactsDocument, factsDocument } from '../preview/facts-document.ts';
import { FIRST_PROVIDER } from '../provider/registry.ts';
import { settings } from '../settings.ts';
import { type Chosen, choose, connectTo, type Env, flagsOf, refuseStray, UsageError, usageText } from './choice.ts';
import { viewCluster } from './cluster-view.ts';
import { EXIT } from './exit.ts';
import { addFlags, addProviderFlags, collect } from './flags.ts';
import { fileName, readTextFile } from './text-file.ts';

const { providers, clusterName, kubeconfig, context, claimClassless, nodeUnreadyAfterMs } = settings.fields;

interface Given {
  readonly filename?: readonly string[];
  readonly out?: string;
  readonly quiet?: boolean;
}

/** Adds the command. Which options it has depends on the providers asked for, hence the arguments. */
export async function addFacts(program: Command, args: readonly string[], env: Env): Promise<void> {
  const command = program
    .command('facts')
    .helpOption('-h, --help', 'print this help')
    .allowExcessArguments()
    .option('-f, --filename <file>', 'look up what the Services in this file name, too; - for standard input', collect)
    .option('--out <file>', 'write to this file. Default: standard output.')
    .option('-q, --quiet', 'no hints')
    .addHelpText(
      'after',
      `
Examples:
  ${program.name()} facts --provider ${FIRST_PROVIDER} --cluster-name prod -f service.yaml --out facts.json
  ${program.name()} plan -f service.yaml --facts facts.json

Exit codes: 0 done; 1 the cluster or the cloud could not be read; 2 wrong arguments.`,
    );
  const shared = { providers, clusterName, kubeconfig, context, claimClassless, nodeUnreadyAfterMs };
  addFlags(command, { ...settings, fields: shared }, 'Options of the controller, as it is run with:');
  await addProviderFlags(command, args, env);
  command.action(async () => {
    const { filename = [], out, quiet = false } = command.opts<Given>();
    const stop = new AbortController();
    const abort = () => stop.abort(new Error('interrupted'));
    process.once('SIGINT', abort).once('SIGTERM', abort);
    const say = (line: string) => void (quiet || process.stderr.write(`${line}\n`));
    try {
      refuseStray(command);
      const chosen = await choose(flagsOf(command), env);
      for (const { message } of chosen.warnings) say(message);
      if (chosen.providers.length > 1) {
        throw new UsageError('--provider: facts are of one provider at a time');
      }
      const services = await servicesIn(filename, (line) => void process.stderr.write(`${line}\n`));
      const api = await connectTo(chosen.settings);
      const facts = await gatherFacts(chosen, api, services, stop.signal).finally(() => api.close());
      const text = `${JSON.stringify(facts, undefined, 2)}\n`;
      if (out === undefined) process.stdout.write(text);
      else await writeFile(out, text);
      say(
        `These are the facts of cluster ${facts.cluster.name}; fairlead plan -f FILE --facts ${out ?? 'FILE'} uses them.`,
      );
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      process.stderr.write(usageText(command, error));
      process.exitCode = EXIT.usage;
    }
  });
}

/** `warn` is told of what could not be read. */
async function servicesIn(files: readonly string[], warn: (line: string) => void): Promise<readonly Service[]> {
  const all: Service[] = [];
  for (const file of files) {
    const text = await readTextFile(file, LIMITS.streamLength).catch((error: Error) => {
      throw new UsageError(`-f: ${fileName(file)} ${error.message}`);
    });
    const { services, problems } = readManifest(text);
    for (const { unreadable, at, message } of problems) {
      if (unreadable) warn(`${printable(fileName(file), 4096)}:${at.line}:${at.column}: warning: ${message}`);
    }
    all.push(...services.map(({ service }) => completeService(service)));
  }
  return all;
}

/**
 * Of the Services of the cluster that are the first provider's, and of these others. Rejects if the cluster or the cloud could
 * not be looked at as a whole.
 */
export async function gatherFacts(
  chosen: Chosen,
  api: KubeApi,
  others: readonly Service[],
  signal: AbortSignal,
): Promise<FactsDocument> {
  const view = await viewCluster(chosen, api, { mayWrite: false, onStep: () => {}, signal });
  const [runtime] = view.runtimes;
  if (!runtime) throw new UsageError('there is no provider to gather facts of');
  const { name } = runtime.provider;
  const ours = [...view.services, ...others].filter((service) => {
    const claim = claimOf(service, view.rules);
    return claim.stance === 'ensure' && claim.provider === name;
  });
  const readings = ours.map((service) => runtime.read(service, view.nodes)).filter(({ elsewhere }) => !elsewhere);
  const facts = await runtime.gather(readings, { signal, lane: 'change' });
  return factsDocument(name, view.cluster, { nodes: view.nodes, facts });
}
