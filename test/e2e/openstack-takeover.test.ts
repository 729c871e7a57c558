// A cluster whose load balancers the official cloud-controller-manager made: what that leaves in OpenStack and on a Service is
// made by hand here, by its formulas, and ours goes on with it as if it had always been there.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Service } from '../../src/kube/types.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { type Form, makeAsOfficial } from './openstack-official.ts';
import { addressOf, FINALIZER, OpenStackView, STEM } from './openstack-view.ts';
import { conditionOf, Services } from './services.ts';

let stack: Stack<'openstack'>;
let cloud: OpenStackView;
let services: Services;

beforeAll(async () => {
  stack = await startStack({ nodes: 3, clusterName: 'e2e', clouds: ['openstack'] });
  cloud = new OpenStackView(stack);
  services = new Services(stack);
});
afterAll(() => stack?.stop());

it('takes over without a write, changes what changes, and removes it with its Service', async () => {
  const one = await services.make({
    name: 'web',
    annotations: { [`${STEM}enable-health-monitor`]: 'true' },
    ports: [
      { name: 'http', port: 80 },
      { name: 'https', port: 443 },
    ],
  });
  const monitor = { type: 'TCP', delay: 5, timeout: 3, max_retries: 1, max_retries_down: 3 };
  const { id, address } = await makeAsOfficial(stack.openstack, one, { monitor });
  const annotations = { [`${STEM}load-balancer-id`]: id, [`${STEM}load-balancer-address`]: address };
  await services.edit('web', { metadata: { finalizers: [FINALIZER], annotations } });
  const status = { loadBalancer: { ingress: [{ ip: address, ipMode: 'VIP' }] } };
  await stack.request('PATCH', '/api/v1/namespaces/default/services/web/status', { status });
  const before = await cloud.of(one);

  stack.openstack.proxy.clear();
  const controller = stack.controller(['--drift-interval', '0']);
  await controller.leading();
  const taken = await services.programmed('web');
  expect(cloud.writes()).toEqual([]);
  expect(taken.status?.loadBalancer?.ingress).toEqual([{ ip: address, ipMode: 'VIP' }]);
  expect(taken.metadata.finalizers).toEqual([FINALIZER]);
  expect(taken.metadata.annotations).toEqual({ ...annotations, [`${STEM}enable-health-monitor`]: 'true' });
  expect(conditionOf(taken, 'Accepted')).toMatchObject({ reason: 'Accepted' });
  expect(await cloud.of(taken)).toEqual(before);

  const [first] = taken.spec.ports ?? [];
  await services.edit('web', { spec: { ports: [first, { name: 'https', port: 8443 }] } });
  const changed = await services.programmed('web', async (now) => {
    return (await cloud.of(now))?.listeners.map(({ protocol_port }) => protocol_port).join() === '80,8443';
  });
  const after = await cloud.of(changed);
  expect(after?.balancer.id).toBe(id);
  expect(after?.listeners[0]).toEqual(before?.listeners[0]);
  expect(after?.pools).toHaveLength(2);
  expect(after?.members).toHaveLength(6);
  expect(addressOf(changed)).toBe(address);
  expect(stack.openstack.proxy.count({ operation: /loadbalancers/, write: true })).toBe(0);

  await services.remove('web');
  expect(await cloud.left()).toEqual({});
  await controller.stop();
});

const INTERNAL = 'service.beta.kubernetes.io/openstack-internal-load-balancer';
const BARBICAN_NAME = 'takeover';

interface Taken {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: object;
  readonly form?: (one: Service) => Form;
}

/** What the official controller makes of these. */
const TAKEN: Readonly<Record<string, Taken>> = {
  'proxy-v1': { annotations: { [`${STEM}proxy-protocol`]: 'true' }, form: () => ({ pool: { protocol: 'PROXY' } }) },
  'proxy-v2': { annotations: { [`${STEM}proxy-protocol`]: 'v2' }, form: () => ({ pool: { protocol: 'PROXYV2' } }) },
  forwarded: {
    annotations: { [`${STEM}x-forwarded-for`]: 'true' },
    form: () => ({
      listener: { protocol: 'HTTP', insert_headers: { 'X-Forwarded-For': 'true' } },
      pool: { protocol: 'HTTP' },
    }),
  },
  sticky: {
    spec: { sessionAffinity: 'ClientIP' },
    form: () => ({ pool: { session_persistence: { type: 'SOURCE_IP' } } }),
  },
  ranges: {
    spec: { loadBalancerSourceRanges: ['192.0.2.0/24', '10.0.0.0/8'] },
    form: () => ({ listener: { allowed_cidrs: ['10.0.0.0/8', '192.0.2.0/24'] } }),
  },
  'no-ranges': { form: () => ({ listener: { allowed_cidrs: null } }) },
  local: {
    annotations: { [`${STEM}enable-health-monitor`]: 'true' },
    spec: { externalTrafficPolicy: 'Local' },
    form: ({ spec: { healthCheckNodePort } }) => ({
      member: { monitor_port: healthCheckNodePort },
      monitor: {
        ...{ type: 'HTTP', delay: 5, timeout: 3, max_retries: 1, max_retries_down: 3 },
        ...{ url_path: '/healthz', expected_codes: '200', http_method: 'GET' },
      },
    }),
  },
  internal: { annotations: { [INTERNAL]: 'true' }, form: () => ({ internal: true }) },
  tuned: {
    annotations: { [`${STEM}timeout-client-data`]: '60000', [`${STEM}lb-method`]: 'LEAST_CONNECTIONS' },
    form: () => ({ listener: { timeout_client_data: 60_000 }, pool: { lb_algorithm: 'LEAST_CONNECTIONS' } }),
  },
};

it('takes over all forms of them without a write', async () => {
  const reference = stack.openstack.proxy.keyManager.addContainer(BARBICAN_NAME);
  const tls: Taken = {
    annotations: { [`${STEM}default-tls-container-ref`]: reference },
    form: () => ({
      listener: { protocol: 'TERMINATED_HTTPS', default_tls_container_ref: reference },
      pool: { protocol: 'HTTP' },
    }),
  };
  const before = new Map<string, unknown>();
  for (const [name, { annotations = {}, spec = {}, form }] of Object.entries({ ...TAKEN, tls })) {
    await services.make({ name, annotations });
    const one = await services.edit(name, { spec });
    await makeAsOfficial(stack.openstack, one, form?.(one) ?? {});
    before.set(name, await cloud.of(one));
  }
  stack.openstack.proxy.clear();
  const controller = stack.controller(['--drift-interval', '0']);
  await controller.leading();
  for (const [name, made] of before) expect(await cloud.of(await services.programmed(name)), name).toEqual(made);
  expect(cloud.writes()).toEqual([]);
});
