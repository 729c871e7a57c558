// What AWS has to tell before a Service can be compiled. Plain JSON: a golden test and `--facts` are such a document.
import type { Mark } from '../../src/engine/owner.ts';
import type { Address } from './resources.ts';
import type { Scheme } from './subnets.ts';

export interface Facts {
  readonly region: string;
  /** `aws`, `aws-cn`, …: the second part of ARNs. */
  readonly partition: string;
  readonly vpcId: string;
  /** All subnets of the VPC that have IPv4 addresses. */
  readonly subnets: readonly Subnet[];
  /** The instances of the nodes, by id; those that EC2 does not know are missing. */
  readonly instances: Readonly<Record<string, Instance>>;
  /** Instances of the nodes that cannot be targets yet and may well be soon: not shown by EC2, or not running; sorted. */
  readonly expected: readonly string[];
  /** Security groups of the VPC that an instance has or an annotation names, by id; unknown ones are missing. */
  readonly groups: Readonly<Record<string, Group>>;
  /** Elastic IP addresses that annotations name, by allocation id; unknown ones are missing. */
  readonly addresses: Readonly<Record<string, ElasticAddress>>;
  /** Load balancers of both kinds whose names carry the UIDs of the Services at hand, by kind and name. */
  readonly loadBalancers: readonly ExistingLoadBalancer[];
  /** Names of the security groups that were made for those load balancers, as far as they are there; sorted. */
  readonly managedGroups: readonly string[];
  /** Target groups whose names are of the form of those of the Services at hand, by name. */
  readonly targetGroups: readonly ExistingTargetGroup[];
}

export interface Subnet {
  readonly id: string;
  /** The Name tag; '' without one. */
  readonly name: string;
  readonly zone: string;
  /** `availability-zone`, `local-zone` or `wavelength-zone`. */
  readonly zoneType: string;
  readonly cidr: string;
  /** Its route table has a route to an internet gateway. */
  readonly public: boolean;
  /** Names of the clusters that tagged it. */
  readonly clusters: readonly string[];
  /** `elb`, `internal-elb`: the roles that it is tagged with. */
  readonly roles: readonly string[];
}

export interface Instance {
  readonly vpcId: string;
  readonly zone: string;
  /** `pending`, `running`, `stopping`, `stopped`, `shutting-down` or `terminated`, when it was last looked at. */
  readonly state: string;
  /** AWS refused it as a target, and nothing says that it would take it now. */
  readonly refused: boolean;
  /** Ids of its security groups. */
  readonly groups: readonly string[];
}

export interface Group {
  readonly name: string;
  /** It has the tag of our cluster. */
  readonly tagged: boolean;
  /** Names of the load balancers that have rules in it. */
  readonly loadBalancers: readonly string[];
}

export interface ElasticAddress {
  /** It is associated with something. */
  readonly inUse: boolean;
}

export interface ExistingLoadBalancer {
  readonly kind: 'nlb' | 'classic';
  readonly name: string;
  /** Whose it is. Without a mark that fits the Service it is somebody else's, who took the name. */
  readonly marks: readonly Mark[];
  readonly scheme: Scheme;
  /** Ids, sorted. */
  readonly subnets: readonly string[];
  /** By subnet id; empty for a Classic one. */
  readonly addresses: Readonly<Record<string, Address>>;
  /** Of the Elastic IP addresses among them, sorted. */
  readonly allocationIds: readonly string[];
  readonly hasSecurityGroups: boolean;
}

export interface ExistingTargetGroup {
  readonly name: string;
  /** Whose it is; as for load balancers. */
  readonly marks: readonly Mark[];
  readonly arn: string;
  readonly port: number;
}
