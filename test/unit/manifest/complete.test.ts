import { describe, expect, it } from 'vitest';
import type { Service, ServiceSpec } from '../../../src/kube/types.ts';
import { completeService } from '../../../src/manifest/complete.ts';

function serviceOf(spec: ServiceSpec, metadata: Partial<Service['metadata']> = {}): Service {
  return { metadata: { name: 'web', uid: '', resourceVersion: '', ...metadata }, spec };
}

const specOf = (spec: ServiceSpec) => completeService(serviceOf(spec)).spec;

describe('a completed Service', () => {
  it('has what an API server fills in', () => {
    const { metadata, spec } = completeService(serviceOf({ type: 'LoadBalancer', ports: [{ port: 80 }] }));
    expect(metadata).toMatchObject({ namespace: 'default', resourceVersion: '1' });
    expect(metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(spec).toEqual({
      type: 'LoadBalancer',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80, nodePort: expect.any(Number) }],
      sessionAffinity: 'None',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
      externalTrafficPolicy: 'Cluster',
      allocateLoadBalancerNodePorts: true,
    });
  });

  it('is always the same, and another for another name', () => {
    const service = serviceOf({ type: 'LoadBalancer', ports: [{ port: 80 }] });
    expect(completeService(service)).toEqual(completeService(service));
    const other = completeService({ ...service, metadata: { ...service.metadata, namespace: 'shop' } });
    expect(other.metadata.uid).not.toBe(completeService(service).metadata.uid);
  });

  it('completed again is the same', () => {
    const once = completeService(
      serviceOf({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: [{ port: 80 }] }),
    );
    expect(completeService(once)).toEqual(once);
  });

  it('keeps what is given', () => {
    const spec: ServiceSpec = {
      type: 'LoadBalancer',
      ports: [{ name: 'a', port: 80, protocol: 'UDP', targetPort: 'http', nodePort: 31000 }],
      sessionAffinity: 'ClientIP',
      ipFamilies: ['IPv6'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Local',
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 31001,
      allocateLoadBalancerNodePorts: false,
      selector: { app: 'web' },
    };
    const metadata = { uid: 'u', namespace: 'shop', resourceVersion: '7', labels: { a: 'b' } };
    const whole = serviceOf(spec, metadata);
    expect(completeService(whole)).toEqual(whole);
  });

  it('has distinct node ports in the range of the API server', () => {
    const ports = Array.from({ length: 1000 }, (_, at) => ({ port: at + 1, name: `p${at}` }));
    const taken = [{ port: 5000, name: 'given', nodePort: 30500 }];
    const spec = specOf({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: [...ports, ...taken] });
    const numbers = [...(spec.ports ?? []).map(({ nodePort }) => nodePort ?? 0), spec.healthCheckNodePort ?? 0];
    expect(new Set(numbers).size).toBe(1002);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(30000);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(32767);
  });

  it('has one node port for the protocols of one port, as the API server gives them', () => {
    const spec = specOf({
      type: 'LoadBalancer',
      ports: [
        { name: 'a', port: 53 },
        { name: 'b', port: 53, protocol: 'UDP' },
        { name: 'c', port: 54 },
        { name: 'd', port: 54, protocol: 'UDP', nodePort: 30054 },
      ],
    });
    const [a, b, c, d] = spec.ports ?? [];
    expect(a?.nodePort).toBe(b?.nodePort);
    expect([c?.nodePort, d?.nodePort]).toEqual([30054, 30054]);
  });

  it('ends with more ports than there are node ports', () => {
    const ports = Array.from({ length: 5000 }, (_, at) => ({ port: at + 1 }));
    expect(specOf({ type: 'LoadBalancer', ports }).ports).toHaveLength(5000);
  });

  it('has no node ports where none are allocated', () => {
    expect(specOf({ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports: [{ port: 80 }] }).ports).toEqual(
      [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    );
    expect(specOf({ ports: [{ port: 80 }] })).toEqual({
      type: 'ClusterIP',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      sessionAffinity: 'None',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
    });
    expect(specOf({ type: 'ExternalName' })).toEqual({ type: 'ExternalName', sessionAffinity: 'None' });
  });

  it.each<[Partial<ServiceSpec>, Partial<ServiceSpec>]>([
    [{ ipFamilyPolicy: 'RequireDualStack' }, { ipFamilies: ['IPv4', 'IPv6'] }],
    [{ ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv6'] }, { ipFamilies: ['IPv6', 'IPv4'] }],
    [{ ipFamilies: ['IPv6', 'IPv4'] }, { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6', 'IPv4'] }],
    [{ ipFamilies: ['IPv6'] }, { ipFamilyPolicy: 'SingleStack' }],
  ])('has the families of %j', (given, completed) => {
    expect(specOf({ type: 'LoadBalancer', ports: [{ port: 80 }], ...given })).toMatchObject(completed);
  });
});
