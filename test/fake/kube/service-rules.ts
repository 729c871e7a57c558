// What the API server does to a Service that it is given: defaults, allocated ports, fields that go when the type
// changes, what the status subresource takes. As in Kubernetes 1.36 (pkg/registry/core/service, pkg/apis/core).

import { child, isJson, type Json, type Stored, sameJson } from './json.ts';
import { invalid } from './refusals.ts';

/** Hands out node ports and cluster addresses, in order. */
export class Allocator {
  #port = 30_000;
  #address = 0;

  port(): number {
    return this.#port++;
  }

  address(): string {
    this.#address++;
    return `10.96.${this.#address >> 8}.${this.#address & 255}`;
  }
}

export function createService(given: Stored, allocator: Allocator): Stored {
  const spec = withDefaults(child(given, 'spec'));
  if (spec.type !== 'ExternalName') {
    spec.clusterIP ??= allocator.address();
    spec.clusterIPs ??= [spec.clusterIP];
  }
  checkSpec(spec);
  return { ...given, spec: allocate(spec, allocator), status: { loadBalancer: {} } };
}

export function updateService(given: Stored, old: Stored, allocator: Allocator): Stored {
  const before = child(old, 'spec');
  const spec = withDefaults(child(given, 'spec'));
  if (before.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') dropTypeDependent(spec, before);
  if (
    before.type === 'LoadBalancer' &&
    spec.type === 'LoadBalancer' &&
    before.loadBalancerClass !== spec.loadBalancerClass
  ) {
    throw invalid('spec.loadBalancerClass', 'may not change once set');
  }
  if (before.externalTrafficPolicy === 'Local' && spec.externalTrafficPolicy !== 'Local')
    delete spec.healthCheckNodePort;
  if (spec.type !== 'ClusterIP' && before.type !== 'ClusterIP') spec.ports = withKnownNodePorts(spec, before);
  checkSpec(spec);
  const status = { ...child(old, 'status') };
  if (spec.type !== 'LoadBalancer') status.loadBalancer = {};
  return { ...given, spec: allocate(spec, allocator), status };
}

/** Only `spec` is put back: metadata is taken, finalizers and annotations too. */
export function updateServiceStatus(given: Stored, old: Stored): Stored {
  const spec = child(old, 'spec');
  const status = { ...child(given, 'status') };
  const balancer = child(status, 'loadBalancer');
  const ingress = Array.isArray(balancer.ingress) ? balancer.ingress.filter(isJson) : [];
  if (spec.type !== 'LoadBalancer' && ingress.length > 0) {
    throw invalid('status.loadBalancer.ingress', "may only be used when `spec.type` is 'LoadBalancer'");
  }
  status.loadBalancer = ingress.length === 0 ? {} : { ...balancer, ingress: ingress.map(checkIngress) };
  return { ...given, spec, status };
}

/** A port without a node port keeps the one that the port of its name had (patchAllocatedValues of the API server). */
function withKnownNodePorts(spec: Json, before: Json): Json[] {
  const old = ((before.ports ?? []) as readonly Json[]).filter(({ nodePort }) => nodePort);
  const ports = spec.ports as readonly Json[];
  const used = new Set(ports.map(({ nodePort }) => nodePort));
  return ports.map((port) => {
    const known = old.find(({ name }) => name === port.name)?.nodePort;
    if (port.nodePort || known === undefined || used.has(known)) return port;
    used.add(known);
    return { ...port, nodePort: known };
  });
}

function checkIngress(entry: Json, index: number): Json {
  const field = `status.loadBalancer.ingress[${index}]`;
  if (entry.ip === undefined && entry.ipMode !== undefined) {
    throw invalid(`${field}.ipMode`, 'may not be specified when `ip` is not set');
  }
  const hostname = entry.hostname;
  if (hostname !== undefined && !/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(String(hostname))) {
    throw invalid(`${field}.hostname`, 'must be a lower-case DNS name');
  }
  return entry.ip !== undefined ? { ipMode: 'VIP', ...entry } : entry;
}

function withDefaults(given: Json): Json {
  const spec: Json = { type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster', ...given };
  spec.ipFamilies ??= ['IPv4'];
  spec.ipFamilyPolicy ??= 'SingleStack';
  if (spec.type === 'LoadBalancer' || spec.type === 'NodePort') spec.externalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
  const ports = Array.isArray(spec.ports) ? spec.ports.filter(isJson) : [];
  spec.ports = ports.map((port) => ({ protocol: 'TCP', targetPort: port.port, ...port }));
  return spec;
}

function checkSpec(spec: Json): void {
  if (spec.type !== 'LoadBalancer' && spec.loadBalancerClass !== undefined) {
    throw invalid('spec.loadBalancerClass', "may only be used when `type` is 'LoadBalancer'");
  }
  const ports = spec.ports as readonly Json[];
  if (ports.length === 0 && spec.type !== 'ExternalName' && spec.clusterIP !== 'None')
    throw invalid('spec.ports', 'Required value');
  const seen = new Set<string>();
  for (const [index, port] of ports.entries()) {
    if (ports.length > 1 && !port.name) throw invalid(`spec.ports[${index}].name`, 'Required value');
    const key = `${port.protocol}/${port.port}`;
    if (seen.has(key)) throw invalid(`spec.ports[${index}]`, 'Duplicate value');
    seen.add(key);
  }
}

function allocate(spec: Json, allocator: Allocator): Json {
  const wantsPorts =
    spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts === true);
  const ports = (spec.ports as readonly Json[]).map((port) =>
    wantsPorts && !port.nodePort ? { ...port, nodePort: allocator.port() } : port,
  );
  const wantsHealth = spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
  return { ...spec, ports, ...(wantsHealth && !spec.healthCheckNodePort && { healthCheckNodePort: allocator.port() }) };
}

/** What was set for the load balancer and not changed in the same breath goes with it. */
function dropTypeDependent(spec: Json, before: Json): void {
  if (spec.type !== 'NodePort') {
    const oldPorts = (before.ports ?? []) as readonly Json[];
    spec.ports = (spec.ports as readonly Json[]).map((port, index) => {
      const { nodePort, ...rest } = port;
      return nodePort === oldPorts[index]?.nodePort ? rest : port;
    });
    if (sameJson(spec.externalTrafficPolicy, before.externalTrafficPolicy)) delete spec.externalTrafficPolicy;
  }
  for (const field of ['healthCheckNodePort', 'allocateLoadBalancerNodePorts', 'loadBalancerClass']) {
    if (sameJson(spec[field], before[field])) delete spec[field];
  }
}
