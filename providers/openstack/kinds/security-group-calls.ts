// What of a security group changes, and which calls that takes. Pure.
import type { Deed } from '../../../src/engine/kind.ts';
import type { NodeRule, SecurityGroupSpec } from '../resources.ts';

export function securityGroupCalls(deed: Deed<SecurityGroupSpec>): readonly string[] {
  const none: SecurityGroupSpec = { rules: [], ports: [] };
  const want = deed.action === 'delete' ? none : deed.want;
  const have = deed.action === 'create' ? none : (deed.have ?? none);
  const rules = changesOf(want.rules, have.rules);
  const ports = portChanges(want.ports, have.ports);
  const added = rules.more.map(() => 'neutron:CreateSecurityGroupRule');
  const moved = [...ports.more, ...ports.less].map(() => 'neutron:UpdatePort');
  if (deed.action === 'delete') return ['neutron:ListPorts', ...moved, 'neutron:DeleteSecurityGroup'];
  const listed = moved.length > 0 ? ['neutron:ListPorts', ...moved] : [];
  if (deed.action === 'create') return ['neutron:CreateSecurityGroup', ...added, ...listed];
  const gone = rules.less.map(() => 'neutron:DeleteSecurityGroupRule');
  const ruled = deed.changed.includes('rules') ? ['neutron:ListSecurityGroups', ...added, ...gone] : [];
  return [...ruled, ...(deed.changed.includes('ports') ? listed : [])];
}

export function changesOf(want: readonly NodeRule[], have: readonly NodeRule[]) {
  const wanted = new Set(want.map(textOf));
  const there = new Set(have.map(textOf));
  return {
    more: want.filter((rule) => !there.has(textOf(rule))),
    less: have.map(textOf).filter((text) => !wanted.has(text)),
  };
}

export function portChanges(want: readonly string[], have: readonly string[]) {
  return { more: want.filter((id) => !have.includes(id)), less: have.filter((id) => !want.includes(id)) };
}

export const textOf = ({ protocol, port, source }: NodeRule) =>
  `${protocol} ${String(port).padStart(5, '0')} ${source}`;

/** Each once. */
export function sortedRules(rules: readonly NodeRule[]): readonly NodeRule[] {
  const byText = new Map(rules.map((rule) => [textOf(rule), rule]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => rule);
}
