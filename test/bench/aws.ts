// Counts the AWS calls of each operation with 50 Services on the real API server and the emulator, once as NLBs and once as
// Classic Load Balancers, and prints them beside the peers' figures. Figures, not a verdict: the budgets are held by
// test/scenario/budget.test.ts. BENCH_KIND=nlb or =classic measures one of them, BENCH_SERVICES= another number.
import { readFile } from 'node:fs/promises';
import { publishedReadLimits } from '../../localstack/proxy-limits.ts';
import type { Service } from '../../src/kube/types.ts';
import { service } from '../cluster/objects.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { type Figures, type Kind, type Operation, table } from './figures.ts';

const COUNT = Number(process.env.BENCH_SERVICES ?? 50);
/** What makes a Service one of the kind. */
const KINDS: Readonly<Record<Kind, Record<string, string>>> = {
  nlb: { 'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb' },
  classic: {},
};
/** How many get a port more: with all of them the node group would be at its limit of 60 rules. */
const GROWING = Math.min(5, COUNT);
const QUIET_MS = 2500;
const say = (line: string) => process.stderr.write(`${line}\n`);

const nameOf = (index: number) => `bench-${String(index).padStart(2, '0')}`;
const path = (name: string) => `/api/v1/namespaces/default/services/${name}`;

/** Until the controller has made no call for a while. Answers how many there were since the recording was cleared. */
async function quiet(stack: Stack): Promise<number> {
  const { proxy } = stack.emulator;
  for (let seen = -1; ; ) {
    const now = proxy.calls.length;
    if (now === seen) return now;
    seen = now;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  }
}

async function withIngress(stack: Stack): Promise<number> {
  const services = await stack.services();
  return services.filter((one) => one.status?.loadBalancer?.ingress?.[0]?.hostname !== undefined).length;
}

function perService(calls: number, services: number): string {
  return (calls / services).toFixed(2).replace(/\.?0+$/, '');
}

/** Runs one phase on so many Services. Answers its calls per Service. */
async function phase(stack: Stack, operation: Operation, act: () => Promise<void>, services = COUNT): Promise<string> {
  stack.emulator.proxy.clear();
  await act();
  const calls = await quiet(stack);
  const byName = new Map<string, number>();
  for (const call of stack.emulator.proxy.calls) byName.set(call.operation, (byName.get(call.operation) ?? 0) + 1);
  const detail = [...byName].map(([name, count]) => `${name} ${count}`).join(', ');
  say(`${operation}: ${calls} calls, ${perService(calls, services)} per Service (${detail})`);
  return perService(calls, services);
}

async function each(act: (name: string) => Promise<unknown>, services = COUNT): Promise<void> {
  await Promise.all(Array.from({ length: services }, (_, index) => act(nameOf(index))));
}

async function residentMiB(process: ControllerProcess): Promise<number> {
  const status = await readFile(`/proc/${process.pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
}

/** Until every Service was reconciled by this process and none waits. */
async function drained(stack: Stack, controller: ControllerProcess, services: number): Promise<void> {
  const url = `${await controller.healthUrl()}/metrics`;
  await stack.until(
    'every Service was looked at',
    async () => {
      const text = await (await fetch(url)).text();
      const sum = (pattern: RegExp) =>
        [...text.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
      const done = sum(/^controller_runtime_reconcile_total\{[^}]*result="done"[^}]*\} (\d+)/gm);
      return done >= services && sum(/^workqueue_depth\{[^}]*\} (\d+)/gm) === 0;
    },
    180_000,
  );
}

const start = (stack: Stack) => stack.controller(['--workers', '5'], { built: true });

async function run(stack: Stack, annotations: Record<string, string>): Promise<Figures> {
  const { proxy } = stack.emulator;
  const measured: Figures = {};
  let controller = start(stack);
  await controller.leading();
  await quiet(stack);

  proxy.clear();
  await stack.create(service({ name: 'warm', annotations }));
  await stack.until('the first Service has an ingress', async () => (await withIngress(stack)) === 1);
  measured.first = String(await quiet(stack));
  say(`first: ${measured.first} calls`);

  measured.create = await phase(stack, 'create', async () => {
    const began = performance.now();
    await each((name) => stack.create(service({ name, annotations })));
    await stack.until('all have an ingress', async () => (await withIngress(stack)) === COUNT + 1, 120_000);
    measured.createSeconds = ((performance.now() - began) / 1000).toFixed(1);
  });
  measured.memory = String(await residentMiB(controller));
  measured.annotation = await phase(stack, 'annotation', () =>
    each((name) => stack.request('PATCH', path(name), { metadata: { annotations: { 'example.com/note': 'x' } } })),
  );
  measured.node = await phase(stack, 'node', () => stack.removeNode(9));
  const addPort = async (name: string) => {
    const { spec } = await stack.request<Service>('GET', path(name));
    const ports = [...(spec.ports ?? []).map((port) => ({ ...port, name: 'first' })), { name: 'second', port: 8443 }];
    await stack.request('PATCH', path(name), { spec: { ports } });
  };
  measured.port = await phase(stack, 'port', () => each(addPort, GROWING), GROWING);

  await controller.stop();
  measured.restart = await phase(stack, 'restart', async () => {
    controller = start(stack);
    await drained(stack, controller, COUNT + 1);
  });
  await controller.stop();
  const limits = publishedReadLimits.map((rule) => proxy.limit(rule));
  proxy.clear();
  controller = start(stack);
  await controller.line((line) => line.msg === 'caches are filled');
  const began = performance.now();
  await drained(stack, controller, COUNT + 1);
  const refused = limits.reduce((total, limit) => total + limit.refused, 0);
  measured.limited = `${((performance.now() - began) / 1000).toFixed(1)} s, ${refused}`;
  for (const limit of limits) limit.remove();
  await quiet(stack);

  measured.remove = await phase(stack, 'remove', async () => {
    await each((name) => stack.request('DELETE', path(name)));
    await stack.until('all are gone', async () => (await stack.services()).length === 2, 120_000);
  });
  await controller.stop();
  return measured;
}

const measured: Record<Kind, Figures> = { nlb: {}, classic: {} };
const only = process.env.BENCH_KIND;
for (const kind of ['nlb', 'classic'] as const) {
  if (only !== undefined && only !== kind) continue;
  say(`-- ${kind}`);
  const stack = await startStack({ nodes: 10, clusterName: 'bench', log: say });
  try {
    measured[kind] = await run(stack, KINDS[kind]);
  } finally {
    await stack.stop();
  }
}
process.stdout.write(`${table(measured)}\n`);
process.exit(0);
