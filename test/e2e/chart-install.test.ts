// The chart as the README installs it, its two pods run as its Deployment says, and the main scenarios under the rights that
// it grants: all of it works, nothing is refused, and no right is left over.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHART } from '../chart/helm.ts';
import { type LaidOut, layOutImage } from '../image/image-root.ts';
import { buildCommand } from '../stack/command.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { askedBy, deniedIn, grantedTo, unusedOf } from './audit.ts';
import { AwsView } from './aws-view.ts';
import { Release } from './release.ts';
import { conditionOf, hostnameOf, NLB, Services, STEM } from './services.ts';

const ACCOUNT = { namespace: 'fairlead', name: 'fairlead' };

let stack: Stack;
let aws: AwsView;
let root: LaidOut;
let release: Release;
let services: Services;
const pods: ControllerProcess[] = [];

beforeAll(async () => {
  await buildCommand();
  root = await layOutImage();
  stack = await startStack({ nodes: 3, clusterName: 'e2e', audit: true });
  aws = new AwsView(stack);
  services = new Services(stack);
  release = new Release(stack, { values: { clusterName: undefined } });
  await release.install(CHART, await installArguments());
  pods.push(await release.startReplica(root), await release.startReplica(root));
});
afterAll(async () => {
  await release?.stop();
  await stack?.stop();
  await root?.[Symbol.asyncDispose]();
});

/** What follows the chart in the README's `helm install`, with this cluster's name. */
async function installArguments(): Promise<readonly string[]> {
  const text = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const line = /^helm install fairlead \.\/helm\/fairlead (.+)$/m.exec(text)?.[1] ?? '';
  expect(line).toContain('clusterName=NAME');
  return line.replace('clusterName=NAME', `clusterName=${stack.clusterName}`).split(' ');
}

const instanceIds = (count = 3) =>
  stack.emulator.fixtures.nodes
    .slice(0, count)
    .map((node) => node.instanceId)
    .sort();
const targetsOf = async (name: string) => {
  const view = await aws.of(await services.get(name));
  return (await aws.targets(view?.listeners[0])).join();
};
const instancesOf = async (name: string) => {
  const view = await aws.classicOf(await services.get(name));
  return (view?.balancer.Instances ?? []).map(({ InstanceId = '' }) => InstanceId).sort();
};

describe('what helm installs', () => {
  it('runs: one pod leads, the other is ready to', async () => {
    await Promise.race(pods.map((pod) => pod.leading()));
    for (const pod of pods) {
      const url = await pod.healthUrl();
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      await stack.until('the pod is ready', async () => (await fetch(`${url}/readyz`)).status === 200);
    }
    const leads = ({ msg }: { msg?: string }) => msg === 'became the leader';
    expect(pods.filter((pod) => pod.lines.some(leads))).toHaveLength(1);
  });

  it('is what the Deployment says: two replicas, told where their Lease is', async () => {
    const { spec } = await release.deployment();
    expect(spec.replicas).toBe(2);
    const args = spec.template.spec.containers[0]?.args ?? [];
    expect(args[0]).toBe('run');
    expect(args).toEqual(expect.arrayContaining(['--provider=aws', '--cluster-name=e2e']));
    const { namespace, name } = ACCOUNT;
    await stack.request('GET', `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`);
  });
});

describe('under the rights of the chart', () => {
  it('a Service becomes an NLB, and one without a type a Classic Load Balancer', async () => {
    await services.make({ name: 'nlb', annotations: NLB });
    await services.make({ name: 'classic' });
    const nlb = await services.programmed('nlb');
    const view = await aws.of(nlb);
    expect(hostnameOf(nlb)).toBe(view?.balancer.DNSName);
    expect(await aws.targets(view?.listeners[0])).toEqual(instanceIds());
    const classic = await services.programmed('classic');
    expect(hostnameOf(classic)).toBe((await aws.classicOf(classic))?.balancer.DNSName);
    expect(await instancesOf('classic')).toEqual(instanceIds());
    for (const one of [nlb, classic]) {
      expect(one.metadata.finalizers).toEqual(['service.kubernetes.io/load-balancer-cleanup']);
    }
  });

  it('ports and source ranges change', async () => {
    await services.addPort('nlb', 443);
    await services.addPort('classic', 443);
    await services.edit('nlb', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
    await services.programmed('nlb', async (one) => (await aws.of(one))?.listeners.length === 2);
    await services.programmed('classic', async (one) => {
      return (await aws.classicOf(one))?.balancer.ListenerDescriptions?.length === 2;
    });
    await stack.until('only the range is let in', async () => {
      const sources = (await aws.nodeRules()).filter((rule) => rule.includes('nlb/client='));
      return sources.length === 2 && sources.every((rule) => rule.includes(' 192.0.2.0/24 '));
    });
  });

  it('targets follow a node that leaves and comes back, twice', async () => {
    for (const _ of ['first', 'second']) {
      await stack.removeNode(2);
      await stack.until('the node is out', async () => (await targetsOf('nlb')) === instanceIds(2).join());
      await stack.until('the node is out', async () => (await instancesOf('classic')).length === 2);
      await stack.addNode(2);
      await stack.until('the node is in', async () => (await targetsOf('nlb')) === instanceIds().join());
      await stack.until('the node is in', async () => (await instancesOf('classic')).length === 3);
    }
  });

  it('a wrong annotation is refused with its reason', async () => {
    await services.make({ name: 'wrong', annotations: { ...NLB, [`${STEM}internal`]: 'maybe' } });
    const one = await services.until(
      'it is refused',
      'wrong',
      (now) => conditionOf(now, 'Accepted')?.status === 'False',
    );
    expect(conditionOf(one, 'Accepted')?.message).toContain('"maybe"');
    expect(await aws.of(one)).toBeUndefined();
    await services.remove('wrong');
  });

  it('our class is served, and that of somebody else is not', async () => {
    await services.make({ name: 'theirs', loadBalancerClass: 'example.com/other', annotations: NLB });
    await services.make({ name: 'ours', loadBalancerClass: 'fairlead.dev/aws', annotations: NLB });
    await services.programmed('ours');
    const theirs = await services.get('theirs');
    expect(theirs.status).toEqual({ loadBalancer: {} });
    expect(theirs.metadata.finalizers).toBeUndefined();
    await services.remove('theirs');
    await services.remove('ours');
  });

  it('a deleted Service leaves nothing', async () => {
    await services.remove('nlb');
    await services.remove('classic');
    expect([await aws.balancers(), await aws.groups(), await aws.classics(), await aws.nodeRules()]).toEqual([
      ...[[], [], [], []],
    ]);
  });

  it('the pods end in good order', async () => {
    expect(await Promise.all(pods.map((pod) => pod.stop()))).toEqual([0, 0]);
  });

  it("no request of the pods was denied, and none of the account's rights is unused", async () => {
    const asked = await askedBy(stack, ACCOUNT);
    const granted = await grantedTo(stack, ACCOUNT);
    expect(new Set(asked.map(({ status }) => status))).toContain(201);
    expect(deniedIn(asked)).toEqual([]);
    expect(granted.length).toBeGreaterThan(10);
    expect(unusedOf(granted, asked)).toEqual([]);
  });
});
