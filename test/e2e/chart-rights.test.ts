// The values that change what the chart grants, each installed and put to work in one cluster: nothing that the controller
// asks for is denied, and every right is used.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../../src/kube/types.ts';
import { type LaidOut, layOutImage } from '../image/image-root.ts';
import { buildCommand } from '../stack/command.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { askedBy, deniedIn, grantedTo, unusedOf } from './audit.ts';
import { Release } from './release.ts';
import { conditionOf, NLB, Services, STEM } from './services.ts';

/** What a sweep for orphans takes until it tells of one: it must have been one for a minute. */
const TOLD_MS = 240_000;

let stack: Stack;
let root: LaidOut;
let narrow: Release;
let observing: Release;
let alone: Release;
let pod: ControllerProcess;
let team: Services;
let lost: string;

beforeAll(async () => {
  await buildCommand();
  root = await layOutImage();
  stack = await startStack({ nodes: 2, clusterName: 'e2e', audit: true });
  team = new Services(stack, 'team-a');
  await stack.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' } });
  narrow = new Release(stack, { namespace: 'narrow', values: { watchNamespace: 'team-a' } });
  observing = new Release(stack, { namespace: 'observing', values: { policy: 'observe-only' } });
  const values = { leaderElect: false, claimClassless: false, replicas: 1 };
  alone = new Release(stack, { namespace: 'alone', values });
  await narrow.install();
});
afterAll(async () => {
  for (const release of [narrow, observing, alone]) await release?.stop();
  await stack?.stop();
  await root?.[Symbol.asyncDispose]();
});

/** Says the same twice, which makes one event with a count. */
async function wrongTwice(services: Services, name: string): Promise<void> {
  for (const _ of ['first', 'second']) {
    await services.annotate(name, { [`${STEM}internal`]: 'maybe' });
    await services.until('it is refused', name, (one) => conditionOf(one, 'Accepted')?.status === 'False');
    await services.annotate(name, { [`${STEM}internal`]: null });
    await services.programmed(name);
  }
}

/** What the account of a release was denied, and what it may and never did. */
async function verdict(release: Release): Promise<{ denied: readonly string[]; unused: readonly string[] }> {
  const account = { namespace: release.namespace, name: release.name };
  const asked = await askedBy(stack, account);
  return { denied: deniedIn(asked), unused: unusedOf(await grantedTo(stack, account), asked) };
}

const justRight = { denied: [], unused: [] };

describe('a release that watches one namespace', () => {
  it('serves that one and no other', async () => {
    const other = new Services(stack);
    await other.make({ name: 'elsewhere', annotations: NLB });
    pod = await narrow.startReplica(root);
    await pod.leading();
    await team.make({ name: 'ours', annotations: NLB });
    await team.make({ name: 'lost', annotations: NLB });
    await team.programmed('ours');
    lost = (await team.programmed('lost')).metadata.uid;
    await wrongTwice(team, 'ours');
    expect((await other.get('elsewhere')).status).toEqual({ loadBalancer: {} });
  });

  it('starts again on what a Service left that went by force', async () => {
    await pod.stop();
    await team.edit('lost', { metadata: { finalizers: null } });
    await team.remove('lost');
    pod = await narrow.startReplica(root);
    await pod.leading();
  });
});

describe('a release that only observes', () => {
  it('works with no right to write anything but its Lease', async () => {
    await observing.install();
    const before = await stack.services();
    const one = await observing.startReplica(root);
    await one.leading();
    await one.line(({ msg }) => msg?.startsWith('the policy observe-only forbids: ') === true);
    expect((await stack.service('elsewhere'))?.metadata.resourceVersion).toBe(
      before.find(({ metadata }) => metadata.name === 'elsewhere')?.metadata.resourceVersion,
    );
    expect(await one.stop()).toBe(0);
    expect(await verdict(observing)).toEqual(justRight);
    const writes = (await grantedTo(stack, observing)).filter(({ verb }) => ['create', 'patch'].includes(verb));
    expect(new Set(writes.map(({ resource }) => resource))).toEqual(new Set(['leases']));
  });
});

describe('a release without leader election', () => {
  it('works with no right to a Lease', async () => {
    await alone.install();
    const services = new Services(stack);
    const one = await alone.startReplica(root);
    await one.leading();
    await services.make({ name: 'classed', loadBalancerClass: 'fairlead.dev/aws', annotations: NLB });
    await services.programmed('classed');
    await wrongTwice(services, 'classed');
    await services.remove('classed');
    expect(await one.stop()).toBe(0);
    expect(await verdict(alone)).toEqual(justRight);
    const resources = (await grantedTo(stack, alone)).map(({ resource }) => resource);
    expect(resources).not.toContain('leases');
  });
});

describe('the release that watches one namespace', () => {
  it('tells of the orphan on its Lease, and used every right that it has', { timeout: TOLD_MS + 30_000 }, async () => {
    const told = async () => {
      const { items } = await stack.request<{ items: Event[] }>('GET', '/api/v1/namespaces/narrow/events');
      return items.find(({ reason }) => reason === 'OrphanFound');
    };
    const event = await stack.until('the orphan is told of', told, TOLD_MS);
    expect(event.involvedObject).toMatchObject({ kind: 'Lease', name: 'fairlead' });
    expect(event.message).toContain(lost.replaceAll('-', '').slice(0, 8));
    expect(await pod.stop()).toBe(0);
    expect(await verdict(narrow)).toEqual(justRight);
    const places = (await grantedTo(stack, narrow)).filter(({ resource }) => resource.startsWith('services'));
    expect(new Set(places.map(({ namespace }) => namespace))).toEqual(new Set(['team-a']));
  });
});
