// The controller's options for OpenStack, each a flag and an environment variable. Credentials are never among them.
import { defineSchema, type Finding, type Values } from '../../src/schema/index.ts';
import { patternFinding, tagsFinding } from './annotations.ts';
import { connection } from './options/connection.ts';
import { loadBalancers } from './options/load-balancers.ts';
import { networks } from './options/networks.ts';

export const options = defineSchema({
  fields: { ...connection, ...networks, ...loadBalancers },
  checks: (check) => [
    check({
      id: 'openstack-floating-subnet-pattern',
      fields: ['floatingSubnet'],
      doc: 'The pattern of floating subnets can be read.',
      find: ({ floatingSubnet }) => patternFinding(floatingSubnet),
    }),
    check({
      id: 'openstack-floating-subnet-tags',
      fields: ['floatingSubnetTags'],
      doc: 'Tags of floating subnets are separated by single commas.',
      find: ({ floatingSubnetTags }) => tagsFinding(floatingSubnetTags),
    }),
    check({
      id: 'openstack-monitor-delay-seconds',
      fields: ['monitorDelayMs'],
      doc: 'Octavia counts the time between checks in seconds.',
      find: ({ monitorDelayMs }) => secondsFinding(monitorDelayMs),
    }),
    check({
      id: 'openstack-monitor-timeout-seconds',
      fields: ['monitorTimeoutMs'],
      doc: 'Octavia counts the time that a check waits in seconds.',
      find: ({ monitorTimeoutMs }) => secondsFinding(monitorTimeoutMs),
    }),
  ],
});

export type OptionValues = Values<typeof options>;

function secondsFinding(ms: number): Finding | undefined {
  if (ms % 1000 === 0) return undefined;
  return {
    severity: 'error',
    code: 'invalid-value',
    because: 'is not a whole number of seconds',
    expected: `${Math.ceil(ms / 1000)}s or another whole number of seconds`,
  };
}
