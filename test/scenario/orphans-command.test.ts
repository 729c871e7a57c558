// `fairlead orphans` against the strict cloud: what it shows, what it deletes, and what it never touches.
import { ModifyLoadBalancerAttributesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect } from 'vitest';
import { createAwsProvider } from '../../providers/aws/index.ts';
import type { Chosen } from '../../src/cli/choice.ts';
import { type OrphanWish, orphans } from '../../src/cli/orphans.ts';
import type { AnyProvider } from '../../src/provider/provider.ts';
import { parseOptions } from '../../src/schema/index.ts';
import { settings } from '../../src/settings.ts';
import { connect } from '../fake/aws/connect.ts';
import { balancerName } from './ledger.ts';
import { lookAt } from './looks.ts';
import { expectRest, scenario } from './scenario.ts';
import type { World } from './world.ts';

interface Answer {
  readonly code: number | undefined;
  readonly error: unknown;
  readonly out: string;
  readonly err: string;
}

/** A person runs the command; `answer` is what they type when asked. */
async function command(world: World, wish: Partial<OrphanWish> = {}, answer?: string, aws = {}): Promise<Answer> {
  const clients = connect(world.aws);
  const provider = createAwsProvider({ clients: () => clients });
  const flags = { provider: 'aws', 'cluster-name': world.clusterName, 'aws-default-type': 'nlb', ...aws };
  const reading = parseOptions(settings, { flags, env: {} });
  if (!reading.valid) throw new Error('these flags are at fault');
  const chosen: Chosen = {
    settings: reading.values,
    providers: [
      {
        provider: {
          ...(provider as unknown as AnyProvider),
          connect: (...args) => world.clock.outside(() => (provider as unknown as AnyProvider).connect(...args)),
        },
        options: parseOptions(provider.options, { flags, env: {} }).values,
      },
    ],
    warnings: [],
  };
  const texts = { out: '', err: '' };
  const terminal = {
    out: (text: string) => {
      texts.out += text;
    },
    err: (text: string) => {
      texts.err += text;
    },
    ask: answer === undefined ? undefined : async () => answer,
    signal: new AbortController().signal,
  };
  const whole = { names: [], remove: false, yes: false, max: 20, output: 'table', ...wish } as const;
  const ran = orphans(chosen, world.api.session('person'), whole, terminal);
  const ended = await new Promise<{ code?: number; error?: unknown }>((resolve) => {
    ran.then(
      (code) => resolve({ code }),
      (error: unknown) => resolve({ error }),
    );
    void world.until('the command ends', () => false, 60 * 60_000).catch(() => {});
  });
  return { code: ended.code, error: ended.error, ...texts };
}

/** `web` went by force while nobody looked; `stays` is served. */
async function orphaned(world: World, ports = [{ name: 'http', port: 80 }]): Promise<string> {
  const process = await world.start();
  for (const name of ['web', 'stays']) world.addService(name, { ports });
  await world.settle();
  process.kill();
  const { uid } = world.service('web').metadata;
  world.unfinalize('web');
  world.removeService('web');
  return uid;
}

describe('fairlead orphans', () => {
  scenario('shows each, with why, and changes nothing', async (world) => {
    const uid = await orphaned(world);
    const before = lookAt(world.aws.state);
    const { code, out, err } = await command(world);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out.trimEnd().split('\n');
    const why = `no Service default/web with UID ${uid} exists`;
    const row = (kind: string, id: string) => new RegExp(`^${kind} +${id} +default/web +\\S+ +${why}$`);
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^KIND +ID +OWNER +AGE +WHY$/);
    expect(lines[1]).toMatch(row('LoadBalancer', balancerName(uid)));
    expect(lines[2]).toMatch(row('TargetGroup', 'k8s-default-web-\\w+'));
    expect(lines[3]).toMatch(row('NodeRules', 'sg-\\w+/\\w{31}'));
    expect(lines.at(-1)).toBe('3 orphans.');
    expect(lookAt(world.aws.state)).toEqual(before);
  });

  scenario('says so where there is none', async (world) => {
    await world.start();
    world.addService('web');
    await world.settle();
    expect(await command(world)).toMatchObject({ code: 0, out: expect.stringMatching(/^No orphans/) });
  });

  scenario('answers as JSON', async (world) => {
    const uid = await orphaned(world);
    const { out } = await command(world, { output: 'json' });
    const found = JSON.parse(out) as { orphans: { kind: string; ours: boolean; uid: string }[] };
    expect(found.orphans.map(({ kind, ours }) => `${kind} ${ours}`).sort()).toEqual([
      'LoadBalancer true',
      'NodeRules true',
      'TargetGroup true',
    ]);
    expect(found.orphans.find(({ kind }) => kind === 'TargetGroup')?.uid).toBe(uid);
  });

  scenario('deletes them, and what a living Service needs stays', async (world) => {
    await orphaned(world);
    const { code, out } = await command(world, { remove: true, yes: true });
    expect(out).toContain('Removed all that 1 of 1 Services had left.');
    expect(out).toMatch(/^deleted LoadBalancer\/a/m);
    expect(code).toBe(0);
    expectRest(world);
    expect(world.aws.state.loadBalancers.size).toBe(1);
  });

  scenario('keeps a rule that a living Service shares with a dead one', async (world) => {
    const process = await world.start();
    world.addService('web', { ports: [{ port: 80, nodePort: 31_000 }] });
    await world.settle();
    process.kill();
    world.unfinalize('web');
    world.removeService('web');
    // The node port is free again, and another Service gets it.
    world.addService('next', { ports: [{ port: 80, nodePort: 31_000 }] });
    const second = await world.start();
    await world.settle();
    second.kill();
    expect(await command(world, { remove: true, yes: true })).toMatchObject({ code: 0 });
    expectRest(world);
  });

  scenario('shows the plan and asks first', async (world) => {
    await orphaned(world);
    const before = lookAt(world.aws.state);
    const { code, out } = await command(world, { remove: true }, 'no');
    expect(code).toBe(1);
    expect(out).toMatch(/^What default\/web left in aws:\n- LoadBalancer a/m);
    expect(out).toMatch(/^Nothing was deleted\.$/m);
    expect(lookAt(world.aws.state)).toEqual(before);
    expect(await command(world, { remove: true }, 'yes')).toMatchObject({ code: 0 });
    expectRest(world);
  });

  scenario('deletes no more than --max at once', async (world) => {
    const process = await world.start();
    for (const name of ['one', 'two', 'three']) world.addService(name);
    await world.settle();
    process.kill();
    for (const name of ['one', 'two', 'three']) {
      world.unfinalize(name);
      world.removeService(name);
    }
    const { out } = await command(world, { remove: true, yes: true, max: 2 });
    expect(out).toContain('What 1 more Services left is still there');
    expect(world.aws.state.loadBalancers.size).toBe(1);
    await command(world, { remove: true, yes: true, max: 2 });
    expectRest(world);
  });

  scenario('takes what may be of another cluster only by its name', async (world) => {
    await orphaned(world);
    world.api.delete('Namespace', 'kube-system');
    world.api.create({ kind: 'Namespace', metadata: { name: 'kube-system' } });
    const before = lookAt(world.aws.state);
    const { out } = await command(world, { remove: true, yes: true });
    expect(out).toContain('the mark names another cluster');
    expect(lookAt(world.aws.state)).toEqual(before);
    const group = [...world.aws.state.targetGroups.values()].find(({ name }) => name.includes('-web-'));
    const named = await command(world, { remove: true, yes: true, names: [`TargetGroup/${group?.name}`] });
    expect(named).toMatchObject({ code: 0 });
    expect([...world.aws.state.targetGroups.values()].some(({ name }) => name.includes('-web-'))).toBe(false);
  });

  scenario('waits for a cloud that takes its time, and says for what', async (world) => {
    const aws = { 'aws-nlb-security-groups': 'managed' };
    const process = await world.start({ aws });
    for (const name of ['web', 'stays']) world.addService(name);
    await world.settle();
    process.kill();
    world.unfinalize('web');
    world.removeService('web');
    const before = world.clock.now;
    const { code, out } = await command(world, { remove: true, yes: true }, undefined, aws);
    expect(out).toMatch(/^waiting for default\/web: security group .* is still in use.*; again in \d+ s$/m);
    expect(out).toMatch(/^deleted SecurityGroup\/k8s-default-web-/m);
    expect(code).toBe(0);
    expect(world.clock.now).toBeGreaterThan(before);
    expectRest(world);
  });

  scenario('gives up where nothing moves for ten minutes', async (world) => {
    const aws = { 'aws-nlb-security-groups': 'managed' };
    const process = await world.start({ aws });
    world.addService('web');
    await world.settle();
    process.kill();
    world.unfinalize('web');
    world.removeService('web');
    world.aws.intercept = ({ operation }) =>
      operation === 'DeleteSecurityGroup' ? { error: 'DependencyViolation' } : undefined;
    const before = world.clock.now;
    const { code, out } = await command(world, { remove: true, yes: true }, undefined, aws);
    expect(code).toBe(1);
    expect(out).toMatch(/^Left of default\/web: .*SecurityGroup\/k8s-default-web-.*still in use/m);
    expect(world.clock.now - before).toBeGreaterThan(9 * 60_000);
    // The rest is gone all the same.
    expect(world.aws.state.loadBalancers.size).toBe(0);
    expect(world.aws.state.targetGroups.size).toBe(0);
  });

  scenario('names what is not there, and deletes nothing then', async (world) => {
    await orphaned(world);
    const before = lookAt(world.aws.state);
    const { code, err } = await command(world, { remove: true, yes: true, names: ['LoadBalancer/x'] });
    expect({ code, err }).toEqual({ code: 1, err: 'there is no orphan LoadBalancer/x\n' });
    expect(lookAt(world.aws.state)).toEqual(before);
  });

  scenario('leaves what has a Service by the time that it is its turn', async (world) => {
    await world.start();
    for (const name of ['web', 'stays']) world.addService(name);
    await world.settle();
    const before = lookAt(world.aws.state);
    world.api.faults.push(({ session, path }) =>
      session === 'person' && path === '/api/v1/services' ? { fault: 'stale', writes: 1_000_000 } : undefined,
    );
    const { code, out } = await command(world, { remove: true, yes: true });
    expect(out).toContain('it belongs to a Service that exists');
    expect(code).toBe(1);
    expect(lookAt(world.aws.state)).toEqual(before);
  });

  scenario('says what is left where something keeps it from going', async (world) => {
    await orphaned(world);
    const [balancer] = [...world.aws.state.loadBalancers.values()].filter(({ tags }) =>
      Object.values(tags).includes('default/web'),
    );
    const Attributes = [{ Key: 'deletion_protection.enabled', Value: 'true' }];
    const protect = new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: balancer?.arn, Attributes });
    await world.byHand(world.hand.elbv2.send(protect));
    const { code, out } = await command(world, { remove: true, yes: true });
    expect(code).toBe(1);
    expect(out).toMatch(/^Left of default\/web: .*LoadBalancer\/a.*: .*protect/m);
  });

  scenario('shows nothing where a list cannot be had', async (world) => {
    await orphaned(world);
    const before = lookAt(world.aws.state);
    world.api.faults.push(({ session, path }) =>
      session === 'person' && path === '/api/v1/services' ? { fault: 'lose' } : undefined,
    );
    const { code, error, out } = await command(world, { remove: true, yes: true });
    expect({ code, out }).toEqual({ code: undefined, out: '' });
    expect(error).toMatchObject({ name: 'KubeError' });
    expect(lookAt(world.aws.state)).toEqual(before);
  });
});
