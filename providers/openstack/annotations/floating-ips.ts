// Annotations on the floating IP: from which network and subnet it comes, and whether it outlives the Service.
import { annotation, boolean, orBlank, text } from '../../../src/schema/index.ts';
import { LONGEST_PATTERN, LONGEST_TAGS } from '../subnet-pattern.ts';
import { AT_FLOATING_IP, idOrNone, NOT_INTERNAL, PEER_PAGE, STEM } from './words.ts';

export const floatingIps = {
  internal: annotation(boolean(), {
    key: 'service.beta.kubernetes.io/openstack-internal-load-balancer',
    default: false,
    example: 'true',
    doc: 'Gives the load balancer no floating IP: its address is the one that it has in its own network. With the option `--openstack-internal-lb` every load balancer is internal, and `false` does not change that.',
    api: 'Neutron floatingips',
    mutable: 'in-place',
    mutableNote: 'The floating IP is taken away or added; the address inside the network stays.',
    risk: 'high',
    since: '0.1.0',
    synonyms: ['internal', 'internal-lb', 'scheme', 'private'],
    source: PEER_PAGE,
  }),

  floatingNetworkId: annotation(idOrNone(), {
    key: `${STEM}floating-network-id`,
    defaultText: 'what the class or `--openstack-floating-network-id` says, else the only external network',
    blank: 'read',
    example: '4a1f6a5e-6a36-4f0e-8f3b-5b6f2c0e9d11',
    doc: 'The external network from which the floating IP comes. Empty: neither the class nor the option counts, and it is the only external network that there is.',
    api: 'floatingip.floating_network_id',
    mutable: 'in-place',
    mutableNote: AT_FLOATING_IP,
    risk: 'high',
    since: '0.1.0',
    conflicts: NOT_INTERNAL,
    synonyms: ['external-network', 'public-network', 'floating-ip-pool'],
    source: PEER_PAGE,
  }),

  floatingSubnetId: annotation(idOrNone(), {
    key: `${STEM}floating-subnet-id`,
    defaultText: 'what the class or `--openstack-floating-subnet-id` says, else any subnet of the network',
    blank: 'read',
    example: '9d2f7c64-0a1b-4c55-8a20-6b1d9f0e7c33',
    doc: 'The subnet of the floating network from which the floating IP comes. It wins over `floating-subnet` and `floating-subnet-tags`. Empty: neither the class nor the option counts.',
    api: 'floatingip.subnet_id',
    mutable: 'in-place',
    mutableNote: AT_FLOATING_IP,
    risk: 'high',
    since: '0.1.0',
    conflicts: NOT_INTERNAL,
    source: PEER_PAGE,
  }),

  floatingSubnet: annotation(
    orBlank(
      text({
        what: 'a name, a glob, or ~ and a regular expression, with ! before it for every other',
        max: LONGEST_PATTERN,
      }),
    ),
    {
      key: `${STEM}floating-subnet`,
      defaultText: 'what the class or `--openstack-floating-subnet` says, else any subnet of the network',
      blank: 'read',
      example: 'public-?',
      doc: 'The subnets of the floating network from which the floating IP may come, by their names: one name, a glob (`*`, `?`, `[a-z]`, `{a,b}`; `*` takes no slash), or `~` and a regular expression, which has to fit the whole name. A `!` before it means every other subnet. They are tried in order until one has a free address. Regular expressions are those of Go without classes such as `\\pL` and `[:alpha:]`, `\\b` and flags other than `(?i)` at the start; none takes long, whatever it is. Empty: neither the class nor the option counts.',
      api: 'floatingip.subnet_id',
      mutable: 'in-place',
      mutableNote: AT_FLOATING_IP,
      risk: 'high',
      since: '0.1.0',
      conflicts: NOT_INTERNAL,
      synonyms: ['floating-subnet-name'],
      source: PEER_PAGE,
    },
  ),

  floatingSubnetTags: annotation(
    orBlank(
      text({
        what: 'tags between commas, with & before them for all and ! before that for every other',
        max: LONGEST_TAGS,
      }),
    ),
    {
      key: `${STEM}floating-subnet-tags`,
      defaultText: 'what the class or `--openstack-floating-subnet-tags` says, else any subnet of the network',
      blank: 'read',
      example: '&public,team-a',
      doc: 'The subnets of the floating network from which the floating IP may come, by their tags: `a,b` are those with one of the tags at least, `&a,b` those with all of them, and a `!` before it means every other subnet. Beside `floating-subnet` both have to fit. Empty: neither the class nor the option counts.',
      api: 'floatingip.subnet_id',
      mutable: 'in-place',
      mutableNote: AT_FLOATING_IP,
      risk: 'high',
      since: '0.1.0',
      conflicts: NOT_INTERNAL,
      synonyms: ['floating-subnet-tag'],
      source: PEER_PAGE,
    },
  ),

  keepFloatingIp: annotation(boolean(), {
    key: `${STEM}keep-floatingip`,
    default: false,
    example: 'true',
    doc: 'Keeps the floating IP when the Service goes: it is taken off the load balancer and not deleted. A floating IP that somebody else made is kept in any case.',
    api: '',
    mutable: 'in-place',
    mutableNote: 'It counts when the Service, or its floating IP, goes.',
    risk: 'medium',
    since: '0.1.0',
    conflicts: NOT_INTERNAL,
    synonyms: ['keep-floating-ip', 'static-ip', 'static-address'],
    source: PEER_PAGE,
  }),
} as const;
