// What the operations on Classic Load Balancers share: finding them, their names, their form in answers.
// Nothing is changed here.

import type { LoadBalancerDescription } from '@aws-sdk/client-elastic-load-balancing';
import { hex } from '../ids.ts';
import type { World } from '../world.ts';
import { invalid, loadBalancerNotFound } from './errors.ts';
import { registeredInstances } from './registration.ts';
import type { ClassicLoadBalancer } from './tables.ts';

/** The load balancer of a call that needs one. */
export function existingLoadBalancer(world: World, name: string | undefined): ClassicLoadBalancer {
  const row = world.elb.loadBalancers.get(name ?? '');
  if (row === undefined) throw loadBalancerNotFound(name);
  return row;
}

/** The rules for names (documentation of CreateLoadBalancer). */
export function checkName(name: string): void {
  if (name.length > 32) throw invalid('LoadBalancer name cannot be longer than 32 characters');
  if (!/^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/.test(name)) {
    throw invalid(
      'LoadBalancer name must contain only alphanumeric characters or hyphens, and cannot begin or end with a hyphen',
    );
  }
}

/** It is the owner of network interfaces. */
export function arnOf(world: World, name: string): string {
  return world.arn('elasticloadbalancing', `loadbalancer/${name}`);
}

/** As DescribeLoadBalancers answers it. Tags and attributes are not in it. */
export function sdkLoadBalancer(world: World, row: ClassicLoadBalancer): LoadBalancerDescription {
  const { securityGroups, subnets } = world.ec2;
  return {
    LoadBalancerName: row.name,
    DNSName: row.dnsName,
    // Only public load balancers have the first of these.
    ...(row.scheme === 'internal' ? {} : { CanonicalHostedZoneName: row.dnsName }),
    CanonicalHostedZoneNameID: `Z${hex(`classic/${world.place.region}`, 13).toUpperCase()}`,
    ListenerDescriptions: Object.values(row.listeners).map((listener) => ({
      Listener: {
        Protocol: listener.protocol,
        LoadBalancerPort: listener.port,
        InstanceProtocol: listener.instanceProtocol,
        InstancePort: listener.instancePort,
        ...(listener.certificate === undefined ? {} : { SSLCertificateId: listener.certificate }),
      },
      PolicyNames: [...listener.policies],
    })),
    Policies: {
      AppCookieStickinessPolicies: [],
      LBCookieStickinessPolicies: [],
      OtherPolicies: Object.keys(row.policies),
    },
    BackendServerDescriptions: Object.entries(row.backendPolicies).map(([port, names]) => ({
      InstancePort: Number(port),
      PolicyNames: [...names],
    })),
    AvailabilityZones: row.subnets.map((id) => subnets.get(id)!.zone).sort(),
    Subnets: [...row.subnets],
    VPCId: row.vpcId,
    Instances: registeredInstances(row).map((InstanceId) => ({ InstanceId })),
    HealthCheck: sdkHealthCheck(row),
    SourceSecurityGroup: {
      OwnerAlias: world.place.accountId,
      GroupName: securityGroups.get(row.securityGroups[0]!)?.name,
    },
    SecurityGroups: [...row.securityGroups],
    CreatedTime: new Date(row.createdAt),
    Scheme: row.scheme,
  };
}

export function sdkHealthCheck({ healthCheck }: ClassicLoadBalancer) {
  return {
    Target: healthCheck.target,
    Interval: healthCheck.intervalSeconds,
    Timeout: healthCheck.timeoutSeconds,
    UnhealthyThreshold: healthCheck.unhealthyThreshold,
    HealthyThreshold: healthCheck.healthyThreshold,
  };
}
