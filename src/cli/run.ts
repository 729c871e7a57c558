// `fairlead run`: the controller. Reads the options, connects, serves health and metrics, works until told to stop.

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import type { Controller } from '../controller/controller.ts';
import type { AnyProvider } from '../provider/provider.ts';
import { loadProvider, PROVIDER_NAMES } from '../provider/registry.ts';
import { type Problem, parseOptions, suggest, unknownOptions } from '../schema/index.ts';
import { type Settings, settings } from '../settings.ts';
import { version } from '../version.ts';
import { EXIT } from './exit.ts';
import { addFlags } from './flags.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A mistake in the arguments: the user has to change them. */
export class UsageError extends Error {}

const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';
/** A follower or leader that has heard nothing of the API server for this long is of no use to anybody. */
const DEAF_MS = 10 * 60_000;

/** Adds the command. Which options it has depends on the providers asked for, hence the arguments. */
export async function addRun(program: Command, args: readonly string[], env: Env): Promise<void> {
  const command = program
    .command('run')
    .description('run the controller until it is told to stop')
    .helpOption('-h, --help', 'print this help')
    .allowExcessArguments(false);
  addFlags(command, settings, 'Options of the controller:');
  const names = providersAsked(args, env);
  const providers: AnyProvider[] = [];
  for (const name of names.length > 0 ? names : PROVIDER_NAMES) {
    const provider = await loadProvider(name);
    if (provider) providers.push(provider);
  }
  for (const provider of providers) addFlags(command, provider.options, `Options of --provider ${provider.name}:`);
  command.action(async () => {
    process.exitCode = await run(flagsOf(command), env);
  });
}

/** `--provider a --provider=b,c`, or the environment variable, before anything else is known. */
function providersAsked(args: readonly string[], env: Env): readonly string[] {
  const given = args.flatMap((arg, at) => {
    if (arg.startsWith('--provider=')) return [arg.slice('--provider='.length)];
    return arg === '--provider' && args[at + 1] !== undefined ? [args[at + 1] ?? ''] : [];
  });
  const text = given.length > 0 ? given.join(',') : (env.FAIRLEAD_PROVIDER ?? '');
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function flagsOf(command: Command): Readonly<Record<string, string | boolean | readonly string[] | undefined>> {
  const values = command.opts() as Record<string, string | boolean | readonly string[] | undefined>;
  return Object.fromEntries(
    command.options.map((option) => [option.long?.slice(2) ?? '', values[option.attributeName()]]),
  );
}

interface Chosen {
  readonly settings: Settings;
  readonly providers: readonly { readonly provider: AnyProvider; readonly options: object }[];
  readonly warnings: readonly Problem[];
}

/** All that was asked for, or a UsageError with every mistake at once. */
async function choose(flags: Parameters<typeof parseOptions>[1]['flags'], env: Env): Promise<Chosen> {
  const reading = parseOptions(settings, { flags, env });
  const problems = [...reading.problems];
  const mistakes: string[] = [];
  const providers: { provider: AnyProvider; options: object }[] = [];
  for (const name of reading.values.providers ?? []) {
    const provider = await loadProvider(name);
    if (!provider) {
      const near = suggest(name, PROVIDER_NAMES);
      const known = PROVIDER_NAMES.join(', ');
      mistakes.push(`there is no provider "${name}"${near ? ` (did you mean "${near}"?)` : ''}; there are: ${known}`);
      continue;
    }
    const options = parseOptions(provider.options, { flags, env });
    problems.push(...options.problems);
    providers.push({ provider, options: options.values });
  }
  const schemas = [settings, ...providers.map(({ provider }) => provider.options)];
  const others = Object.fromEntries(Object.entries(flags).filter(([name]) => schemas.some((one) => has(one, name))));
  problems.push(...unknownOptions(schemas, { flags: others, env }));
  mistakes.push(...problems.filter((one) => one.severity === 'error').map((one) => one.message));
  if (mistakes.length > 0 || !reading.valid) throw new UsageError(mistakes.join('\n'));
  return { settings: reading.values, providers, warnings: problems.filter((one) => one.severity === 'warning') };
}

function has(schema: { readonly fields: object }, flag: string): boolean {
  return Object.values(schema.fields as Record<string, { key: string }>).some((field) => field.key === flag);
}

async function run(flags: Parameters<typeof parseOptions>[1]['flags'], env: Env): Promise<number> {
  let chosen: Chosen;
  try {
    chosen = await choose(flags, env);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n(see fairlead run --help)\n`);
    return EXIT.usage;
  }
  // Loaded only now, so that help and mistakes are answered at once.
  const [{ createLog }, { createMetrics }, { serveHealth }, { connect }, { EventRecorder }, { Controller }] =
    await Promise.all([
      import('../log.ts'),
      import('../metrics.ts'),
      import('../http.ts'),
      import('../kube/config.ts'),
      import('../kube/events.ts'),
      import('../controller/controller.ts'),
    ]);
  const { settings: wanted } = chosen;
  const log = await createLog(wanted.logLevel, wanted.logFormat);
  for (const warning of chosen.warnings) log.warn({ key: warning.key }, warning.message);
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      log.info({ signal: name }, 'stopping');
      stop.abort();
    });
  }
  // Whatever escapes leaves the process in a state that nobody has thought of: say so, stop in order, start afresh.
  let broken: string | undefined;
  process.on('unhandledRejection', (error) => {
    log.error({ err: error }, 'unhandled rejection: stopping');
    broken = 'an unhandled rejection';
    stop.abort();
  });

  const identity = `${hostname()}_${randomUUID()}`;
  const metrics = createMetrics(version());
  const api = await connect({
    ...(wanted.kubeconfig !== undefined && { kubeconfig: wanted.kubeconfig }),
    ...(wanted.context !== undefined && { context: wanted.context }),
  });
  const events = new EventRecorder({ api, component: 'fairlead', instance: identity, log });
  const namespace = wanted.leaderElectionNamespace ?? (await ownNamespace());
  const controller = new Controller({
    api,
    log,
    events,
    clusterName: wanted.clusterName,
    providers: chosen.providers,
    claimClassless: wanted.claimClassless,
    namespace: wanted.watchNamespace ?? '',
    election: wanted.leaderElect ? { namespace, name: wanted.leaderElectionId, identity } : undefined,
    workers: wanted.workers,
    policy: wanted.policy,
    driftIntervalMs: wanted.driftIntervalMs,
    nodeUnreadyAfterMs: wanted.nodeUnreadyAfterMs,
    replacementDrainMs: wanted.replacementDrainMs,
    orphans: wanted.orphans,
    shutdownMs: wanted.shutdownTimeoutMs,
    hooks: metrics.hooks,
  });
  metrics.watch(probesOf(controller));
  const { host, port } = wanted.metricsAddress;
  const health = await serveHealth({
    host,
    port,
    registry: metrics.registry,
    unhealthy: () =>
      broken ?? (controller.isReady && controller.lastContactMs() > DEAF_MS ? 'the API server is silent' : undefined),
    unready: () => (controller.isReady ? undefined : 'the caches are not filled yet'),
  });
  log.info({ version: version(), host, port: health.port }, 'serving health and metrics');
  const ended = await controller.run(stop.signal);
  await health.close();
  await api.close();
  log.info({ ended }, 'stopped');
  return ended === 'stopped' && broken === undefined ? EXIT.ok : EXIT.failed;
}

function probesOf(controller: Controller) {
  return {
    isLeader: () => controller.isLeader,
    claims: () => controller.claims(),
    oldestVerificationMs: () => controller.oldestVerificationMs(),
    orphans: () => controller.orphanCount(),
  };
}

async function ownNamespace(): Promise<string> {
  try {
    return (await readFile(NAMESPACE_FILE, 'utf8')).trim();
  } catch {
    return 'kube-system';
  }
}
