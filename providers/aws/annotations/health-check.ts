// Annotations on health checks. Their bounds depend on the kind of load balancer; so do the defaults, which also follow
// externalTrafficPolicy and are therefore filled in when compiling.

import { annotation, choice, integer, orWord, path, perKind } from '../../../src/schema/index.ts';
import { PEER_PAGE, STEM } from './words.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html */
const NLB_TIMEOUT = { min: 2, max: 120, unit: 'seconds' };
/** https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_HealthCheck.html */
export const CLASSIC_TIMEOUT = { min: 2, max: 60, unit: 'seconds' };
/** The same on both pages. */
const INTERVAL = { min: 5, max: 300, unit: 'seconds' };
const THRESHOLD = { min: 2, max: 10 };

const SHARED =
  'With `--aws-health-probe-mode shared` and `externalTrafficPolicy: Cluster` the default is the shared probe, and on an NLB this has no effect.';
const CHANGED_IN_PLACE = 'The health check is changed on the running load balancer.';
const REBUILT = 'In place on Classic; on an NLB the target group is built anew and the listener pointed to it.';

export const healthCheck = {
  healthcheckProtocol: annotation(
    perKind<'TCP' | 'SSL' | 'HTTP' | 'HTTPS'>({
      nlb: choice(['TCP', 'HTTP', 'HTTPS'], { ignoreCase: true }),
      classic: choice(['TCP', 'SSL', 'HTTP', 'HTTPS'], { ignoreCase: true }),
    }),
    {
      key: `${STEM}healthcheck-protocol`,
      defaultText:
        '`TCP`; `HTTP` with `externalTrafficPolicy: Local`; `SSL` on Classic where the targets speak `https` or `ssl`',
      example: 'HTTP',
      doc: `What the health check speaks. Any letter case is read. ${SHARED}`,
      api: 'HealthCheckProtocol (NLB), HealthCheck.Target (Classic)',
      mutable: 'new-target-group',
      mutableNote: REBUILT,
      risk: 'low',
      since: '0.1.0',
      source: PEER_PAGE,
    },
  ),

  healthcheckPort: annotation(orWord('traffic-port', integer({ min: 1, max: 65_535 })), {
    key: `${STEM}healthcheck-port`,
    defaultText: 'the port that gets the traffic; `healthCheckNodePort` with `externalTrafficPolicy: Local`',
    example: 'traffic-port',
    doc: `The port of the nodes that the health check asks: a number, or \`traffic-port\` for the one that gets the traffic (on Classic, that of the Service's first port). ${SHARED}`,
    api: 'HealthCheckPort (NLB), HealthCheck.Target (Classic)',
    mutable: 'in-place',
    mutableNote: CHANGED_IN_PLACE,
    risk: 'medium',
    since: '0.1.0',
    source: PEER_PAGE,
  }),

  healthcheckPath: annotation(path({ max: 1024 }), {
    key: `${STEM}healthcheck-path`,
    defaultText: '`/`; `/healthz` with `externalTrafficPolicy: Local`',
    example: '/healthz',
    doc: `What an HTTP or HTTPS health check asks for. ${SHARED}`,
    api: 'HealthCheckPath (NLB), HealthCheck.Target (Classic)',
    mutable: 'in-place',
    mutableNote: CHANGED_IN_PLACE,
    conflicts: [
      {
        field: 'healthcheckProtocol',
        is: ['TCP', 'SSL'],
        severity: 'warning',
        because: 'only an HTTP or HTTPS health check asks for a path',
      },
    ],
    risk: 'low',
    since: '0.1.0',
    source: PEER_PAGE,
  }),

  healthcheckHealthyThreshold: annotation(integer(THRESHOLD), {
    key: `${STEM}healthcheck-healthy-threshold`,
    defaultText: '2 on Classic; 3 on an NLB, or 2 with `externalTrafficPolicy: Local`',
    example: '3',
    doc: 'How many health checks in a row a target must pass to get traffic.',
    api: 'HealthyThresholdCount (NLB), HealthCheck.HealthyThreshold (Classic)',
    mutable: 'in-place',
    mutableNote: CHANGED_IN_PLACE,
    risk: 'low',
    since: '0.1.0',
    synonyms: ['healthy-threshold-count'],
    source: PEER_PAGE,
  }),

  healthcheckUnhealthyThreshold: annotation(integer(THRESHOLD), {
    key: `${STEM}healthcheck-unhealthy-threshold`,
    defaultText: '6 on Classic; 3 on an NLB, or 2 with `externalTrafficPolicy: Local`',
    example: '3',
    doc: 'How many health checks in a row a target must fail to lose traffic.',
    api: 'UnhealthyThresholdCount (NLB), HealthCheck.UnhealthyThreshold (Classic)',
    mutable: 'in-place',
    mutableNote: CHANGED_IN_PLACE,
    risk: 'low',
    since: '0.1.0',
    synonyms: ['unhealthy-threshold-count'],
    source: PEER_PAGE,
  }),

  healthcheckTimeoutSeconds: annotation(perKind({ nlb: integer(NLB_TIMEOUT), classic: integer(CLASSIC_TIMEOUT) }), {
    key: `${STEM}healthcheck-timeout`,
    defaultText: '5 on Classic; 10 on an NLB',
    example: '6',
    doc: 'How long a health check waits for its answer. On an NLB cloud-provider-aws reads it and never sends it; Fairlead does.',
    api: 'HealthCheckTimeoutSeconds (NLB), HealthCheck.Timeout (Classic)',
    mutable: 'in-place',
    mutableNote: CHANGED_IN_PLACE,
    risk: 'low',
    since: '0.1.0',
    synonyms: ['healthcheck-timeout-seconds'],
    source: PEER_PAGE,
  }),

  healthcheckIntervalSeconds: annotation(integer(INTERVAL), {
    key: `${STEM}healthcheck-interval`,
    defaultText: '10 on Classic; 30 on an NLB, or 10 with `externalTrafficPolicy: Local`',
    example: '10',
    doc: 'The time from one health check of a target to the next.',
    api: 'HealthCheckIntervalSeconds (NLB), HealthCheck.Interval (Classic)',
    mutable: 'new-target-group',
    mutableNote: REBUILT,
    risk: 'low',
    since: '0.1.0',
    synonyms: ['healthcheck-interval-seconds'],
    source: PEER_PAGE,
  }),
} as const;
