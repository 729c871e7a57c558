// A Classic Load Balancer as the service controller of cloud-provider-aws leaves it behind, with the security group that
// it made and its rule in the nodes' group. For tests of takeover and of living side by side.

import type { SeededClassic } from './elb/seeded.ts';
import type { StrictAws } from './strict-aws.ts';

export interface PeerClassic {
  /** `a` and the UID without dashes, cut to 32. */
  readonly name: string;
  /** The id of the group `k8s-elb-<name>`. */
  readonly securityGroup: string;
}

/** Everything else of the load balancer is as for `Seed.classicLoadBalancer`, which `change` may say. */
export interface PeerWish {
  readonly uid: string;
  /** `namespace/name`. */
  readonly service?: string;
  readonly clusterName?: string;
  readonly vpcId?: string;
  readonly subnets?: readonly string[];
  readonly nodeGroup?: string;
  readonly nodes?: readonly string[];
  readonly ports?: readonly { readonly port: number; readonly nodePort: number }[];
  readonly sourceRanges?: readonly string[];
  /** Added to the load balancer and to its group. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly change?: Partial<SeededClassic>;
}

/** Seeds it, without a call; the defaults fit `seedTypicalCluster` with three nodes. */
export function seedPeerClassic(aws: StrictAws, wish: PeerWish): PeerClassic {
  const { uid, service = 'shop/web', clusterName = 'prod', vpcId = 'vpc-main', nodeGroup = 'sg-nodes' } = wish;
  const { ports = [{ port: 80, nodePort: 30_080 }], sourceRanges = ['0.0.0.0/0'], tags = {} } = wish;
  const { subnets = ['subnet-public-a', 'subnet-public-b', 'subnet-public-c'] } = wish;
  const { nodes = ['i-node-1', 'i-node-2', 'i-node-3'] } = wish;
  const name = `a${uid.replaceAll('-', '')}`.slice(0, 32);
  const securityGroup = `sg-${name}`;
  const owned = { [`kubernetes.io/cluster/${clusterName}`]: 'owned', ...tags };
  const IpRanges = sourceRanges.map((CidrIp) => ({ CidrIp }));
  aws.seed.securityGroup({
    id: securityGroup,
    name: `k8s-elb-${name}`,
    description: `Security group for Kubernetes ELB ${name} (${service})`,
    vpc: vpcId,
    tags: owned,
    ingress: [
      ...ports.map(({ port }) => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges })),
      { IpProtocol: 'icmp', FromPort: 3, ToPort: 4, IpRanges },
    ],
  });
  aws.seed.ingress(nodeGroup, [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: securityGroup }] }]);
  aws.seed.classicLoadBalancer({
    name,
    subnets,
    securityGroups: [securityGroup],
    listeners: ports.map(({ port, nodePort }) => ({ port, instancePort: nodePort })),
    healthCheck: { intervalSeconds: 10, unhealthyThreshold: 6, healthyThreshold: 2 },
    instances: nodes,
    tags: { 'kubernetes.io/service-name': service, ...owned },
    ...wish.change,
  });
  return { name, securityGroup };
}
