// Which security groups an NLB itself has: none, one that we make, or those that the Service names. AWS fixes at creation
// whether there are any. And the rules of the groups that we make, for either kind of load balancer. Pure.
import type { Name } from '../../../src/schema/problem.ts';
import type { Annotations } from '../annotations.ts';
import type { Facts } from '../facts.ts';
import type { Options } from '../options.ts';
import type { Rule } from '../resources.ts';
import { sortedRules } from '../rules.ts';
import { annotationName, type Findings } from './findings.ts';

export type GroupChoice =
  | { readonly use: 'none' | 'managed' }
  | { readonly use: 'named'; readonly ids: readonly string[] };

const OPTION = { noun: 'Option', key: '--aws-nlb-security-groups' };

type Values = Pick<Annotations, 'securityGroups'>;
type Mode = Pick<Options, 'nlbSecurityGroups'>;

/** True if the Service itself asks for groups. Undefined: it does not say, and the option is for new ones only. */
export function asksForGroups({ securityGroups }: Values, { nlbSecurityGroups: mode }: Mode): true | undefined {
  return securityGroups !== undefined && mode === 'managed' ? true : undefined;
}

/** `had`: whether the load balancer was made with groups, which stays so; undefined for a new one. */
export function chooseGroups(
  values: Values,
  options: Mode,
  had: boolean | undefined,
  groups: Facts['groups'],
  findings: Findings,
): GroupChoice {
  const { securityGroups: named } = values;
  const { nlbSecurityGroups: mode } = options;
  const has = had ?? mode === 'managed';
  if (named !== undefined && !has && mode === 'none') {
    const because = `has no effect since ${OPTION.key} is none`;
    const note = { code: 'no-effect', because } as const;
    findings.warn(annotationName('securityGroups'), named.join(','), note, 'no such annotation');
    return { use: 'none' };
  }
  if (named !== undefined) {
    knownGroups(annotationName('securityGroups'), named, groups, findings);
    return has ? { use: 'named', ids: [...new Set(named)].sort() } : { use: 'none' };
  }
  if (!has && mode === 'managed') {
    const because =
      'has no effect on this load balancer: it was made without a security group, and AWS cannot add the first';
    findings.warn(OPTION, mode, { code: 'no-effect', because }, 'a new load balancer');
  }
  return { use: has ? 'managed' : 'none' };
}

/** Says which of the named groups the VPC does not have. */
export function knownGroups(name: Name, ids: readonly string[], groups: Facts['groups'], findings: Findings): void {
  for (const part of ids.filter((id) => !Object.hasOwn(groups, id))) {
    const because = 'is no security group of the VPC';
    findings.error(name, ids.join(','), { part, because, expected: 'groups of the VPC' });
  }
}

/** What a group has to let in. */
interface Entrance {
  readonly port: number;
  readonly protocols: readonly ('tcp' | 'udp')[];
}

/** The rules of the group that we make: every listener from every client, and ICMP for path MTU discovery. */
export function managedRules(listeners: readonly Entrance[], clients: readonly string[]): readonly Rule[] {
  const rule = (protocol: string, fromPort: number, toPort: number) =>
    clients.map((source): Rule => ({ protocol, fromPort, toPort, source, description: '' }));
  const ports = listeners.flatMap(({ port, protocols }) => protocols.flatMap((protocol) => rule(protocol, port, port)));
  return sortedRules([...ports, ...rule('icmp', 3, 4)]);
}
