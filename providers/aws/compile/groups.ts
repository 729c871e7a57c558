// Which security groups the load balancer itself has: none, one that we make, or those that the Service names. AWS fixes
// at creation whether there are any. Pure.
import type { Annotations } from '../annotations.ts';
import type { ExistingLoadBalancer, Facts } from '../facts.ts';
import type { Options } from '../options.ts';
import type { Rule } from '../resources.ts';
import { sortedRules } from '../rules.ts';
import { annotationName, type Findings } from './findings.ts';
import type { ListenerPlan } from './ports.ts';

export type GroupChoice =
  | { readonly use: 'none' | 'managed' }
  | { readonly use: 'named'; readonly ids: readonly string[] };

const OPTION = { noun: 'Option', key: '--aws-nlb-security-groups' };

/** The option is for new load balancers: one that exists keeps having, or not having, groups. */
export function chooseGroups(
  { securityGroups: named }: Pick<Annotations, 'securityGroups'>,
  { nlbSecurityGroups: mode }: Pick<Options, 'nlbSecurityGroups'>,
  existing: ExistingLoadBalancer | undefined,
  groups: Facts['groups'],
  findings: Findings,
): GroupChoice {
  const has = existing?.hasSecurityGroups ?? mode === 'managed';
  if (named !== undefined && !has && mode === 'none') {
    const because = `has no effect since ${OPTION.key} is none`;
    findings.warn(
      annotationName('securityGroups'),
      named.join(','),
      { code: 'no-effect', because },
      'no such annotation',
    );
    return { use: 'none' };
  }
  if (named !== undefined) {
    for (const part of named.filter((id) => !Object.hasOwn(groups, id))) {
      const because = 'is no security group of the VPC';
      findings.error(annotationName('securityGroups'), named.join(','), {
        part,
        because,
        expected: 'groups of the VPC',
      });
    }
    return { use: 'named', ids: [...new Set(named)].sort() };
  }
  if (!has && mode === 'managed') {
    const because =
      'has no effect on this load balancer: it was made without a security group, and AWS cannot add the first';
    findings.warn(OPTION, mode, { code: 'no-effect', because }, 'a new load balancer');
  }
  return { use: has ? 'managed' : 'none' };
}

/** The rules of the group that we make: every listener from every client, and ICMP for path MTU discovery. */
export function managedRules(listeners: readonly ListenerPlan[], clients: readonly string[]): readonly Rule[] {
  const rule = (protocol: string, fromPort: number, toPort: number) =>
    clients.map((source): Rule => ({ protocol, fromPort, toPort, source, description: '' }));
  const ports = listeners.flatMap(({ port, protocols }) => protocols.flatMap((protocol) => rule(protocol, port, port)));
  return sortedRules([...ports, ...rule('icmp', 3, 4)]);
}
