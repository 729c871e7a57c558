// What a Service asks for, from its annotations, its class, the options and its own fields; and all that can be wrong with
// it without asking the cloud, at once. Pure.
import type { Problem } from '../../src/schema/problem.ts';
import { addressOf, clientsOf } from './wish-clients.ts';
import { annotationName, Findings, fieldName, optionName } from './wish-findings.ts';
import { type Chosen, chosen } from './wish-levels.ts';
import { monitorOf } from './wish-monitor.ts';
import { classOf, floatingOf, type OpenstackInput, vipOf } from './wish-networks.ts';
import { portsOf } from './wish-ports.ts';
import type { Timeouts, Wish } from './wish-type.ts';

export type { OpenstackInput } from './wish-networks.ts';
export type * from './wish-type.ts';
export { isOpen } from './wish-type.ts';

/** No wish where a problem is an error. */
export function wishOf(input: OpenstackInput): { readonly wish?: Wish; readonly problems: readonly Problem[] } {
  const findings = new Findings();
  const { annotations, options, request } = input;
  const family = familyOf(input, findings);
  const internal = annotations.internal || options.internalLb;
  const named = classOf(input, findings);
  const { vip, memberSubnetId } = vipOf(input, named, findings);
  const floating = floatingOf(input, named, { internal, family }, findings);
  const address = addressOf(request, family, findings);
  const own = address === undefined ? {} : { address };
  const proxy = proxyOf(input);
  const tls = tlsOf(input, findings);
  const { xForwardedFor } = annotations;
  const ports = portsOf(request, { proxy, xForwardedFor, provider: options.lbProvider, tls: tls?.name }, findings);
  const allowedCidrs = clientsOf(request, annotations, options, family, findings);
  const monitor = monitorOf(input, findings);
  const method = methodOf(input, findings);
  const { timeouts, connectionLimit } = limitsOf(input, findings);
  if (findings.hasErrors) return { problems: findings.problems };
  const wish: Wish = {
    internal,
    family,
    ...present('sharedId', annotations.loadBalancerId),
    vip: { ...vip, ...(floating === undefined ? own : {}) },
    ...present('memberSubnetId', memberSubnetId),
    ...present('flavorId', annotations.flavorId ?? options.flavorId),
    ...present('availabilityZone', annotations.availabilityZone ?? options.availabilityZone),
    provider: options.lbProvider,
    serial: options.requiresSerialApiCalls,
    method,
    ...(floating !== undefined && { floating: { ...floating, ...own } }),
    connectionLimit,
    timeouts,
    allowedCidrs,
    xForwardedFor,
    ...present('tlsRef', tls?.value),
    tlsRefChecked: tls !== undefined && options.containerStore === 'barbican',
    proxy,
    affinity: request.sessionAffinity === 'ClientIP',
    ...(monitor !== undefined && { monitor }),
    ports,
    nodeSelector: annotations.nodeSelector === '' ? {} : (annotations.nodeSelector ?? options.nodeSelector ?? {}),
    ...shownName(input, proxy),
    manageSecurityGroups: options.manageSecurityGroups,
    maxShared: options.maxSharedLb,
  };
  return { wish, problems: findings.problems };
}

/** The property, unless it is undefined or empty. */
function present<const K extends string>(key: K, value: string | undefined): { readonly [key in K]?: string } {
  return value === undefined || value === '' ? {} : ({ [key]: value } as { readonly [key in K]?: string });
}

function familyOf({ request }: OpenstackInput, findings: Findings): Wish['family'] {
  const { families, familyPolicy } = request;
  const [family = 'IPv4'] = families;
  const name = fieldName('spec.ipFamilyPolicy');
  if (familyPolicy === 'RequireDualStack') {
    const because = 'asks for two addresses, and a load balancer of Octavia has one';
    findings.error(name, familyPolicy, {
      because,
      expected: 'SingleStack, or PreferDualStack for an address of the first family',
    });
  } else if (families.length > 1) {
    const because = `gets an address of the first family (${family}) only`;
    findings.warn(name, familyPolicy, { code: 'no-effect', because }, 'SingleStack');
  }
  return family;
}

function proxyOf({ annotations }: OpenstackInput): Wish['proxy'] {
  const { proxyProtocol } = annotations;
  if (proxyProtocol === 'v2') return 'v2';
  return proxyProtocol === 'true' || proxyProtocol === 'v1' ? 'v1' : 'none';
}

/** https://docs.openstack.org/api-guide/key-manager/: a container or a secret by its UUID. */
const BARBICAN = /^https?:\/\/[^/]+(\/[^/]+)*\/v1\/(containers|secrets)\/[0-9a-fA-F-]{36}\/?$/;

function tlsOf({ annotations, options }: OpenstackInput, findings: Findings): Chosen<string> | undefined {
  const found = chosen<string>([
    { name: annotationName('defaultTlsContainerRef'), value: annotations.defaultTlsContainerRef },
    { name: optionName('defaultTlsContainerRef'), value: options.defaultTlsContainerRef },
  ]);
  if (found !== undefined && options.containerStore === 'barbican' && !BARBICAN.test(found.value)) {
    findings.error(found.name, found.value, {
      because: 'is no reference to a container or secret of Barbican',
      expected: `a URL such as https://keymanager.example.com/v1/secrets/UUID, or option ${optionName('containerStore').key} external`,
    });
  }
  return found;
}

function methodOf({ annotations, options }: OpenstackInput, findings: Findings): Wish['method'] {
  const method =
    annotations.lbMethod ?? options.lbMethod ?? (options.lbProvider === 'ovn' ? 'SOURCE_IP_PORT' : 'ROUND_ROBIN');
  if (options.lbProvider === 'ovn' && method !== 'SOURCE_IP_PORT') {
    const name = annotations.lbMethod === undefined ? optionName('lbMethod') : annotationName('lbMethod');
    findings.error(name, method, {
      code: 'conflict',
      because: 'the provider ovn does not have',
      expected: 'SOURCE_IP_PORT',
    });
  }
  return method;
}

/** Timeouts and the limit of connections, neither of which OVN has. */
function limitsOf(
  { annotations, options, given }: OpenstackInput,
  findings: Findings,
): { readonly timeouts: Timeouts; readonly connectionLimit: number } {
  const isOvn = options.lbProvider === 'ovn';
  const fields = [
    'timeoutClientDataMs',
    'timeoutMemberConnectMs',
    'timeoutMemberDataMs',
    'timeoutTcpInspectMs',
  ] as const;
  for (const field of isOvn ? ([...fields, 'connectionLimit'] as const) : []) {
    const name = annotationName(field);
    const value = given[name.key];
    if (value !== undefined) findings.idle(name, value, 'the provider ovn does not have it', 'no such annotation');
  }
  const of = (field: (typeof fields)[number]) => (isOvn ? undefined : annotations[field]);
  return {
    timeouts: {
      clientData: of('timeoutClientDataMs'),
      memberConnect: of('timeoutMemberConnectMs'),
      memberData: of('timeoutMemberDataMs'),
      tcpInspect: of('timeoutTcpInspectMs'),
    },
    connectionLimit: isOvn || annotations.connectionLimit === '-1' ? -1 : annotations.connectionLimit,
  };
}

function shownName(
  { annotations, options }: OpenstackInput,
  proxy: Wish['proxy'],
): Pick<Wish, 'hostname' | 'ingressHostname'> {
  const { hostname = '' } = annotations;
  if (hostname !== '') return { hostname };
  if (proxy === 'none' || !options.enableIngressHostname) return {};
  return { ingressHostname: { suffix: options.ingressHostnameSuffix } };
}
