// The sections and keys of openstack-cloud-controller-manager's cloud.conf, and what each of them is here. It reads nothing.
import type { SectionName } from '../../src/provider/gcfg.ts';

export const SECTIONS: readonly SectionName[] = [
  { name: 'Global' },
  { name: 'LoadBalancer' },
  { name: 'LoadBalancerClass', label: 'dmz' },
  { name: 'Networking' },
  { name: 'Route' },
  { name: 'Metadata' },
  { name: 'BlockStorage' },
];

/** Keys of [LoadBalancer] that are one of our options as they are: the option has the same name behind `openstack-`. */
export const SAME = [
  'floating-network-id',
  'floating-subnet-id',
  'floating-subnet',
  'floating-subnet-tags',
  'subnet-id',
  'member-subnet-id',
  'network-id',
  'lb-method',
  'lb-provider',
  'monitor-delay',
  'monitor-timeout',
  'monitor-max-retries',
  'monitor-max-retries-down',
  'node-selector',
  'flavor-id',
  'availability-zone',
  'ingress-hostname-suffix',
  'default-tls-container-ref',
  'container-store',
  'max-shared-lb',
] as const;

/** The same, for keys that are true or false: there in any of the spellings of gcfg. */
export const SAME_BOOLEAN = [
  'internal-lb',
  'create-monitor',
  'manage-security-groups',
  'enable-ingress-hostname',
  'provider-requires-serial-api-calls',
] as const;

/** What a key means that is true unless it says otherwise, and that has no option: why it makes no difference, or cannot. */
export const FIXED = {
  enabled: {
    severity: 'warning',
    why: 'it switches off the service controller of openstack-cloud-controller-manager, and Fairlead serves load balancers whenever it runs',
  },
  'use-octavia': {
    severity: 'error',
    why: 'it asks for Neutron LBaaS, which OpenStack has dropped: Fairlead knows Octavia only; expected true, or no such key',
  },
  'cascade-delete': {
    severity: 'warning',
    why: 'it has no effect: Fairlead deletes a load balancer with all of its parts in one call',
  },
} as const satisfies Record<string, { severity: 'warning' | 'error'; why: string }>;

export const LOAD_BALANCER_KEYS: readonly string[] = [...SAME, ...SAME_BOOLEAN, ...Object.keys(FIXED), 'lb-version'];

/** Keys of [Global] with which this file's credentials are read: nothing is to be said of them here. */
const CREDENTIALS = [
  'user-id',
  'username',
  'password',
  'tenant-id',
  'tenant-name',
  'tenant-domain-id',
  'tenant-domain-name',
  'user-domain-id',
  'user-domain-name',
  'domain-id',
  'domain-name',
  'trust-id',
  'trustee-id',
  'trustee-password',
  'application-credential-id',
  'application-credential-name',
  'application-credential-secret',
  'ca-file',
  'cert-file',
  'key-file',
  'tls-insecure',
];
export const GLOBAL_KEYS: readonly string[] = [
  'auth-url',
  'region',
  'os-endpoint-type',
  'use-clouds',
  'clouds-file',
  'cloud',
  ...CREDENTIALS,
];

/** Which addresses the nodes get: read by the node controller of that program, and nodes have them by now. */
export const NETWORKING_KEYS = [
  'ipv6-support-disabled',
  'public-network-name',
  'internal-network-name',
  'address-sort-order',
];

/** gcfg's words for true and false. */
export const BOOLEANS: Readonly<Record<string, 'true' | 'false'>> = {
  true: 'true',
  yes: 'true',
  on: 'true',
  1: 'true',
  false: 'false',
  no: 'false',
  off: 'false',
  0: 'false',
};
