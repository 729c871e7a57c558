// What the demo shows, on whatever cloud: Services become load balancers, one is refused, some go and leave nothing.
import type { Service } from '../../src/kube/types.ts';
import type { Demo, Expect } from './demo.ts';
import { LiveTable } from './table.ts';

export interface Stage {
  readonly say: (line?: string) => void;
  readonly expect: Expect;
}

const conditionOf = (service: Service, type: string) =>
  service.status?.conditions?.find((one) => one.type === `fairlead.dev/${type}`);
const isSettled = (service: Service) =>
  conditionOf(service, 'Accepted')?.status === 'False' || conditionOf(service, 'Programmed')?.status === 'True';

/** Applies the samples and tells what becomes of them. */
export async function show(demo: Demo, { say, expect }: Stage): Promise<void> {
  const { world, cloud } = demo;
  await world.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
  say(`\nApplying ${demo.cast}.\n`);
  demo.forgetCalls();
  const services = await applyAll(demo);
  say(`\nIt took ${summaryOf(demo)}. In ${cloud} there is now:\n`);
  for (const line of await demo.lines()) say(`  ${line}`);

  const broken = services.find((one) => one.metadata.name === 'broken');
  const accepted = broken && conditionOf(broken, 'Accepted');
  say(`\nThe broken one says:\n\n  ${accepted?.message.replaceAll('. ', '.\n  ')}\n`);
  const good = services.filter((one) => one !== broken);
  demo.judge(good, expect);
  const isTold = demo.complaints.every((text) => accepted?.message.includes(text));
  expect(accepted?.status === 'False' && isTold, 'broken was refused, with the reason');

  say(`\nDeleting ${demo.leaving.map((name) => `demo/${name}`).join(' and ')}.`);
  demo.forgetCalls();
  const leaving = good.filter(({ metadata }) => demo.leaving.includes(metadata.name));
  await remove(demo, leaving);
  say(`It took ${summaryOf(demo)}. In ${cloud} there is now:\n`);
  const left = await demo.lines();
  for (const line of left) say(`  ${line}`);
  say();
  expect(demo.leftovers(left, leaving).length === 0, 'nothing of them is left');
}

async function applyAll(demo: Demo): Promise<readonly Service[]> {
  const table = new LiveTable();
  let services: readonly Service[] = [];
  for (const act of demo.acts) {
    const wanted = await act(services);
    const count = services.length + wanted.length;
    for (const service of wanted) await demo.world.create(service);
    services = await demo.world.until(
      'every sample Service is built or refused',
      async () => {
        const there = (await demo.world.services()).filter(({ metadata }) => metadata.namespace === 'demo');
        table.draw(there);
        return there.length === count && there.every(isSettled) ? there : undefined;
      },
      120_000,
    );
  }
  return services;
}

async function remove({ world }: Demo, leaving: readonly Service[]): Promise<void> {
  for (const { metadata } of leaving) {
    await world.request('DELETE', `/api/v1/namespaces/demo/services/${metadata.name}`);
  }
  const uids = leaving.map(({ metadata }) => metadata.uid);
  await world.until('they are gone', async () =>
    (await world.services()).every(({ metadata }) => !uids.includes(metadata.uid)),
  );
}

function summaryOf(demo: Demo): string {
  const { all, writes } = demo.calls();
  return `${all} ${demo.cloud} calls, ${writes} of them writes`;
}
