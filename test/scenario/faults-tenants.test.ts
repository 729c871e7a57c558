// What an operator keeps tenants from: buckets, certificates and groups that are not theirs, addresses on the internet, more
// load balancers than a namespace may have.
import { describe, expect } from 'vitest';
import { balancerName } from './ledger.ts';
import { findBalancer, lookAt } from './looks.ts';
import { expectRest, scenario } from './scenario.ts';
import { AWS } from './wishes.ts';
import { CERTIFICATE, type World } from './world.ts';

const isProgrammed = (world: World, name: string) => world.condition(name, 'Programmed') === 'True Programmed';
const scheme = (world: World, name: string) =>
  findBalancer(world.aws.state, balancerName(world.service(name).metadata.uid))?.scheme;

describe('what a Service may not name', () => {
  scenario('on a new Service: nothing is built, and it says which option forbids it', async (world) => {
    await world.start({ aws: { 'aws-allowed-certificates': 'arn:aws:acm:eu-west-1:999999999999:certificate/*' } });
    world.addService('web', { annotations: { [`${AWS}ssl-cert`]: CERTIFICATE } });
    const calls = await world.awsCallsDuring(() => world.pass(5 * 60_000));
    expect(calls.filter(({ write }) => write)).toEqual([]);
    expect(world.condition('web', 'Accepted')).toBe('False InvalidService');
    const [told, ...more] = world.events('web', true);
    expect(more).toEqual([]);
    for (const word of [`${AWS}ssl-cert`, CERTIFICATE, '--aws-allowed-certificates']) expect(told).toContain(word);
  });

  scenario('on a live load balancer: it stays as it is, its targets follow the nodes', async (world) => {
    await world.start({ aws: { 'aws-allowed-log-buckets': 'ours-*' } });
    world.addService('web');
    await world.settle();
    const before = lookAt(world.aws.state);
    world.edit('web', {
      annotations: { [`${AWS}access-log-enabled`]: 'true', [`${AWS}access-log-s3-bucket-name`]: 'theirs' },
    });
    await world.pass(60_000);
    expect(world.conditionMessage('web', 'Accepted')).toContain('--aws-allowed-log-buckets');
    expect(lookAt(world.aws.state)).toEqual(before);
    world.removeNode('node-1');
    await world.pass(10_000);
    expect(lookAt(world.aws.state).balancers[0]?.listeners[0]?.group?.targets).toEqual(['i-node-2', 'i-node-3']);
    expectRest(world, { refused: ['web'] });
  });
});

describe('the scheme that the operator chose', () => {
  scenario('is that of Services that say nothing, and a live load balancer is not moved', async (world) => {
    const first = await world.start();
    world.addService('old');
    await world.settle();
    first.stop();
    await world.until('it has stopped', () => first.ended !== undefined);
    await world.start({ aws: { 'aws-default-scheme': 'internal' } });
    world.addService('new');
    world.addService('public', { annotations: { [`${AWS}internal`]: 'false' } });
    await world.pass(5 * 60_000);
    expect(['old', 'new', 'public'].map((name) => scheme(world, name))).toEqual([
      'internet-facing',
      'internal',
      'internet-facing',
    ]);
    expect(world.condition('old', 'Programmed')).toBe('False ReplacementBlocked');
    expect([isProgrammed(world, 'new'), isProgrammed(world, 'public')]).toEqual([true, true]);
  });
});

describe('a hundred Services of one namespace', () => {
  scenario(
    'get as many load balancers as it may have, the oldest first; and the next one when one goes',
    async (world) => {
      const before = await world.start();
      world.addService('first');
      await world.settle();
      before.kill();
      await world.start({ maxLoadBalancersPerNamespace: 3 });
      await world.pass(30_000);
      for (let index = 0; index < 100; index++) {
        world.addService(`s-${index}`);
        if (index === 1) await world.pass(5000);
      }
      await world.pass(10 * 60_000);
      const served = world.ledger.all().filter(({ metadata }) => isProgrammed(world, metadata.name));
      expect(served.map(({ metadata }) => metadata.name)).toEqual(['first', 's-0', 's-1']);
      expect(world.aws.state.loadBalancers.size).toBe(3);
      expect(world.condition('s-99', 'Programmed')).toBe('False Quota');
      expect(world.conditionMessage('s-99', 'Programmed')).toContain('--max-load-balancers-per-namespace');
      expect(world.events('s-99')).toEqual(['Warning SyncLoadBalancerFailed']);
      world.edit('first', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
      world.removeService('s-0');
      await world.pass(10 * 60_000);
      expect(world.aws.state.loadBalancers.size).toBe(3);
      expect([isProgrammed(world, 'first'), world.hasService('s-0')]).toEqual([true, false]);
    },
  );
});
