// The settings of cloud-provider-aws that decide what it leaves in AWS: a few flags and keys of its cloud configuration.
// Only data.

export interface PeerConfig {
  /** `KubernetesClusterID`: the cluster's tag. */
  readonly clusterId: string;
  /** `KubernetesClusterTag`: true where an old tag is set beside the other. */
  readonly legacyTag: boolean;
  /** The flag `--cluster-name`. It only goes into the names of managed NLB groups. */
  readonly clusterName: string;
  /** `VPC`. */
  readonly vpcId: string;
  /** `NLBSecurityGroupMode=Managed`. */
  readonly managedNlbGroups: boolean;
  /** `ClusterServiceLoadBalancerHealthProbeMode`. */
  readonly healthProbeMode: 'ServiceNodePort' | 'Shared';
  readonly sharedProbePort: number;
  readonly sharedProbePath: string;
  /** `ElbSecurityGroup`: the one group of all Classic load balancers, instead of one each. */
  readonly elbSecurityGroup: string | undefined;
  /** `DisableSecurityGroupIngress`: no rules for Classic load balancers in the groups of nodes. */
  readonly disableSecurityGroupIngress: boolean;
}

export function peerConfig(given: Pick<PeerConfig, 'clusterId' | 'vpcId'> & Partial<PeerConfig>): PeerConfig {
  return {
    clusterName: 'kubernetes',
    legacyTag: false,
    managedNlbGroups: false,
    healthProbeMode: 'ServiceNodePort',
    sharedProbePort: 10_256,
    sharedProbePath: '/healthz',
    elbSecurityGroup: undefined,
    disableSecurityGroupIngress: false,
    ...given,
  };
}
