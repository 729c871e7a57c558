import { describe, expect } from 'vitest';
import { edit, furnish, MORE, SETTINGS, served, TLS, two } from './classic-cases.ts';
import { lookAt } from './looks.ts';
import { expectRest, scenario } from './scenario.ts';
import { AWS, RANGES } from './wishes.ts';
import { CERTIFICATE } from './world.ts';

describe('an annotation is set on a live one, changed, and taken away again', () => {
  for (const { suffix, value, next, beside = {} } of [...SETTINGS, ...MORE]) {
    const title = next === undefined ? value : `${value}, ${next}`;
    scenario(`${suffix}: ${title}${beside === TLS ? ', with TLS' : ''}`, async (world) => {
      furnish(world);
      await served(world, { annotations: beside, ports: two });
      const address = world.hostname('web');
      const key = `${AWS}${suffix}`;
      expect(await edit(world, { annotations: { [key]: value } })).not.toEqual([]);
      if (next !== undefined) await edit(world, { annotations: { [key]: next } });
      await edit(world, { annotations: { [key]: null } });
      expect(world.hostname('web')).toBe(address);
    });
  }

  scenario('subnets: some of them, others, ours again', async (world) => {
    await served(world);
    const [a, b, c] = world.network.publicSubnets;
    await edit(world, { annotations: { [`${AWS}subnets`]: `${a},${b}` } });
    await edit(world, { annotations: { [`${AWS}subnets`]: `${b},${c}` } });
    await edit(world, { annotations: { [`${AWS}subnets`]: null } });
  });

  scenario('subnets: another one in the same zone', async (world) => {
    const [a, b] = world.network.publicSubnets;
    const zone = world.network.zones[0]!;
    const other = 'subnet-00000000000000031';
    world.aws.seed.subnet({ id: other, az: zone, cidr: '10.0.200.0/24', public: true });
    await served(world, { annotations: { [`${AWS}subnets`]: `${a},${b}` } });
    await edit(world, { annotations: { [`${AWS}subnets`]: `${other},${b}` } });
  });

  scenario('source ranges: by the field, by the annotation, and none', async (world) => {
    await served(world, { ports: two });
    await edit(world, { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
    await edit(world, { spec: { loadBalancerSourceRanges: ['192.0.2.0/24', '198.51.100.0/24'] } });
    await edit(world, { spec: { loadBalancerSourceRanges: null }, annotations: { [RANGES]: '203.0.113.0/24' } });
    await edit(world, { annotations: { [RANGES]: null } });
  });
});

describe('a Service with a Classic Load Balancer is changed', () => {
  scenario('a port is added, renumbered, given another node port, and removed', async (world) => {
    await served(world);
    expect(await edit(world, { spec: { ports: two } })).toEqual([
      'AuthorizeSecurityGroupIngress',
      'CreateLoadBalancerListeners',
    ]);
    await edit(world, { spec: { ports: [two[0], { name: 'https', port: 8443 }] } });
    const first = { ...two[0], nodePort: 31_000 };
    await edit(world, { spec: { ports: [first, { name: 'https', port: 8443 }] } });
    await edit(world, { spec: { ports: [first] } });
  });

  scenario('two ports swap their numbers', async (world) => {
    const swapped = (one: number, other: number) => [
      { name: 'a', port: one, nodePort: 31_000 },
      { name: 'b', port: other, nodePort: 31_001 },
    ];
    await served(world, { ports: swapped(80, 81) });
    await edit(world, { spec: { ports: swapped(81, 80) } });
  });

  scenario('a port with PROXY protocol and TLS gets another node port', async (world) => {
    await served(world, { ports: two, annotations: { ...TLS, [`${AWS}proxy-protocol`]: '*' } });
    await edit(world, { spec: { ports: [two[0], { ...two[1], nodePort: 31_001 }] } });
    await edit(world, { spec: { ports: [{ ...two[1], nodePort: 31_001 }] } });
  });

  scenario('Cluster becomes Local and Cluster again', async (world) => {
    await served(world);
    await edit(world, { spec: { externalTrafficPolicy: 'Local' } });
    await edit(world, { spec: { externalTrafficPolicy: 'Cluster' } });
  });

  scenario('a new listener that AWS refuses leaves the port as it was', async (world) => {
    await served(world);
    const before = lookAt(world.aws.state).classics;
    const missing = `${CERTIFICATE}-that-is-not-there`;
    world.edit('web', { annotations: { [`${AWS}ssl-cert`]: missing } });
    await world.pass(10 * 60_000);
    expect(world.condition('web', 'Programmed') ?? world.condition('web', 'Accepted')).toMatch(/^False/);
    expect(lookAt(world.aws.state).classics).toEqual(before);
    world.aws.seed.certificate(missing);
    await world.settle();
    expectRest(world);
  });

  scenario('into a faulty one: it stays as it is, and the targets follow the nodes', async (world) => {
    await served(world, { ports: two });
    const { instances, ...before } = lookAt(world.aws.state).classics[0]!;
    const rules = lookAt(world.aws.state).rules;
    world.edit('web', {
      annotations: { [`${AWS}connection-idle-timeout`]: 'long' },
      spec: { ports: two.slice(0, 1), loadBalancerSourceRanges: ['10.0.0.1'] },
    });
    world.removeNode('node-1');
    world.addNode();
    await world.settle();
    const { instances: now, ...after } = lookAt(world.aws.state).classics[0]!;
    expect(after).toEqual(before);
    expect(lookAt(world.aws.state).rules).toEqual(rules);
    expect(instances).toEqual(['i-node-1', 'i-node-2', 'i-node-3']);
    expect(now).toEqual(['i-node-2', 'i-node-3', 'i-node-4']);
    expectRest(world, { refused: ['web'] });
    await edit(world, {
      annotations: { [`${AWS}connection-idle-timeout`]: null },
      spec: { loadBalancerSourceRanges: ['10.0.0.0/24'] },
    });
  });

  scenario('and a node in a group of its own gets its rule before it is registered', async (world) => {
    await served(world);
    const id = 'sg-00000000000000031';
    world.aws.seed.securityGroup({ id, name: 'edge', tags: { 'kubernetes.io/cluster/prod': 'owned' } });
    const calls = await world.awsCallsDuring(async () => {
      world.addNode({ groups: [id] });
      await world.settle();
    });
    expectRest(world);
    const writes = calls.filter(({ write }) => write).map(({ operation }) => operation);
    expect(writes).toEqual(['AuthorizeSecurityGroupIngress', 'RegisterInstancesWithLoadBalancer']);
  });
});
