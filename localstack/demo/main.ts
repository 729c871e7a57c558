// The demo: the real controller on a real API server and an AWS emulator. `--once` ends when everything was shown.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Service } from '../../src/kube/types.ts';
import type { ControllerProcess } from '../../test/stack/controller-process.ts';
import { type Stack, startStack } from '../../test/stack/stack.ts';
import { type Clients, emulatorClients } from '../clients.ts';
import { cloudLines } from './cloud-view.ts';
import { LiveTable } from './table.ts';

const once = process.argv.includes('--once');
const say = (line = '') => process.stdout.write(`${line}\n`);
const faults: string[] = [];

/** Notes whether something is as it should be. */
function expect(holds: boolean, what: string): void {
  say(`  ${holds ? 'ok  ' : 'FAIL'}  ${what}`);
  if (!holds) faults.push(what);
}

async function samples(stack: Stack): Promise<readonly Service[]> {
  const { certificateArn, bucket } = stack.emulator.fixtures;
  const text = await readFile(join(import.meta.dirname, 'services.yaml'), 'utf8');
  const filled = text.replaceAll('CERTIFICATE_ARN', certificateArn).replaceAll('BUCKET_NAME', bucket);
  return parseAllDocuments(filled).map((document) => document.toJS() as Service);
}

const isSettled = (service: Service) => {
  const condition = (type: string) => service.status?.conditions?.find((one) => one.type === `fairlead.dev/${type}`);
  return condition('Accepted')?.status === 'False' || condition('Programmed')?.status === 'True';
};

async function watchUntilSettled(stack: Stack, count: number): Promise<readonly Service[]> {
  const table = new LiveTable();
  return stack.until(
    'every sample Service is built or refused',
    async () => {
      const services = (await stack.services()).filter((one) => one.metadata.namespace === 'demo');
      table.draw(services);
      return services.length === count && services.every(isSettled) ? services : undefined;
    },
    120_000,
  );
}

function callSummary(stack: Stack): string {
  const { calls } = stack.emulator.proxy;
  const writes = calls.filter((call) => call.write).length;
  return `${calls.length} AWS calls, ${writes} of them writes`;
}

async function show(stack: Stack, clients: Clients): Promise<void> {
  const wanted = await samples(stack);
  await stack.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
  say('\nApplying five Services: public, internal, secure (TLS, access logs, source ranges), classic, broken.\n');
  stack.emulator.proxy.clear();
  for (const service of wanted) await stack.create(service);
  const services = await watchUntilSettled(stack, wanted.length);
  say(`\nIt took ${callSummary(stack)}. In AWS there is now:\n`);
  for (const line of await cloudLines(clients)) say(`  ${line}`);

  const broken = services.find((one) => one.metadata.name === 'broken');
  const accepted = broken?.status?.conditions?.find((one) => one.type === 'fairlead.dev/Accepted');
  say(`\nThe broken one says:\n\n  ${accepted?.message.replaceAll('. ', '.\n  ')}\n`);
  const good = services.filter((one) => one.metadata.name !== 'broken');
  expect(
    good.every((one) => one.status?.loadBalancer?.ingress?.[0]?.hostname !== undefined),
    'public, internal, secure and classic have a hostname',
  );
  expect(
    accepted?.status === 'False' && accepted.message.includes('yes please'),
    'broken was refused, with the reason',
  );

  say('\nDeleting demo/secure and demo/classic.');
  stack.emulator.proxy.clear();
  const leaving = good.filter((one) => ['secure', 'classic'].includes(one.metadata.name));
  const names = leaving.map(({ metadata }) => `a${metadata.uid.replaceAll('-', '')}`.slice(0, 32));
  for (const { metadata } of leaving) {
    await stack.request('DELETE', `/api/v1/namespaces/demo/services/${metadata.name}`);
  }
  const uids = leaving.map(({ metadata }) => metadata.uid);
  await stack.until('they are gone', async () =>
    (await stack.services()).every(({ metadata }) => !uids.includes(metadata.uid)),
  );
  say(`It took ${callSummary(stack)}. In AWS there is now:\n`);
  const left = await cloudLines(clients);
  for (const line of left) say(`  ${line}`);
  say();
  expect(
    !left.some((line) => names.some((name) => line.includes(name)) || line.includes('unused')),
    'nothing of them is left',
  );
}

function explain(stack: Stack): void {
  const env = { ...stack.emulator.env };
  say('\nEverything stays up until Ctrl-C. To look around from another terminal:\n');
  say(`  export KUBECONFIG=${stack.cluster.kubeconfig}`);
  for (const [key, value] of Object.entries(env)) say(`  export ${key}=${value}`);
  say('\n  kubectl get services -n demo -o wide');
  say('  kubectl describe service broken -n demo');
  say('  aws elbv2 describe-load-balancers');
  say('  aws elbv2 describe-target-groups');
  say('  aws elb describe-load-balancers\n');
}

async function main(): Promise<void> {
  const stack = await startStack({ nodes: 3, clusterName: 'demo', log: (line) => say(`  ${line}`) });
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  let controller: ControllerProcess | undefined;
  try {
    say(`Kubernetes ${stack.cluster.version} at ${stack.cluster.url}, AWS at ${stack.emulator.url}, three Nodes.`);
    controller = stack.controller();
    await controller.leading();
    say('The controller leads.');
    const { url, fixtures } = stack.emulator;
    using clients = emulatorClients({ endpoint: url, region: fixtures.region });
    await show(stack, clients);
    if (!once) {
      explain(stack);
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
    await stack.stop();
  }
  say(
    faults.length === 0 ? '\nEverything was as it should be.' : `\n${faults.length} things were not as they should be.`,
  );
}

await main().catch((error: Error) => {
  say(`FAIL  ${error.message}`);
  faults.push(error.message);
});
process.exit(faults.length === 0 ? 0 : 1);
