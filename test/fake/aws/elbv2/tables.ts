// What Elastic Load Balancing keeps of Network Load Balancers: load balancers, listeners, target groups.
// Only shapes; the rules are in the operations.

import { type Journal, Table } from '../table.ts';
import type { Tags } from '../tags.ts';

export type Attributes = Readonly<Record<string, string>>;
export type OnOff = 'off' | 'on';

export interface LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  readonly scheme: 'internal' | 'internet-facing';
  readonly vpcId: string;
  readonly ipAddressType: 'dualstack' | 'ipv4';
  readonly prefixForSourceNat: OnOff;
  /** Never empty on a load balancer that was created with any, always empty on any other. */
  readonly securityGroups: readonly string[];
  readonly privateLinkRules: OnOff;
  readonly zones: readonly Zone[];
  readonly attributes: Attributes;
  readonly tags: Tags;
  /** Epoch milliseconds. It is `provisioning` before `activeAt`. */
  readonly createdAt: number;
  readonly activeAt: number;
}

/** One subnet of a load balancer with the fixed addresses that were asked for. */
export interface Zone {
  readonly zone: string;
  readonly subnetId: string;
  readonly allocationId: string | undefined;
  readonly privateIpv4: string | undefined;
  readonly ipv6: string | undefined;
  readonly sourceNatPrefix: string | undefined;
}

export type ListenerProtocol = 'TCP' | 'TCP_UDP' | 'TLS' | 'UDP';

export interface Listener {
  readonly arn: string;
  readonly loadBalancerArn: string;
  readonly port: number;
  readonly protocol: ListenerProtocol;
  /** TLS only, else undefined. */
  readonly certificate: string | undefined;
  readonly sslPolicy: string | undefined;
  readonly alpnPolicy: string | undefined;
  readonly forward: readonly Forward[];
  readonly tags: Tags;
}

export interface Forward {
  readonly targetGroupArn: string;
  readonly weight: number;
}

export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly protocol: ListenerProtocol;
  readonly port: number;
  readonly vpcId: string;
  readonly targetType: 'instance' | 'ip';
  readonly ipAddressType: 'ipv4' | 'ipv6';
  readonly healthCheck: HealthCheck;
  readonly attributes: Attributes;
  readonly tags: Tags;
  /** By id and port. Those whose draining is over are still there until the next change of the group. */
  readonly targets: Readonly<Record<string, Target>>;
  /** Since when a listener forwards to it, and until when it still counts as in use; epoch milliseconds. */
  readonly usedSince: number | undefined;
  readonly usedUntil: number;
}

export interface HealthCheck {
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP';
  /** `traffic-port` or a number. */
  readonly port: string;
  /** HTTP and HTTPS only, else undefined. */
  readonly path: string | undefined;
  readonly matcher: string | undefined;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export interface Target {
  readonly id: string;
  readonly port: number;
  readonly zone: string | undefined;
  /** Epoch milliseconds. */
  readonly registeredAt: number;
  readonly drainingUntil: number | undefined;
}

export interface Elbv2Tables {
  readonly loadBalancers: Table<LoadBalancer>;
  readonly listeners: Table<Listener>;
  readonly targetGroups: Table<TargetGroup>;
}

export function createElbv2Tables(journal: Journal, rememberMs: number): Elbv2Tables {
  return {
    loadBalancers: new Table('loadBalancer', journal, rememberMs),
    listeners: new Table('listener', journal, rememberMs),
    targetGroups: new Table('targetGroup', journal, rememberMs),
  };
}
