// What a Service asks for, read afresh and as plainly as possible, so that it is no copy of the code under test. It knows
// as much of the annotations as the scenarios use.
import type { Node, Service } from '../../src/kube/types.ts';
import { parseRange } from '../fake/aws/range.ts';

export const AWS = 'service.beta.kubernetes.io/aws-load-balancer-';
export const RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
export const CLASS = 'fairlead.dev/aws';
export const EVERYWHERE = '0.0.0.0/0';

export const ALLOW_REPLACEMENT = 'fairlead.dev/allow-replacement';

export type BalancerKind = 'nlb' | 'classic';

/** The kind of load balancer that it asks for, or else gets. */
export function kindOf({ metadata }: Service, otherwise: BalancerKind): BalancerKind {
  const type = metadata.annotations?.[`${AWS}type`];
  if (type === undefined) return otherwise;
  return type === 'nlb' ? 'nlb' : 'classic';
}

export function schemeOf({ metadata }: Service): 'internal' | 'internet-facing' {
  const internal = ['true', '0.0.0.0/0'].includes(metadata.annotations?.[`${AWS}internal`] ?? '');
  return internal ? 'internal' : 'internet-facing';
}

/** True if its load balancer may be replaced, and its address change. */
export function mayReplace({ metadata }: Service): boolean {
  return metadata.annotations?.[ALLOW_REPLACEMENT] === 'true';
}

/** True if we should make a load balancer for it, whether or not what it says is valid. */
export function isWanted({ spec, metadata }: Service, classless = true): boolean {
  const type = metadata.annotations?.[`${AWS}type`];
  const ours = spec.loadBalancerClass === CLASS || (spec.loadBalancerClass === undefined && classless);
  const elsewhere = type === 'external' || type === 'nlb-ip';
  return spec.type === 'LoadBalancer' && ours && !elsewhere && metadata.deletionTimestamp === undefined;
}

/** The networks that it lets in; undefined where what it says has a fault, and nothing may be opened. */
export function rangesOf({ spec, metadata }: Service): readonly string[] | undefined {
  const fromSpec = spec.loadBalancerSourceRanges ?? [];
  const text = metadata.annotations?.[RANGES];
  const given = fromSpec.length > 0 ? fromSpec : text === undefined ? [EVERYWHERE] : text.split(',');
  const ranges = given.map((item) => item.trim());
  return ranges.every((range) => parseRange(range)?.text === range) ? ranges : undefined;
}

const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/** The instances of the nodes that may get its traffic, sorted. `unready` names nodes that have been so for too long. */
export function instancesFor(
  service: Service,
  nodes: readonly Node[],
  unready: ReadonlySet<string> = new Set(),
): readonly string[] {
  const wanted = (service.metadata.annotations?.[`${AWS}target-node-labels`] ?? '').split(',').filter(Boolean);
  const eligible = nodes.filter(({ metadata, spec }) => {
    const excluded = metadata.labels?.['node.kubernetes.io/exclude-from-external-load-balancers'];
    if (excluded !== undefined && !FALSE.has(excluded)) return false;
    if (spec?.taints?.some(({ key }) => key === 'ToBeDeletedByClusterAutoscaler')) return false;
    if (unready.has(metadata.name) || metadata.deletionTimestamp !== undefined) return false;
    return wanted.every((pair) => {
      const [key = '', value = ''] = pair.split('=');
      const has = metadata.labels?.[key];
      return has !== undefined && (value === '' || has === value);
    });
  });
  return eligible.flatMap(({ spec }) => spec?.providerID?.split('/').at(-1) ?? []).sort();
}

/** `TCP`, `UDP` or `TLS`: what the listener on this port of the Service speaks. */
export function listenerProtocol(
  { metadata }: Service,
  port: { port: number; name?: string; protocol?: string },
): string {
  const annotations = metadata.annotations ?? {};
  const certificate = annotations[`${AWS}ssl-cert`];
  if (port.protocol === 'UDP' || certificate === undefined) return port.protocol ?? 'TCP';
  const ports = (annotations[`${AWS}ssl-ports`] ?? '*').split(',').map((item) => item.trim());
  const named = ports.includes('*') || ports.includes(String(port.port)) || ports.includes(port.name ?? '');
  return named ? 'TLS' : 'TCP';
}

export interface Health {
  readonly protocol: string;
  readonly port: string;
  readonly path: string | undefined;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

/** The health check, by the official controller's defaults. */
export function healthOf({ metadata, spec }: Service): Health {
  const of = (suffix: string) => metadata.annotations?.[`${AWS}healthcheck-${suffix}`];
  const local = spec.externalTrafficPolicy === 'Local';
  const protocol = of('protocol') ?? (local ? 'HTTP' : 'TCP');
  const threshold = local ? 2 : 3;
  return {
    protocol,
    port: of('port') ?? (local ? String(spec.healthCheckNodePort) : 'traffic-port'),
    path: protocol === 'TCP' ? undefined : (of('path') ?? (local ? '/healthz' : '/')),
    intervalSeconds: Number(of('interval') ?? (local ? 10 : 30)),
    // What AWS itself sets: the official controller sends none.
    timeoutSeconds: Number(of('timeout') ?? (protocol === 'HTTP' ? 6 : 10)),
    healthyThreshold: Number(of('healthy-threshold') ?? threshold),
    unhealthyThreshold: Number(of('unhealthy-threshold') ?? threshold),
  };
}

export function tagsOf({ metadata }: Service): Readonly<Record<string, string>> {
  const text = metadata.annotations?.[`${AWS}additional-resource-tags`] ?? '';
  const pairs = text.split(',').filter(Boolean);
  return Object.fromEntries(pairs.map((pair) => pair.split('=').map((part) => part.trim()) as [string, string]));
}
