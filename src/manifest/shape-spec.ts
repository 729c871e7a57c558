// The spec of a Service out of its tree, but for its ports.
import type { IpFamily, ServiceSpec } from '../kube/types.ts';
import { labelsOf, QUALIFIED_NAME, QUALIFIED_TEXT } from './shape-labels.ts';
import { portsOf } from './shape-ports.ts';
import type { Spot, Taker } from './take.ts';

/** ServiceSpec of Kubernetes 1.36. */
const FIELDS =
  'type ports selector clusterIP clusterIPs externalIPs externalName externalTrafficPolicy internalTrafficPolicy healthCheckNodePort ipFamilies ipFamilyPolicy loadBalancerClass loadBalancerIP loadBalancerSourceRanges allocateLoadBalancerNodePorts publishNotReadyAddresses sessionAffinity sessionAffinityConfig trafficDistribution'.split(
    ' ',
  );
const TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] as const;
const POLICIES = ['Cluster', 'Local'] as const;

type Draft = { -readonly [K in keyof ServiceSpec]: ServiceSpec[K] | undefined };

/** What is absent or ill-shaped is left out. */
export function specOf(taker: Taker, spot: Spot): ServiceSpec {
  if (!spot.tree) {
    taker.missing(spot.path, 'a map with at least the ports');
    return {};
  }
  if (!taker.map(spot)) return {};
  taker.known(spot, FIELDS);
  const at = (field: string) => taker.at(spot, field);
  const given = (field: string) => taker.given(spot, field);
  const type = taker.choice(given('type'), TYPES);
  const affinity = taker.choice(given('sessionAffinity'), ['None', 'ClientIP']);
  const spec: Draft = {
    type,
    ports: portsOf(taker, at('ports')),
    selector: labelsOf(taker, at('selector')),
    loadBalancerClass: taker.matching(at('loadBalancerClass'), QUALIFIED_NAME, 317, QUALIFIED_TEXT),
    loadBalancerIP: taker.text(given('loadBalancerIP'), 'an address'),
    loadBalancerSourceRanges: texts(taker, at('loadBalancerSourceRanges'), 'a list of CIDR ranges'),
    externalIPs: texts(taker, at('externalIPs'), 'a list of addresses'),
    externalTrafficPolicy: taker.choice(given('externalTrafficPolicy'), POLICIES),
    internalTrafficPolicy: taker.choice(at('internalTrafficPolicy'), POLICIES),
    healthCheckNodePort: taker.integer(at('healthCheckNodePort'), 0, 65535),
    allocateLoadBalancerNodePorts: taker.boolean(at('allocateLoadBalancerNodePorts')),
    sessionAffinity: affinity,
    sessionAffinityConfig: affinityConfig(taker, at('sessionAffinityConfig'), affinity === 'ClientIP'),
    ipFamilies: families(taker, at('ipFamilies')),
    ipFamilyPolicy: taker.choice(at('ipFamilyPolicy'), ['SingleStack', 'PreferDualStack', 'RequireDualStack']),
  };
  taker.boolean(at('publishNotReadyAddresses'));
  const isHeadless = taker.text(at('clusterIP'), 'an address or None') === 'None';
  checkTogether(taker, spot, spec, isHeadless);
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined));
}

/** What the API server refuses of fields that are right each by itself. */
function checkTogether(taker: Taker, spot: Spot, spec: Draft, isHeadless: boolean): void {
  const at = (field: string) => taker.at(spot, field);
  const { type, externalTrafficPolicy, healthCheckNodePort = 0 } = spec;
  const ports = at('ports');
  const needsPorts = !isHeadless && type !== 'ExternalName';
  if (needsPorts && !ports.tree) taker.missing(ports.path, 'at least one port');
  if (needsPorts && ports.tree?.form === 'list' && ports.tree.items.length === 0) {
    taker.fault(ports.path, '[]', { expected: 'at least one port' });
  }
  if (type !== 'LoadBalancer') return;
  if (isHeadless) {
    taker.fault(at('clusterIP').path, 'None', {
      because: 'a load balancer cannot have',
      expected: 'no such field in a Service of type LoadBalancer',
    });
  }
  if (healthCheckNodePort !== 0 && externalTrafficPolicy !== 'Local') {
    taker.fault(at('healthCheckNodePort').path, `${healthCheckNodePort}`, {
      because: 'is only taken with externalTrafficPolicy: Local',
      expected: 'no such field, or that policy',
    });
  }
}

function texts(taker: Taker, spot: Spot, expected: string): readonly string[] | undefined {
  return taker.list(spot, expected)?.flatMap((item) => taker.text(item, 'text') ?? []);
}

function families(taker: Taker, spot: Spot): readonly IpFamily[] | undefined {
  const expected = 'a list of IPv4 and IPv6, each at most once';
  const items = taker.list(spot, expected);
  const found = items?.flatMap((item) => taker.choice(item, ['IPv4', 'IPv6']) ?? []);
  if (!found || new Set(found).size === found.length) return found;
  taker.fault(spot.path, found.slice(0, 10).join(','), { code: 'duplicate', expected });
  return [...new Set(found)];
}

/** Without that affinity the API server drops it: any number will do. */
function affinityConfig(taker: Taker, spot: Spot, isUsed: boolean): ServiceSpec['sessionAffinityConfig'] {
  if (!taker.map(spot)) return undefined;
  const client = taker.at(spot, 'clientIP');
  const [least, most] = isUsed ? [1, 86400] : [-(2 ** 31), 2 ** 31 - 1];
  const timeoutSeconds = taker.map(client) && taker.integer(taker.at(client, 'timeoutSeconds'), least, most);
  if (!isUsed) return undefined;
  return timeoutSeconds === undefined ? {} : { clientIP: { timeoutSeconds } };
}
