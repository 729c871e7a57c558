// Which resources the fake API server has, and what a path means.

/** A resource the server keeps. */
export interface Resource {
  readonly name: 'services' | 'nodes' | 'events' | 'namespaces' | 'leases';
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespaced: boolean;
  /** Has the status subresource. */
  readonly status: boolean;
}

export interface Target {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  /** None: the collection. */
  readonly name: string | undefined;
  readonly subresource: 'status' | undefined;
}

export const RESOURCES: readonly Resource[] = [
  { name: 'services', kind: 'Service', apiVersion: 'v1', namespaced: true, status: true },
  { name: 'nodes', kind: 'Node', apiVersion: 'v1', namespaced: false, status: true },
  { name: 'events', kind: 'Event', apiVersion: 'v1', namespaced: true, status: false },
  { name: 'namespaces', kind: 'Namespace', apiVersion: 'v1', namespaced: false, status: true },
  { name: 'leases', kind: 'Lease', apiVersion: 'coordination.k8s.io/v1', namespaced: true, status: false },
];

/** Undefined for a path that no resource answers to. */
export function parsePath(path: string): Target | undefined {
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  const apiVersion = parts[0] === 'api' ? parts[1] : `${parts[1]}/${parts[2]}`;
  let rest = parts.slice(parts[0] === 'api' ? 2 : 3);
  let namespace: string | undefined;
  if (rest[0] === 'namespaces' && rest.length > 2) {
    namespace = rest[1];
    rest = rest.slice(2);
  }
  const [plural, name, subresource, ...more] = rest;
  const resource = RESOURCES.find((each) => each.name === plural && each.apiVersion === apiVersion);
  if (resource === undefined || more.length > 0) return undefined;
  if (subresource !== undefined && !(subresource === 'status' && resource.status)) return undefined;
  if (namespace !== undefined && !resource.namespaced) return undefined;
  if (resource.namespaced && namespace === undefined && name !== undefined) return undefined;
  return { resource, namespace, name, subresource: subresource as 'status' | undefined };
}
