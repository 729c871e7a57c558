// Another service controller at work on the real API server: what it leaves in managedFields and events is noticed, and
// nothing is written beside it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condition, ObjectMeta, Service } from '../../src/kube/types.ts';
import { service } from '../cluster/objects.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { AwsView } from './aws-view.ts';
import { leastPrivilege } from './service-account.ts';

const NLB = { 'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb' };
const PEER = 'aws-cloud-controller-manager';
const THEIRS = 'theirs.example.com';

let stack: Stack;
let aws: AwsView;
let controller: ControllerProcess;
let kubeconfig: string;

beforeAll(async () => {
  stack = await startStack({ nodes: 2, clusterName: 'e2e' });
  aws = new AwsView(stack);
  kubeconfig = await leastPrivilege(stack);
  controller = stack.controller(['--drift-interval', '0'], { kubeconfig });
  await controller.leading();
});
afterAll(() => stack?.stop());

const path = (name: string) => `/api/v1/namespaces/default/services/${name}`;
const get = (name: string) => stack.request<Service>('GET', path(name));
const condition = (one: Service): Condition | undefined =>
  one.status?.conditions?.find(({ type }) => type === 'fairlead.dev/Programmed');
const hostname = (one: Service) => one.status?.loadBalancer?.ingress?.[0]?.hostname;
const writes = () => stack.emulator.proxy.find({ write: true }).map(({ operation }) => operation);

/** Adds a second port, which asks for a second listener. */
async function addPort(name: string): Promise<void> {
  const one = await get(name);
  const first = { ...one.spec.ports?.[0], name: 'first' };
  await stack.request('PATCH', path(name), { spec: { ports: [first, { name: 'second', port: 443 }] } });
}

const listeners = async (name: string) => (await aws.of(await get(name)))?.listeners.length;
const programmed = (name: string, also: (one: Service) => boolean | Promise<boolean> = () => true) =>
  stack.until(`${name} is programmed`, async () => {
    if (!(await also(await get(name)))) return undefined;
    const one = await get(name);
    return condition(one)?.status === 'True' ? one : undefined;
  });
const contested = (name: string) =>
  stack.until(`${name} is contested`, async () => {
    const one = await get(name);
    return condition(one)?.reason === 'OtherController' ? one : undefined;
  });

/** What the service controller of a cloud-controller-manager sends: a strategic merge patch of the status subresource. */
async function patchAsPeer(name: string, body: object): Promise<Service> {
  const { signal } = new AbortController();
  return stack.api.request<Service>({
    method: 'PATCH',
    path: `${path(name)}/status`,
    query: { fieldManager: PEER },
    contentType: 'application/strategic-merge-patch+json',
    body,
    signal,
  });
}

async function tellAsPeer(name: string, at: Date): Promise<void> {
  const { uid } = (await get(name)).metadata;
  const stamp = at.toISOString().replace(/\.\d+Z$/, 'Z');
  await stack.create({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${at.getTime().toString(16)}`, namespace: 'default' },
    involvedObject: { apiVersion: 'v1', kind: 'Service', namespace: 'default', name, uid },
    type: 'Normal',
    reason: 'EnsuringLoadBalancer',
    message: 'Ensuring load balancer',
    firstTimestamp: stamp,
    lastTimestamp: stamp,
    count: 1,
    source: { component: 'service-controller' },
  });
}

describe('another service controller', () => {
  it('is noticed by the fields that it owns, and nothing is written beside it', async () => {
    await stack.create(service({ name: 'fields', annotations: NLB }));
    const before = await programmed('fields');
    const ours = (before.metadata as ObjectMeta & { managedFields: { manager: string }[] }).managedFields;
    expect(ours.map(({ manager }) => manager)).toContain('fairlead');

    await patchAsPeer('fields', { status: { loadBalancer: { ingress: [{ hostname: THEIRS }] } } });
    const message = condition(await contested('fields'))?.message ?? '';
    expect(message).toContain(`${PEER} wrote status.loadBalancer or the finalizer at 2`);
    expect(message).toContain('--controllers=*,-service-lb-controller');
    expect(message).toContain('fairlead.dev/aws');

    stack.emulator.proxy.clear();
    const looked = () => controller.lines.filter(({ code }) => code === 'other-controller').length;
    const sofar = looked();
    await addPort('fields');
    await stack.until('the edit was looked at', async () => looked() > sofar);
    expect(writes()).toEqual([]);
    expect(hostname(await get('fields'))).toBe(THEIRS);
  });

  it('is noticed by its events, also where it wrote nothing on the Service', async () => {
    await stack.create(service({ name: 'events', annotations: NLB }));
    await programmed('events');
    await tellAsPeer('events', new Date());
    const one = await contested('events');
    expect(condition(one)?.message).toContain('service-controller told EnsuringLoadBalancer');
  });

  it('was at work long ago, by an event that comes late: that hinders nothing', async () => {
    await stack.create(service({ name: 'late', annotations: NLB }));
    await programmed('late');
    await tellAsPeer('late', new Date(Date.now() - 3_600_000));
    await addPort('late');
    await programmed('late', async () => (await listeners('late')) === 2);
  });

  it('leaves Services of our class alone, and so they are ours whatever it tells', async () => {
    await stack.create(service({ name: 'classed', loadBalancerClass: 'fairlead.dev/aws', annotations: NLB }));
    await programmed('classed');
    await tellAsPeer('classed', new Date());
    await addPort('classed');
    await programmed('classed', async () => (await listeners('classed')) === 2);
  });

  it('was at work before our term: all of it is past for the next one, which puts its own address back', async () => {
    await controller.stop();
    controller = stack.controller(['--drift-interval', '0'], { kubeconfig });
    await controller.leading();
    const one = await programmed('fields', async (now) => hostname(now) !== THEIRS);
    const view = await aws.of(one);
    expect(hostname(one)).toBe(view?.balancer.DNSName);
    expect(view?.listeners).toHaveLength(2);
    await programmed('events');
  });

  it('could be noticed with the rights that the documents name', () => {
    expect(controller.lines.filter(({ msg }) => msg?.includes('may not list and watch events'))).toEqual([]);
  });
});
