// How the emulated AWS behaves where the real one takes time or has quotas. Plain numbers, changed by tests.

/** Times and quotas; everything happens at once and quotas are AWS's defaults unless changed. */
export interface Settings {
  /** How long a new load balancer stays `provisioning` (default 0). */
  provisioningMs: number;
  /** How long a registered target or instance is not yet healthy (default 0). */
  healthyAfterMs: number;
  /** How long a deregistered target stays `draining` (default 0), whatever its group's deregistration delay. */
  drainingMs: number;
  /** How long the security groups of a deleted load balancer stay in use (default 0; AWS takes up to minutes). */
  securityGroupReleaseMs: number;
  quotas: Quotas;
}

/** The quotas of one account and region. */
export interface Quotas {
  /** AWS's default is 50; unlimited here, since bench and demo make more. */
  loadBalancers: number;
  /** AWS's default is 20; unlimited here too. */
  classicLoadBalancers: number;
  targetGroups: number;
  listenersPerLoadBalancer: number;
  targetsPerTargetGroup: number;
  /** For each of: rules with IPv4 sources, rules with IPv6 sources. Other sources count for both. */
  rulesPerSecurityGroup: number;
}

export function defaultSettings(): Settings {
  return {
    provisioningMs: 0,
    healthyAfterMs: 0,
    drainingMs: 0,
    securityGroupReleaseMs: 0,
    quotas: {
      loadBalancers: Number.POSITIVE_INFINITY,
      classicLoadBalancers: Number.POSITIVE_INFINITY,
      targetGroups: 3000,
      listenersPerLoadBalancer: 50,
      targetsPerTargetGroup: 1000,
      rulesPerSecurityGroup: 60,
    },
  };
}
