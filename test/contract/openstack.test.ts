// OpenStack under the contract. One that does not start fails the whole file.
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
// What is made one by one goes on where a change begins; the laws of trouble hold for the same verbs already.
describeProvider(
  'OpenStack without populated creates',
  openstackHarness(
    { stack, traffic },
    { flags: { 'openstack-provider-requires-serial-api-calls': 'true' }, createWrites: undefined, few: true },
  ),
  ['fixpoint', 'calls', 'crash'],
);
// One object more, which hangs on the nodes' ports.
describeProvider(
  'OpenStack with managed security groups',
  openstackHarness(
    { stack, traffic },
    { flags: { 'openstack-manage-security-groups': 'true' }, withNodes: true, createWrites: undefined, few: true },
  ),
  ['fixpoint', 'targets', 'crash'],
);
