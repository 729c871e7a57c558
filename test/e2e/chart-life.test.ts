// The life of a release after its install: tested, changed, rolled back, with the policies that it brings, removed and brought
// back. What serves traffic is never touched by any of it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { service } from '../cluster/objects.ts';
import { type LaidOut, layOutImage } from '../image/image-root.ts';
import { buildCommand } from '../stack/command.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { kubectl } from './admission-commands.ts';
import { askedBy, deniedIn } from './audit.ts';
import { AwsView } from './aws-view.ts';
import { withKubelet } from './kubelet.ts';
import { reconciled } from './looked-at.ts';
import { Release } from './release.ts';
import { hostnameOf, NLB, Services, STEM } from './services.ts';

const ROLE = '/apis/rbac.authorization.k8s.io/v1/clusterroles/fairlead';

let stack: Stack;
let aws: AwsView;
let root: LaidOut;
let release: Release;
let services: Services;
let controller: ControllerProcess;

beforeAll(async () => {
  await buildCommand();
  root = await layOutImage();
  stack = await startStack({ nodes: 2, clusterName: 'e2e', audit: true });
  aws = new AwsView(stack);
  services = new Services(stack);
  release = new Release(stack);
  await release.install();
  controller = await release.startReplica(root);
  await controller.leading();
  await services.make({ name: 'nlb', annotations: NLB });
  await services.make({ name: 'classic' });
  await services.programmed('nlb');
  await services.programmed('classic');
});
afterAll(async () => {
  await release?.stop();
  await stack?.stop();
  await root?.[Symbol.asyncDispose]();
});

const argumentsNow = async () => (await release.deployment()).spec.template.spec.containers[0]?.args ?? [];
const test = () => withKubelet(stack, release, root, () => release.test());
const writes = () => stack.emulator.proxy.find({ write: true }).map(({ operation }) => operation);
/** What serves: name, address and finalizer of each Service, and what is in the cloud. */
const serving = async () => [
  ...(await stack.services())
    .filter(({ spec }) => spec.type === 'LoadBalancer')
    .map((one) => [one.metadata.name, hostnameOf(one), one.metadata.finalizers]),
  ...[await aws.balancers(), await aws.groups(), await aws.classics(), await aws.nodeRules()],
];
/** The doors of `kubectl apply` for a Service with a value that is wrong. */
const applyWrong = () => {
  const wrong = service({ name: 'wrong', annotations: { ...NLB, [`${STEM}internal`]: 'maybe' } });
  return kubectl(stack.cluster, ['apply', '--dry-run=server', '-f', '-'], stringify(wrong));
};

describe('helm test', () => {
  it('passes where all is well', async () => {
    const { result, done } = await test();
    expect(done.map(({ code, log }) => ({ code, log: code === 0 ? '' : log }))).toEqual([{ code: 0, log: '' }]);
    expect(result).toMatchObject({ code: 0 });
    expect(done[0]?.pod.spec.containers[0]?.args?.[0]).toBe('doctor');
  });

  it('asks for nothing that the account may not do', async () => {
    expect(deniedIn(await askedBy(stack, release))).toEqual([]);
  });

  it('fails where a right is missing, and says which', async () => {
    type Role = { rules: { resources: string[] }[] };
    const { rules } = await stack.request<Role>('GET', ROLE);
    const without = rules.filter(({ resources }) => !resources.includes('services/status'));
    expect(without).toHaveLength(rules.length - 1);
    await stack.request('PATCH', ROLE, { rules: without });
    const { result, done } = await test();
    await stack.request('PATCH', ROLE, { rules });
    expect(result.code).not.toBe(0);
    expect(result.err).toContain('fairlead-doctor');
    expect(done.map(({ code }) => code)).toEqual([1]);
    expect(done[0]?.log).toMatch(/patch.*services\/status/);
  });
});

describe('the policies', () => {
  it('warn of a wrong value, as kubectl shows', async () => {
    await stack.until('the policies are in force', async () => (await applyWrong()).err.includes('Warning'));
    const { code, err } = await applyWrong();
    expect(code).toBe(0);
    expect(err).toContain(`${STEM}internal`);
  });

  it('refuse it with Deny, and go with off', async () => {
    await release.change({ admissionPolicy: { action: 'Deny' } });
    await stack.until('the policies refuse', async () => (await applyWrong()).code !== 0);
    expect((await applyWrong()).err).toContain(`${STEM}internal`);
    await release.change({ admissionPolicy: { action: 'off' } });
    await stack.until('the policies are gone', async () => {
      const { code, err } = await applyWrong();
      return code === 0 && !err.includes('Warning');
    });
  });
});

describe('a change of the release', () => {
  it('keeps the values that it had, and a rollback takes it back', async () => {
    const before = await argumentsNow();
    stack.emulator.proxy.clear();
    await release.change({ driftInterval: '0' });
    expect(await argumentsNow()).toEqual(expect.arrayContaining(['--drift-interval=0', '--cluster-name=e2e']));
    await controller.stop();
    controller = await release.startReplica(root);
    await controller.leading();
    await release.do('rollback');
    expect(await argumentsNow()).toEqual(before);
    expect(writes()).toEqual([]);
  });
});

describe('uninstalling', () => {
  it('leaves Services, their finalizers and their load balancers as they are', async () => {
    const before = await serving();
    stack.emulator.proxy.clear();
    expect(await controller.stop()).toBe(0);
    await release.do('uninstall');
    expect(await serving()).toEqual(before);
    expect(writes()).toEqual([]);
    for (const kind of ['clusterroles', 'clusterrolebindings', 'validatingadmissionpolicies']) {
      const { out } = await kubectl(stack.cluster, ['get', kind, '-o', 'name']);
      expect(out).not.toContain('fairlead');
    }
    const { out } = await kubectl(stack.cluster, [
      'get',
      'all,sa,role,rolebinding,pdb',
      '-n',
      'fairlead',
      '-o',
      'name',
    ]);
    expect(out.split('\n').filter((line) => line !== '' && !line.startsWith('pod/'))).toEqual([]);
  });

  it('can be taken back: a new install takes over without a write, and a change is served', async () => {
    const before = await serving();
    stack.emulator.proxy.clear();
    await release.install();
    controller = await release.startReplica(root);
    await controller.leading();
    await stack.until('both are looked at', async () => (await reconciled(controller)) >= 2);
    expect(await serving()).toEqual(before);
    expect(writes()).toEqual([]);
    await services.addPort('nlb', 443);
    await services.programmed('nlb', async (one) => (await aws.of(one))?.listeners.length === 2);
    await services.remove('nlb');
    await services.remove('classic');
    expect([await aws.balancers(), await aws.groups(), await aws.classics(), await aws.nodeRules()]).toEqual([
      ...[[], [], [], []],
    ]);
  });
});
