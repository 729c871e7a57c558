// OpenStack under the contract. One that does not start fails the whole file. Each call takes real time here, so some of it
// is thinned: trouble, policies and crashes meet a creation and one change (at every call, and each call meets one of the
// troubles), where for the simulator they meet every move; other people's things are there for the laws that look at them;
// what undisturbed moves come to is made once; and the variants show the fixpoint and one change, as the laws beyond that
// hold for the same verbs already.
import { afterAll } from 'vitest';
import { startOpenStack } from '../../localstack/openstack/start.ts';
import { describeProvider } from './describe-provider.ts';
import { openstackHarness } from './openstack-harness.ts';
import { OpenstackTraffic } from './openstack-traffic.ts';

const stack = await startOpenStack({ log: (line) => console.error(line), settleMs: 0, nodes: 0 });
const traffic = new OpenstackTraffic(stack.proxy);
afterAll(async () => {
  traffic.close();
  await stack.stop();
});

describeProvider('OpenStack', openstackHarness({ stack, traffic }));
// What is made one by one goes on where a change begins.
describeProvider(
  'OpenStack without populated creates',
  openstackHarness(
    { stack, traffic },
    {
      flags: { 'openstack-provider-requires-serial-api-calls': 'true' },
      createWrites: undefined,
      only: ['more ports'],
    },
  ),
  ['fixpoint'],
);
// One object more, which hangs on the nodes' ports.
describeProvider(
  'OpenStack with managed security groups',
  openstackHarness(
    { stack, traffic },
    {
      flags: { 'openstack-manage-security-groups': 'true' },
      withNodes: true,
      createWrites: undefined,
      only: ['fewer nodes'],
    },
  ),
  ['fixpoint'],
);
