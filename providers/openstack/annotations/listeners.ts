// Annotations on listeners: what they speak, how long they wait, how many they let in.
import { annotation, boolean, choice, integer, orBlank, orWord, text } from '../../../src/schema/index.ts';
import { API_PAGE, IN_PLACE, LONGEST_TIMEOUT_MS, MOST_CONNECTIONS, PEER_PAGE, STEM } from './words.ts';

const milliseconds = () => integer({ min: 0, max: LONGEST_TIMEOUT_MS, unit: 'milliseconds' });
const TIMEOUT = {
  mutable: 'in-place',
  mutableNote: IN_PLACE,
  risk: 'low',
  since: '0.1.0',
  source: API_PAGE,
} as const;
const NOT_ON_OVN = 'Octavia has it from version 2.1 of its API, and not with the provider `ovn`.';

export const PROXY_WORDS = ['true', 'v1', 'v2', 'false'] as const;

export const listeners = {
  connectionLimit: annotation(orWord('-1', integer({ min: 0, max: MOST_CONNECTIONS })), {
    key: `${STEM}connection-limit`,
    default: '-1',
    example: '5000',
    doc: 'How many connections each listener has at most at any time; `-1` is no limit.',
    api: 'listener.connection_limit',
    mutable: 'in-place',
    mutableNote: IN_PLACE,
    risk: 'low',
    since: '0.1.0',
    source: API_PAGE,
  }),

  proxyProtocol: annotation(orBlank(choice(PROXY_WORDS)), {
    key: `${STEM}proxy-protocol`,
    default: 'false',
    blank: 'read',
    example: 'v2',
    doc: 'Puts a PROXY protocol header with the address of the client before each connection to a node: `true` and `v1` are version 1, `v2` is version 2, `false` and an empty text are none. Octavia has it for TCP only. The pods must expect the header.',
    api: 'pool.protocol',
    mutable: 'new-target-group',
    mutableNote:
      'A pool with the other protocol is made beside the old one, with its members, and the listener is moved to it.',
    risk: 'medium',
    since: '0.1.0',
    conflicts: [
      {
        when: ['true', 'v1', 'v2'],
        field: 'xForwardedFor',
        is: [true],
        severity: 'error',
        because: 'a pool has one protocol, and the header X-Forwarded-For needs HTTP',
      },
    ],
    synonyms: ['proxy-protocol-v2', 'client-ip-preservation'],
    source: PEER_PAGE,
  }),

  xForwardedFor: annotation(boolean(), {
    key: `${STEM}x-forwarded-for`,
    default: false,
    example: 'true',
    doc: 'Adds the header `X-Forwarded-For` with the address of the client. Every port of the Service becomes HTTP for that (with `default-tls-container-ref` TLS, with HTTP inside): a port that speaks something else stops working, and UDP and SCTP ports are refused.',
    api: 'listener.protocol, listener.insert_headers',
    mutable: 'new-listener',
    mutableNote:
      'The protocol of a listener is fixed: listeners are taken away and made anew, unless both before and after they are TLS.',
    risk: 'medium',
    since: '0.1.0',
    synonyms: ['client-ip-preservation', 'insert-headers'],
    source: PEER_PAGE,
  }),

  defaultTlsContainerRef: annotation(
    orBlank(text({ what: 'the URL of a Barbican container or secret', pattern: '^[!-~]+$', max: 255 })),
    {
      key: `${STEM}default-tls-container-ref`,
      defaultText: '`--openstack-default-tls-container-ref`, else none',
      blank: 'read',
      example: 'https://keymanager.example.com/v1/secrets/2f1e0d9c-8b7a-4695-8473-625140312f1e',
      doc: 'The Barbican container or secret with the certificate: every port of the Service becomes TLS, which ends at the load balancer, with HTTP to the nodes. UDP and SCTP ports are refused. With `--openstack-container-store external` it can be any reference that the provider of the load balancer knows. Empty: the option does not count.',
      api: 'listener.default_tls_container_ref, listener.protocol',
      mutable: 'new-listener',
      mutableNote:
        'Another reference is set on the running listener; with the first and without the last, listeners are taken away and made anew.',
      risk: 'high',
      since: '0.1.0',
      synonyms: ['ssl-cert', 'tls-cert'],
      source: PEER_PAGE,
    },
  ),

  timeoutClientDataMs: annotation(milliseconds(), {
    key: `${STEM}timeout-client-data`,
    default: 50_000,
    example: '60000',
    doc: `How long a client may be silent. ${NOT_ON_OVN}`,
    api: 'listener.timeout_client_data',
    synonyms: ['idle-timeout', 'connection-idle-timeout'],
    ...TIMEOUT,
  }),

  timeoutMemberConnectMs: annotation(milliseconds(), {
    key: `${STEM}timeout-member-connect`,
    default: 5000,
    example: '2000',
    doc: `How long a connection to a node may take to come about. ${NOT_ON_OVN}`,
    api: 'listener.timeout_member_connect',
    ...TIMEOUT,
  }),

  timeoutMemberDataMs: annotation(milliseconds(), {
    key: `${STEM}timeout-member-data`,
    default: 50_000,
    example: '60000',
    doc: `How long a node may be silent. ${NOT_ON_OVN}`,
    api: 'listener.timeout_member_data',
    synonyms: ['idle-timeout'],
    ...TIMEOUT,
  }),

  timeoutTcpInspectMs: annotation(milliseconds(), {
    key: `${STEM}timeout-tcp-inspect`,
    default: 0,
    example: '100',
    doc: `How long to wait for more TCP packets whose content is to be looked at. ${NOT_ON_OVN}`,
    api: 'listener.timeout_tcp_inspect',
    ...TIMEOUT,
  }),
} as const;
