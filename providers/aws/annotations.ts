// Every annotation that AWS load balancers understand: the one table from which parsing, pages, policies and the command
// line are made. To add one, add an entry to the file of its group; what needs several annotations at once is a check.

import { commonAnnotations, defineSchema, FAIRLEAD_STEM, type Values } from '../../src/schema/index.ts';
import { loadBalancerAttributes } from './annotations/attributes.ts';
import { healthCheck } from './annotations/health-check.ts';
import { listeners } from './annotations/listeners.ts';
import { placement } from './annotations/placement.ts';
import { securityGroups } from './annotations/security-groups.ts';
import { targets } from './annotations/targets.ts';
import { STEM } from './annotations/words.ts';

const ONLY_LBC = 'is only read by the AWS Load Balancer Controller';

export const annotations = defineSchema({
  stems: [STEM, FAIRLEAD_STEM],
  kinds: { nlb: 'a Network Load Balancer', classic: 'a Classic Load Balancer' },
  selector: { field: 'type', elsewhere: ['nlb-ip', 'external'] },
  fields: {
    ...commonAnnotations,
    ...placement,
    ...securityGroups,
    ...listeners,
    ...healthCheck,
    ...loadBalancerAttributes,
    ...targets,
  },
  notRead: {
    [`${STEM}name`]: `${ONLY_LBC}; Fairlead names load balancers as cloud-provider-aws does`,
    [`${STEM}nlb-target-type`]: `${ONLY_LBC}; Fairlead registers nodes by instance`,
    [`${STEM}ip-address-type`]: ONLY_LBC,
    [`${STEM}attributes`]: ONLY_LBC,
    [`${STEM}healthcheck-success-codes`]: ONLY_LBC,
  },
  checks: (check) => [
    check({
      id: 'one-address-a-subnet',
      fields: ['eipAllocations', 'subnets'],
      doc: 'There are as many Elastic IP addresses as subnets.',
      find: ({ eipAllocations, subnets }) => countsDiffer(eipAllocations, subnets),
    }),
    check({
      id: 'one-private-address-a-subnet',
      fields: ['privateIpv4Addresses', 'subnets'],
      doc: 'There are as many private addresses as subnets.',
      find: ({ privateIpv4Addresses, subnets }) => countsDiffer(privateIpv4Addresses, subnets),
    }),
    check({
      id: 'healthcheck-timeout-fits',
      fields: ['healthcheckTimeoutSeconds', 'healthcheckIntervalSeconds'],
      doc: 'A health check ends before the next one starts: on Classic the timeout is shorter than the interval, on an NLB not longer.',
      find: ({ healthcheckTimeoutSeconds, healthcheckIntervalSeconds }, kind) =>
        timeoutTooLong(healthcheckTimeoutSeconds, healthcheckIntervalSeconds, kind),
    }),
    check({
      id: 'backend-protocol-on-nlb',
      fields: ['backendProtocol'],
      doc: 'On an NLB, of the backend protocols only `ssl` has an effect.',
      find: ({ backendProtocol }, kind) =>
        kind === 'nlb' && (backendProtocol === 'http' || backendProtocol === 'https')
          ? {
              severity: 'warning',
              code: 'no-effect',
              because: 'has no effect on a Network Load Balancer, which passes connections on as TCP',
              expected: 'ssl or tcp',
            }
          : undefined,
    }),
  ],
});

export type Annotations = Values<typeof annotations>;

/** The kinds of load balancer that AWS offers. */
export type LoadBalancerKind = 'nlb' | 'classic';

function countsDiffer(addresses: readonly string[] | undefined, subnets: readonly string[] | undefined) {
  if (addresses === undefined || subnets === undefined || addresses.length === subnets.length) return undefined;
  return {
    severity: 'error',
    code: 'conflict',
    because: `has ${addresses.length} items for ${subnets.length} subnets`,
    expected: 'one for each subnet, in their order',
  } as const;
}

/** Only what the annotations alone decide: on Classic the defaults are fixed; on an NLB they depend on the Service. */
function timeoutTooLong(timeout: number | undefined, interval: number | undefined, kind: string | undefined) {
  const classic = kind === 'classic';
  if (timeout === undefined && interval === undefined) return undefined;
  const waits = timeout ?? (classic ? 5 : undefined);
  const every = interval ?? (classic ? 10 : undefined);
  if (kind === undefined || waits === undefined || every === undefined) return undefined;
  if (classic ? waits < every : waits <= every) return undefined;
  return {
    severity: 'error',
    code: 'conflict',
    because: `lets a health check wait ${waits} seconds for its answer when the next one starts after ${every}`,
    expected: `a timeout ${classic ? 'shorter' : 'not longer'} than the interval`,
  } as const;
}
