// Which security groups a Classic Load Balancer has: one that we make, or those that the Service or an option names, and
// those beside it. Pure.
import type { Request } from '../../../src/provider/request.ts';
import type { Annotations } from '../annotations.ts';
import type { Facts } from '../facts.ts';
import type { Options } from '../options.ts';
import { annotationName, type Findings, fieldName } from './findings.ts';
import { knownGroups } from './groups.ts';

export interface ClassicGroups {
  /** In place of the managed group; empty: that one is used. */
  readonly first: readonly string[];
  readonly extra: readonly string[];
}

const OPTION = { noun: 'Option', key: '--aws-elb-security-group' };

export function chooseClassicGroups(
  { sourceRanges }: Pick<Request, 'sourceRanges'>,
  values: Pick<Annotations, 'securityGroups' | 'extraSecurityGroups' | 'sourceRanges'>,
  { elbSecurityGroup }: Pick<Options, 'elbSecurityGroup'>,
  groups: Facts['groups'],
  findings: Findings,
): ClassicGroups {
  const { securityGroups: named } = values;
  const first = named ?? (elbSecurityGroup === undefined ? [] : [elbSecurityGroup]);
  const source = named === undefined ? OPTION : annotationName('securityGroups');
  knownGroups(source, first, groups, findings);
  knownGroups(annotationName('extraSecurityGroups'), values.extraSecurityGroups ?? [], groups, findings);
  if (first.length > 0) {
    const because = `has no effect since ${source.key} names the security groups, and no rules are written to those`;
    const note = { code: 'no-effect', because } as const;
    if (sourceRanges.length > 0) {
      findings.warn(fieldName('spec.loadBalancerSourceRanges'), sourceRanges.join(','), note, 'a managed group');
    } else if (values.sourceRanges !== undefined && named === undefined) {
      // The table says it of the annotation beside the annotation.
      const text = values.sourceRanges.map((range) => range.text).join(',');
      findings.warn(annotationName('sourceRanges'), text, note, 'a managed group');
    }
  }
  return { first, extra: values.extraSecurityGroups ?? [] };
}
