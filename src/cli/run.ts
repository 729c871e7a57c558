// `fairlead run`: the controller. Reads the options, connects, serves health and metrics, works until told to stop.

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import type { Controller } from '../controller/controller.ts';
import type { Probes, Work } from '../metrics/probes.ts';
import { settings } from '../settings.ts';
import { version } from '../version.ts';
import { type Chosen, choose, connectTo, type Env, flagsOf, UsageError, usageText } from './choice.ts';
import { EXIT } from './exit.ts';
import { addFlags, addProviderFlags } from './flags.ts';
import { ownNamespace } from './own-namespace.ts';

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
  const [
    { createLog, otherLevel },
    { createMetrics },
    { serveHealth },
    { Health },
    { EventRecorder },
    { Controller },
    { workFields },
    { keepSecret },
  ] = await Promise.all([
    import('../log.ts'),
    import('../metrics.ts'),
    import('../http.ts'),
    import('../health.ts'),
    import('../kube/events.ts'),
    import('../controller/controller.ts'),
    import('../controller/work.ts'),
    import('../redact.ts'),
  ]);
  const { settings: wanted } = chosen;
  const log = await createLog(wanted.logLevel, wanted.logFormat, { fields: workFields });
  for (const warning of chosen.warnings) log.warn({ key: warning.key }, warning.message);
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      log.info({ signal: name }, 'stopping');
      stop.abort();
    });
  }
  process.on('SIGUSR2', () => {
    log.level = otherLevel(log.level, wanted.logLevel);
    log.warn({ logLevel: log.level }, 'the level of the log was switched');
  });
  // Whatever escapes leaves the process in a state that nobody has thought of: say so, stop in order, start afresh.
  let isBroken = false;
  const escaped = (error: unknown) => {
    log.error({ err: error }, 'an error escaped: stopping');
    isBroken = true;
    stop.abort();
  };
  process.on('unhandledRejection', escaped);
  process.on('uncaughtException', escaped);

  const identity = `${hostname()}_${randomUUID()}`;
  const metrics = createMetrics(version());
  const onToken = (token: string) => keepSecret('token of the API server', token);
  const api = await connectTo(wanted, { ...metrics.rest, onToken });
  const events = new EventRecorder({ api, component: 'fairlead', instance: identity, log, ...metrics.events });
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
  metrics.watch(probesOf(controller, chosen));
  const fitness = new Health({ vitals: controller, shutdownMs: wanted.shutdownTimeoutMs, log });
  fitness.start();
  const { host, port } = wanted.metricsAddress;
  const health = await serveHealth({
    host,
    port,
    registry: metrics.registry,
    unhealthy: () => (isBroken ? 'an error escaped' : fitness.unhealthy()),
    unready: () => fitness.unready(),
  });
  log.info({ version: version(), host, port: health.port }, 'serving health and metrics');
  const ended = await controller.run(stop.signal);
  fitness.stop();
  await health.close();
  await api.close();
  log.info({ ended }, 'stopped');
  return ended === 'stopped' && !isBroken ? EXIT.ok : EXIT.failed;
}

function probesOf(
  controller: Controller,
  { providers, settings: { workers, driftIntervalMs, leaderElectionId } }: Chosen,
): Probes {
  return {
    leaseName: leaderElectionId,
    isLeader: () => controller.isLeader,
    census: () => controller.census(),
    work: () => workOf(controller, workers),
    oldestVerificationMs: () => controller.oldestVerificationMs(),
    driftIntervalMs,
    orphans: () => controller.orphans(),
    // Before the first word it counts from the start of the process.
    lastContactMs: () => Math.min(controller.lastContactMs(), performance.now()),
    kinds: () =>
      providers.flatMap(({ provider: { name, kinds } }) => kinds.map((kind) => ({ provider: name, kind: kind.name }))),
  };
}

function workOf({ atWork }: Controller, maximum: number): Work {
  const seconds = atWork.map(({ sinceMs }) => (performance.now() - sinceMs) / 1000);
  return {
    active: atWork.length,
    maximum,
    unfinishedSeconds: seconds.reduce((sum, one) => sum + one, 0),
    longestSeconds: Math.max(0, ...seconds),
  };
}
