// What those who run Fairlead on AWS have to know of it, as the docs, the chart, the doctor, the log and the playground tell it.
import type { Operations } from '../../src/provider/operations.ts';
import { examples } from './examples.ts';

export const operations: Operations = {
  title: 'AWS',
  competitors: [
    {
      name: 'aws-load-balancer-controller',
      takesClassless: false,
      lease: 'aws-load-balancer-controller-leader',
      webhooks: ['mservice.elbv2.k8s.aws'],
      remedy: 'Switch its Service webhook off with the value enableServiceMutatorWebhook=false.',
    },
  ],
  egress: [
    {
      what: 'credentials, from instance metadata or the agent of EKS Pod Identity',
      cidrs: ['169.254.169.254/32', '169.254.170.23/32', 'fd00:ec2::254/128', 'fd00:ec2::23/128'],
      ports: [80],
    },
  ],
  accountAnnotations: '`eks.amazonaws.com/role-arn` for IAM roles for service accounts; EKS Pod Identity needs none.',
  secretForms: [
    // Access key ids, also cut short.
    /()\b(?:AKIA|ASIA)[A-Z0-9]{8,124}/g,
    // Signed requests, be it in an address, a header, or in the text that a wrong signature is answered with.
    /\b(X-Amz-(?:Security-Token|Signature|Credential)\s?[=:]\s*)[^&\s"'\\,;]+/gi,
    /\b(Signature\s?=\s*)[0-9a-f]{16,}/gi,
    // Names without a break after the first word, as SDKs write them in objects.
    /\b(aws(?:SecretAccessKey|SessionToken)\\?["']?\s*[:=>]\s*\\?["']?)[^\s"'&<\\,]+/gi,
  ],
  topics: {
    placement: [/^type$/, /^internal$/, /^subnets$/, /^eip-/, /^private-/, /^cross-zone-/],
    access: [/source-ranges$/, /security-groups$/],
    tls: [/^ssl-/, /^(backend|proxy)-protocol$/],
    health: [/^healthcheck-/],
    connections: [/^connection-/, /^target-/],
    records: [/^access-log-/, /tags$/],
  },
  examples,
};
