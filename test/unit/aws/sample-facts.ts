// Facts of a VPC with public and private subnets in three zones and three nodes in one group. Only data.
import type { Facts, Subnet } from '../../../providers/aws/facts.ts';

function subnet(digit: number, zone: string, change: Partial<Subnet>): Subnet {
  return {
    id: `subnet-0000000${digit}`,
    name: `net-${digit}`,
    zone: `eu-west-1${zone}`,
    zoneType: 'availability-zone',
    cidr: `10.0.${digit}.0/24`,
    public: true,
    clusters: ['prod'],
    roles: [],
    ...change,
  };
}

const PRIVATE = { public: false, roles: ['internal-elb'] };
const INSTANCE = { vpcId: 'vpc-main', zone: 'eu-west-1a', state: 'running', refused: false, groups: ['sg-nodes'] };

export const FACTS: Facts = {
  region: 'eu-west-1',
  partition: 'aws',
  vpcId: 'vpc-main',
  subnets: [
    subnet(1, 'a', { roles: ['elb'] }),
    subnet(2, 'b', { roles: ['elb'] }),
    subnet(3, 'c', { roles: ['elb'] }),
    subnet(4, 'a', PRIVATE),
    subnet(5, 'b', PRIVATE),
    subnet(6, 'c', PRIVATE),
  ],
  instances: { 'i-node-1': INSTANCE, 'i-node-2': INSTANCE, 'i-node-3': INSTANCE },
  expected: [],
  groups: {
    'sg-nodes': { name: 'nodes', tagged: true, loadBalancers: [] },
    'sg-0000000a': { name: 'mine', tagged: false, loadBalancers: [] },
  },
  addresses: {
    'eipalloc-0000000a': { inUse: false },
    'eipalloc-0000000b': { inUse: false },
    'eipalloc-0000000c': { inUse: false },
    'eipalloc-0000000d': { inUse: true },
  },
  loadBalancers: [],
  managedGroups: [],
  targetGroups: [],
};

export const PUBLIC_SUBNETS = ['subnet-00000001', 'subnet-00000002', 'subnet-00000003'];
