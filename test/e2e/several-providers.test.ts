// One controller for two clouds, chosen by class: the simulator and OpenStack. One of them may be down without the Services of
// the other waiting for it.
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { FINALIZER, OpenStackView } from './openstack-view.ts';
import { conditionOf, Services } from './services.ts';

const PROVIDERS = ['simulator', 'openstack'];

let stack: Stack<'openstack'>;
let cloud: OpenStackView;
let services: Services;
let running: ControllerProcess | undefined;

beforeAll(async () => {
  stack = await startStack({ nodes: 2, clusterName: 'e2e', clouds: ['openstack'] });
  cloud = new OpenStackView(stack);
  services = new Services(stack);
});
afterAll(() => stack?.stop());
afterEach(async () => {
  stack.openstack.proxy.clearFaults();
  await running?.stop();
});

function begin(): ControllerProcess {
  running = stack.controller(['--leader-elect=false', '--simulator-settle', '100ms'], { providers: PROVIDERS });
  return running;
}

const named = (provider: string) => ({ loadBalancerClass: `fairlead.dev/${provider}` });

it('each class goes to its cloud, no class to the first one, and another class to nobody', async () => {
  await begin().leading();
  await services.make({ name: 'simulated', ...named('simulator') });
  await services.make({ name: 'open', ...named('openstack') });
  await services.make({ name: 'classless' });
  await services.make({ name: 'theirs', loadBalancerClass: 'example.com/other' });
  for (const name of ['simulated', 'open', 'classless']) await services.programmed(name);

  expect((await cloud.all()).map(({ balancer }) => balancer.name)).toEqual(['kube_service_e2e_default_open']);
  const open = await services.get('open');
  const view = await cloud.of(open);
  expect(open.status?.loadBalancer?.ingress).toEqual([{ ip: view?.floatingIp?.floating_ip_address, ipMode: 'VIP' }]);
  for (const name of ['simulated', 'classless']) {
    const one = await services.get(name);
    expect(one.metadata.finalizers).toEqual([FINALIZER]);
    expect(one.status?.loadBalancer?.ingress).toHaveLength(1);
    expect(one.metadata.annotations ?? {}).toEqual({});
  }
  const theirs = await services.get('theirs');
  expect(theirs.metadata.finalizers ?? []).toEqual([]);
  expect(theirs.status).toEqual({ loadBalancer: {} });

  for (const name of ['simulated', 'open', 'classless', 'theirs']) await services.remove(name);
  expect(await cloud.left()).toEqual({});
});

it('while one cloud is down at the start, the Services of the other are served, and its own are when it is back', async () => {
  const { proxy } = stack.openstack;
  const down = proxy.fault({ service: 'identity', operation: /./, phase: 'before', effect: { status: 503 } });
  const controller = begin();
  await controller.leading();
  await services.make({ name: 'open', ...named('openstack') });
  await services.make({ name: 'simulated', ...named('simulator') });
  await services.programmed('simulated');
  expect(conditionOf(await services.get('open'), 'Programmed')?.status).not.toBe('True');
  expect(down.hits).toBeGreaterThan(0);
  expect(controller.lines.some(({ msg }) => msg?.includes('openstack has joined'))).toBe(false);

  down.remove();
  await controller.line(({ msg }) => msg === 'openstack has joined');
  await services.programmed('open');
  expect(await cloud.all()).toHaveLength(1);
  for (const name of ['open', 'simulated']) await services.remove(name);
  expect(await cloud.left()).toEqual({});
});
