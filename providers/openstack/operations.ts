// What those who run Fairlead on OpenStack have to know of it, as the docs, the chart, the doctor, the log and the playground
// tell it.
import type { Operations } from '../../src/provider/operations.ts';
import { secretForms } from './credentials/login.ts';
import { examples } from './examples.ts';

export const operations: Operations = {
  title: 'OpenStack',
  egress: [
    {
      what: 'the APIs of Keystone, Neutron, Octavia and Barbican, where each has a port of its own',
      ports: [5000, 9696, 9876, 9311],
    },
  ],
  secretForms,
  topics: {
    placement: [
      /^class$/,
      /internal-load-balancer$/,
      /^(load-balancer|port|network|subnet)-id$/,
      /^floating-/,
      /^keep-floatingip$/,
      /^load-balancer-address$/,
      /^hostname$/,
      /^(flavor-id|availability-zone)$/,
    ],
    tls: [/^default-tls-container-ref$/, /^x-forwarded-for$/, /^proxy-protocol$/],
    health: [/health-monitor/],
    connections: [/^connection-limit$/, /^timeout-/, /^lb-method$/, /^node-selector$/, /^member-subnet-id$/],
  },
  // The example of the annotation `class` names one of them.
  sampleOptions: ['openstack-load-balancer-classes'],
  examples,
};
