import {
  AttachLoadBalancerToSubnetsCommand,
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import { describe, expect } from 'vitest';
import { CLASSIC, classic, doors, edit, furnish, GROUPS, nameOf, SETTINGS, served, TLS, two } from './classic-cases.ts';
import { FINALIZER } from './ledger.ts';
import { lookAt } from './looks.ts';
import { expectRest, scenario } from './scenario.ts';
import { AWS } from './wishes.ts';
import type { World } from './world.ts';

describe('a Service gets a Classic Load Balancer', () => {
  scenario('with a finalizer, conditions, an address and two events', async (world) => {
    await served(world);
    expect(doors(world).map(({ kind }) => kind)).toEqual(['classic']);
    expect(world.hostname('web')).toMatch(/^a[0-9a-f]{31}-\d+\.eu-west-1\.elb\.amazonaws\.com$/);
    expect(world.service('web').metadata.finalizers).toEqual([FINALIZER]);
    expect(world.events('web')).toEqual(['Normal EnsuringLoadBalancer', 'Normal EnsuredLoadBalancer']);
    expect(world.condition('web', 'Accepted')).toBe('True Accepted');
    expect(world.condition('web', 'Programmed')).toBe('True Programmed');
  });

  scenario('by its annotation, beside a Network Load Balancer of another', async (world) => {
    await world.start();
    world.addService('web', { annotations: { [`${AWS}type`]: 'classic' } });
    world.addService('other');
    await world.settle();
    expectRest(world);
    expect(world.aws.state.classicLoadBalancers.size).toBe(1);
    expect(world.aws.state.loadBalancers.size).toBe(1);
    world.removeService('other');
    await world.settle();
    expectRest(world);
    world.removeService('web');
    await world.settle();
    expectRest(world);
  });

  scenario('with everything at once', async (world) => {
    furnish(world);
    await served(world, {
      ports: two,
      spec: { externalTrafficPolicy: 'Local', loadBalancerSourceRanges: ['192.0.2.0/24', '198.51.100.0/24'] },
      annotations: {
        ...Object.fromEntries(SETTINGS.map(({ suffix, value }) => [`${AWS}${suffix}`, value])),
        ...TLS,
        [`${AWS}backend-protocol`]: 'ssl',
        [`${AWS}ssl-negotiation-policy`]: 'ELBSecurityPolicy-TLS-1-2-2017-01',
      },
    });
  });

  scenario('and with UDP none, and it says so', async (world) => {
    await world.start(CLASSIC);
    world.addService('web', { ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] });
    await world.settle();
    expectRest(world, { refused: ['web'] });
    expect(world.aws.state.classicLoadBalancers.size).toBe(0);
    expect(world.conditionMessage('web', 'Accepted')).toMatch(/UDP/);
  });
});

describe('a Service with a Classic Load Balancer is deleted', () => {
  scenario('and nothing is left', async (world) => {
    await world.start(CLASSIC);
    await world.settle();
    const before = lookAt(world.aws.state);
    world.addService('web', { ports: two, annotations: { ...TLS, [`${AWS}proxy-protocol`]: '*' } });
    await world.settle();
    world.removeService('web');
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expect(lookAt(world.aws.state)).toEqual(before);
    expect(world.events('web').slice(2)).toEqual(['Normal DeletingLoadBalancer', 'Normal DeletedLoadBalancer']);
    expectRest(world);
  });

  scenario('in the middle of being made', async (world) => {
    world.aws.timings.requestMs = 1000;
    await world.start(CLASSIC);
    await world.settle();
    world.addService('web', { ports: two });
    await world.until('it is half there', () => world.aws.state.classicLoadBalancers.size > 0);
    world.removeService('web');
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expectRest(world);
  });

  scenario('while interfaces linger in its group: it waits, says why, and holds no worker', async (world) => {
    world.aws.timings.interfaceReleaseMs = 30 * 60_000;
    await served(world, {}, { workers: 1 });
    world.removeService('web');
    await world.pass(60_000);
    expect(world.aws.state.classicLoadBalancers.size).toBe(0);
    expect(world.condition('web', 'DeletionBlocked')).toMatch(/^True/);
    expect(world.conditionMessage('web', 'DeletionBlocked')).toMatch(/security group|sg-/);
    world.addService('other');
    await world.until('other is served', () => world.condition('other', 'Programmed') === 'True Programmed', 60_000);
    await world.until('web is gone', () => !world.hasService('web'), 60 * 60_000);
    await world.settle();
    expectRest(world);
    expect(world.told('web', 'DeletedLoadBalancer')).toBe(1);
  });

  scenario('while a group of its own is asked to go too: named groups take its place', async (world) => {
    furnish(world);
    await served(world);
    world.aws.timings.interfaceReleaseMs = 10 * 60_000;
    await edit(world, { annotations: { [`${AWS}security-groups`]: GROUPS.join() } });
    world.removeService('web');
    await world.settle();
    expectRest(world);
    const names = lookAt(world.aws.state).securityGroups;
    expect(names.filter((name) => name.startsWith('k8s-elb-'))).toEqual([]);
  });
});

describe('somebody else has our name', () => {
  const theirs = (world: World, name: string) =>
    world.hand.elb.send(
      new CreateLoadBalancerCommand({
        LoadBalancerName: name,
        Subnets: [...world.network.publicSubnets],
        Listeners: [{ Protocol: 'TCP', InstanceProtocol: 'TCP', LoadBalancerPort: 7, InstancePort: 7 }],
      }),
    );
  const free = (world: World, LoadBalancerName: string) =>
    world.hand.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerName }));

  async function expectNameTaken(world: World): Promise<void> {
    const before = world.aws.state.classicLoadBalancers.get(nameOf(world));
    await world.pass(5 * 60_000);
    expect(world.condition('web', 'Programmed')).toBe('False NameTaken');
    expect(world.told('web', 'SyncLoadBalancerFailed')).toBe(1);
    expect(world.aws.state.classicLoadBalancers.get(nameOf(world))).toBe(before);
  }

  scenario('of a Classic Load Balancer, before we start', async (world) => {
    world.addService('web');
    await theirs(world, nameOf(world));
    await world.start(CLASSIC);
    await expectNameTaken(world);
    await free(world, nameOf(world));
    await world.settle();
    expectRest(world);
  });

  scenario('of a Classic Load Balancer, which comes between our list and our create', async (world) => {
    await world.start(CLASSIC);
    await world.settle();
    let made = false;
    world.kubeFault = ({ method, path }) => {
      if (made || method !== 'PATCH' || !path.endsWith('/web/status')) return undefined;
      made = true;
      void theirs(world, nameOf(world));
      return { fault: 'delay', delayMs: 120_000 };
    };
    world.addService('web');
    await world.pass(10 * 60_000);
    await expectNameTaken(world);
    world.removeService('web');
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expect(world.aws.state.classicLoadBalancers.size).toBe(1);
  });

  scenario('of the other kind: it is in nobody’s way', async (world) => {
    world.addService('web', { annotations: { [`${AWS}type`]: 'nlb' } });
    await theirs(world, nameOf(world));
    await world.start(CLASSIC);
    await world.settle();
    expectRest(world);
    world.removeService('web');
    await world.settle();
    expect(world.aws.state.classicLoadBalancers.size).toBe(1);
  });

  scenario('and what somebody attaches to ours by hand stays where no annotation says otherwise', async (world) => {
    const [a, b, c] = world.network.publicSubnets;
    await served(world, { annotations: { [`${AWS}subnets`]: `${a},${b}` } }, { driftIntervalMs: 10 * 60_000 });
    const attach = new AttachLoadBalancerToSubnetsCommand({ LoadBalancerName: nameOf(world), Subnets: [c!] });
    await world.byHand(world.hand.elb.send(attach));
    await world.pass(15 * 60_000);
    expect(classic(world).subnets).toEqual([a, b]);
  });
});
