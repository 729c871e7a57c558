// What an API server would fill in: made up where it would choose, and always the same for the same Service.
import { createHash } from '../engine/hash.ts';
import type { IpFamily, Service, ServicePort, ServiceSpec } from '../kube/types.ts';

const FIRST_NODE_PORT = 30_000;
const NODE_PORTS = 2768;

/** The Service as a cluster would answer it. Given values stay. Its UID, node ports and families are made up. */
export function completeService(service: Service): Service {
  const { metadata } = service;
  const namespace = metadata.namespace || 'default';
  const identity = `${namespace}/${metadata.name}`;
  const meta = {
    ...metadata,
    namespace,
    uid: metadata.uid || uidOf(identity),
    resourceVersion: metadata.resourceVersion || '1',
  };
  return { ...service, metadata: meta, spec: completeSpec(service.spec, identity) };
}

function completeSpec(given: ServiceSpec, identity: string): ServiceSpec {
  const type = given.type ?? 'ClusterIP';
  const isExternal = type === 'LoadBalancer' || type === 'NodePort';
  const spec: ServiceSpec = { ...given, type, sessionAffinity: given.sessionAffinity ?? 'None' };
  if (type === 'ExternalName') return spec;
  const allocates = isExternal && given.allocateLoadBalancerNodePorts !== false;
  const allocator = new NodePorts(identity, given);
  const ports = given.ports?.map((port) => completePort(port, allocates ? allocator : undefined));
  const checksHealth = type === 'LoadBalancer' && given.externalTrafficPolicy === 'Local';
  return {
    ...spec,
    ...(ports && { ports }),
    ...familiesOf(given),
    internalTrafficPolicy: given.internalTrafficPolicy ?? 'Cluster',
    ...(isExternal && { externalTrafficPolicy: given.externalTrafficPolicy ?? 'Cluster' }),
    ...(type === 'LoadBalancer' && { allocateLoadBalancerNodePorts: given.allocateLoadBalancerNodePorts ?? true }),
    ...(checksHealth && { healthCheckNodePort: given.healthCheckNodePort || allocator.next('health') }),
  };
}

function completePort(port: ServicePort, allocator: NodePorts | undefined): ServicePort {
  const nodePort = port.nodePort ?? allocator?.of(port);
  return {
    ...port,
    protocol: port.protocol ?? 'TCP',
    targetPort: port.targetPort ?? port.port,
    ...(nodePort !== undefined && { nodePort }),
  };
}

/** As on a cluster of both families, whose first is IPv4. */
function familiesOf(given: ServiceSpec): Pick<ServiceSpec, 'ipFamilies' | 'ipFamilyPolicy'> {
  const { ipFamilies = [] } = given;
  const policy = given.ipFamilyPolicy ?? (ipFamilies.length > 1 ? 'RequireDualStack' : 'SingleStack');
  const first: IpFamily = ipFamilies[0] ?? 'IPv4';
  const second: IpFamily = first === 'IPv4' ? 'IPv6' : 'IPv4';
  if (ipFamilies.length > 1) return { ipFamilies, ipFamilyPolicy: policy };
  return { ipFamilies: policy === 'SingleStack' ? [first] : [first, second], ipFamilyPolicy: policy };
}

/** Node ports that depend on nothing but the Service, and never twice the same. */
class NodePorts {
  readonly #identity: string;
  readonly #taken: Set<number>;
  /** Two protocols of one port share a node port, as the API server has it. */
  readonly #byPort = new Map<number, number>();

  constructor(identity: string, { ports = [], healthCheckNodePort }: ServiceSpec) {
    this.#identity = identity;
    this.#taken = new Set(ports.flatMap(({ nodePort }) => nodePort ?? []));
    if (healthCheckNodePort) this.#taken.add(healthCheckNodePort);
    for (const { port, nodePort } of ports) if (nodePort !== undefined) this.#byPort.set(port, nodePort);
  }

  of({ port }: ServicePort): number {
    const known = this.#byPort.get(port);
    if (known !== undefined) return known;
    const found = this.next(`${port}`);
    this.#byPort.set(port, found);
    return found;
  }

  next(what: string): number {
    // More ports than there are node ports: no cluster would take the Service.
    if (this.#taken.size >= NODE_PORTS) return FIRST_NODE_PORT;
    const wish = Number.parseInt(createHash(`${this.#identity}/${what}`).slice(0, 8), 16) % NODE_PORTS;
    let port = FIRST_NODE_PORT + wish;
    while (this.#taken.has(port)) port = FIRST_NODE_PORT + ((port + 1 - FIRST_NODE_PORT) % NODE_PORTS);
    this.#taken.add(port);
    return port;
  }
}

/** The cluster of Services that are in none. */
export const SAMPLE_CLUSTER = { name: 'demo', uid: '00000000-0000-4000-8000-000000000000' } as const;

/** A UUID, made of the name. */
function uidOf(identity: string): string {
  const digits = createHash(`uid of ${identity}`) + createHash(`rest of the uid of ${identity}`);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-');
}
