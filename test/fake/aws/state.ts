// The state of this AWS as tests look at it: live, read-only maps by id or ARN.

import type { Address, Instance, NetworkInterface, RouteTable, SecurityGroup, Subnet, Vpc } from './ec2/tables.ts';
import type { ClassicLoadBalancer } from './elb/tables.ts';
import type { Listener, LoadBalancer, TargetGroup } from './elbv2/tables.ts';
import type { World } from './world.ts';

export interface AwsState {
  readonly addresses: ReadonlyMap<string, Address>;
  /** Classic Load Balancers by name, with their listeners, policies, settings and instances. */
  readonly classicLoadBalancers: ReadonlyMap<string, ClassicLoadBalancer>;
  readonly instances: ReadonlyMap<string, Instance>;
  readonly listeners: ReadonlyMap<string, Listener>;
  readonly loadBalancers: ReadonlyMap<string, LoadBalancer>;
  readonly networkInterfaces: ReadonlyMap<string, NetworkInterface>;
  readonly routeTables: ReadonlyMap<string, RouteTable>;
  /** With their rules. */
  readonly securityGroups: ReadonlyMap<string, SecurityGroup>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  /** With their targets. */
  readonly targetGroups: ReadonlyMap<string, TargetGroup>;
  readonly vpcs: ReadonlyMap<string, Vpc>;
}

export function stateOf({ ec2, elb, elbv2 }: World): AwsState {
  return {
    addresses: ec2.addresses.rows,
    classicLoadBalancers: elb.loadBalancers.rows,
    instances: ec2.instances.rows,
    listeners: elbv2.listeners.rows,
    loadBalancers: elbv2.loadBalancers.rows,
    networkInterfaces: ec2.networkInterfaces.rows,
    routeTables: ec2.routeTables.rows,
    securityGroups: ec2.securityGroups.rows,
    subnets: ec2.subnets.rows,
    targetGroups: elbv2.targetGroups.rows,
    vpcs: ec2.vpcs.rows,
  };
}
