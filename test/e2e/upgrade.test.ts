// The previous commit's version and this one lead by turns over living Services: whoever takes over changes nothing in the
// cloud, and looks at all of it to know.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LaidOut, layOutImage } from '../image/image-root.ts';
import { buildCommand, fairlead } from '../stack/command.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { AwsView } from './aws-view.ts';
import { reconciled } from './looked-at.ts';
import { type PreviousVersion, previousVersion } from './previous-version.ts';
import { Release } from './release.ts';
import { hostnameOf, NLB, Services, STEM } from './services.ts';

let stack: Stack;
let aws: AwsView;
let previous: PreviousVersion;
let root: LaidOut;
let release: Release;
let services: Services;
let leader: ControllerProcess;
const names: string[] = [];

beforeAll(async () => {
  await buildCommand();
  root = await layOutImage();
  previous = await previousVersion();
  stack = await startStack({ nodes: 3, clusterName: 'e2e' });
  aws = new AwsView(stack);
  services = new Services(stack);
  release = new Release(stack);
  await release.install(previous.chart);
  leader = await release.startReplica(previous.root);
  await leader.leading();
});
afterAll(async () => {
  await release?.stop();
  await stack?.stop();
  await previous?.remove();
  await root?.[Symbol.asyncDispose]();
});

const internal = { [`${STEM}internal`]: 'true' };
const two = [
  { name: 'https', port: 443 },
  { name: 'http', port: 80 },
];

/** One Service of each kind as it comes, and of each kind one that asks for much. */
function wishes(suffix: string) {
  const { certificateArn, bucket } = stack.emulator.fixtures;
  const tls = { [`${STEM}ssl-cert`]: certificateArn, [`${STEM}ssl-ports`]: '443' };
  const logs = { [`${STEM}access-log-enabled`]: 'true', [`${STEM}access-log-s3-bucket-name`]: bucket };
  const tags = { [`${STEM}additional-resource-tags`]: 'team=web,stage=test' };
  const healthy = { [`${STEM}healthcheck-interval`]: '20', [`${STEM}healthcheck-healthy-threshold`]: '4' };
  const nlb = { ...NLB, [`${STEM}cross-zone-load-balancing-enabled`]: 'true' };
  const classic = { [`${STEM}connection-idle-timeout`]: '90', [`${STEM}connection-draining-enabled`]: 'true' };
  const spec = { loadBalancerSourceRanges: ['10.0.0.0/8', '192.0.2.0/24'] };
  return [
    { name: `nlb-${suffix}`, annotations: NLB },
    { name: `nlb-much-${suffix}`, annotations: { ...nlb, ...tls, ...logs, ...tags, ...healthy }, ports: two, spec },
    { name: `nlb-local-${suffix}`, annotations: { ...NLB, ...internal }, spec: { externalTrafficPolicy: 'Local' } },
    { name: `classic-${suffix}` },
    { name: `classic-much-${suffix}`, annotations: { ...classic, ...internal, ...tags, ...healthy }, ports: two, spec },
  ];
}

async function make(suffix: string): Promise<void> {
  const all = wishes(suffix);
  for (const one of all) await services.make(one);
  for (const { name } of all) await services.programmed(name);
  names.push(...all.map(({ name }) => name));
}

const addresses = async () => Promise.all(names.map(async (name) => hostnameOf(await services.get(name))));

interface Version {
  readonly root: LaidOut;
  readonly program?: string;
}

/** A pod of another version joins, and then the leader stops: nothing is written, and nothing would be after a closer look. */
async function handTo({ root: image, program }: Version): Promise<void> {
  const before = await addresses();
  const next = await release.startReplica(image);
  await next.line(({ msg }) => msg === 'caches are filled');
  stack.emulator.proxy.clear();
  expect(await leader.stop()).toBe(0);
  await next.leading();
  await stack.until('all were looked at', async () => (await reconciled(next)) >= names.length);
  leader = next;
  // Reads all that the controller takes on trust.
  const { code, out } = await fairlead(stack, ['plan', '-A', '--detailed-exitcode', '-q'], undefined, program);
  expect({ code, out: code === 0 ? '' : out }).toEqual({ code: 0, out: '' });
  expect(stack.emulator.proxy.find({ write: true })).toEqual([]);
  expect(await addresses()).toEqual(before);
}

describe('an upgrade', () => {
  it('from the previous version writes nothing in the cloud', async () => {
    await make('old');
    await release.upgrade();
    await handTo({ root });
  });

  it('can be taken back over what this version made, without a write', async () => {
    await make('new');
    await release.do('rollback');
    await handTo(previous);
  });

  it('and made again, without a write; then all of it goes', async () => {
    await release.upgrade();
    await handTo({ root });
    for (const name of names) await services.remove(name);
    expect([await aws.balancers(), await aws.groups(), await aws.classics(), await aws.nodeRules()]).toEqual([
      ...[[], [], [], []],
    ]);
  });
});
