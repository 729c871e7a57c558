// What cloud-provider-aws reads in a Service: its annotations by its own rules, oddities included. It calls nothing.
import type { Node, Service } from '../../src/kube/types.ts';
import type { PeerConfig } from './config.ts';
import { type Health, nlbHealth } from './health.ts';

export const PREFIX = 'service.beta.kubernetes.io/aws-load-balancer-';
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/** The text of an annotation by the end of its key. */
export function annotationOf({ metadata }: Service, suffix: string): string | undefined {
  return metadata.annotations?.[`${PREFIX}${suffix}`];
}

/** Go's strconv.ParseBool, with false for what is not there. */
export function flagOf(service: Service, suffix: string): boolean {
  return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(annotationOf(service, suffix) ?? '');
}

export function numberOf(service: Service, suffix: string): number | undefined {
  const text = annotationOf(service, suffix);
  return text === undefined ? undefined : Number.parseInt(text, 10);
}

/** Items of a comma list, trimmed. */
export function itemsOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** `k=v,k2=,k3`; of what follows a second `=` nothing is kept. */
export function pairsOf(text: string | undefined): Readonly<Record<string, string>> {
  const pairs: Record<string, string> = {};
  for (const item of itemsOf(text)) {
    const [key = '', value = ''] = item.split('=');
    if (key !== '') pairs[key] = value;
  }
  return pairs;
}

export function isNlb(service: Service): boolean {
  return annotationOf(service, 'type') === 'nlb';
}

/** Any text but these two is yes. */
export function isInternal(service: Service): boolean {
  return !['', 'false'].includes(annotationOf(service, 'internal') ?? '');
}

export function userTags(service: Service): Readonly<Record<string, string>> {
  return pairsOf(annotationOf(service, 'additional-resource-tags'));
}

export function rangesOf({ spec, metadata }: Service): readonly string[] {
  const inSpec = spec.loadBalancerSourceRanges ?? [];
  const text = metadata.annotations?.[SOURCE_RANGES]?.trim() ?? '';
  const given = inSpec.length > 0 ? inSpec : text === '' ? ['0.0.0.0/0'] : text.split(',');
  return [...new Set(given.map((item) => networkOf(item.trim())))].sort();
}

/** `10.1.2.3/8` is the network `10.0.0.0/8`. */
function networkOf(cidr: string): string {
  const [address = '', length = '32'] = cidr.split('/');
  const bits = address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  const kept = bits.slice(0, Number(length)).padEnd(32, '0');
  return `${[0, 8, 16, 24].map((start) => Number.parseInt(kept.slice(start, start + 8), 2)).join('.')}/${length}`;
}

export interface Port {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly nodePort: number;
}

/** Ports without a node port are left out. */
export function portsOf({ spec }: Service): readonly Port[] {
  return (spec.ports ?? []).flatMap(({ name = '', protocol = 'TCP', port, nodePort }) =>
    nodePort ? [{ name, protocol, port, nodePort }] : [],
  );
}

/** The certificate of the port, if TLS is spoken there. On Classic the port's name is compared in lower case. */
export function certificateFor(service: Service, port: Port, { lower }: { readonly lower: boolean }) {
  const certificate = annotationOf(service, 'ssl-cert') ?? '';
  const list = annotationOf(service, 'ssl-ports') ?? '';
  if (certificate === '') return undefined;
  const items = list === '' || list === '*' ? undefined : list.split(',');
  const name = lower ? port.name.toLowerCase() : port.name;
  return items === undefined || items.includes(String(port.port)) || items.includes(name) ? certificate : undefined;
}

/** One listener of an NLB with the target group behind it. */
export interface Mapping {
  readonly port: number;
  readonly nodePort: number;
  readonly front: 'TCP' | 'UDP' | 'TLS';
  readonly back: 'TCP' | 'UDP' | 'TLS';
  readonly certificate: string | undefined;
  /** Empty: none is named. */
  readonly policy: string;
  readonly health: Health;
}

export function mappingsOf(service: Service, config: PeerConfig): readonly Mapping[] {
  const health = nlbHealth(service, config);
  return portsOf(service).map((one) => {
    const { port, nodePort } = one;
    const certificate = certificateFor(service, one, { lower: false });
    if (certificate === undefined) {
      const protocol = one.protocol === 'UDP' ? 'UDP' : 'TCP';
      return { port, nodePort, front: protocol, back: protocol, certificate, policy: '', health };
    }
    const back = annotationOf(service, 'backend-protocol') === 'ssl' ? 'TLS' : 'TCP';
    const policy = annotationOf(service, 'ssl-negotiation-policy') ?? '';
    return { port, nodePort, front: 'TLS', back, certificate, policy, health };
  });
}

const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';
const NO = ['0', 'f', 'F', 'false', 'FALSE', 'False'];

/** Instance ids of the nodes that the service controller and the provider would take, in the order of the nodes. */
export function instanceIdsFor(service: Service, nodes: readonly Node[]): readonly string[] {
  const labels = Object.entries(pairsOf(annotationOf(service, 'target-node-labels')));
  return nodes.flatMap(({ metadata, spec }) => {
    const excluded = metadata.labels?.[EXCLUDED];
    const isOut =
      metadata.deletionTimestamp !== undefined ||
      (excluded !== undefined && !NO.includes(excluded)) ||
      spec?.taints?.some(({ key }) => key === 'ToBeDeletedByClusterAutoscaler') === true;
    const fits = labels.every(([key, value]) => {
      const has = metadata.labels?.[key];
      return has !== undefined && (value === '' || has === value);
    });
    const id = spec?.providerID?.split('/').at(-1) ?? '';
    return !isOut && fits && id.startsWith('i-') ? [id] : [];
  });
}
