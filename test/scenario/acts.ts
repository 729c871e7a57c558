// What the controller does in its life, as acts that a fault can strike at any point. Each ends in one certain state.
import { ALLOW_REPLACEMENT, AWS } from './wishes.ts';
import { CERTIFICATE, type World } from './world.ts';

/** Something that the controller does, in a world that is ready for it. */
export interface Act {
  readonly name: string;
  readonly prepare: (world: World) => void;
  readonly begin: (world: World) => void;
  /** How long it may take, in ms; 120 000 where unset. */
  readonly lastsMs?: number;
}

const ports = (...numbers: readonly number[]) => numbers.map((port) => ({ name: `p${port}`, port }));
const ranges = (...loadBalancerSourceRanges: readonly string[]) => ({ loadBalancerSourceRanges });

const neighbour = (world: World) => {
  world.addService('neighbour', { spec: ranges('192.0.2.0/24') });
};
const withWeb = (world: World) => {
  neighbour(world);
  world.addService('web', {
    ports: ports(80, 81),
    spec: ranges('192.0.2.0/24', '198.51.100.0/24'),
    annotations: { [`${AWS}additional-resource-tags`]: 'team=red' },
  });
};

export const ACTS: readonly Act[] = [
  {
    name: 'create',
    prepare: neighbour,
    begin: (world) => {
      world.addService('web', {
        ports: ports(80, 443),
        spec: ranges('192.0.2.0/24', '198.51.100.0/24'),
        annotations: { [`${AWS}cross-zone-load-balancing-enabled`]: 'true' },
      });
    },
  },
  {
    name: 'change: a port goes, one comes, one gets TLS, ranges and tags differ',
    prepare: withWeb,
    begin: (world) => {
      world.edit('web', {
        annotations: {
          [`${AWS}ssl-cert`]: CERTIFICATE,
          [`${AWS}ssl-ports`]: 'p80',
          [`${AWS}additional-resource-tags`]: 'team=blue',
        },
        spec: { ports: ports(80, 443), ...ranges('198.51.100.0/24', '203.0.113.0/24') },
      });
    },
  },
  {
    name: 'change: Cluster to Local, which needs new target groups',
    prepare: withWeb,
    begin: (world) => world.edit('web', { spec: { externalTrafficPolicy: 'Local' } }),
  },
  {
    name: 'change: nodes come and go',
    prepare: withWeb,
    begin: (world) => {
      world.addNode();
      world.removeNode('node-1');
    },
  },
  {
    name: 'delete',
    prepare: withWeb,
    begin: (world) => world.removeService('web'),
  },
  {
    name: 'the type changes away',
    prepare: withWeb,
    begin: (world) => world.edit('web', { spec: { type: 'ClusterIP' } }),
  },
];

const CLASSIC = { [`${AWS}type`]: 'classic' };
const withClassicWeb = (world: World) => {
  neighbour(world);
  world.addService('web', {
    ports: ports(80, 81),
    spec: ranges('192.0.2.0/24', '198.51.100.0/24'),
    annotations: {
      ...CLASSIC,
      [`${AWS}additional-resource-tags`]: 'team=red',
      [`${AWS}proxy-protocol`]: '*',
    },
  });
};

/** The same for a Classic Load Balancer. */
export const CLASSIC_ACTS: readonly Act[] = [
  {
    name: 'Classic: create',
    prepare: neighbour,
    begin: (world) => {
      world.addService('web', {
        ports: ports(80, 443),
        spec: ranges('192.0.2.0/24', '198.51.100.0/24'),
        annotations: {
          ...CLASSIC,
          [`${AWS}ssl-cert`]: CERTIFICATE,
          [`${AWS}ssl-ports`]: 'p443',
          [`${AWS}ssl-negotiation-policy`]: 'ELBSecurityPolicy-TLS-1-2-2017-01',
          [`${AWS}proxy-protocol`]: '*',
          [`${AWS}connection-idle-timeout`]: '120',
        },
      });
    },
  },
  {
    name: 'Classic: change: a port goes, one comes, one gets TLS, ranges, health check, attributes and tags differ',
    prepare: withClassicWeb,
    begin: (world) => {
      world.edit('web', {
        annotations: {
          [`${AWS}ssl-cert`]: CERTIFICATE,
          [`${AWS}ssl-ports`]: 'p80',
          [`${AWS}additional-resource-tags`]: 'team=blue',
          [`${AWS}proxy-protocol`]: null,
          [`${AWS}healthcheck-interval`]: '20',
          [`${AWS}connection-draining-enabled`]: 'true',
        },
        spec: { ports: ports(80, 443), ...ranges('198.51.100.0/24', '203.0.113.0/24') },
      });
    },
  },
  {
    name: 'Classic: change: other subnets',
    prepare: withClassicWeb,
    begin: (world) => {
      const [a, b] = world.network.publicSubnets;
      world.edit('web', { annotations: { [`${AWS}subnets`]: `${a},${b}` } });
    },
  },
  {
    name: 'Classic: change: nodes come and go',
    prepare: withClassicWeb,
    begin: (world) => {
      world.addNode();
      world.removeNode('node-1');
    },
  },
  {
    name: 'Classic: delete',
    prepare: withClassicWeb,
    begin: (world) => world.removeService('web'),
    lastsMs: 240_000,
  },
];

const TAKES_MS = 20 * 60_000;

/** A Service that may be replaced is, in a world where that takes few looks. */
function replacement(name: string, from: Annotations, to: Annotations): Act {
  return {
    name: `replacement: ${name}`,
    prepare: (world) => {
      Object.assign(world.aws.timings, { provisioningMs: 15_000, targetInitialMs: 15_000 });
      neighbour(world);
      const spec = ranges('192.0.2.0/24');
      world.addService('web', { ports: ports(80, 81), spec, annotations: { ...from, [ALLOW_REPLACEMENT]: 'true' } });
    },
    begin: (world) => world.edit('web', { annotations: { ...to } }),
    lastsMs: TAKES_MS,
  };
}

type Annotations = Readonly<Record<string, string>>;

export const REPLACEMENT_ACTS: readonly Act[] = [
  replacement('an NLB becomes internal', {}, { [`${AWS}internal`]: 'true' }),
  replacement('a Classic one becomes internal', CLASSIC, { [`${AWS}internal`]: 'true' }),
  replacement('an NLB becomes a Classic one', {}, CLASSIC),
  replacement('a Classic one becomes an NLB', CLASSIC, { [`${AWS}type`]: 'nlb' }),
];
