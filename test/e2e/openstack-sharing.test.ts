// Two Services with ports at one load balancer of the real Octavia: who may join, who is told what, and what stays when one
// of them goes.
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Service } from '../../src/kube/types.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { addressOf, OpenStackView, STEM } from './openstack-view.ts';
import { conditionOf, Services } from './services.ts';

let stack: Stack<'openstack'>;
let cloud: OpenStackView;
let services: Services;

beforeAll(async () => {
  stack = await startStack({ nodes: 2, clusterName: 'e2e', clouds: ['openstack'] });
  cloud = new OpenStackView(stack);
  services = new Services(stack);
  const controller = stack.controller(['--drift-interval', '0']);
  await controller.leading();
});
afterAll(() => stack?.stop());
afterEach(async () => {
  for (const { metadata } of await stack.services()) {
    if (metadata.name !== 'kubernetes') await services.remove(metadata.name);
  }
  expect(await cloud.left()).toEqual({});
});

const idOf = (one: Service) => one.metadata.annotations?.[`${STEM}load-balancer-id`] ?? '';
const joining = (id: string) => ({ [`${STEM}load-balancer-id`]: id });
const refused = (name: string) =>
  services.until(`${name} is refused`, name, (one) => conditionOf(one, 'Accepted')?.status === 'False');
const portsOf = async () => (await cloud.all()).map(({ listeners }) => listeners.map((one) => one.protocol_port));

/** A Service with port 80, and one that has joined it with port 443. */
async function two(): Promise<{ readonly maker: Service; readonly other: Service }> {
  await services.make({ name: 'maker' });
  const maker = await services.programmed('maker');
  await services.make({ name: 'other', ports: [{ port: 443 }], annotations: joining(idOf(maker)) });
  return { maker, other: await services.programmed('other') };
}

it('a second Service gets its own listener at the same address; a third and a taken port are refused', async () => {
  const { maker, other } = await two();
  expect(addressOf(other)).toBe(addressOf(maker));
  expect(await portsOf()).toEqual([[80, 443]]);
  const [view] = await cloud.all();
  expect(view?.balancer.tags).toEqual(
    expect.arrayContaining(['kube_service_e2e_default_maker', 'kube_service_e2e_default_other']),
  );
  expect(view?.listeners.map(({ tags }) => tags)).toEqual([
    ['kube_service_e2e_default_maker'],
    ['kube_service_e2e_default_other'],
  ]);
  expect((await cloud.content()).floatingIps).toHaveLength(1);

  await services.make({ name: 'third', ports: [{ port: 8080 }], annotations: joining(idOf(maker)) });
  const message = conditionOf(await refused('third'), 'Accepted')?.message ?? '';
  expect(message).toContain('default/maker');
  expect(message).toContain('default/other');
  expect(message).toContain('--openstack-max-shared-lb');
  await services.remove('third');

  const before = await cloud.of(maker);
  await services.edit('other', {
    spec: {
      ports: [
        { name: 'a', port: 443 },
        { name: 'b', port: 80 },
      ],
    },
  });
  const told = await services.until('the port is told', 'other', (one) => {
    return conditionOf(one, 'Programmed')?.reason === 'NameTaken';
  });
  // Once, not for listener, pool and members each.
  expect(conditionOf(told, 'Programmed')?.message).toBe(
    'spec.ports: port 80/TCP of load balancer kube_service_e2e_default_maker belongs to Service default/maker; expected a port that no other Service of it has',
  );
  expect(addressOf(told)).toBe(addressOf(maker));
  expect(await portsOf()).toEqual([[80, 443]]);
  expect((await cloud.of(maker))?.listeners[0]).toEqual(before?.listeners[0]);
});

it('what is said of the whole by who joined is told to be without effect', async () => {
  const { maker } = await two();
  const { flavorId } = stack.openstack.fixtures;
  await services.annotate('other', { [`${STEM}flavor-id`]: flavorId });
  const told = await services.until('it is told', 'other', (one) => {
    return conditionOf(one, 'Accepted')?.message.includes(`${STEM}flavor-id`);
  });
  expect(conditionOf(told, 'Accepted')).toMatchObject({ status: 'True', reason: 'AcceptedWithWarnings' });
  const one = await services.programmed('other');
  expect(addressOf(one)).toBe(addressOf(maker));
  expect((await cloud.all()).map(({ balancer }) => balancer.id)).toEqual([idOf(maker)]);
});

it('who made it can go first: the address and the other port stay until the last one goes', async () => {
  const { maker, other } = await two();
  const [before] = await cloud.all();
  await services.remove('maker');
  const [after] = await cloud.all();
  expect(after?.balancer.id).toBe(idOf(maker));
  expect(after?.listeners).toEqual([before?.listeners[1]]);
  expect(after?.pools).toHaveLength(1);
  expect(after?.floatingIp).toEqual(before?.floatingIp);
  expect(after?.balancer.tags).not.toContain('kube_service_e2e_default_maker');
  const left = await services.programmed('other');
  expect(addressOf(left)).toBe(addressOf(other));
  await stack.removeNode(1);
  await services.programmed('other', async () => (await cloud.all())[0]?.members.length === 1);
  await stack.addNode(1);
  await services.remove('other');
  expect(await cloud.left()).toEqual({});
});

it('who joined can go first: what it had goes, and nothing else', async () => {
  const { maker } = await two();
  await services.remove('other');
  const [view] = await cloud.all();
  expect(view?.listeners.map(({ protocol_port }) => protocol_port)).toEqual([80]);
  expect(view?.pools).toHaveLength(1);
  expect(view?.balancer.tags).not.toContain('kube_service_e2e_default_other');
  expect(view?.floatingIp?.floating_ip_address).toBe(addressOf(maker));
});
