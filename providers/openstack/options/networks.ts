// Options on where load balancers and their floating IPs stand, for Services that do not say it themselves.
import { boolean, option, text, uuid } from '../../../src/schema/index.ts';
import { loadBalancerClasses } from '../classes.ts';
import { LONGEST_PATTERN, LONGEST_TAGS } from '../subnet-pattern.ts';

export const networks = {
  internalLb: option(boolean(), {
    key: 'openstack-internal-lb',
    default: false,
    example: 'true',
    doc: 'Gives no load balancer a floating IP, whatever its Service says.',
    since: '0.1.0',
    synonyms: ['internal-lb'],
  }),

  floatingNetworkId: option(uuid(), {
    key: 'openstack-floating-network-id',
    defaultText: 'the only external network',
    example: '4a1f6a5e-6a36-4f0e-8f3b-5b6f2c0e9d11',
    doc: 'The external network from which floating IPs come. It has to be said where there are several.',
    since: '0.1.0',
    synonyms: ['floating-network-id'],
  }),

  floatingSubnetId: option(uuid(), {
    key: 'openstack-floating-subnet-id',
    defaultText: 'any subnet of the network',
    example: '9d2f7c64-0a1b-4c55-8a20-6b1d9f0e7c33',
    doc: 'The subnet of the floating network from which floating IPs come. It wins over `--openstack-floating-subnet` and `--openstack-floating-subnet-tags`.',
    since: '0.1.0',
    synonyms: ['floating-subnet-id'],
  }),

  floatingSubnet: option(
    text({
      what: 'a name, a glob, or ~ and a regular expression, with ! before it for every other',
      max: LONGEST_PATTERN,
    }),
    {
      key: 'openstack-floating-subnet',
      defaultText: 'any subnet of the network',
      example: 'public-?',
      doc: 'The subnets of the floating network from which floating IPs may come, by their names. They are tried in order until one has a free address.',
      since: '0.1.0',
      synonyms: ['floating-subnet'],
    },
  ),

  floatingSubnetTags: option(
    text({
      what: 'tags between commas, with & before them for all and ! before that for every other',
      max: LONGEST_TAGS,
    }),
    {
      key: 'openstack-floating-subnet-tags',
      defaultText: 'any subnet of the network',
      example: '&public,team-a',
      doc: 'The subnets of the floating network from which floating IPs may come, by their tags.',
      since: '0.1.0',
      synonyms: ['floating-subnet-tags'],
    },
  ),

  subnetId: option(uuid(), {
    key: 'openstack-subnet-id',
    defaultText: 'the subnet of the nodes',
    example: 'e2c9d0b8-7d6f-4d0c-b0a5-6a5f2c4b8d10',
    doc: 'The subnet in which load balancers have their addresses, and their members where nothing else is said of them.',
    since: '0.1.0',
    synonyms: ['subnet-id'],
  }),

  networkId: option(uuid(), {
    key: 'openstack-network-id',
    defaultText: 'the network of the subnet',
    example: '1f0d4b7e-98a7-4f6b-8f52-0c1e2d3f4a55',
    doc: 'The network in which load balancers have their addresses, in a subnet that Octavia chooses.',
    since: '0.1.0',
    synonyms: ['network-id'],
  }),

  memberSubnetId: option(uuid(), {
    key: 'openstack-member-subnet-id',
    defaultText: 'the subnet of the address',
    example: 'c3b1a098-4d5e-4f60-8a7b-9c0d1e2f3a44',
    doc: 'The subnet in which load balancers reach the nodes.',
    since: '0.1.0',
    synonyms: ['member-subnet-id'],
  }),

  loadBalancerClasses: option(loadBalancerClasses(), {
    key: 'openstack-load-balancer-classes',
    defaultText: 'none',
    example: 'dmz: floating-subnet="~^dmz-[0-9]+$"; office: subnet-id=e2c9d0b8-7d6f-4d0c-b0a5-6a5f2c4b8d10',
    doc: 'Classes that Services can name by the annotation `loadbalancer.openstack.org/class`. A name with a colon begins a class; its pairs of key and value follow, between commas; classes are separated by semicolons or lines. The keys are `floating-network-id`, `floating-subnet-id`, `floating-subnet`, `floating-subnet-tags`, `network-id`, `subnet-id` and `member-subnet-id`. A value with a comma, a semicolon or a space stands between double quotes.',
    since: '0.1.0',
    synonyms: ['LoadBalancerClass'],
  }),
} as const;
