// Neutron's operations that are used here, one function each: path, method and envelope, and nothing else.
import type { Scope } from '../../../src/engine/kind.ts';
import { type Query, withId } from './services.ts';
import type { Session } from './session.ts';
import type {
  FloatingIp,
  FloatingIpBody,
  FloatingIpUpdate,
  Network,
  Port,
  PortUpdate,
  SecurityGroup,
  SecurityGroupRule,
  SecurityGroupRuleBody,
  Subnet,
} from './types.ts';

const service = 'network';
const FLOATING_IPS = '/v2.0/floatingips';
const PORTS = '/v2.0/ports';
const GROUPS = '/v2.0/security-groups';
const RULES = '/v2.0/security-group-rules';

/** Filters: `id`, `port_id`, `floating_ip_address`, `floating_network_id`, `description`, `tags`, `project_id`, … */
export function listFloatingIps(session: Session, query: Query, scope: Scope): Promise<readonly FloatingIp[]> {
  return session.list({ service, operation: 'ListFloatingIps', path: FLOATING_IPS, query }, 'floatingips', scope);
}

export function createFloatingIp(session: Session, floatingip: FloatingIpBody, scope: Scope) {
  const call = { service, operation: 'CreateFloatingIp', method: 'POST', path: FLOATING_IPS } as const;
  return session.change<FloatingIp>({ ...call, body: { floatingip } }, 'floatingip', scope);
}

export function updateFloatingIp(session: Session, id: string, floatingip: FloatingIpUpdate, scope: Scope) {
  const call = { service, operation: 'UpdateFloatingIp', method: 'PUT', path: withId(FLOATING_IPS, id) } as const;
  return session.change<FloatingIp>({ ...call, body: { floatingip } }, 'floatingip', scope);
}

export async function deleteFloatingIp(session: Session, id: string, scope: Scope): Promise<void> {
  const path = withId(FLOATING_IPS, id);
  await session.write({ service, operation: 'DeleteFloatingIp', method: 'DELETE', path }, scope);
}

/** Filters: `id`, `name`, `router:external` ('true'), `tags`, … */
export function listNetworks(session: Session, query: Query, scope: Scope): Promise<readonly Network[]> {
  return session.list({ service, operation: 'ListNetworks', path: '/v2.0/networks', query }, 'networks', scope);
}

/** Filters: `id`, `name`, `network_id`, `ip_version`, `tags`, `tags-any`, `not-tags`, … */
export function listSubnets(session: Session, query: Query, scope: Scope): Promise<readonly Subnet[]> {
  return session.list({ service, operation: 'ListSubnets', path: '/v2.0/subnets', query }, 'subnets', scope);
}

/** Filters: `id`, `device_id` (a server's id; several are or-ed), `network_id`, `fixed_ips` (`ip_address=…`), … */
export function listPorts(session: Session, query: Query, scope: Scope): Promise<readonly Port[]> {
  return session.list({ service, operation: 'ListPorts', path: PORTS, query }, 'ports', scope);
}

/** Only if the port still has `revision`, where that is given; else 'conflict'. */
export function updatePort(
  session: Session,
  id: string,
  port: PortUpdate,
  revision: number | undefined,
  scope: Scope,
): Promise<Port> {
  const call = { service, operation: 'UpdatePort', method: 'PUT', path: withId(PORTS, id) } as const;
  const headers = revision === undefined ? {} : { headers: { 'if-match': `revision_number=${revision}` } };
  return session.change<Port>({ ...call, ...headers, body: { port } }, 'port', scope);
}

/** With their rules. Filters: `id`, `name`, `description`, `tags`, `project_id`, … */
export function listSecurityGroups(session: Session, query: Query, scope: Scope): Promise<readonly SecurityGroup[]> {
  return session.list({ service, operation: 'ListSecurityGroups', path: GROUPS, query }, 'security_groups', scope);
}

/** Neutron adds two rules of its own that let everything out. */
export function createSecurityGroup(
  session: Session,
  group: { readonly name: string; readonly description: string },
  scope: Scope,
) {
  const call = { service, operation: 'CreateSecurityGroup', method: 'POST', path: GROUPS } as const;
  return session.change<SecurityGroup>({ ...call, body: { security_group: group } }, 'security_group', scope);
}

/** 'in-use' while a port has it. */
export async function deleteSecurityGroup(session: Session, id: string, scope: Scope): Promise<void> {
  const path = withId(GROUPS, id);
  await session.write({ service, operation: 'DeleteSecurityGroup', method: 'DELETE', path }, scope);
}

/** 'conflict' where the same rule exists. */
export function createSecurityGroupRule(session: Session, rule: SecurityGroupRuleBody, scope: Scope) {
  const call = { service, operation: 'CreateSecurityGroupRule', method: 'POST', path: RULES } as const;
  const body = { security_group_rule: rule };
  return session.change<SecurityGroupRule>({ ...call, body }, 'security_group_rule', scope);
}

export async function deleteSecurityGroupRule(session: Session, id: string, scope: Scope): Promise<void> {
  const path = withId(RULES, id);
  await session.write({ service, operation: 'DeleteSecurityGroupRule', method: 'DELETE', path }, scope);
}
