// Reads from metadata.managedFields which other service controllers write what only one may write: the cleanup finalizer and
// the load balancer's address. It must not keep anything else of managedFields, which are often half of an object.

import type { ForeignWriter } from './types.ts';

/**
 * Programs that hold a service controller, whatever the cloud: Kubernetes' own library makes them, under this name. A field
 * manager is the program's file name unless it says otherwise (client-go's default user agent, up to its first slash).
 * Controllers that serve Services of their own class or annotation alone, with a finalizer of their own, are not among them:
 * what they clean up once a Service is ours is no contest.
 */
const SERVICE_CONTROLLER = /^(?:(?:[a-z0-9.-]+-)?cloud-controller-manager|kube-controller-manager)$/;
const FINALIZER_FIELD = 'v:"service.kubernetes.io/load-balancer-cleanup"';
/** A Service has a handful of managers; nobody is made to read more. */
const MOST = 100;

/** The entries of `managedFields` that are another service controller's and own such a field. Never throws. */
export function foreignWriters(managedFields: unknown): readonly ForeignWriter[] {
  if (!Array.isArray(managedFields)) return [];
  return managedFields.slice(0, MOST).flatMap((entry: unknown) => {
    const { manager, time, fieldsV1 } = record(entry);
    if (typeof manager !== 'string' || typeof time !== 'string' || !SERVICE_CONTROLLER.test(manager)) return [];
    const finalizers = record(record(record(fieldsV1)['f:metadata'])['f:finalizers']);
    const owns = FINALIZER_FIELD in finalizers || 'f:loadBalancer' in record(record(fieldsV1)['f:status']);
    return owns ? [{ manager, time }] : [];
  });
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
