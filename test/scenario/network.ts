// The network of a scenario: a VPC with public and private subnets in three zones, tagged as clusters' are, and the group
// of the nodes. Ids are such as AWS gives them, since annotations and options take no others.
import type { StrictAws } from '../fake/aws/strict-aws.ts';

export interface Network {
  readonly vpcId: string;
  readonly zones: readonly string[];
  /** By zone. */
  readonly publicSubnets: readonly string[];
  readonly privateSubnets: readonly string[];
  /** The group of the nodes; its name is `nodes`. */
  readonly nodeGroup: string;
}

const LETTERS = ['a', 'b', 'c'];
const idOf = (kind: string, number: number) => `${kind}-${String(number).padStart(17, '0')}`;

export const NETWORK: Network = {
  vpcId: idOf('vpc', 1),
  zones: LETTERS.map((letter) => `eu-west-1${letter}`),
  publicSubnets: LETTERS.map((_, index) => idOf('subnet', index + 1)),
  privateSubnets: LETTERS.map((_, index) => idOf('subnet', index + 11)),
  nodeGroup: idOf('sg', 1),
};

/** Makes it, in a cluster of that name. */
export function seedNetwork({ seed }: StrictAws, clusterName: string): void {
  const owned = { [`kubernetes.io/cluster/${clusterName}`]: 'owned' };
  const { vpcId, zones, publicSubnets, privateSubnets, nodeGroup } = NETWORK;
  seed.vpc({ id: vpcId, cidr: '10.0.0.0/16', tags: owned });
  for (const [index, az] of zones.entries()) {
    const open = { ...owned, 'kubernetes.io/role/elb': '1' };
    const inner = { ...owned, 'kubernetes.io/role/internal-elb': '1' };
    seed.subnet({ id: publicSubnets[index]!, az, cidr: `10.0.${index}.0/24`, public: true, tags: open });
    seed.subnet({ id: privateSubnets[index]!, az, cidr: `10.0.${100 + index}.0/24`, tags: inner });
  }
  seed.securityGroup({ id: nodeGroup, name: 'nodes', tags: owned });
}
