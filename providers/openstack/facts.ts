// What OpenStack has to tell before a Service can be compiled. Plain JSON: a golden test and `--facts` are such a document.
import type { Mark } from '../../src/engine/owner.ts';
import type { ApiVersion } from './client/types.ts';

export interface Facts {
  /** Of Octavia; what it can do depends on it. */
  readonly version: ApiVersion;
  /** Of the Services at hand, and those that they name; by id. */
  readonly loadBalancers: readonly ExistingLoadBalancer[];
  /** On those load balancers, made for the Services at hand, or with an address that one of them names. */
  readonly floatingIps: readonly ExistingFloatingIp[];
  /** Networks that floating IPs come from. Empty where no Service at hand needs to know. */
  readonly externalNetworks: readonly ExternalNetwork[];
  /** By node: its place in Neutron. Only where a Service at hand needs to know. */
  readonly nodes: Readonly<Record<string, NodePlace>>;
  /** The network ranges of subnets, by id. Only where a Service at hand needs to know. */
  readonly ranges: Readonly<Record<string, string>>;
  /** Barbican references that Services at hand name: whether they exist. */
  readonly secrets: Readonly<Record<string, boolean>>;
}

export interface ExistingLoadBalancer {
  /** The engine's: its name, or `lb:` and its UUID. */
  readonly id: string;
  readonly uuid: string;
  /** Octavia's name, where the id is another. */
  readonly name?: string;
  /** Empty: it is nobody's of this cluster. */
  readonly marks: readonly Mark[];
  /** `namespace/name` of the Services with a part in it, sorted. */
  readonly owners: readonly string[];
  /** ACTIVE, ERROR, PENDING_…: Octavia's provisioning status. In ERROR it cannot be changed any more. */
  readonly status: string;
  /** Whether it may be passing traffic, by its operating status. */
  readonly serving: boolean;
  readonly portId: string | null;
  readonly address: string | null;
  readonly subnetId: string | null;
  readonly networkId: string | null;
  readonly flavorId: string | null;
  readonly zone: string | null;
  /** Octavia's driver. */
  readonly provider: string;
}

export interface ExistingFloatingIp {
  readonly uuid: string;
  readonly address: string;
  readonly networkId: string;
  /** UUID of the port that has it. */
  readonly portId: string | null;
  /** `namespace/name` of the Service that it was made for. */
  readonly madeFor: string | null;
}

export interface ExternalNetwork {
  readonly id: string;
  readonly name: string;
  readonly subnets: readonly ExternalSubnet[];
  /** It is made up: whatever subnet is looked for is there. */
  readonly imagined?: true;
}

export interface ExternalSubnet {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly ipVersion: 4 | 6;
}

/** The subnet of the node's address of a family. */
export function subnetOf(place: NodePlace | undefined, family: 'IPv4' | 'IPv6'): string | undefined {
  return (family === 'IPv6' ? place?.subnetId6 : place?.subnetId) ?? undefined;
}

export interface NodePlace {
  /** The subnet of the node's IPv4 address. */
  readonly subnetId: string | null;
  /** The subnet of its IPv6 address; absent: it has none. */
  readonly subnetId6?: string;
  /** UUID of the Neutron port with the node's address. */
  readonly portId: string | null;
}
