// The facts once a graph is in force: what it makes exists, what it replaces is gone. Pure.
import { type Graph, outputText, type Resource } from '../../src/engine/graph.ts';
import { isOwnedBy, type Mark, type Owner } from '../../src/engine/owner.ts';
import type { ExistingLoadBalancer, ExistingTargetGroup, Facts, Group } from './facts.ts';
import { ruleUse } from './naming.ts';
import {
  CLASSIC_LOAD_BALANCER,
  type ClassicLoadBalancerSpec,
  LOAD_BALANCER,
  type LoadBalancerSpec,
  NODE_RULES,
  type NodeRulesSpec,
  type Rule,
  SECURITY_GROUP,
  TARGET_GROUP,
  type TargetGroupSpec,
} from './resources.ts';

export function assume(facts: Facts, owner: Owner, graph: Graph): Facts {
  const made = (kind: { readonly name: string }) => graph.resources.filter((one) => one.kind === kind.name);
  const isKept = (kind: { readonly name: string }) => graph.holds.includes(kind.name);
  const isOther = ({ marks }: { readonly marks: readonly Mark[] }) => !marks.some((mark) => isOwnedBy(mark, owner));
  const balancers = [
    ...made(LOAD_BALANCER).map(({ id, spec }) => nlbOf(id, owner, spec as LoadBalancerSpec)),
    ...made(CLASSIC_LOAD_BALANCER).map(({ id, spec }) => classicOf(id, owner, spec as ClassicLoadBalancerSpec)),
  ];
  const before = facts.loadBalancers.filter(
    (one) => isOther(one) || isKept(one.kind === 'nlb' ? LOAD_BALANCER : CLASSIC_LOAD_BALANCER),
  );
  const groups = made(TARGET_GROUP).map(({ id, spec }) => targetGroupOf(id, owner, spec as TargetGroupSpec));
  const groupsBefore = facts.targetGroups.filter((one) => isOther(one) || isKept(TARGET_GROUP));
  const loadBalancers = [...before, ...balancers].sort((a, b) =>
    `${a.kind}/${a.name}` < `${b.kind}/${b.name}` ? -1 : 1,
  );
  const ownNames = [...facts.loadBalancers.filter((one) => !isOther(one)), ...balancers].map(({ name }) => name);
  return {
    ...facts,
    groups: isKept(NODE_RULES) ? facts.groups : withRules(facts.groups, made(NODE_RULES), ownNames),
    loadBalancers,
    targetGroups: [...groupsBefore, ...groups].sort((a, b) => (a.name < b.name ? -1 : 1)),
    managedGroups: [...new Set([...facts.managedGroups, ...made(SECURITY_GROUP).map(({ id }) => id)])].sort(),
  };
}

/** The groups of the nodes, in which the graph's load balancers have rules, and no others of `ownNames`. */
function withRules(groups: Facts['groups'], made: readonly Resource[], ownNames: readonly string[]): Facts['groups'] {
  const users = new Map(made.map(({ id, spec }) => [id, (spec as NodeRulesSpec).rules.flatMap(userOf)]));
  const changed = Object.entries(groups).map(([id, group]): [string, Group] => {
    const others = group.loadBalancers.filter((name) => !ownNames.includes(name));
    return [id, { ...group, loadBalancers: [...new Set([...others, ...(users.get(id) ?? [])])].sort() }];
  });
  return Object.fromEntries(changed);
}

function userOf({ description }: Rule): readonly string[] {
  const use = ruleUse(description);
  return use === undefined || use.use === 'mtu' ? [] : [use.loadBalancer];
}

function nlbOf(name: string, owner: Owner, spec: LoadBalancerSpec): ExistingLoadBalancer {
  const { scheme, subnets, addresses, hasSecurityGroups } = spec;
  const allocationIds = Object.values(addresses).flatMap(({ allocationId }) => allocationId ?? []);
  const fixed = { addresses, allocationIds: allocationIds.sort(), hasSecurityGroups };
  return { kind: 'nlb', name, marks: [owner], scheme, subnets, ...fixed };
}

function classicOf(name: string, owner: Owner, { scheme, subnets }: ClassicLoadBalancerSpec): ExistingLoadBalancer {
  const fixed = { addresses: {}, allocationIds: [], hasSecurityGroups: true };
  return { kind: 'classic', name, marks: [owner], scheme, subnets, ...fixed };
}

function targetGroupOf(name: string, owner: Owner, { port }: TargetGroupSpec): ExistingTargetGroup {
  return { name, marks: [owner], arn: outputText(`${TARGET_GROUP.name}/${name}`, 'arn'), port };
}
