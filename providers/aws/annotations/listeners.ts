// Annotations on listeners: TLS, and the protocol towards the targets.

import { annotation, choice, ports, text } from '../../../src/schema/index.ts';
import { arn } from '../arn.ts';
import { CLASSIC, PEER_PAGE, STEM } from './words.ts';

const withoutCertificate = {
  field: 'sslCert',
  severity: 'warning',
  because: 'no listener speaks TLS without a certificate',
} as const;

export const listeners = {
  sslCert: annotation(arn(['acm', 'iam'], ['certificate', 'server-certificate']), {
    key: `${STEM}ssl-cert`,
    defaultText: 'no TLS',
    example: 'arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
    doc: 'The certificate (ACM or IAM, one ARN, any partition) that turns the ports of `ssl-ports` into TLS listeners.',
    api: 'Listener.Certificates (NLB), Listener.SSLCertificateId (Classic)',
    mutable: 'in-place',
    mutableNote: 'The certificate is changed on the listener; going to or from TLS on a port changes the listener too.',
    risk: 'medium',
    since: '0.1.0',
    synonyms: ['certificate-arn', 'tls-cert'],
    source: PEER_PAGE,
  }),

  sslPorts: annotation(ports(), {
    key: `${STEM}ssl-ports`,
    default: '*',
    example: '443,https',
    doc: 'The ports that speak TLS, by number or by name; `*` is all of them. An item that is no port of the Service is an error.',
    api: 'which listeners get the protocol TLS, SSL or HTTPS',
    mutable: 'in-place',
    mutableNote: 'The listeners of the ports concerned are changed.',
    requires: [withoutCertificate],
    risk: 'low',
    since: '0.1.0',
    synonyms: ['tls-ports'],
    source: PEER_PAGE,
  }),

  sslNegotiationPolicy: annotation(
    text({
      what: 'the name of a policy of AWS, such as ELBSecurityPolicy-TLS13-1-2-2021-06',
      pattern: '^[A-Za-z0-9-]+$',
      max: 100,
    }),
    {
      key: `${STEM}ssl-negotiation-policy`,
      defaultText: 'the default of AWS',
      example: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      doc: 'Which versions of TLS and which ciphers the listeners accept, by the name of a policy that AWS offers for this kind of load balancer.',
      api: 'Listener.SslPolicy (NLB), SetLoadBalancerPoliciesOfListener (Classic)',
      mutable: 'in-place',
      mutableNote: 'The policy is changed on the listeners; taking the annotation away brings the default back.',
      requires: [withoutCertificate],
      risk: 'medium',
      since: '0.1.0',
      synonyms: ['ssl-policy', 'tls-policy', 'tls-version'],
      source: PEER_PAGE,
    },
  ),

  backendProtocol: annotation(choice(['http', 'https', 'ssl', 'tcp']), {
    key: `${STEM}backend-protocol`,
    defaultText: '`tcp`',
    example: 'http',
    doc: 'What is spoken to the targets. On Classic with a certificate, `http` and `https` make HTTPS listeners and `ssl` and `tcp` SSL ones; without a certificate only `http` changes the listener. On an NLB only `ssl` has an effect: TLS listeners speak TLS to the targets too. Only small letters are read: cloud-provider-aws passes over anything else, so that reading it would change live listeners.',
    api: 'Listener.InstanceProtocol (Classic), TargetGroup.Protocol (NLB)',
    mutable: 'new-target-group',
    mutableNote:
      'On Classic the listener is changed; on an NLB the target group is built anew and the listener pointed to it.',
    requires: [
      {
        when: ['ssl'],
        kinds: ['nlb'],
        field: 'sslCert',
        severity: 'warning',
        because: 'an NLB speaks TLS to targets only behind a TLS listener',
      },
      {
        when: ['https', 'ssl'],
        kinds: CLASSIC,
        field: 'sslCert',
        severity: 'warning',
        because: 'listeners without a certificate stay TCP; only the health check becomes SSL',
      },
    ],
    risk: 'low',
    since: '0.1.0',
    source: PEER_PAGE,
  }),

  proxyProtocol: annotation(choice(['*']), {
    key: `${STEM}proxy-protocol`,
    defaultText: 'off',
    example: '*',
    doc: 'Puts a proxy protocol header (version 1) before each connection to the targets, which must expect it. The only value is `*`: all ports.',
    appliesTo: CLASSIC,
    elsewhere: {
      severity: 'warning',
      hint: `on an NLB put proxy_protocol_v2.enabled=true in ${STEM}target-group-attributes`,
    },
    api: 'a ProxyProtocolPolicyType policy on each instance port',
    mutable: 'in-place',
    mutableNote: 'The policy is set on, or taken from, each instance port.',
    risk: 'low',
    since: '0.1.0',
    source: PEER_PAGE,
  }),
} as const;
