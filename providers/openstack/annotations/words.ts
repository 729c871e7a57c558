// What all of the OpenStack annotation tables share: the prefix of their keys, shapes, and sentences that are said often.
import { orBlank, type Relation, text, uuid } from '../../../src/schema/index.ts';

export const STEM = 'loadbalancer.openstack.org/';

/** The official controller's own page on these annotations. */
export const PEER_PAGE =
  'https://github.com/kubernetes/cloud-provider-openstack/blob/master/docs/openstack-cloud-controller-manager/expose-applications-using-loadbalancer-type-service.md';

/** Octavia's reference of its API. */
export const API_PAGE = 'https://docs.openstack.org/api-ref/load-balancer/v2/';

export const IN_PLACE = 'It is changed on the running load balancer.';

/** Of what a load balancer is made with and keeps. */
export const REPLACED =
  'It takes a new load balancer, with a new address, which is made only where `fairlead.dev/allow-replacement` is `true`.';

/** Of what a floating IP is made with. */
export const AT_FLOATING_IP = 'It counts when a floating IP is made: the address that the Service has stays.';

/** The longest number that Octavia keeps. */
export const MOST_CONNECTIONS = 2_147_483_647;
/** 24 days, in milliseconds: Octavia's own limit (`MAX_TIMEOUT`). */
export const LONGEST_TIMEOUT_MS = 24 * 24 * 60 * 60 * 1000;

/** A UUID; empty: none, whatever the class or the option says. */
export const idOrNone = () => orBlank(uuid());

/** A name of at most 255 characters, as Neutron and Octavia have them; empty: none, whatever the option says. */
export const nameOrNone = (what: string) => orBlank(text({ what, max: 255 }));

/** Said of what only a floating IP has. */
export const NOT_INTERNAL: readonly Relation[] = [
  {
    field: 'internal',
    is: [true],
    severity: 'warning',
    because: 'an internal load balancer has no floating IP',
  },
];
