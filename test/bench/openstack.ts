// Counts the calls of each operation on the real OpenStack APIs, with objects that take two seconds to settle, and prints
// them by what they are: writes, looks at a load balancer that settles, other reads. `npm run bench -- --provider openstack`.
// BENCH_SERVICES= for another number of Services. Figures, not a verdict.
import { readFile } from 'node:fs/promises';
import type { Service } from '../../src/kube/types.ts';
import { service } from '../cluster/objects.ts';
import { startStack } from '../stack/stack.ts';

const COUNT = Number(process.env.BENCH_SERVICES ?? 20);
const SETTLE_MS = 2_000;
/** Longer than a look is put off while something settles. */
const QUIET_MS = 4_000;
const say = (line: string) => process.stderr.write(`${line}\n`);
const nameOf = (index: number) => `bench-${String(index).padStart(2, '0')}`;
const path = (name: string) => `/api/v1/namespaces/default/services/${name}`;

const stack = await startStack({ clouds: ['openstack'], nodes: 10, clusterName: 'bench', log: say });
const { proxy, control } = stack.openstack;
const rows: string[][] = [];

async function quiet(): Promise<void> {
  for (let seen = -1; proxy.calls.length !== seen; ) {
    seen = proxy.calls.length;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  }
}

async function phase(operation: string, act: () => Promise<unknown>, services = COUNT): Promise<void> {
  proxy.clear();
  const began = performance.now();
  await act();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  await quiet();
  const of = (fits: (call: (typeof proxy.calls)[number]) => boolean) => proxy.calls.filter(fits).length;
  const isLook = ({ operation: name }: (typeof proxy.calls)[number]) => name === 'GET loadbalancers/*';
  const writes = of((call) => call.write && call.service !== 'identity');
  const looks = of(isLook);
  const refused = of(({ status }) => status === 409);
  const reads = proxy.calls.length - writes - looks;
  const names = new Map<string, number>();
  for (const { operation: name } of proxy.calls) names.set(name, (names.get(name) ?? 0) + 1);
  say(`${operation}: ${[...names].map(([name, count]) => `${name} ${count}`).join(', ')} (${seconds} s)`);
  const per = (count: number) => (count / services).toFixed(2).replace(/\.?0+$/, '');
  rows.push([operation, per(writes), per(looks), per(reads), String(refused), seconds]);
}

const each = (act: (name: string) => Promise<unknown>) =>
  Promise.all(Array.from({ length: COUNT }, (_, index) => act(nameOf(index))));

const isReady = ({ status }: Service) =>
  status?.conditions?.some(({ type, status: is }) => type === 'fairlead.dev/Programmed' && is === 'True') ?? false;
const ready = (count: number) => async () => (await stack.services()).filter(isReady).length === count;
/** From the first call on, until it is still. */
const begun = () => stack.until('there is a call', async () => proxy.calls.length > 0, 60_000);

try {
  await control.setSettleMs(SETTLE_MS);
  const start = () => stack.controller(['--workers', '5'], { built: true });
  let controller = start();
  await controller.leading();
  await quiet();
  await phase(
    'first Service after the start',
    async () => {
      await stack.create(service({ name: 'warm' }));
      await stack.until('the first is ready', ready(1), 120_000);
    },
    1,
  );
  await phase('create', async () => {
    await each((name) => stack.create(service({ name })));
    await stack.until('all are ready', ready(COUNT + 1), 300_000);
  });
  const memory = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${controller.pid}/status`, 'utf8'))?.[1];
  await phase('unrelated annotation', () =>
    each((name) => stack.request('PATCH', path(name), { metadata: { annotations: { 'example.com/note': 'x' } } })),
  );
  await phase('port added', async () => {
    await each(async (name) => {
      const { spec } = await stack.request<Service>('GET', path(name));
      const ports = [...(spec.ports ?? []).map((port) => ({ ...port, name: 'first' })), { name: 'second', port: 8443 }];
      await stack.request('PATCH', path(name), { spec: { ports } });
    });
    await begun();
  });
  await phase('node leaves (two ports a Service)', async () => {
    await stack.removeNode(9);
    await begun();
  });
  await phase('session affinity (two ports)', async () => {
    await each((name) => stack.request('PATCH', path(name), { spec: { sessionAffinity: 'ClientIP' } }));
    await begun();
  });
  await controller.stop();
  await phase('restart', async () => {
    controller = start();
    await controller.leading();
  });
  await phase('delete', async () => {
    await each((name) => stack.request('DELETE', path(name)));
    await stack.until('all are gone', async () => (await stack.services()).length === 2, 300_000);
  });
  await controller.stop();
  const head = ['operation', 'writes', 'looks while it settles', 'other reads', '409 (all)', 'seconds'];
  const table = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  process.stdout.write(
    `${COUNT} Services, calls per Service:\n\n${table.join('\n')}\n\nresident: ${Math.round(Number(memory) / 1024)} MiB\n`,
  );
} finally {
  await stack.stop();
}
process.exit(0);
