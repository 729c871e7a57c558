import { ModifyLoadBalancerAttributesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect } from 'vitest';
import { balancerName } from './ledger.ts';
import { lookAt } from './looks.ts';
import { expectRest, scenario } from './scenario.ts';
import { AWS, RANGES } from './wishes.ts';
import type { World } from './world.ts';

const isProgrammed = (world: World, name: string) => world.condition(name, 'Programmed') === 'True Programmed';

/** Adds a Service, and answers how long it took to be served. */
async function timeToServe(world: World, name: string): Promise<number> {
  const begin = world.clock.now;
  world.addService(name);
  await world.until(`${name} is served`, () => isProgrammed(world, name), 120_000);
  return world.clock.now - begin;
}

const warnings = (world: World, name: string) => world.events(name).filter((one) => one.startsWith('Warning'));

describe('an invalid annotation', () => {
  scenario(
    'on a new Service: nothing is built, all faults are said at once, and correcting it is enough',
    async (world) => {
      await world.start();
      world.addService('web', {
        annotations: {
          [`${AWS}internal`]: 'yes please',
          [`${AWS}healthcheck-interval`]: '7 seconds',
          [RANGES]: '0.0.0.0.0/0',
        },
      });
      const calls = await world.awsCallsDuring(() => world.settle());
      expect(calls.filter(({ write }) => write)).toEqual([]);
      expect(world.condition('web', 'Accepted')).toBe('False InvalidService');
      const message = world.conditionMessage('web', 'Accepted');
      for (const word of ['internal', 'healthcheck-interval', 'source-ranges']) expect(message).toContain(word);
      expect(warnings(world, 'web')).toEqual(['Warning SyncLoadBalancerFailed']);
      expectRest(world, { refused: ['web'] });
      world.edit('web', {
        annotations: { [`${AWS}internal`]: 'true', [`${AWS}healthcheck-interval`]: '10', [RANGES]: null },
      });
      await world.settle();
      expect(world.condition('web', 'Accepted')).toBe('True Accepted');
      expectRest(world);
    },
  );

  scenario('on a live load balancer: nothing changes, until it is corrected', async (world) => {
    await world.start();
    world.addService('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
    await world.settle();
    const before = lookAt(world.aws.state);
    for (const ranges of [['192.0.2.0/24', ''], ['0.0.0.0/0 '], ['192.0.2.1/24'], ['2001:db8::/32'], ['10.0.0.0']]) {
      world.edit('web', { spec: { loadBalancerSourceRanges: ranges } });
      await world.settle();
      if (ranges[0] === '0.0.0.0/0 ') continue;
      expect(world.condition('web', 'Accepted'), ranges.join()).toBe('False InvalidService');
    }
    expect(lookAt(world.aws.state)).toEqual({ ...before, rules: lookAt(world.aws.state).rules });
    world.edit('web', { spec: { loadBalancerSourceRanges: ['198.51.100.0/24'] } });
    await world.settle();
    expectRest(world);
  });

  scenario('a misspelt one is told with the right spelling, and the rest of the Service is served', async (world) => {
    await world.start();
    world.addService('web', { annotations: { [`${AWS}intrenal`]: 'true' } });
    await world.settle();
    expect(world.condition('web', 'Accepted')).toMatch(/AcceptedWithWarnings|InvalidService/);
    const told = world.events('web', true).filter((one) => one.startsWith('Warning'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`${AWS}internal`);
  });

  scenario('nothing is told twice, whatever happens around it, restarts included', async (world) => {
    const first = await world.start();
    world.addService('web', { annotations: { [`${AWS}intrenal`]: 'true' } });
    world.addService('bad', { annotations: { [`${AWS}ssl-cert`]: 'nonsense' } });
    await world.settle();
    const before = [world.events('web', true), world.events('bad', true)];
    world.edit('web', { annotations: { 'example.com/x': '1' } });
    world.edit('bad', { annotations: { 'example.com/x': '1' } });
    world.api.patch('Node', 'node-1', { metadata: { labels: { x: 'y' } } });
    await world.settle();
    first.kill();
    await world.start();
    await world.settle();
    expect([world.events('web', true), world.events('bad', true)]).toEqual(before);
  });
});

describe('one Service that cannot be served does not slow the others', () => {
  scenario('because AWS denies it', async (world) => {
    await world.start({ workers: 2 });
    world.awsFault = ({ input, operation }) =>
      operation === 'CreateTargetGroup' && (input as { Name: string }).Name.startsWith('k8s-default-denied')
        ? { error: 'AccessDenied', httpStatus: 403 }
        : undefined;
    for (const index of [1, 2, 3, 4]) world.addService(`denied${index}`);
    await world.pass(60_000);
    expect(world.condition('denied1', 'Programmed')).toBe('False Denied');
    expect(world.conditionMessage('denied1', 'Programmed')).toContain('elasticloadbalancing:CreateTargetGroup');
    expect(await timeToServe(world, 'web')).toBeLessThan(2000);
    await world.pass(30 * 60_000);
    expect(warnings(world, 'denied1')).toHaveLength(1);
    expect(await timeToServe(world, 'api')).toBeLessThan(2000);
    world.awsFault = () => undefined;
    await world.settle();
    expectRest(world);
  });

  scenario('because its calls never answer', async (world) => {
    await world.start({ workers: 2 });
    await world.settle({ quietMs: 30_000 });
    world.awsFault = ({ input, operation }) =>
      operation === 'CreateTargetGroup' && (input as { Name: string }).Name.startsWith('k8s-default-hang')
        ? 'hang'
        : undefined;
    world.addService('hang');
    expect(await timeToServe(world, 'web')).toBeLessThan(2000);
    await world.pass(10 * 60_000);
    expect(world.condition('hang', 'Programmed')).toBe('False Network');
    world.awsFault = () => undefined;
    await world.settle();
    expectRest(world);
  });

  scenario(
    'because the quota of load balancers is used up: it says which, and heals when there is room',
    async (world) => {
      await world.start();
      world.aws.limits.loadBalancers = 2;
      for (const name of ['one', 'two', 'three']) world.addService(name);
      await world.pass(60_000);
      const blocked = ['one', 'two', 'three'].filter((name) => !isProgrammed(world, name));
      expect(blocked).toHaveLength(1);
      const [name = ''] = blocked;
      expect(world.condition(name, 'Programmed')).toBe('False Quota');
      expect(world.conditionMessage(name, 'Programmed')).toContain('Network Load Balancers per Region');
      await world.pass(30 * 60_000);
      expect(warnings(world, name)).toHaveLength(1);
      const [other = ''] = ['one', 'two', 'three'].filter((each) => each !== name);
      world.removeService(other);
      await world.settle();
      expect(isProgrammed(world, name)).toBe(true);
      expectRest(world);
    },
  );

  scenario('because a group has no room for its rules: those that fit are served', async (world) => {
    await world.start();
    world.aws.limits.rulesPerSecurityGroup = 13;
    const ranges = ['192.0.2.0/28', '192.0.2.16/28', '192.0.2.32/28', '192.0.2.48/28'];
    world.addService('big', { spec: { loadBalancerSourceRanges: ranges } });
    await world.pass(5000);
    world.addService('second', { spec: { loadBalancerSourceRanges: ranges } });
    world.addService('open');
    await world.pass(120_000);
    expect(isProgrammed(world, 'big')).toBe(true);
    expect(world.condition('second', 'Programmed')).toBe('False Quota');
    expect(world.conditionMessage('second', 'Programmed')).toMatch(/sg-0+1.*rules per security group/);
    expect(isProgrammed(world, 'open')).toBe(true);
    expectRest(world, { except: ['second'] });
    world.removeService('second');
    await world.settle();
    expect(world.hasService('second')).toBe(false);
    expectRest(world);
  });

  scenario('because the change needs more rules than fit: what it had stays', async (world) => {
    await world.start();
    world.addService('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
    await world.settle();
    const before = lookAt(world.aws.state);
    world.aws.limits.rulesPerSecurityGroup = 10;
    const many = Array.from({ length: 20 }, (_, index) => `198.51.100.${index}/32`);
    world.edit('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24', ...many] } });
    await world.pass(60_000);
    expect(world.condition('web', 'Programmed')).toBe('False Quota');
    expect(lookAt(world.aws.state)).toEqual(before);
    world.aws.limits.rulesPerSecurityGroup = 60;
    await world.settle();
    expectRest(world);
  });
});

describe('a deletion is blocked', () => {
  scenario('by deletion protection: it says so, holds no worker, and goes on when it may', async (world) => {
    await world.start({ workers: 1 });
    world.addService('web');
    await world.settle();
    await protect(world, true);
    world.removeService('web');
    await world.pass(10_000);
    expect(world.condition('web', 'DeletionBlocked')).toBe('True DeletionProtected');
    expect(world.conditionMessage('web', 'DeletionBlocked')).toMatch(/deletion protection is on/);
    expect(await timeToServe(world, 'other')).toBeLessThan(2000);
    await world.pass(20 * 60_000);
    expect(warnings(world, 'web')).toHaveLength(1);
    expect(world.hasService('web')).toBe(true);
    await protect(world, false);
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expectRest(world);
  });

  scenario(
    'by lingering network interfaces (DependencyViolation): it waits, and the group goes in the end',
    async (world) => {
      world.aws.timings.interfaceReleaseMs = 5 * 60_000;
      await world.start({ workers: 1, aws: { 'aws-nlb-security-groups': 'managed' } });
      world.addService('web');
      await world.settle();
      world.removeService('web');
      await world.pass(60_000);
      expect(world.condition('web', 'DeletionBlocked')).toBe('True Waiting');
      expect(world.conditionMessage('web', 'DeletionBlocked')).toMatch(/security group .* still in use/);
      expect(await timeToServe(world, 'other')).toBeLessThan(2000);
      await world.settle();
      expect(world.hasService('web')).toBe(false);
      expectRest(world);
    },
  );

  scenario('and the controller is restarted meanwhile: the group is not forgotten', async (world) => {
    world.aws.timings.interfaceReleaseMs = 10 * 60_000;
    const first = await world.start({ aws: { 'aws-nlb-security-groups': 'managed' } });
    world.addService('web');
    await world.settle();
    world.removeService('web');
    await world.pass(30_000);
    first.kill();
    await world.start({ aws: { 'aws-nlb-security-groups': 'managed' } });
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expectRest(world);
  });

  scenario('by a target group that somebody else’s listener uses', async (world) => {
    await world.start();
    world.addService('web');
    world.addService('other');
    await world.settle();
    const name = balancerName(world.service('web').metadata.uid);
    expect(lookAt(world.aws.state).balancers.some((one) => one.name === name)).toBe(true);
    world.awsFault = ({ operation }) => (operation === 'DeleteTargetGroup' ? { error: 'ResourceInUse' } : undefined);
    world.removeService('web');
    await world.pass(5 * 60_000);
    expect(world.condition('web', 'DeletionBlocked')).toBe('True Waiting');
    world.awsFault = () => undefined;
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expectRest(world);
  });
});

async function protect(world: World, on: boolean): Promise<void> {
  const name = balancerName(world.service('web').metadata.uid);
  const arn = [...world.aws.state.loadBalancers.values()].find((one) => one.name === name)?.arn ?? '';
  const Attributes = [{ Key: 'deletion_protection.enabled', Value: String(on) }];
  await world.hand.elbv2.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: arn, Attributes }));
}
