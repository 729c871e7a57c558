// Annotations on what kind of load balancer it is and where it stands: type, scheme, subnets, addresses, zones, tags.

import { annotation, boolean, choice, id, idOrName, ipv4, keyValues, list, text } from '../../../src/schema/index.ts';
import { IN_PLACE, NLB, PEER_PAGE, STEM } from './words.ts';

/** Tag keys that say whose a load balancer is, for us or for another controller: nobody may set them by annotation. */
const OWNERSHIP_TAGS = [
  { prefix: 'aws:', because: 'is reserved by AWS' },
  { prefix: 'fairlead.dev/', because: 'is how Fairlead marks what it owns' },
  { prefix: 'kubernetes.io/cluster/', because: 'says which cluster owns it' },
  { prefix: 'kubernetes.io/service-name', because: 'says which Service owns it' },
  { prefix: 'KubernetesCluster', because: 'says which cluster owns it' },
  { prefix: 'elbv2.k8s.aws/', because: 'would hand it to the AWS Load Balancer Controller' },
  { prefix: 'service.k8s.aws/', because: 'would hand it to the AWS Load Balancer Controller' },
  { prefix: 'ingress.k8s.aws/', because: 'would hand it to the AWS Load Balancer Controller' },
  { prefix: 'gateway.k8s.aws/', because: 'would hand it to the AWS Load Balancer Controller' },
] as const;

/** What the ELB APIs allow in tags. EC2 allows more, but security groups get the same tags. */
const TAG_CHARACTERS = '[\\p{L}\\p{Z}\\p{N}_.:/=+@-]*';
const TAG_WORDS = 'of letters, digits, spaces and _ . : / = + @ -';

const peerReadsAsInternal = {
  value: false,
  warn: 'cloud-provider-aws reads as an internal load balancer, and Fairlead as a public one',
} as const;

export const placement = {
  type: annotation(choice(['classic', 'nlb', 'nlb-ip', 'external']), {
    key: `${STEM}type`,
    defaultText: 'what `--aws-default-type` says: `classic`, unless it was set otherwise',
    example: 'nlb',
    doc: '`nlb` asks for a Network Load Balancer, `classic` for a Classic one. `nlb-ip` and `external` hand the Service to another controller: Fairlead leaves it alone. Anything else is an error; cloud-provider-aws would make a Classic Load Balancer of it without a word.',
    api: 'elasticloadbalancingv2:CreateLoadBalancer or elasticloadbalancing:CreateLoadBalancer',
    mutable: 'replace',
    mutableNote:
      'Another type is another load balancer with another address: the change waits for `fairlead.dev/allow-replacement`.',
    risk: 'low',
    since: '0.1.0',
    source: PEER_PAGE,
  }),

  internal: annotation(
    boolean({
      '': { value: false },
      '0.0.0.0/0': { value: true, warn: 'is an old spelling of true' },
      False: peerReadsAsInternal,
      FALSE: peerReadsAsInternal,
      f: peerReadsAsInternal,
      F: peerReadsAsInternal,
      '0': peerReadsAsInternal,
    }),
    {
      key: `${STEM}internal`,
      default: false,
      blank: 'read',
      example: 'true',
      doc: 'Gives the load balancer private addresses only. `"0.0.0.0/0"`, the spelling of old examples, still means `true`. Any other text than a boolean is an error, so that a typing mistake cannot make a load balancer public.',
      api: 'CreateLoadBalancer.Scheme',
      mutable: 'replace',
      mutableNote: 'AWS cannot change the scheme: the change waits for `fairlead.dev/allow-replacement`.',
      risk: 'high',
      since: '0.1.0',
      synonyms: [`${STEM}scheme`, 'scheme', 'private', 'internet-facing'],
      source: PEER_PAGE,
    },
  ),

  subnets: annotation(list(idOrName('subnet', 256), { maxItems: 64, repeated: 'refuse', blank: 'refuse' }), {
    key: `${STEM}subnets`,
    defaultText: 'one subnet in each zone, found by tags and routes',
    blank: 'refuse',
    example: 'subnet-0123456789abcdef0,subnet-0fedcba9876543210',
    doc: 'The subnets to stand in, by id or by the value of their `Name` tag.',
    api: 'CreateLoadBalancer.Subnets, SubnetMappings',
    mutable: 'in-place',
    mutableNote:
      'Subnets are added before others are taken away; what AWS does not allow on a running load balancer is blocked and said.',
    risk: 'medium',
    since: '0.1.0',
    source: PEER_PAGE,
  }),

  eipAllocations: annotation(list(id('eipalloc'), { maxItems: 64, repeated: 'refuse', blank: 'refuse' }), {
    key: `${STEM}eip-allocations`,
    defaultText: 'addresses of AWS',
    example: 'eipalloc-0123456789abcdef0,eipalloc-0fedcba9876543210',
    doc: 'Elastic IP addresses for an internet-facing Network Load Balancer, one for each subnet, in the order of the subnets.',
    appliesTo: NLB,
    api: 'SubnetMapping.AllocationId',
    mutable: 'replace',
    mutableNote: 'AWS takes addresses at creation only: the change waits for `fairlead.dev/allow-replacement`.',
    conflicts: [
      {
        field: 'internal',
        is: [true],
        severity: 'error',
        because: 'an Elastic IP address is public and an internal load balancer has none',
      },
      {
        field: 'privateIpv4Addresses',
        severity: 'error',
        because: 'a load balancer is either public or internal',
      },
    ],
    risk: 'high',
    since: '0.1.0',
    synonyms: ['static-ip', 'elastic-ip'],
    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SubnetMapping.html',
  }),

  privateIpv4Addresses: annotation(list(ipv4(), { maxItems: 64, repeated: 'refuse', blank: 'refuse' }), {
    key: `${STEM}private-ipv4-addresses`,
    defaultText: 'free addresses of the subnets',
    example: '10.0.0.10,10.0.32.10',
    doc: 'Addresses for an internal Network Load Balancer, one for each subnet, in the order of the subnets.',
    appliesTo: NLB,
    api: 'SubnetMapping.PrivateIPv4Address',
    mutable: 'replace',
    mutableNote: 'AWS takes addresses at creation only: the change waits for `fairlead.dev/allow-replacement`.',
    requires: [
      {
        field: 'internal',
        is: [true],
        severity: 'error',
        because: 'only an internal load balancer can be given private addresses',
      },
    ],
    risk: 'medium',
    since: '0.1.0',
    synonyms: ['private-ip', 'static-private-ip'],
    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SubnetMapping.html',
  }),

  crossZoneLoadBalancingEnabled: annotation(boolean(), {
    key: `${STEM}cross-zone-load-balancing-enabled`,
    default: false,
    example: 'true',
    doc: 'Lets each zone of the load balancer send to targets in all zones. AWS charges an NLB for the traffic between zones.',
    api: 'load_balancing.cross_zone.enabled (NLB), CrossZoneLoadBalancing.Enabled (Classic)',
    mutable: 'in-place',
    mutableNote: IN_PLACE,
    risk: 'low',
    since: '0.1.0',
    synonyms: ['cross-zone'],
    source: PEER_PAGE,
  }),

  additionalResourceTags: annotation(
    keyValues({
      key: text({ what: `1 to 128 characters ${TAG_WORDS}`, pattern: `^${TAG_CHARACTERS}$`, max: 128 }),
      value: text({ what: `at most 256 characters ${TAG_WORDS}`, pattern: `^${TAG_CHARACTERS}$`, min: 0, max: 256 }),
      bareKeys: true,
      maxItems: 40,
      reserved: OWNERSHIP_TAGS,
    }),
    {
      key: `${STEM}additional-resource-tags`,
      example: 'team=payments,cost-center=42,reviewed',
      doc: 'Tags for all that is made for the Service. A key alone gets an empty value. The text after the first `=` is the value, further `=` included (cloud-provider-aws drops what follows a second one). Keys that say whose a thing is are refused.',
      defaultText: 'no tags besides those that mark the owner',
      api: 'tags of the load balancer, target groups, listeners and security group',
      mutable: 'in-place',
      mutableNote: 'Tags are added, changed and taken away; tags that others set are left alone.',
      risk: 'medium',
      since: '0.1.0',
      synonyms: ['tags'],
      source: PEER_PAGE,
    },
  ),
} as const;
