// What those who run Fairlead on OpenStack have to know of it, as the docs, the chart, the doctor, the log and the playground
// tell it.
import type { Operations } from '../../src/provider/operations.ts';
import { secretForms } from './credentials/login.ts';
import { examples } from './examples.ts';

export const operations: Operations = {
  title: 'OpenStack',
  // The usual ports; where the catalog names others, so must the policy.
  egress: [{ what: 'Keystone, Neutron, Octavia and Barbican, on their usual ports', ports: [5000, 9696, 9876, 9311] }],
  secretForms,
  topics: {
    placement: [
      /^openstack-internal-/,
      /^load-balancer-(id|address)$/,
      /^(floating|keep-floating)/,
      /^(class|port|subnet|network|member-subnet|flavor)(-id)?$/,
      /^availability-zone$/,
      /^node-selector$/,
      /^hostname$/,
    ],
    access: [/source-ranges$/],
    tls: [/^default-tls-/, /^proxy-protocol$/, /^x-forwarded-for$/],
    health: [/health-monitor/],
    connections: [/^connection-/, /^timeout-/, /^lb-method$/],
  },
  examples,
};
