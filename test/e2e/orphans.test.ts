// `fairlead orphans` finds exactly what a dead controller and a forced deletion leave, whenever they come, and takes it
// away. The controller is killed, the Service goes by force, and only then does the command run.
import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../../src/kube/types.ts';
import { service } from '../cluster/objects.ts';
import { buildCommand, fairlead, type Ran } from '../stack/command.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { AwsView } from './aws-view.ts';
import { leastPrivilege } from './service-account.ts';

/** A Service without a type gets a Classic Load Balancer. */
const KINDS = { nlb: { 'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb' }, classic: {} };
type Kind = keyof typeof KINDS;

let stack: Stack;
let aws: AwsView;
let kubeconfig: string;
let stays: Service;
let before: unknown;
const running: ControllerProcess[] = [];

beforeAll(async () => {
  await buildCommand();
  stack = await startStack({ nodes: 3, clusterName: 'e2e' });
  aws = new AwsView(stack);
  kubeconfig = await leastPrivilege(stack);
  const first = start();
  await stack.create(service({ name: 'stays', annotations: KINDS.nlb }));
  stays = await programmed('stays');
  await first.stop();
  before = await look();
});
afterAll(() => stack?.stop());
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

function start(): ControllerProcess {
  const one = stack.controller(['--leader-elect=false'], { kubeconfig });
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

/** All that AWS has, of whomever. */
async function look(): Promise<unknown> {
  const view = await aws.of(stays);
  const { SecurityGroups } = await aws.clients.ec2.send(new DescribeSecurityGroupsCommand({}));
  const all = [await aws.balancers(), await aws.groups(), await aws.classics(), SecurityGroups];
  return [view, await aws.targets(view?.listeners[0]), ...all];
}

/** What is in AWS with our mark and not of `stays`: load balancers, target groups, and the ports of the nodes. */
async function strays(): Promise<readonly string[]> {
  const mine = `a${stays.metadata.uid.replaceAll('-', '')}`.slice(0, 32);
  const balancers = (await aws.balancers()).flatMap(({ LoadBalancerName = '' }) =>
    LoadBalancerName === mine ? [] : [`LoadBalancer/${LoadBalancerName}`],
  );
  const groups = (await aws.groups()).flatMap(({ TargetGroupName = '' }) =>
    TargetGroupName.startsWith('k8s-default-stays-') ? [] : [`TargetGroup/${TargetGroupName}`],
  );
  const owners = (await aws.nodeRules()).flatMap((rule) => /=a([0-9a-f]{31})$/.exec(rule)?.[1] ?? []);
  const others = [...new Set(owners)].filter((uid) => `a${uid}` !== mine);
  const { nodeSecurityGroupId } = stack.emulator.fixtures;
  const rules = others.map((uid) => `NodeRules/${nodeSecurityGroupId}/${uid}`);
  const classics = (await aws.classics()).map(({ LoadBalancerName }) => `ClassicLoadBalancer/${LoadBalancerName}`);
  const { SecurityGroups = [] } = await aws.clients.ec2.send(new DescribeSecurityGroupsCommand({}));
  const theirs = SecurityGroups.flatMap(({ GroupName = '' }) => (GroupName.startsWith('k8s-') ? [GroupName] : []));
  return [...balancers, ...groups, ...rules, ...classics, ...theirs.map((name) => `SecurityGroup/${name}`)].sort();
}

/** The controller dies once it has made this call, and the Service goes by force. */
async function killedAfter(
  operation: string,
  work: () => Promise<unknown>,
  controller: ControllerProcess,
): Promise<void> {
  const hang = stack.emulator.proxy.fault({ operation, phase: 'after', effect: 'hang', times: 1 });
  await work();
  await stack.until(`${operation} was called`, async () => hang.hits === 1);
  controller.kill('SIGKILL');
  await controller.exited;
  hang.remove();
  await stack.request('DELETE', path('crash')).catch(() => {});
  await stack.request('PATCH', path('crash'), { metadata: { finalizers: null } });
  await stack.until('crash is gone', async () => (await stack.service('crash')) === undefined);
}

const orphans = (...args: string[]): Promise<Ran> => fairlead(stack, ['orphans', ...args], kubeconfig);

async function listed(): Promise<readonly { readonly key: string; readonly ours: boolean; readonly why: string }[]> {
  const { code, out, err } = await orphans('-o', 'json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const found = JSON.parse(out) as { orphans: { kind: string; id: string; ours: boolean; why: string }[] };
  return found.orphans
    .map(({ kind, id, ours, why }) => ({ key: `${kind}/${id}`, ours, why }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** What the command shows is what is there; it takes that away, and nothing else. */
async function expectFoundAndRemoved(): Promise<void> {
  const left = await strays();
  const rows = await listed();
  expect(rows.map(({ key }) => key)).toEqual(left);
  expect(rows.every(({ why }) => why.startsWith('no Service'))).toBe(true);
  const { code, out, err } = await orphans('--delete', '--yes');
  expect({ code, err }, out).toEqual({ code: 0, err: '' });
  // Rules alone do not say whose they are: a person has to name them.
  const others = rows.filter(({ ours }) => !ours).map(({ key }) => key);
  expect(await strays()).toEqual(others);
  expect(others.every((key) => key.startsWith('NodeRules/'))).toBe(true);
  if (others.length > 0) expect(await orphans('--delete', '--yes', ...others)).toMatchObject({ code: 0 });
  expect(await strays()).toEqual([]);
  expect(await look()).toEqual(before);
}

describe('what a controller leaves that dies', () => {
  it.each<[Kind, string]>([
    ['nlb', 'AuthorizeSecurityGroupIngress'],
    ['nlb', 'CreateTargetGroup'],
    ['nlb', 'RegisterTargets'],
    ['nlb', 'CreateLoadBalancer'],
    ['nlb', 'CreateListener'],
    ['classic', 'CreateSecurityGroup'],
    ['classic', 'AuthorizeSecurityGroupIngress'],
    ['classic', 'CreateLoadBalancer'],
    ['classic', 'ConfigureHealthCheck'],
    ['classic', 'RegisterInstancesWithLoadBalancer'],
  ])('(%s) right after %s, building', async (kind, operation) => {
    const controller = start();
    await controller.leading();
    const create = () => stack.create(service({ name: 'crash', annotations: KINDS[kind] }));
    await killedAfter(operation, create, controller);
    await expectFoundAndRemoved();
  });

  it.each<[Kind, string]>([
    ['nlb', 'DeleteLoadBalancer'],
    ['nlb', 'DeleteTargetGroup'],
    ['nlb', 'RevokeSecurityGroupIngress'],
    ['classic', 'DeleteLoadBalancer'],
    ['classic', 'RevokeSecurityGroupIngress'],
    ['classic', 'DeleteSecurityGroup'],
  ])('(%s) right after %s, taking down', async (kind, operation) => {
    const controller = start();
    await stack.create(service({ name: 'crash', annotations: KINDS[kind] }));
    await programmed('crash');
    await killedAfter(operation, () => stack.request('DELETE', path('crash')), controller);
    await expectFoundAndRemoved();
  });
});

describe('the command', () => {
  it('shows a table with a row for each, and touches nothing', async () => {
    const controller = start();
    await stack.create(service({ name: 'crash', annotations: KINDS.nlb }));
    await programmed('crash');
    controller.kill('SIGKILL');
    await controller.exited;
    await stack.request('PATCH', path('crash'), { metadata: { finalizers: null } });
    await stack.request('DELETE', path('crash'));
    stack.emulator.proxy.clear();
    const { code, out } = await orphans();
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toMatch(/^KIND +ID +OWNER +AGE +WHY$/);
    expect(out).toMatch(/^LoadBalancer +a\w{31} +default\/crash +\w+ +no Service default\/crash with UID \S+ exists$/m);
    expect(out).toMatch(/\n3 orphans\.\n$/);
    expect(stack.emulator.proxy.find({ write: true })).toEqual([]);
    await expectFoundAndRemoved();
  });

  it.each([
    [['--delete'], /--delete needs --yes/],
    [['--max', '0'], /whole number/],
    [['-o', 'yaml'], /table, json/],
  ])('refuses %j', async (args, why) => {
    const { code, err } = await orphans(...args);
    expect(code).toBe(2);
    expect(err).toMatch(why);
  });

  it('fails without a view of everything', async () => {
    const { code, out, err } = await fairlead(stack, ['orphans'], '/nowhere/kubeconfig');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/cannot read the kubeconfig/);
  });
});
