// `fairlead run`: the controller. Reads the options, connects, serves health and metrics, works until told to stop.

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import type { Controller } from '../controller/controller.ts';
import { settings } from '../settings.ts';
import { version } from '../version.ts';
import { type Chosen, choose, connectTo, type Env, flagsOf, UsageError, usageText } from './choice.ts';
import { EXIT } from './exit.ts';
import { addFlags, addProviderFlags } from './flags.ts';

const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';
/** A follower or leader that has heard nothing of the API server for this long is of no use to anybody. */
const DEAF_MS = 10 * 60_000;

/** Adds the command. Which options it has depends on the providers asked for, hence the arguments. */
export async function addRun(program: Command, args: readonly string[], env: Env): Promise<void> {
  const command = program.command('run').helpOption('-h, --help', 'print this help').allowExcessArguments(false);
  addFlags(command, settings, 'Options of the controller:');
  await addProviderFlags(command, args, env);
  command.action(async () => {
    process.exitCode = await run(command, env);
  });
}

async function run(command: Command, env: Env): Promise<number> {
  // A burst of work would make the young generation grow to tens of MiB that are never given back. Measured with 50 Services:
  // 214 MiB resident without these, 134 with them.
  setFlagsFromString('--max-semi-space-size=1');
  setFlagsFromString('--optimize-for-size');
  let chosen: Chosen;
  try {
    chosen = await choose(flagsOf(command), env);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(usageText(command, error));
    return EXIT.usage;
  }
  // Loaded only now, so that help and mistakes are answered at once.
  const [{ createLog }, { createMetrics }, { serveHealth }, { EventRecorder }, { Controller }] = await Promise.all([
    import('../log.ts'),
    import('../metrics.ts'),
    import('../http.ts'),
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
  const escaped = (error: unknown) => {
    log.error({ err: error }, 'an error escaped: stopping');
    broken = 'an error escaped';
    stop.abort();
  };
  process.on('unhandledRejection', escaped);
  process.on('uncaughtException', escaped);

  const identity = `${hostname()}_${randomUUID()}`;
  const metrics = createMetrics(version());
  const api = await connectTo(wanted);
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
    foreignAdditions: wanted.foreignAdditions,
    replacementDrainMs: wanted.replacementDrainMs,
    maxLoadBalancersPerNamespace: wanted.maxLoadBalancersPerNamespace,
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
    orphans: () => controller.orphans(),
  };
}

async function ownNamespace(): Promise<string> {
  try {
    return (await readFile(NAMESPACE_FILE, 'utf8')).trim();
  } catch {
    return 'kube-system';
  }
}
