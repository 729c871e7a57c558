// Two pods of the Deployment: whichever way the leader goes, the other takes over as the Lease allows, nothing is done twice
// and nothing is left undone.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Lease } from '../../src/kube/types.ts';
import { type LaidOut, layOutImage } from '../image/image-root.ts';
import { buildCommand } from '../stack/command.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { AwsView } from './aws-view.ts';
import { Release } from './release.ts';
import { NLB, Services } from './services.ts';

const LEASE_MS = 15_000;
const NLBS = ['first', 'second', 'third'];
const ALL = [...NLBS, 'classic'];

let stack: Stack;
let aws: AwsView;
let root: LaidOut;
let release: Release;
let services: Services;
let leader: ControllerProcess;
let follower: ControllerProcess;

beforeAll(async () => {
  await buildCommand();
  root = await layOutImage();
  stack = await startStack({ nodes: 2, clusterName: 'e2e' });
  aws = new AwsView(stack);
  services = new Services(stack);
  release = new Release(stack);
  await release.install();
  leader = await release.startReplica(root);
  await leader.leading();
  follower = await release.startReplica(root);
  await follower.line(({ msg }) => msg === 'caches are filled');
});
afterAll(async () => {
  await release?.stop();
  await stack?.stop();
  await root?.[Symbol.asyncDispose]();
});

const lease = () => stack.request<Lease>('GET', '/apis/coordination.k8s.io/v1/namespaces/fairlead/leases/fairlead');
const renewedMs = ({ spec }: Lease) => Date.parse(spec?.renewTime ?? '');
/** When the pod said that it had become the leader. */
async function ledSinceMs(pod: ControllerProcess): Promise<number> {
  const { time } = await pod.line(({ msg }) => msg === 'became the leader');
  return Date.parse(String(time));
}
const creates = () => {
  const calls = stack.emulator.proxy.find({ operation: /^Create(LoadBalancer|TargetGroup|Listener|SecurityGroup)$/ });
  return Object.fromEntries(
    [...Map.groupBy(calls, ({ service, operation }) => `${service} ${operation}`)].map(([key, all]) => [
      key,
      all.length,
    ]),
  );
};

describe('the leader is killed in the middle of its work', () => {
  it('and the other finishes it, when the lease has run out and not before', async () => {
    const { proxy } = stack.emulator;
    const after = { phase: 'after', effect: 'hang', times: 1 } as const;
    const v2 = { ...after, service: 'elasticloadbalancing' };
    // Each of the four Services is stopped at another place: done in the cloud, and never answered.
    const hangs = [
      proxy.fault({ ...v2, operation: 'CreateTargetGroup' }),
      proxy.fault({ ...v2, operation: 'CreateLoadBalancer' }),
      proxy.fault({ ...v2, operation: 'CreateListener' }),
      proxy.fault({ ...after, service: 'elasticloadbalancing-classic', operation: 'CreateLoadBalancer' }),
    ];
    for (const name of NLBS) await services.make({ name, annotations: NLB });
    await services.make({ name: 'classic' });
    await stack.until('all four are in the middle', async () => hangs.every(({ hits }) => hits === 1));
    leader.kill('SIGKILL');
    expect(await leader.exited).toBe(137);
    const killedMs = Date.now();
    const held = await lease();
    for (const hang of hangs) hang.remove();

    for (const name of ALL) await services.programmed(name);
    const ledMs = await ledSinceMs(follower);
    expect(ledMs).toBeGreaterThanOrEqual(renewedMs(held) + LEASE_MS);
    expect(proxy.find({ write: true }).filter(({ at }) => at > killedMs && at < ledMs)).toEqual([]);
    const now = await lease();
    expect(now.spec?.holderIdentity).not.toBe(held.spec?.holderIdentity);
    expect(now.spec?.leaseTransitions).toBe((held.spec?.leaseTransitions ?? 0) + 1);
  });

  it('nothing was created twice', async () => {
    expect(creates()).toEqual({
      'elasticloadbalancing CreateTargetGroup': 3,
      'elasticloadbalancing CreateLoadBalancer': 3,
      'elasticloadbalancing CreateListener': 3,
      'elasticloadbalancing-classic CreateLoadBalancer': 1,
      'ec2 CreateSecurityGroup': 1,
    });
    expect(await aws.balancers()).toHaveLength(3);
    expect(await aws.groups()).toHaveLength(3);
    expect(await aws.classics()).toHaveLength(1);
    for (const name of NLBS) {
      const view = await aws.of(await services.get(name));
      expect(await aws.targets(view?.listeners[0])).toHaveLength(2);
    }
    // One rule of each NLB, one for what they share, one of the Classic Load Balancer.
    expect(await aws.nodeRules()).toHaveLength(5);
  });
});

describe('the leader is told to stop', () => {
  it('and gives its lease back: the other leads long before it would have run out, and writes nothing', async () => {
    const next = await release.startReplica(root);
    await next.line(({ msg }) => msg === 'caches are filled');
    stack.emulator.proxy.clear();
    const held = await lease();
    expect(await follower.stop()).toBe(0);
    // The lease was renewed at this time or later.
    expect(await ledSinceMs(next)).toBeLessThan(renewedMs(held) + LEASE_MS);
    await next.leading();
    const writes = () => stack.emulator.proxy.find({ write: true }).map(({ operation }) => operation);
    expect(writes()).toEqual([]);
    for (const name of ALL) await services.remove(name);
    expect([await aws.balancers(), await aws.groups(), await aws.classics(), await aws.nodeRules()]).toEqual([
      ...[[], [], [], []],
    ]);
  });
});
