// The JSON of Neutron v2.0, as far as it is read and written here. Shapes only: what the API says, in its spelling.
// Facts: https://docs.openstack.org/api-ref/network/v2/

export interface Network {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly subnets: readonly string[];
  readonly 'router:external'?: boolean;
  readonly shared?: boolean;
  readonly tags?: readonly string[];
  readonly project_id?: string;
}

export interface Subnet {
  readonly id: string;
  readonly name: string;
  readonly network_id: string;
  readonly cidr: string;
  readonly ip_version: 4 | 6;
  readonly gateway_ip?: string | null;
  readonly tags?: readonly string[];
  readonly project_id?: string;
}

export interface FixedIp {
  readonly subnet_id: string;
  readonly ip_address: string;
}

export interface Port {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly network_id: string;
  readonly device_id: string;
  readonly device_owner: string;
  readonly fixed_ips: readonly FixedIp[];
  readonly security_groups: readonly string[];
  readonly port_security_enabled?: boolean;
  /** Changes with every change; what `If-Match` is made of. */
  readonly revision_number?: number;
  readonly tags?: readonly string[];
  readonly project_id?: string;
}

export interface PortUpdate {
  readonly security_groups?: readonly string[];
}

export interface FloatingIp {
  readonly id: string;
  readonly floating_ip_address: string;
  readonly floating_network_id: string;
  /** Null: attached to nothing. */
  readonly port_id: string | null;
  readonly fixed_ip_address: string | null;
  /** ACTIVE, DOWN (attached to nothing, or not yet at work), ERROR. */
  readonly status: string;
  readonly description: string;
  readonly revision_number?: number;
  readonly created_at?: string;
  readonly tags?: readonly string[];
  readonly project_id?: string;
}

export interface FloatingIpUpdate {
  /** Null takes it off. */
  readonly port_id?: string | null;
  readonly description?: string;
}

export interface FloatingIpBody extends FloatingIpUpdate {
  readonly floating_network_id: string;
  readonly subnet_id?: string;
  /** A chosen address; ordinary users may not, by Neutron's own policy. */
  readonly floating_ip_address?: string;
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly security_group_rules?: readonly SecurityGroupRule[];
  readonly created_at?: string;
  readonly tags?: readonly string[];
  readonly project_id?: string;
}

export interface SecurityGroupRuleBody {
  readonly security_group_id: string;
  readonly direction: 'ingress' | 'egress';
  readonly ethertype: 'IPv4' | 'IPv6';
  /** Null: every one. In lower case. */
  readonly protocol?: string | null;
  readonly port_range_min?: number | null;
  readonly port_range_max?: number | null;
  readonly remote_ip_prefix?: string | null;
  readonly remote_group_id?: string | null;
  readonly description?: string;
}

export interface SecurityGroupRule extends SecurityGroupRuleBody {
  readonly id: string;
}
