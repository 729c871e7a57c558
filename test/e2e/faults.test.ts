// What goes wrong outside the process, with the least rights that the controller needs: crashes, lost answers,
// throttling, an API server that restarts, two replicas.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { publishedReadLimits } from '../../localstack/proxy-limits.ts';
import type { Service } from '../../src/kube/types.ts';
import { service } from '../cluster/objects.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { AwsView } from './aws-view.ts';
import { leastPrivilege } from './service-account.ts';

const NLB = { 'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb' };

let stack: Stack;
let aws: AwsView;
let kubeconfig: string;
const running: ControllerProcess[] = [];

beforeAll(async () => {
  stack = await startStack({ nodes: 3, clusterName: 'e2e' });
  aws = new AwsView(stack);
  kubeconfig = await leastPrivilege(stack);
});
afterAll(() => stack?.stop());
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
  for (const one of await stack.services()) {
    if (one.metadata.name === 'kubernetes') continue;
    const cleaner = stack.controller(['--leader-elect=false'], { kubeconfig });
    await stack.request('DELETE', path(one.metadata.name)).catch(() => {});
    await gone(one.metadata.name);
    await cleaner.stop();
  }
  expect(await aws.balancers()).toEqual([]);
  expect(await aws.groups()).toEqual([]);
  expect(await aws.nodeRules()).toEqual([]);
});

function start(...args: string[]): ControllerProcess {
  const one = stack.controller(args, { kubeconfig });
  running.push(one);
  return one;
}

const path = (name: string) => `/api/v1/namespaces/default/services/${name}`;
const programmed = (name: string) =>
  stack.until(`${name} is programmed`, async () => {
    const one = await stack.request<Service>('GET', path(name));
    const condition = one.status?.conditions?.find((each) => each.type === 'fairlead.dev/Programmed');
    return condition?.status === 'True' ? one : undefined;
  });
const gone = (name: string) => stack.until(`${name} is gone`, async () => (await stack.service(name)) === undefined);

describe('a crash', () => {
  it.each([
    'CreateTargetGroup',
    'RegisterTargets',
    'CreateLoadBalancer',
    'CreateListener',
    'AuthorizeSecurityGroupIngress',
  ])('right after %s leaves one load balancer, finished by the next process', async (operation) => {
    const first = start('--leader-elect=false');
    await first.leading();
    const hang = stack.emulator.proxy.fault({ operation, phase: 'after', effect: 'hang', times: 1 });
    await stack.create(service({ name: 'crash', annotations: NLB }));
    await stack.until('the call was made', async () => hang.hits === 1);
    first.kill('SIGKILL');
    await first.exited;
    hang.remove();
    start('--leader-elect=false');
    const view = await aws.of(await programmed('crash'));
    expect(view?.listeners).toHaveLength(1);
    expect(await aws.targets(view?.listeners[0])).toHaveLength(3);
    expect(await aws.balancers()).toHaveLength(1);
    expect(await aws.groups()).toHaveLength(1);
    expect(await aws.nodeRules()).toHaveLength(2);
  });

  it.each(['DeleteLoadBalancer', 'DeleteTargetGroup', 'RevokeSecurityGroupIngress'])(
    'right after %s leaves nothing, and the finalizer goes',
    async (operation) => {
      const first = start('--leader-elect=false');
      await stack.create(service({ name: 'crash', annotations: NLB }));
      await programmed('crash');
      const hang = stack.emulator.proxy.fault({ operation, phase: 'after', effect: 'hang', times: 1 });
      await stack.request('DELETE', path('crash'));
      await stack.until('the call was made', async () => hang.hits === 1);
      first.kill('SIGKILL');
      await first.exited;
      hang.remove();
      start('--leader-elect=false');
      await gone('crash');
      expect(await aws.balancers()).toEqual([]);
      expect(await aws.groups()).toEqual([]);
      expect(await aws.nodeRules()).toEqual([]);
    },
  );
});

describe('an answer that is lost', () => {
  it.each(['reset', 'truncate', 'garbage'] as const)('(%s) to each create makes nothing twice', async (effect) => {
    const operations = /^(Create|Register|Authorize)/;
    start('--leader-elect=false');
    const fault = stack.emulator.proxy.fault({ operation: operations, phase: 'after', effect, times: 3 });
    await stack.create(service({ name: 'lost', annotations: NLB }));
    const view = await aws.of(await programmed('lost'));
    expect(fault.hits).toBe(3);
    fault.remove();
    expect(view?.listeners).toHaveLength(1);
    expect(await aws.balancers()).toHaveLength(1);
    expect(await aws.groups()).toHaveLength(1);
  });
});

describe('a restart', () => {
  it('with ten Services takes few reads and no write, even under the published limits', async () => {
    const names = Array.from({ length: 10 }, (_, at) => `restart-${at}`);
    const first = start();
    for (const name of names) await stack.create(service({ name, annotations: NLB }));
    for (const name of names) await programmed(name);
    expect(await first.stop()).toBe(0);
    const limits = publishedReadLimits.map((rule) => stack.emulator.proxy.limit(rule));
    stack.emulator.proxy.clear();
    const second = start();
    await second.leading();
    await stack.request('PATCH', path('restart-3'), { metadata: { annotations: { 'example.com/x': 'y' } } });
    const url = await second.healthUrl();
    await stack.until('all were looked at', async () => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      const done = /controller_runtime_reconcile_total\{[^}]*result="done"[^}]*\} (\d+)/.exec(metrics);
      return Number(done?.[1] ?? 0) >= names.length;
    });
    for (const limit of limits) {
      expect(limit.refused).toBe(0);
      limit.remove();
    }
    expect(stack.emulator.proxy.find({ write: true })).toEqual([]);
    expect(stack.emulator.proxy.calls.length).toBeLessThanOrEqual(12);
  });

  it('of the API server is survived without a restart of ours', async () => {
    const one = start('--leader-elect=false');
    await stack.create(service({ name: 'before', annotations: NLB }));
    await programmed('before');
    stack.emulator.proxy.clear();
    await stack.cluster.restartApiserver('SIGKILL');
    await stack.until('the API server is back', () =>
      stack.create(service({ name: 'after', annotations: NLB })).catch(() => undefined),
    );
    await programmed('after');
    expect(one.hasEnded).toBe(false);
    expect(stack.emulator.proxy.count({ operation: 'CreateLoadBalancer' })).toBe(1);
    expect(stack.emulator.proxy.count({ operation: 'DeleteLoadBalancer' })).toBe(0);
  });
});

describe('throttling', () => {
  it('of every call for a while only delays', async () => {
    start('--leader-elect=false');
    const storm = stack.emulator.proxy.fault({
      operation: /./,
      phase: 'before',
      effect: { error: { code: 'Throttling', status: 400, message: 'Rate exceeded' } },
    });
    await stack.create(service({ name: 'storm', annotations: NLB }));
    await stack.until('the storm is felt', async () => storm.hits >= 2);
    storm.remove();
    const view = await aws.of(await programmed('storm'));
    expect(view?.listeners).toHaveLength(1);
  });
});

describe('two replicas', () => {
  it('hand over within the lease when the leader dies, and nothing is done twice', async () => {
    const first = start();
    await first.leading();
    await stack.create(service({ name: 'held', annotations: NLB }));
    await programmed('held');
    const second = start();
    await second.line((line) => line.msg === 'caches are filled');
    stack.emulator.proxy.clear();
    first.kill('SIGKILL');
    await second.leading();
    await stack.create(service({ name: 'next', annotations: NLB }));
    await programmed('next');
    expect(stack.emulator.proxy.count({ operation: 'CreateLoadBalancer' })).toBe(1);
    expect(stack.emulator.proxy.count({ operation: /^(Delete|Deregister|Revoke|Modify)/ })).toBe(0);
  });

  it('a leader that was frozen past its lease writes nothing more and ends with 1', async () => {
    const first = start();
    await first.leading();
    const second = start();
    await second.line((line) => line.msg === 'caches are filled');
    first.kill('SIGSTOP');
    await second.leading();
    await stack.create(service({ name: 'frozen', annotations: NLB }));
    await programmed('frozen');
    stack.emulator.proxy.clear();
    first.kill('SIGCONT');
    expect(await first.exited).toBe(1);
    expect(stack.emulator.proxy.find({ write: true })).toEqual([]);
  });
});
