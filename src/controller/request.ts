// A Service as a cloud-neutral Request. The only place that reads what a Service asks for.

import type { Service } from '../kube/types.ts';
import type { Request } from '../provider/request.ts';

/** `cluster` is the UID of the cluster's kube-system namespace. */
export function requestOf(service: Service, cluster: string): Request {
  const { metadata, spec } = service;
  return {
    owner: { cluster, uid: metadata.uid, namespace: metadata.namespace ?? 'default', name: metadata.name },
    ...(spec.loadBalancerClass !== undefined && { className: spec.loadBalancerClass }),
    ports: (spec.ports ?? []).map((port) => ({
      name: port.name ?? '',
      protocol: port.protocol ?? 'TCP',
      port: port.port,
      nodePort: port.nodePort ?? 0,
    })),
    families: spec.ipFamilies && spec.ipFamilies.length > 0 ? spec.ipFamilies : ['IPv4'],
    familyPolicy: spec.ipFamilyPolicy ?? 'SingleStack',
    sourceRanges: spec.loadBalancerSourceRanges ?? [],
    externalTrafficPolicy: spec.externalTrafficPolicy ?? 'Cluster',
    healthCheckNodePort: spec.healthCheckNodePort ?? 0,
    allocateNodePorts: spec.allocateLoadBalancerNodePorts ?? true,
    loadBalancerIP: spec.loadBalancerIP ?? '',
    sessionAffinity: spec.sessionAffinity ?? 'None',
  };
}

/** True if both ask for the same: what a write to the cloud was decided on is still what the Service says. */
export function asksTheSame(a: Service, b: Service): boolean {
  const essence = (service: Service) =>
    JSON.stringify([
      requestOf(service, ''),
      Object.entries(service.metadata.annotations ?? {}).sort(),
      service.spec.type,
      service.metadata.deletionTimestamp !== undefined,
    ]);
  return essence(a) === essence(b);
}
