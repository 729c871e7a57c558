// The controller as a process on the real API server, and what tenants, operators and its own defects can do to it.
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../../src/kube/types.ts';
import { service } from '../cluster/objects.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { AwsView } from './aws-view.ts';
import { CLUSTER_RULES, leastPrivilege } from './service-account.ts';

const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';
const NLB = { [`${STEM}type`]: 'nlb' };
const ROLE = '/apis/rbac.authorization.k8s.io/v1/clusterroles/fairlead';

let stack: Stack;
let aws: AwsView;
let kubeconfig: string;
const running: ControllerProcess[] = [];

beforeAll(async () => {
  stack = await startStack({ nodes: 2, clusterName: 'e2e' });
  aws = new AwsView(stack);
  kubeconfig = await leastPrivilege(stack);
});
afterAll(() => stack?.stop());
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

function start(env: Readonly<Record<string, string>> = {}, ...args: string[]): ControllerProcess {
  const one = stack.controller(args, { kubeconfig, env });
  running.push(one);
  return one;
}

const path = (name: string) => `/api/v1/namespaces/default/services/${name}`;
const edit = (name: string, patch: object) => stack.request('PATCH', path(name), patch);
const programmed = (name: string, also: (one: Service) => boolean = () => true) =>
  stack.until(`${name} is programmed`, async () => {
    const one = await stack.request<Service>('GET', path(name));
    const condition = one.status?.conditions?.find(({ type }) => type === 'fairlead.dev/Programmed');
    return condition?.status === 'True' && also(one) ? one : undefined;
  });
const ports = async (name: string) => {
  const view = await aws.of(await stack.request<Service>('GET', path(name)));
  return view?.listeners.map(({ Port }) => Port).join();
};
const twoPorts = { spec: { ports: [80, 81].map((port) => ({ name: `p${port}`, port })) } };

/** Creates a Service, waits for its load balancer, and answers it. */
async function served(name: string): Promise<Service> {
  await stack.create(service({ name, annotations: NLB }));
  return programmed(name);
}

async function remove(name: string): Promise<void> {
  await stack.request('DELETE', path(name));
  await stack.until(`${name} is gone`, async () => (await stack.service(name)) === undefined);
}

describe('an error that nobody caught', () => {
  it.each([
    ['a rejected promise', 'Promise.reject(new Error("boom"))'],
    ['an exception', 'setImmediate(()=>{throw(new(Error)("boom"))})'],
  ])(
    '(%s) ends the process in order: it is logged, the lease is given back, nothing is half done',
    async (_what, code) => {
      const script = encodeURIComponent(`process.on('SIGUSR2',()=>{${code}})`);
      const first = start({ NODE_OPTIONS: `--import=data:text/javascript,${script}` });
      await first.leading();
      await served('steady');
      stack.emulator.proxy.clear();
      first.kill('SIGUSR2');
      expect(await first.exited).toBe(1);
      expect(first.lines.filter(({ msg }) => msg === 'an error escaped: stopping')).toHaveLength(1);
      expect(first.tail(1000)).toContain('boom');
      const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/fairlead';
      const { spec } = await stack.request<{ spec: { holderIdentity?: string } }>('GET', lease);
      expect(spec.holderIdentity ?? '').toBe('');
      await start().leading();
      await remove('steady');
      expect(stack.emulator.proxy.count({ operation: /^Create/ })).toBe(0);
      expect(await aws.balancers()).toEqual([]);
    },
  );
});

describe('without a home directory', () => {
  it('it serves all the same', async () => {
    start({ HOME: '/nonexistent' }, '--leader-elect=false');
    await served('homeless');
    await remove('homeless');
  });
});

describe('a tenant writes into the status', () => {
  it('an address that is not the load balancer’s is taken out again', async () => {
    start({}, '--leader-elect=false');
    const before = await served('stolen');
    const ingress = before.status?.loadBalancer?.ingress;
    await stack.request('PATCH', `${path('stolen')}/status`, {
      status: { loadBalancer: { ingress: [{ ip: '198.51.100.66' }] } },
    });
    const same = (one: Service) => JSON.stringify(one.status?.loadBalancer?.ingress) === JSON.stringify(ingress);
    expect((await programmed('stolen', same)).status?.loadBalancer?.ingress).toEqual(ingress);
    await remove('stolen');
  });
});

describe('a Service goes by force and comes back under its name', () => {
  it('while no controller runs: the old load balancer goes, the new one comes', async () => {
    const first = start({}, '--leader-elect=false');
    const before = await served('twin');
    await first.stop();
    await edit('twin', { metadata: { finalizers: null } });
    await stack.request('DELETE', path('twin'));
    const after = await stack.create<Service>(service({ name: 'twin', annotations: NLB }));
    expect(after.metadata.uid).not.toBe(before.metadata.uid);
    start({}, '--leader-elect=false');
    await programmed('twin');
    const names = (await aws.balancers()).map(({ LoadBalancerName }) => LoadBalancerName);
    expect(names).toEqual([`a${after.metadata.uid.replaceAll('-', '')}`.slice(0, 32)]);
    await remove('twin');
  });
});

describe('the API server refuses our writes', () => {
  it('for lack of a right: the load balancer is untouched, and it heals when the right is there', async () => {
    const one = start({}, '--leader-elect=false');
    await served('unheard');
    const without = CLUSTER_RULES.filter(({ resources }) => !resources.includes('services/status'));
    await stack.request('PATCH', ROLE, { rules: without });
    stack.emulator.proxy.clear();
    await edit('unheard', twoPorts);
    await one.line(({ service: name, code }) => name === 'default/unheard' && code === 'denied');
    expect(stack.emulator.proxy.find({ write: true })).toEqual([]);
    await stack.request('PATCH', ROLE, { rules: CLUSTER_RULES });
    await stack.until('it is served again', async () => {
      // A change makes it try at once, instead of within the minute.
      await edit('unheard', { metadata: { annotations: { 'example.com/tick': String(performance.now()) } } });
      return (await ports('unheard')) === '80,81';
    });
    await programmed('unheard');
    await remove('unheard');
  });
});

describe('the log', () => {
  it('at its most talkative, while things go wrong, holds no token, no key and no signature', async () => {
    const session = 'IQoJb3JpZ2luX2VjEXAMPLETOKEN';
    const key = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
    const env = { AWS_SESSION_TOKEN: session, AWS_SECRET_ACCESS_KEY: key };
    const one = start(env, '--leader-elect=false', '--log-level', 'debug');
    const { proxy } = stack.emulator;
    const fault = proxy.fault({ operation: 'CreateListener', phase: 'before', effect: 'garbage', times: 1 });
    await served('talkative');
    expect(fault.hits).toBe(1);
    fault.remove();
    await remove('talkative');
    const token = /token: ?"?([\w.-]{100,})/.exec(await readFile(kubeconfig, 'utf8'))?.[1] ?? '';
    expect(token.length).toBeGreaterThan(100);
    const log = one.tail(100_000);
    expect(log).toContain('CreateListener');
    for (const secret of [token, token.split('.')[2] ?? '', session, key, 'Bearer ', 'Signature=']) {
      expect(secret).not.toBe('');
      expect(log).not.toContain(secret);
    }
  });
});
