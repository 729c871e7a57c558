// `fairlead drain` as it is built, by a person with the rights that docs/uninstall.md lists: refused while a controller leads;
// what is released the next controller takes over without a write; what is deleted leaves nothing.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DrainList } from '../../src/cli/drain-report.ts';
import type { Lease, Service } from '../../src/kube/types.ts';
import { service } from '../cluster/objects.ts';
import { buildCommand, fairlead } from '../stack/command.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { AwsView } from './aws-view.ts';

const NLB = { 'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb' };
const PROGRAM = join(import.meta.dirname, '../../dist/fairlead.js');
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const PERSON = 'drainer';

/** As docs/uninstall.md has it. */
const RULES = [
  { apiGroups: [''], resources: ['services'], verbs: ['get', 'list'] },
  { apiGroups: [''], resources: ['services/status'], verbs: ['patch'] },
  { apiGroups: [''], resources: ['nodes', 'events'], verbs: ['list'] },
  { apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['list', 'get', 'create', 'patch'] },
];

let stack: Stack;
let aws: AwsView;
let kubeconfig: string;
const running: ControllerProcess[] = [];

beforeAll(async () => {
  await buildCommand();
  stack = await startStack({ nodes: 3, clusterName: 'e2e' });
  aws = new AwsView(stack);
  kubeconfig = await person();
});
afterAll(() => stack?.stop());
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

/** Answers the path of a kubeconfig with a token of somebody who may do that and nothing else. */
async function person(): Promise<string> {
  const metadata = { name: PERSON };
  const namespace = 'default';
  await stack.request('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata });
  await stack.request('POST', `${RBAC}/clusterroles`, { metadata, rules: RULES });
  await stack.request('POST', `${RBAC}/clusterrolebindings`, {
    metadata,
    subjects: [{ kind: 'ServiceAccount', name: PERSON, namespace }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: PERSON },
  });
  const spec = { expirationSeconds: 3600 };
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${PERSON}/token`;
  const { status } = await stack.request<{ status: { token: string } }>('POST', path, body);
  return stack.cluster.kubeconfigFor(status.token, PERSON);
}

function start(args: readonly string[] = []): ControllerProcess {
  const one = stack.controller(args);
  running.push(one);
  return one;
}

const drain = (...args: string[]) => fairlead(stack, ['drain', ...args], kubeconfig);
const path = (name: string) => `/api/v1/namespaces/default/services/${name}`;
const live = (name: string) => stack.request<Service>('GET', path(name));
const programmed = (name: string) =>
  stack.until(`${name} is programmed`, async () => {
    const one = await live(name);
    const condition = one.status?.conditions?.find((each) => each.type === 'fairlead.dev/Programmed');
    return condition?.status === 'True' ? one : undefined;
  });

/** An NLB and a Classic Load Balancer are served, and the controller goes in good order. */
async function served(): Promise<void> {
  const controller = start();
  for (const [name, annotations] of [
    ['web', NLB],
    ['old', {}],
  ] as const) {
    if (!(await stack.service(name))) await stack.create(service({ name, annotations }));
    await programmed(name);
  }
  await controller.stop();
}

/** All that AWS has of load balancers. */
async function look(): Promise<unknown> {
  const { SecurityGroups = [] } = await aws.clients.ec2.send(new DescribeSecurityGroupsCommand({}));
  return [await aws.balancers(), await aws.groups(), await aws.classics(), SecurityGroups, await aws.nodeRules()];
}

async function expectNothingInAws(): Promise<void> {
  const { SecurityGroups = [] } = await aws.clients.ec2.send(new DescribeSecurityGroupsCommand({}));
  const own = SecurityGroups.map(({ GroupName = '' }) => GroupName).filter((name) => name.startsWith('k8s-'));
  const all = [await aws.balancers(), await aws.groups(), await aws.classics(), own, await aws.nodeRules()];
  expect(all).toEqual([[], [], [], [], []]);
}

/** Nothing of ours is on the Service. */
async function expectFree(name: string): Promise<Service> {
  const one = await live(name);
  const types = (one.status?.conditions ?? [])
    .map(({ type }) => type)
    .filter((type) => type.startsWith('fairlead.dev/'));
  expect({ types, finalizers: one.metadata.finalizers ?? [] }).toEqual({ types: [], finalizers: [] });
  return one;
}

describe('fairlead drain', () => {
  it.each(['--release', '--delete'])('%s refuses while a controller leads, wherever its Lease is', async (mode) => {
    const election = ['--leader-election-namespace', 'default', '--leader-election-id', 'our-balancers'];
    const controller = start(election);
    await controller.leading();
    const before = await look();
    const { code, out, err } = await drain(mode, '-A', '--yes');
    expect(code).toBe(1);
    expect(err).toMatch(/^\S+ holds the Lease default\/our-balancers and renews it: a controller is at work/m);
    expect(err).toContain('kubectl scale deployment --namespace default our-balancers --replicas=0');
    expect(out).toMatch(/waiting to see whether it is alive\n$/);
    expect(await look()).toEqual(before);
    await controller.stop();
    const lease = '/apis/coordination.k8s.io/v1/namespaces/default/leases/our-balancers';
    expect((await stack.request<Lease>('GET', lease)).spec?.holderIdentity).toBe('');
    await stack.request('DELETE', lease);
  });

  it('shows what is held, and writes nothing', async () => {
    await served();
    stack.emulator.proxy.clear();
    const { code, out, err } = await drain();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^default\/old +\S+\.elb\.amazonaws\.com +80\/TCP +3$/m);
    expect(out).toMatch(/^2 Services held, with 6 objects in the cloud; 0 being deleted\.$/m);
    const list = JSON.parse((await drain('-o', 'json')).out) as DrainList;
    expect(list.services.map(({ name, obstacles }) => [name, obstacles])).toEqual([
      ['old', []],
      ['web', []],
    ]);
    expect(stack.emulator.proxy.find({ write: true })).toEqual([]);
  });

  it('--release writes nothing to AWS, and the next controller takes over without a write', async () => {
    await served();
    const before = await look();
    const addresses = [(await live('web')).status?.loadBalancer, (await live('old')).status?.loadBalancer];
    stack.emulator.proxy.clear();
    const { code, out, err } = await drain('--release', '-A', '--yes');
    expect({ code, err }, out).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Let go of 2 Services\.$/m);
    const after = [(await expectFree('web')).status?.loadBalancer, (await expectFree('old')).status?.loadBalancer];
    expect(after).toEqual(addresses);
    expect(await drain('--release', '-A', '--yes')).toMatchObject({ code: 0, err: '' });
    await served();
    expect(stack.emulator.proxy.find({ write: true })).toEqual([]);
    expect(await look()).toEqual(before);
  });

  it('finds out that a controller works without a Lease', async () => {
    await served();
    const controller = start(['--leader-elect=false']);
    await controller.leading();
    const { code, out } = await drain('--release', '-n', 'default', '--yes');
    expect(code).toBe(1);
    expect(out).toMatch(/^Left: default\/(old|web): a controller took it up again/m);
    await programmed('web');
  });

  it('--delete leaves nothing; one that is being deleted goes, the other stays without an address', async () => {
    await served();
    await stack.request('DELETE', path('old'));
    expect((await live('old')).metadata.deletionTimestamp).toBeDefined();
    const { code, out, err } = await drain('--delete', '-A', '--yes');
    expect({ code, err }, out).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^default\/old: cuts off .*; it is being deleted, and goes then$/m);
    expect(out).toMatch(/^Removed the load balancers of 2 Services\.$/m);
    await expectNothingInAws();
    expect(await stack.service('old')).toBeUndefined();
    expect((await expectFree('web')).status?.loadBalancer).toEqual({});
    // It is a Service like any other for the next controller.
    await served();
    expect(await drain('--delete', 'default/web', 'default/old', '--yes')).toMatchObject({ code: 0 });
    await expectNothingInAws();
  });

  it('is interrupted in the middle of a delete, gives the Lease back, and finishes when it is run again', async () => {
    await served();
    const hang = stack.emulator.proxy.fault({
      operation: 'DeleteLoadBalancer',
      phase: 'after',
      effect: 'hang',
      times: 1,
    });
    const common = ['--provider', 'aws', '--cluster-name', stack.clusterName, '--kubeconfig', kubeconfig];
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, [PROGRAM, 'drain', '--delete', '-A', '--yes', ...common], {
      env: { PATH, HOME, ...stack.emulator.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let err = '';
    child.stderr.on('data', (text) => {
      err += String(text);
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    await stack.until('DeleteLoadBalancer was called', async () => hang.hits === 1);
    child.kill('SIGINT');
    expect(await ended).toBe(1);
    hang.remove();
    expect(err).toBe('Stopped: interrupted. What was begun can be finished by running this again.\n');
    const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/fairlead';
    expect((await stack.request<Lease>('GET', lease)).spec?.holderIdentity).toBe('');
    expect(await drain('--delete', '-A', '--yes')).toMatchObject({ code: 0, err: '' });
    await expectNothingInAws();
    await expectFree('web');
  });

  it.each([
    [['--delete', '-A'], /--delete needs --yes where nobody can be asked/],
    [['--release', '--yes'], /--release needs Services/],
    [['--release', '--delete', '-A', '--yes'], /give one of the two/],
    [['--delete', '-A', '--yes', '--policy', 'upsert-only'], /the policy upsert-only forbids deletes/],
    [['--release', 'web', '--yes'], /"web" names no Service/],
  ])('refuses %j', async (args, why) => {
    const { code, err } = await drain(...args);
    expect(code).toBe(2);
    expect(err).toMatch(why);
  });
});
