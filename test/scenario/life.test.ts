import { AddTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect } from 'vitest';
import { FINALIZER } from './ledger.ts';
import { lookAt } from './looks.ts';
import { expectRest, scenario } from './scenario.ts';
import { AWS, RANGES } from './wishes.ts';
import { CERTIFICATE, type ServiceOptions, type World } from './world.ts';

/** A world in which Service `web` has been served for a while. */
async function served(
  world: World,
  options: ServiceOptions = {},
  more: Parameters<World['start']>[0] = {},
): Promise<void> {
  await world.start(more);
  world.addService('web', options);
  await world.settle();
  expectRest(world);
}

/** The user edits the Service, and it becomes so. Answers the operations that this took, writes only. */
async function edit(world: World, change: Parameters<World['edit']>[1]): Promise<readonly string[]> {
  const calls = await world.awsCallsDuring(async () => {
    world.edit('web', change);
    await world.settle();
  });
  expectRest(world);
  return calls.filter(({ write }) => write).map(({ operation }) => operation);
}

const two = [
  { name: 'http', port: 80 },
  { name: 'https', port: 443 },
];

describe('a Service is created', () => {
  scenario('and gets a load balancer, a finalizer, conditions, an address and two events', async (world) => {
    await served(world);
    expect(world.hostname('web')).toMatch(/^a[0-9a-f]{31}-[0-9a-f]+\.elb\.eu-west-1\.amazonaws\.com$/);
    expect(world.service('web').metadata.finalizers).toEqual([FINALIZER]);
    expect(world.events('web')).toEqual(['Normal EnsuringLoadBalancer', 'Normal EnsuredLoadBalancer']);
    expect(world.condition('web', 'Accepted')).toBe('True Accepted');
    expect(world.condition('web', 'Programmed')).toBe('True Programmed');
    expect(world.condition('web', 'DeletionBlocked')).toBeUndefined();
  });

  scenario('before the controller is there', async (world) => {
    world.addService('web');
    await world.start();
    await world.settle();
    expectRest(world);
  });

  scenario('with several ports, UDP, TLS, ranges, tags and a Local policy at once', async (world) => {
    await served(world, {
      ports: [...two, { name: 'dns', port: 53, protocol: 'UDP' }],
      spec: { externalTrafficPolicy: 'Local', loadBalancerSourceRanges: ['192.0.2.0/24', '198.51.100.0/24'] },
      annotations: {
        [`${AWS}ssl-cert`]: CERTIFICATE,
        [`${AWS}ssl-ports`]: 'https',
        [`${AWS}additional-resource-tags`]: 'team=red,stage=prod',
        [`${AWS}cross-zone-load-balancing-enabled`]: 'true',
      },
    });
  });

  scenario('with a group of its own on the load balancer', async (world) => {
    const ranges = { loadBalancerSourceRanges: ['192.0.2.0/24'] };
    await served(world, { spec: ranges }, { aws: { 'aws-nlb-security-groups': 'managed' } });
    expect(lookAt(world.aws.state).balancers[0]?.securityGroups).toBe(1);
    await edit(world, { spec: { loadBalancerSourceRanges: ['198.51.100.0/24'] } });
    world.removeService('web');
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expectRest(world);
  });
});

describe('a Service is changed', () => {
  scenario('a port is added, renumbered, given another node port, and removed', async (world) => {
    await served(world);
    expect(await edit(world, { spec: { ports: two } })).toEqual([
      'AuthorizeSecurityGroupIngress',
      'CreateTargetGroup',
      'RegisterTargets',
      'CreateListener',
    ]);
    await edit(world, { spec: { ports: [two[0], { name: 'https', port: 8443 }] } });
    await edit(world, {
      spec: {
        ports: [
          { ...two[0], nodePort: 31_000 },
          { name: 'https', port: 8443 },
        ],
      },
    });
    await edit(world, { spec: { ports: [{ ...two[0], nodePort: 31_000 }] } });
    expect(lookAt(world.aws.state).idleGroups).toEqual([]);
  });

  scenario('two ports swap their numbers', async (world) => {
    await served(world, {
      ports: [
        { name: 'a', port: 80, nodePort: 31_000 },
        { name: 'b', port: 81, nodePort: 31_001 },
      ],
    });
    await edit(world, {
      spec: {
        ports: [
          { name: 'a', port: 81, nodePort: 31_000 },
          { name: 'b', port: 80, nodePort: 31_001 },
        ],
      },
    });
  });

  scenario('TCP becomes TLS on its port, and TCP again', async (world) => {
    await served(world);
    expect(await edit(world, { annotations: { [`${AWS}ssl-cert`]: CERTIFICATE } })).toEqual(['ModifyListener']);
    expect(await edit(world, { annotations: { [`${AWS}ssl-cert`]: null } })).toEqual(['ModifyListener']);
  });

  scenario('TCP becomes UDP on its port', async (world) => {
    await served(world);
    await edit(world, { spec: { ports: [{ name: 'http', port: 80, protocol: 'UDP', nodePort: 31_000 }] } });
  });

  scenario('source ranges are narrowed, widened and taken away', async (world) => {
    await served(world);
    const narrowed = await edit(world, { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
    expect(narrowed).toEqual(['AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress']);
    const widened = await edit(world, { spec: { loadBalancerSourceRanges: ['192.0.2.0/24', '198.51.100.0/24'] } });
    expect(widened).toEqual(['AuthorizeSecurityGroupIngress']);
    await edit(world, { spec: { loadBalancerSourceRanges: null }, annotations: { [RANGES]: '203.0.113.0/24' } });
    await edit(world, { annotations: { [RANGES]: null } });
  });

  scenario('Cluster becomes Local and Cluster again', async (world) => {
    await served(world);
    await edit(world, { spec: { externalTrafficPolicy: 'Local' } });
    await edit(world, { spec: { externalTrafficPolicy: 'Cluster' } });
  });

  scenario('tags are added, changed and taken away, and those of somebody else stay', async (world) => {
    await served(world);
    const key = `${AWS}additional-resource-tags`;
    await edit(world, { annotations: { [key]: 'team=red,stage=prod' } });
    await tagByHand(world, 'somebody/else', 'here');
    await edit(world, { annotations: { [key]: 'team=blue' } });
    await edit(world, { annotations: { [key]: null } });
    const [balancer] = world.aws.state.loadBalancers.values();
    expect(balancer?.tags['somebody/else']).toBe('here');
  });

  scenario('subnets are named, changed, and left to us again', async (world) => {
    await served(world);
    const [a, b, c] = world.network.publicSubnets;
    const address = world.hostname('web');
    await edit(world, { annotations: { [`${AWS}subnets`]: `${a},${b}` } });
    await edit(world, { annotations: { [`${AWS}subnets`]: `${b},${c}` } });
    await edit(world, { annotations: { [`${AWS}subnets`]: null } });
    expect(world.hostname('web')).toBe(address);
  });

  scenario('the health check is set in every part, and reset', async (world) => {
    await served(world);
    const all = { port: '10256', 'healthy-threshold': '4', 'unhealthy-threshold': '5', timeout: '7' };
    const annotations = Object.fromEntries(
      Object.entries(all).map(([suffix, value]) => [`${AWS}healthcheck-${suffix}`, value]),
    );
    expect(await edit(world, { annotations })).toContain('ModifyTargetGroup');
    await edit(world, {
      annotations: { [`${AWS}healthcheck-protocol`]: 'HTTP', [`${AWS}healthcheck-path`]: '/ready' },
    });
    await edit(world, { annotations: { [`${AWS}healthcheck-interval`]: '15' } });
    const keys = [
      ...Object.keys(annotations),
      ...['protocol', 'path', 'interval'].map((one) => `${AWS}healthcheck-${one}`),
    ];
    await edit(world, { annotations: Object.fromEntries(keys.map((key) => [key, null])) });
  });

  scenario('it becomes internal: that is blocked, said, and lifted when taken back', async (world) => {
    await served(world);
    const before = lookAt(world.aws.state);
    world.edit('web', { annotations: { [`${AWS}internal`]: 'true' } });
    await world.settle();
    expect(world.condition('web', 'Programmed')).toBe('False ReplacementBlocked');
    expect(world.conditionMessage('web', 'Programmed')).toMatch(/scheme.*internet-facing.*internal/);
    expect(world.events('web').filter((event) => event.startsWith('Warning'))).toEqual([
      'Warning SyncLoadBalancerFailed',
    ]);
    expect(lookAt(world.aws.state)).toEqual(before);
    await edit(world, { annotations: { [`${AWS}internal`]: null } });
    expect(world.condition('web', 'Programmed')).toBe('True Programmed');
  });

  scenario('a change comes while another is under way', async (world) => {
    world.aws.timings.requestMs = 20;
    world.aws.timings.answerMs = 20;
    world.rules.ranges.graceMs = 2000;
    await served(world);
    for (const [index, port] of [443, 444, 445, 446].entries()) {
      world.edit('web', { spec: { ports: [two[0], { name: 'x', port }] } });
      await world.pass(index * 37);
    }
    await world.settle();
    expectRest(world);
  });

  scenario(
    'an annotation is edited a hundred times in a second: few writes, and the last one counts',
    async (world) => {
      world.aws.timings.requestMs = 50;
      await served(world);
      const calls = await world.awsCallsDuring(async () => {
        for (let index = 1; index <= 100; index++) {
          world.edit('web', { annotations: { [`${AWS}additional-resource-tags`]: `n=${index}` } });
          await world.pass(10);
        }
        await world.settle();
      });
      expectRest(world);
      expect(calls.filter(({ write }) => write).length).toBeLessThan(60);
    },
  );
});

describe('a Service is deleted', () => {
  scenario('and nothing is left', async (world) => {
    await world.start();
    await world.settle();
    const before = lookAt(world.aws.state);
    world.addService('web', { ports: two });
    await world.settle();
    world.removeService('web');
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expect(lookAt(world.aws.state)).toEqual(before);
    expect(world.events('web').slice(2)).toEqual(['Normal DeletingLoadBalancer', 'Normal DeletedLoadBalancer']);
    expectRest(world);
  });

  scenario('before anything was made for it', async (world) => {
    await world.start();
    await world.settle();
    world.addService('web');
    world.removeService('web');
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expectRest(world);
  });

  scenario('in the middle of being made', async (world) => {
    world.aws.timings.requestMs = 1000;
    await world.start();
    await world.settle();
    world.addService('web', { ports: two });
    await world.pass(3500);
    expect(world.aws.state.loadBalancers.size + world.aws.state.targetGroups.size).toBeGreaterThan(0);
    world.removeService('web');
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expectRest(world);
  });

  scenario('and one beside it with the same source ranges keeps its rules', async (world) => {
    const spec = { loadBalancerSourceRanges: ['192.0.2.0/24'] };
    await served(world, { spec });
    world.addService('other', { spec });
    await world.settle();
    world.removeService('web');
    await world.settle();
    expectRest(world);
  });
});

async function tagByHand(world: World, key: string, value: string): Promise<void> {
  const arns = [...world.aws.state.loadBalancers.keys()];
  await world.hand.elbv2.send(new AddTagsCommand({ ResourceArns: arns, Tags: [{ Key: key, Value: value }] }));
}
