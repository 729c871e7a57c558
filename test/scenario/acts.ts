// What the controller does in its life, as acts that a fault can strike at any point. Each ends in one certain state.
import { AWS } from './wishes.ts';
import { CERTIFICATE, type World } from './world.ts';

/** Something that the controller does, in a world that is ready for it. */
export interface Act {
  readonly name: string;
  readonly prepare: (world: World) => void;
  readonly begin: (world: World) => void;
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
