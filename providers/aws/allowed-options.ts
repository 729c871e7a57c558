// Options by which an operator says what Services may name. Part of the table in options.ts.
import { choice, id, list, option, text } from '../../src/schema/index.ts';

const MAX = { maxItems: 256 } as const;

export const allowedOptions = {
  allowedLogBuckets: option(
    list(text({ what: 'the name of a bucket, with * for any characters', pattern: '^[a-z0-9.*-]+$', max: 63 }), MAX),
    {
      key: 'aws-allowed-log-buckets',
      defaultText: 'any bucket',
      example: 'acme-logs-*,shared-logs',
      doc: 'The buckets to which Services may have access logs written. `*` stands for any characters; a `-` alone fits no bucket. A Service that names another one is refused.',
      since: '0.1.0',
    },
  ),

  allowedCertificates: option(
    list(text({ what: 'an ARN, with * for any characters', pattern: '^arn:[!-+.-~-]*$', max: 2048 }), MAX),
    {
      key: 'aws-allowed-certificates',
      defaultText: 'any certificate of the account',
      example: 'arn:aws:acm:eu-west-1:123456789012:certificate/*',
      doc: 'The certificates that Services may use, by ARN. `*` stands for any characters. A Service that names another one is refused.',
      since: '0.1.0',
    },
  ),

  allowedSecurityGroups: option(list(id('sg'), MAX), {
    key: 'aws-allowed-security-groups',
    defaultText: 'any security group of the VPC',
    example: 'sg-0123456789abcdef0,sg-0fedcba9876543210',
    doc: 'The security groups that Services may put on their load balancers. A Service that names another one is refused.',
    since: '0.1.0',
  }),

  defaultScheme: option(choice(['internet-facing', 'internal']), {
    key: 'aws-default-scheme',
    default: 'internet-facing',
    example: 'internal',
    doc: 'What load balancers of Services without the `internal` annotation are. With `internal`, only a Service that says `"false"` there is reached from the internet; one that has a public load balancer keeps it until it allows its replacement.',
    since: '0.1.0',
  }),
} as const;
