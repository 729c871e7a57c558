// Annotations that become attributes of the load balancer itself: access logs, draining, idle timeout.

import { annotation, boolean, integer, text } from '../../../src/schema/index.ts';
import { CLASSIC, IN_PLACE, PEER_PAGE, STEM } from './words.ts';

/** Told only where it was forgotten: who turns logs off may leave the rest standing. */
const withoutLogs = {
  field: 'accessLogEnabled',
  severity: 'warning',
  because: 'no access logs are written unless it says so',
} as const;

export const loadBalancerAttributes = {
  accessLogEnabled: annotation(boolean(), {
    key: `${STEM}access-log-enabled`,
    default: false,
    example: 'true',
    doc: 'Writes access logs to an S3 bucket, whose policy must let AWS write there. An NLB logs TLS listeners only.',
    api: 'access_logs.s3.enabled (NLB), AccessLog.Enabled (Classic)',
    mutable: 'in-place',
    mutableNote: IN_PLACE,
    requires: [
      {
        when: [true],
        field: 'accessLogS3BucketName',
        severity: 'error',
        because: 'logs need a bucket to be written to',
      },
    ],
    risk: 'high',
    since: '0.1.0',
    source: PEER_PAGE,
  }),

  accessLogEmitIntervalMinutes: annotation(integer({ min: 5, max: 60, choices: [5, 60], unit: 'minutes' }), {
    key: `${STEM}access-log-emit-interval`,
    default: 60,
    example: '5',
    doc: 'How often access logs are written.',
    appliesTo: CLASSIC,
    api: 'AccessLog.EmitInterval',
    mutable: 'in-place',
    mutableNote: IN_PLACE,
    requires: [withoutLogs],
    risk: 'low',
    since: '0.1.0',
    source: PEER_PAGE,
  }),

  accessLogS3BucketName: annotation(
    text({
      what: 'the name of an S3 bucket (3 to 63 lower-case letters, digits, dots and hyphens)',
      pattern: '^[a-z0-9][a-z0-9.-]*[a-z0-9]$',
      min: 3,
      max: 63,
    }),
    {
      key: `${STEM}access-log-s3-bucket-name`,
      defaultText: 'none',
      example: 'my-access-logs',
      doc: 'The bucket that gets the access logs. It must be in the region of the load balancer.',
      api: 'access_logs.s3.bucket (NLB), AccessLog.S3BucketName (Classic)',
      mutable: 'in-place',
      mutableNote: IN_PLACE,
      requires: [withoutLogs],
      risk: 'high',
      since: '0.1.0',
      source: PEER_PAGE,
    },
  ),

  accessLogS3BucketPrefix: annotation(
    text({
      what: 'a prefix of visible ASCII characters that S3 takes as they are, without AWSLogs',
      without: 'AWSLogs',
      pattern: "^[A-Za-z0-9!_.*'()/@:,$=+&-]+$",
      max: 512,
    }),
    {
      key: `${STEM}access-log-s3-bucket-prefix`,
      defaultText: 'the root of the bucket',
      example: 'my-app/prod',
      doc: 'What the names of the log files start with. It must not hold `AWSLogs`, which AWS puts after it.',
      api: 'access_logs.s3.prefix (NLB), AccessLog.S3BucketPrefix (Classic)',
      mutable: 'in-place',
      mutableNote: IN_PLACE,
      requires: [withoutLogs],
      risk: 'high',
      since: '0.1.0',
      source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/network/enable-access-logs.html',
    },
  ),

  connectionDrainingEnabled: annotation(boolean(), {
    key: `${STEM}connection-draining-enabled`,
    default: false,
    example: 'true',
    doc: 'Lets the open connections of a node end when the node leaves.',
    appliesTo: CLASSIC,
    api: 'ConnectionDraining.Enabled',
    mutable: 'in-place',
    mutableNote: IN_PLACE,
    risk: 'low',
    since: '0.1.0',
    source: PEER_PAGE,
  }),

  connectionDrainingTimeoutSeconds: annotation(integer({ min: 1, max: 3600, unit: 'seconds' }), {
    key: `${STEM}connection-draining-timeout`,
    default: 300,
    example: '60',
    doc: 'How long open connections may last once their node leaves.',
    appliesTo: CLASSIC,
    api: 'ConnectionDraining.Timeout',
    mutable: 'in-place',
    mutableNote: IN_PLACE,
    requires: [
      {
        field: 'connectionDrainingEnabled',
        severity: 'warning',
        because: 'connections are not drained unless it says so',
      },
    ],
    risk: 'low',
    since: '0.1.0',
    synonyms: ['deregistration-delay'],
    source: PEER_PAGE,
  }),

  connectionIdleTimeoutSeconds: annotation(integer({ min: 1, max: 4000, unit: 'seconds' }), {
    key: `${STEM}connection-idle-timeout`,
    default: 60,
    example: '120',
    doc: 'How long a connection may be silent before it is closed.',
    appliesTo: CLASSIC,
    api: 'ConnectionSettings.IdleTimeout',
    mutable: 'in-place',
    mutableNote: IN_PLACE,
    risk: 'low',
    since: '0.1.0',
    synonyms: ['idle-timeout'],
    source: PEER_PAGE,
  }),
} as const;
