// A network as most clusters have it: public and private subnets in three zones, tagged, and nodes in one group.
// For tests that need some place to work in and do not care which.

import type { StrictAws } from './strict-aws.ts';

export interface TypicalCluster {
  readonly vpcId: string;
  /** `eu-west-1a`, … in order; the subnets and nodes below go round them. */
  readonly zones: readonly string[];
  readonly publicSubnets: readonly string[];
  readonly privateSubnets: readonly string[];
  readonly nodeGroup: string;
  readonly nodes: readonly string[];
}

/** Seeds it; the ids are readable: `subnet-public-a`, `i-node-1`, `sg-nodes`. */
export function seedTypicalCluster(
  aws: StrictAws,
  { region = 'eu-west-1', clusterName = 'prod', nodes = 3 } = {},
): TypicalCluster {
  const owned = { [`kubernetes.io/cluster/${clusterName}`]: 'owned' };
  const letters = ['a', 'b', 'c'];
  const vpcId = 'vpc-main';
  aws.seed.vpc({ id: vpcId, cidr: '10.0.0.0/16', tags: owned });
  for (const [index, letter] of letters.entries()) {
    const az = region + letter;
    const [publicTags, privateTags] = [{ 'kubernetes.io/role/elb': '1' }, { 'kubernetes.io/role/internal-elb': '1' }];
    aws.seed.subnet({
      id: `subnet-public-${letter}`,
      az,
      cidr: `10.0.${index}.0/24`,
      public: true,
      tags: { ...owned, ...publicTags },
    });
    aws.seed.subnet({
      id: `subnet-private-${letter}`,
      az,
      cidr: `10.0.${100 + index}.0/24`,
      tags: { ...owned, ...privateTags },
    });
  }
  aws.seed.securityGroup({ id: 'sg-nodes', name: 'nodes', tags: owned });
  const ids = Array.from({ length: nodes }, (_, index) => `i-node-${index + 1}`);
  for (const [index, id] of ids.entries()) {
    const subnet = `subnet-private-${letters[index % letters.length]}`;
    aws.seed.instance({ id, subnet, groups: ['sg-nodes'], tags: owned });
  }
  return {
    vpcId,
    zones: letters.map((letter) => region + letter),
    publicSubnets: letters.map((letter) => `subnet-public-${letter}`),
    privateSubnets: letters.map((letter) => `subnet-private-${letter}`),
    nodeGroup: 'sg-nodes',
    nodes: ids,
  };
}
