// The security group that opens the nodes' ports for a load balancer: its rules, and which of the nodes' Neutron ports have
// it. A port has groups of others too, which stay. Made only where the option for managed security groups is on.
import { FairleadError } from '../../../src/engine/errors.ts';
import { defineKind, type Observed, type Scope } from '../../../src/engine/kind.ts';
import { isAbsent, isNeutron } from '../client/errors.ts';
import {
  createSecurityGroup,
  createSecurityGroupRule,
  deleteSecurityGroup,
  deleteSecurityGroupRule,
  listPorts,
  listSecurityGroups,
  updatePort,
} from '../client/neutron.ts';
import type { Port, SecurityGroup, SecurityGroupRule } from '../client/types.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { ownerOfGroup } from '../naming.ts';
import { type NodeRule, SECURITY_GROUP, type SecurityGroupOut, type SecurityGroupSpec } from '../resources.ts';
import { changesOf, portChanges, securityGroupCalls, sortedRules, textOf } from './security-group-calls.ts';
import { mergedSecurityGroup } from './shared-parts.ts';

/** Filters of one request; longer addresses are refused by some proxies. */
const BATCH = 50;

export const securityGroupKind = defineKind<Cloud, SecurityGroupSpec, SecurityGroupOut>({
  name: SECURITY_GROUP.name,
  guarded: true,
  churns: true,
  calls: securityGroupCalls,
  merge: mergedSecurityGroup,

  // Without `spec`: which ports have a group takes a call of its own.
  async list(cloud, scope) {
    if (!cloud.managesGroups) return [];
    const all = await listSecurityGroups(cloud.session, {}, scope);
    const ours = all.filter(({ name }) => ownerOfGroup(name));
    return ours.map((group) => ({ id: group.name, marks: marksOf(cloud, group), out: { uuid: group.id } }));
  },

  read(cloud, wanted, scope) {
    return Promise.all(
      wanted.map(async ({ id }) => {
        try {
          const found = await find(cloud, id, scope);
          if (!found) return { id, state: 'gone' as const };
          const ports = (await portsWith(cloud, found.id, scope)).map((port) => port.id).sort();
          const spec = { rules: rulesOf(found), ports };
          return { id, state: 'known' as const, object: observed(id, marksOf(cloud, found), found.id, spec) };
        } catch (error) {
          return { id, state: 'unknown' as const, error };
        }
      }),
    );
  },

  async create(cloud, [owner], id, spec, scope) {
    const description = `Security Group for ${owner?.namespace}/${owner?.name} Service LoadBalancer in cluster ${cloud.cluster.name}`;
    const made = await createSecurityGroup(cloud.session, { name: id, description }, scope);
    for (const rule of spec.rules) await addRule(cloud, made.id, rule, scope);
    await changePorts(cloud, made.id, spec.ports, [], scope);
    return observed(id, marksOf(cloud, made), made.id, spec);
  },

  // New ports are open before old ones are closed.
  async update(cloud, now, spec, changed, scope) {
    const { uuid } = now.out;
    if (changed.includes('rules')) {
      const found = await find(cloud, now.id, scope);
      if (!found) throw new FairleadError('conflict', `security group ${now.id} is gone`);
      const { more, less } = changesOf(spec.rules, rulesOf(found));
      for (const rule of more) await addRule(cloud, uuid, rule, scope);
      const going = (found.security_group_rules ?? []).filter((one) => less.includes(textOf(ruleOf(one))));
      for (const { id } of going) await deleteSecurityGroupRule(cloud.session, id, scope);
    }
    if (changed.includes('ports')) {
      const { more, less } = portChanges(spec.ports, now.spec.ports);
      await changePorts(cloud, uuid, more, less, scope);
    }
    return observed(now.id, now.marks, uuid, spec);
  },

  // A group that a port has cannot be deleted.
  async delete(cloud, now, scope) {
    const { uuid } = now.out;
    for (const port of await portsWith(cloud, uuid, scope)) await putGroups(cloud, port, uuid, false, scope);
    try {
      await deleteSecurityGroup(cloud.session, uuid, scope);
    } catch (thrown) {
      if (!isAbsent(thrown)) throw thrown;
    }
    return 'gone';
  },
});

async function find(cloud: Cloud, name: string, scope: Scope): Promise<SecurityGroup | undefined> {
  const all = await listSecurityGroups(cloud.session, { name }, scope);
  return all.find((one) => one.name === name);
}

function portsWith(cloud: Cloud, group: string, scope: Scope): Promise<readonly Port[]> {
  return listPorts(cloud.session, { security_groups: group }, scope);
}

async function addRule(cloud: Cloud, group: string, { protocol, port, source }: NodeRule, scope: Scope): Promise<void> {
  const body = {
    security_group_id: group,
    direction: 'ingress',
    ethertype: source.includes(':') ? 'IPv6' : 'IPv4',
    protocol,
    port_range_min: port,
    port_range_max: port,
    remote_ip_prefix: source,
  } as const;
  try {
    await createSecurityGroupRule(cloud.session, body, scope);
  } catch (thrown) {
    // The same rule is there already: somebody was faster, and it is what was wanted.
    if (!isNeutron(thrown, 'SecurityGroupRuleExists')) throw thrown;
  }
}

async function changePorts(
  cloud: Cloud,
  group: string,
  more: readonly string[],
  less: readonly string[],
  scope: Scope,
): Promise<void> {
  if (more.length + less.length === 0) return;
  const ids = [...more, ...less].sort();
  for (let start = 0; start < ids.length; start += BATCH) {
    const ports = await listPorts(cloud.session, { id: ids.slice(start, start + BATCH) }, scope);
    for (const port of ports) await putGroups(cloud, port, group, more.includes(port.id), scope);
  }
}

/** The newest list of groups is the base, and the revision keeps others' changes from being lost. */
async function putGroups(cloud: Cloud, port: Port, group: string, has: boolean, scope: Scope): Promise<void> {
  const others = port.security_groups.filter((id) => id !== group);
  const groups = has ? [...others, group] : others;
  try {
    await updatePort(cloud.session, port.id, { security_groups: groups }, port.revision_number, scope);
  } catch (thrown) {
    if (!isAbsent(thrown)) throw thrown;
  }
}

/** What lets something in; that everything may go out is Neutron's own. */
function rulesOf({ security_group_rules: rules = [] }: SecurityGroup): readonly NodeRule[] {
  return sortedRules(rules.filter(({ direction }) => direction === 'ingress').map(ruleOf));
}

function ruleOf({ protocol, port_range_min, remote_ip_prefix }: SecurityGroupRule): NodeRule {
  const port = port_range_min ?? 0;
  return { protocol: (protocol ?? 'tcp') as NodeRule['protocol'], port, source: remote_ip_prefix ?? '' };
}

/**
 * The Service alone: which cluster it is of, nothing proves, and a project has groups of several clusters. So a group is never an
 * orphan that may go by itself, and never ours where it says that it is of a cluster of another name.
 */
function marksOf({ cluster }: Cloud, { name, description }: SecurityGroup): Observed['marks'] {
  const owner = ownerOfGroup(name);
  const says = / Service LoadBalancer in cluster (.+)$/.exec(description)?.[1];
  return owner && (says === undefined || says === cluster.name) ? [owner] : [];
}

function observed(
  id: string,
  marks: Observed['marks'],
  uuid: string,
  spec: SecurityGroupSpec,
): Observed<SecurityGroupSpec, SecurityGroupOut> {
  return { id, marks, spec, out: { uuid }, settled: true };
}
