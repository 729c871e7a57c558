// What every golden case of AWS costs is what its plan says, and nothing is called that its permissions lack: each graph is
// made in the strict in-memory AWS, looked at, and deleted again.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import type { Facts } from '../../providers/aws/facts.ts';
import { GRANTED } from '../../providers/aws/grants/features.ts';
import { createAwsProvider } from '../../providers/aws/index.ts';
import { permissions } from '../../providers/aws/permissions.ts';
import { requestOf } from '../../src/controller/request.ts';
import { withCalls } from '../../src/engine/calls.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { Graph } from '../../src/engine/graph.ts';
import { Inventory } from '../../src/engine/inventory.ts';
import type { AnyKind, Listed } from '../../src/engine/kind.ts';
import { type KindInfo, makePlan } from '../../src/engine/plan.ts';
import type { Service } from '../../src/kube/types.ts';
import { Gate } from '../../src/provider/gate.ts';
import { Time } from '../contract/time.ts';
import type { Call } from '../fake/aws/call.ts';
import { connect } from '../fake/aws/connect.ts';
import { enforcePolicy } from '../fake/aws/iam.ts';
import { StrictAws } from '../fake/aws/strict-aws.ts';
import { START } from '../scenario/clock.ts';

const CLUSTER = { name: 'demo', uid: '11111111-2222-4333-8444-555555555555' };
const OWNED = { [`kubernetes.io/cluster/${CLUSTER.name}`]: 'owned' };
const root = join(import.meta.dirname, 'aws');
const text = (file: string) => readFileSync(join(root, file), 'utf8');
const json = (file: string) => (existsSync(join(root, file)) ? JSON.parse(text(file)) : {});

const compiled = globSync('*/service.yaml', { cwd: root })
  .map((file) => dirname(file))
  .filter((name) => text(`${name}/graph.json`).trim() !== 'null')
  .sort();
/** Cases in which something exists already, as lists show it. */
const found = compiled.filter((name) => existsSync(join(root, name, 'world.json')));
const cases = compiled.filter((name) => !found.includes(name));

const ownerOf = (name: string) => requestOf(parse(text(`${name}/service.yaml`)) as Service, CLUSTER.uid).owner;

/** The network that the facts tell of, and whatever else of AWS the graph names. */
function awsOf(facts: Facts, graph: Graph): StrictAws {
  const { region, partition, vpcId, subnets, groups, instances, addresses } = facts;
  const aws = new StrictAws({ region, accountId: '123456789012', partition: partition as 'aws' });
  Object.assign(aws.timings, { interfaceReleaseMs: 0, targetGroupReleaseMs: 0 });
  aws.seed.vpc({ id: vpcId, cidr: '10.0.0.0/16' });
  aws.seed.routeTable({ id: 'rtb-public', gateway: 'igw-main' });
  for (const { id, zone, cidr, public: isPublic } of subnets) aws.seed.subnet({ id, az: zone, cidr, public: isPublic });
  for (const [id, { name, tagged }] of Object.entries(groups)) {
    aws.seed.securityGroup({ id, name, tags: tagged ? OWNED : {} });
  }
  for (const [id, { zone, state, groups: of }] of Object.entries(instances)) {
    const subnet = (subnets.find((one) => one.zone === zone) ?? subnets[0])?.id ?? '';
    aws.seed.instance({ id, subnet, state: state as 'running', groups: of.filter((group) => group in groups) });
  }
  for (const [index, allocationId] of Object.keys(addresses).entries()) {
    aws.seed.address({ allocationId, ip: `192.0.2.${index + 1}` });
  }
  const written = JSON.stringify(graph);
  for (const [arn] of written.matchAll(/arn:aws[\w-]*:(?:acm|iam):[^"]+/g)) aws.seed.certificate(arn);
  for (const [, bucket] of written.matchAll(/"accessLogBucket":"([^"]+)"/g)) aws.seed.bucket(bucket ?? '');
  return aws;
}

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('golden: what AWS is asked for', () => {
  it('has cases', () => {
    expect(cases.length).toBeGreaterThan(50);
  });

  it.each(cases)('%s', async (name) => {
    const graph = json(`${name}/graph.json`) as Graph;
    const facts = { ...json('facts.json'), ...json(`${name}/facts.json`) } as Facts;
    const owner = ownerOf(name);
    const aws = awsOf(facts, graph);
    enforcePolicy(aws, { clusterName: CLUSTER.name, features: [...GRANTED, 'untagged-node-groups'] });
    const { elb, elbv2, ec2 } = connect(aws);
    const provider = createAwsProvider({ clients: () => ({ elb, elbv2, ec2 }) });
    const [scope, time] = [{ signal: new AbortController().signal, lane: 'change' } as const, new Time()];
    const host = { cluster: CLUSTER, gate: new Gate(), nodes: () => [] };
    const options = { region: facts.region, vpcId: facts.vpcId, roleArn: '' } as Parameters<typeof provider.connect>[0];
    const engine = new Engine({ kinds: provider.kinds, cloud: await provider.connect(options, host, scope.signal) });
    await time.until(engine.sync(scope));

    const all: string[] = [];
    for (const wanted of [graph, undefined]) {
      const { steps } = withCalls(engine.plan(owner, wanted), provider.kinds, engine.inventory);
      const before = aws.calls.length;
      const request = { owner, graph: wanted, beforeFirstWrite: async () => {} };
      await time.until(engine.converge(request, scope));
      const made = aws.calls.slice(before).map(actionOf);
      const foretold = steps.flatMap(({ calls = ['not known'] }) => calls);
      expect(foretold.toSorted(), wanted ? 'creation' : 'deletion').toEqual(made.toSorted());
      expect(made.length).toBeGreaterThan(0);
      all.push(...foretold);
      await time.until(engine.converge({ ...request, verify: true }, scope));
    }
    // The list at the start and the looks included.
    const permitted = permissions(all);
    const sent = new Set(aws.calls.map(actionOf));
    expect([...sent].filter((action) => !permitted.includes(action))).toEqual([]);
    aws.assertSound();
  });
});

describe('golden: what AWS would be asked for where something exists', () => {
  it('has cases', () => {
    expect(found.length).toBeGreaterThan(10);
  });

  // Too little is told of what exists to make it. The same changes are made in test/contract/aws-calls.test.ts.
  it.each(found)('%s', (name) => {
    const kinds = createAwsProvider().kinds as readonly AnyKind<object>[];
    const listed = json(`${name}/world.json`) as Readonly<Record<string, readonly Listed[]>>;
    const world = new Inventory(kinds);
    for (const { parent, name: kind } of kinds) if (parent === undefined) world.putList(kind, listed[kind] ?? []);
    const owner = ownerOf(name);
    const plan = makePlan({
      kinds: kinds as readonly KindInfo[],
      owner,
      graph: json(`${name}/graph.json`) as Graph,
      world,
      shares: (_key, own) => (own === undefined ? [] : [{ owner, spec: own }]),
      sharedKeys: [],
      trusts: () => true,
    });
    const { steps } = withCalls(plan, kinds as readonly KindInfo[], world);
    for (const { action, kind, id, calls } of steps.filter((step) => !step.blocked)) {
      if (action === 'keep') expect(calls, `${kind}/${id}`).toEqual([]);
      else expect(calls?.length, `${action} ${kind}/${id}`).toBeGreaterThan(0);
    }
  });
});

function actionOf({ service, operation }: Call): string {
  return `${service === 'ec2' ? 'ec2' : 'elasticloadbalancing'}:${operation}`;
}
