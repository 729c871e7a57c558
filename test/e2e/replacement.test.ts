// A load balancer is replaced on the real API server and the AWS emulator: the new one first, then the address, then the old
// one goes, and nothing of it is left.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Service } from '../../src/kube/types.ts';
import { service } from '../cluster/objects.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { AwsView } from './aws-view.ts';

const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';
const DRAIN_MS = 3_000;

let stack: Stack;
let aws: AwsView;

beforeAll(async () => {
  stack = await startStack({ nodes: 2, clusterName: 'e2e' });
  aws = new AwsView(stack);
  const controller = stack.controller(['--drift-interval', '0', '--replacement-drain', `${DRAIN_MS}ms`]);
  await controller.leading();
});
afterAll(() => stack?.stop());

const path = '/api/v1/namespaces/default/services/web';
const get = () => stack.request<Service>('GET', path);
const annotate = (annotations: Record<string, string | null>) =>
  stack.request<Service>('PATCH', path, { metadata: { annotations } });
const addressOf = (one: Service) => one.status?.loadBalancer?.ingress?.[0]?.hostname;
const condition = (one: Service, type: string) =>
  one.status?.conditions?.find((each) => each.type === `fairlead.dev/${type}`);
const names = async () => [
  ...(await aws.balancers()).map(({ LoadBalancerName }) => `nlb ${LoadBalancerName}`),
  ...(await aws.classics()).map(({ LoadBalancerName }) => `classic ${LoadBalancerName}`),
];

/** Until the Service has another address than `old`, and what it had is gone; answers the names seen on the way. */
async function replaced(old: string | undefined): Promise<readonly string[]> {
  const before = await names();
  const switched = await stack.until('the address is another one', async () => {
    const one = await get();
    return addressOf(one) !== old && condition(one, 'Replacing')?.status === 'True' ? names() : undefined;
  });
  // At the switch both are there.
  expect(switched).toEqual(expect.arrayContaining(before));
  expect(switched).toHaveLength(2);
  await stack.until('the old one is gone', async () => {
    const one = await get();
    return (
      (await names()).length === 1 && !condition(one, 'Replacing') && condition(one, 'Programmed')?.status === 'True'
    );
  });
  return names();
}

it('an NLB becomes a Classic one, that becomes internal, and nothing is left behind', async () => {
  await stack.create(service({ name: 'web', annotations: { [`${STEM}type`]: 'nlb' } }));
  const first = await stack.until('it is programmed', async () => {
    const one = await get();
    return condition(one, 'Programmed')?.status === 'True' ? one : undefined;
  });
  const plain = first.metadata.uid.replaceAll('-', '');
  expect(await names()).toEqual([`nlb ${`a${plain}`.slice(0, 32)}`]);

  await annotate({ [`${STEM}type`]: 'classic' });
  await stack.until('it is blocked', async () => condition(await get(), 'Programmed')?.reason === 'ReplacementBlocked');
  expect(addressOf(await get())).toBe(addressOf(first));

  await annotate({ 'fairlead.dev/allow-replacement': 'true' });
  expect(await replaced(addressOf(first))).toEqual([`classic ${`a${plain}`.slice(0, 32)}`]);

  const second = await get();
  await annotate({ [`${STEM}internal`]: 'true' });
  expect(await replaced(addressOf(second))).toEqual([`classic ${`b${plain}`.slice(0, 32)}`]);

  await stack.request('DELETE', path);
  await stack.until('it is gone', async () => (await stack.service('web')) === undefined);
  expect([await names(), await aws.nodeRules()]).toEqual([[], []]);
});
