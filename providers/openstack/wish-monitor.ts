// How the nodes of a Service are checked. Pure.

import { annotationName, type Findings, fieldName, optionName } from './wish-findings.ts';
import type { OpenstackInput } from './wish-networks.ts';
import type { MonitorWish } from './wish-type.ts';

/** Octavia's default of udp_connect_min_interval_health_monitor. */
const LEAST_UDP_DELAY = 3;

/** What has no effect without a monitor. */
const DETAILS = [
  'healthMonitorDelaySeconds',
  'healthMonitorTimeoutSeconds',
  'healthMonitorMaxRetries',
  'healthMonitorMaxRetriesDown',
] as const;

/** Undefined: they are not checked. */
export function monitorOf(input: OpenstackInput, findings: Findings): MonitorWish | undefined {
  const { annotations, options, request } = input;
  const isLocal = request.externalTrafficPolicy === 'Local';
  if (!(annotations.enableHealthMonitor ?? options.createMonitor)) {
    for (const field of DETAILS) {
      const value = annotations[field];
      const way = `${annotationName('enableHealthMonitor').key} "true"`;
      if (value !== undefined) findings.idle(annotationName(field), String(value), 'there is no health monitor', way);
    }
    if (isLocal)
      tellLocal(
        'there is no health monitor',
        `annotation ${annotationName('enableHealthMonitor').key} "true"`,
        findings,
      );
    return undefined;
  }
  const ofOvn = options.lbProvider === 'ovn';
  if (isLocal && ofOvn) tellLocal('the provider ovn cannot ask nodes by HTTP', 'another provider', findings);
  else if (isLocal && request.healthCheckNodePort === 0) {
    tellLocal('spec.healthCheckNodePort is 0', 'a health check node port', findings);
  }
  const hasLocal = isLocal && !ofOvn && request.healthCheckNodePort !== 0;
  const monitor = {
    delay: annotations.healthMonitorDelaySeconds ?? options.monitorDelayMs / 1000,
    timeout: annotations.healthMonitorTimeoutSeconds ?? options.monitorTimeoutMs / 1000,
    maxRetries: annotations.healthMonitorMaxRetries ?? options.monitorMaxRetries,
    maxRetriesDown: annotations.healthMonitorMaxRetriesDown ?? options.monitorMaxRetriesDown,
    ...(hasLocal && { local: { port: request.healthCheckNodePort, path: '/healthz', codes: '200' } as const }),
  };
  checkTimes(input, monitor, findings);
  return monitor;
}

function tellLocal(why: string, way: string, findings: Findings): void {
  const because = `is kept by nodes alone, since ${why}: nodes without a pod of the Service get traffic too, and drop it`;
  findings.warn(fieldName('spec.externalTrafficPolicy'), 'Local', { code: 'no-effect', because }, way);
}

/** Octavia takes any two numbers; its reference of the API says that the timeout must be the smaller one. */
function checkTimes({ annotations, request }: OpenstackInput, monitor: MonitorWish, findings: Findings): void {
  const { delay, timeout, local } = monitor;
  const delayName =
    annotations.healthMonitorDelaySeconds === undefined
      ? optionName('monitorDelayMs')
      : annotationName('healthMonitorDelaySeconds');
  if (timeout >= delay) {
    const own = annotations.healthMonitorTimeoutSeconds !== undefined;
    const name = own ? annotationName('healthMonitorTimeoutSeconds') : optionName('monitorTimeoutMs');
    const because = `lets a check wait ${timeout} seconds for its answer when the next one starts after ${delay}`;
    findings.warn(
      name,
      own ? String(timeout) : `${timeout}s`,
      { code: 'conflict', because },
      'less than the time between two checks',
    );
  }
  const asks = local === undefined && request.ports.some(({ protocol }) => protocol !== 'TCP');
  if (asks && delay < LEAST_UDP_DELAY) {
    const because = `is less than the ${LEAST_UDP_DELAY} seconds that most clouds want between two checks of a UDP or SCTP port`;
    findings.warn(delayName, String(delay), { code: 'conflict', because }, `${LEAST_UDP_DELAY} or more`);
  }
}
