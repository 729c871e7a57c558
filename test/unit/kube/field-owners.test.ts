import { describe, expect, it } from 'vitest';
import { foreignWriters } from '../../../src/kube/field-owners.ts';
import { trimService } from '../../../src/kube/trim.ts';

const FINALIZER = { 'f:metadata': { 'f:finalizers': { 'v:"service.kubernetes.io/load-balancer-cleanup"': {} } } };
const STATUS = { 'f:status': { 'f:loadBalancer': { 'f:ingress': {} } } };
const entry = (manager: unknown, fieldsV1: unknown, time: unknown = '2026-03-01T12:00:00Z') => ({
  manager,
  operation: 'Update',
  apiVersion: 'v1',
  time,
  fieldsType: 'FieldsV1',
  fieldsV1,
  subresource: 'status',
});

describe('foreign writers', () => {
  it.each([
    'cloud-controller-manager',
    'aws-cloud-controller-manager',
    'openstack-cloud-controller-manager',
    'kube-controller-manager',
  ])('%s is one, by the finalizer or by the address', (manager) => {
    const found = [{ manager, time: '2026-03-01T12:00:00Z' }];
    expect(foreignWriters([entry(manager, FINALIZER)])).toEqual(found);
    expect(foreignWriters([entry(manager, STATUS)])).toEqual(found);
  });

  it.each(['fairlead', 'kubectl-edit', 'controller', 'my-cloud-controller-manager2', 'Mozilla', ''])(
    '%j is none',
    (manager) => {
      expect(foreignWriters([entry(manager, { ...FINALIZER, ...STATUS })])).toEqual([]);
    },
  );

  it('does not count a service controller that owns something else', () => {
    const finalizers = { 'f:metadata': { 'f:finalizers': { '.': {}, 'v:"example.com/other"': {} } } };
    const conditions = { 'f:status': { 'f:conditions': {} } };
    const list = [entry('cloud-controller-manager', finalizers), entry('kube-controller-manager', conditions)];
    expect(foreignWriters(list)).toEqual([]);
  });

  it('reads nothing into what is no list of entries, and reads no more than a hundred', () => {
    const odd: unknown[] = [
      undefined,
      null,
      'x',
      7,
      {},
      [null, 'x', [], entry(7, STATUS), entry('cloud-controller-manager', null)],
    ];
    for (const one of odd) expect(foreignWriters(one)).toEqual([]);
    expect(foreignWriters([entry('cloud-controller-manager', STATUS, 7)])).toEqual([]);
    expect(foreignWriters(Array(5_000).fill(entry('cloud-controller-manager', STATUS)))).toHaveLength(100);
  });
});

describe('a trimmed Service', () => {
  const metadata = { name: 'web', uid: 'u', resourceVersion: '1' };
  const spec = { type: 'LoadBalancer' } as const;

  it('keeps the digest in the place of managedFields', () => {
    const managedFields = [entry('kubectl', {}), entry('cloud-controller-manager', STATUS)];
    expect(trimService({ metadata: { ...metadata, managedFields }, spec })).toEqual({
      metadata,
      spec,
      foreignWriters: [{ manager: 'cloud-controller-manager', time: '2026-03-01T12:00:00Z' }],
    });
  });

  it('has none where there is nothing to tell, and keeps it when it is trimmed again', () => {
    expect(trimService({ metadata: { ...metadata, managedFields: [entry('kubectl', {})] }, spec })).toEqual({
      metadata,
      spec,
    });
    const once = trimService({
      metadata: { ...metadata, managedFields: [entry('kube-controller-manager', STATUS)] },
      spec,
    });
    expect(trimService(once)).toEqual(once);
  });
});
