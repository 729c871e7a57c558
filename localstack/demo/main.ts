// The demo: the real controller on a real API server and a cloud of its own. `--provider` says which cloud, AWS unless it is
// given; `--once` ends when everything was shown.
import { parseArgs } from 'node:util';
import type { ControllerProcess } from '../../test/stack/controller-process.ts';
import type { Demo, StartDemo } from './demo.ts';
import { show } from './show.ts';

const CLOUDS: Readonly<Record<string, () => Promise<{ readonly startDemo: StartDemo }>>> = {
  aws: () => import('./aws.ts'),
  openstack: () => import('./openstack.ts'),
};
const say = (line = '') => void process.stdout.write(`${line}\n`);
const faults: string[] = [];

/** Notes whether something is as it should be. */
function expect(holds: boolean, what: string): void {
  say(`  ${holds ? 'ok  ' : 'FAIL'}  ${what}`);
  if (!holds) faults.push(what);
}

function explain({ world, env, commands }: Demo): void {
  say('\nEverything stays up until Ctrl-C. To look around from another terminal:\n');
  say(`  export KUBECONFIG=${world.cluster.kubeconfig}`);
  for (const [key, value] of Object.entries(env)) say(`  export ${key}=${value}`);
  say('\n  kubectl get services -n demo -o wide');
  say('  kubectl describe service broken -n demo');
  for (const command of commands) say(`  ${command}`);
  say();
}

async function run(startDemo: StartDemo, once: boolean): Promise<void> {
  const demo = await startDemo((line) => say(`  ${line}`));
  const { world } = demo;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  let controller: ControllerProcess | undefined;
  try {
    say(`Kubernetes ${world.cluster.version} at ${world.cluster.url}, ${demo.place}, three Nodes.`);
    controller = world.controller();
    await controller.leading();
    say('The controller leads.');
    await show(demo, { say, expect });
    if (!once) {
      explain(demo);
      await new Promise<void>((resolve) => {
        if (stop.signal.aborted) resolve();
        stop.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      say('\nStopping.');
    }
    const code = await controller.stop();
    expect(code === 0, 'the controller stopped in good order');
  } catch (error) {
    faults.push((error as Error).message);
    say(`\nFAIL  ${(error as Error).message}`);
    if (controller) say(controller.tail());
  } finally {
    demo.close?.();
    await world.stop();
  }
  say(
    faults.length === 0 ? '\nEverything was as it should be.' : `\n${faults.length} things were not as they should be.`,
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { provider: { type: 'string', default: 'aws' }, once: { type: 'boolean', default: false } },
  });
  const load = Object.hasOwn(CLOUDS, values.provider) ? CLOUDS[values.provider] : undefined;
  if (!load) {
    const choices = Object.keys(CLOUDS).join(', ');
    throw new Error(`there is no demo for the provider "${values.provider}"; choose one of ${choices}`);
  }
  const { startDemo } = await load();
  await run(startDemo, values.once);
}

await main().catch((error: Error) => {
  say(`FAIL  ${error.message}`);
  faults.push(error.message);
});
process.exit(faults.length === 0 ? 0 : 1);
