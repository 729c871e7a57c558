// Makes objects from the wire fit to keep: without what nobody reads, and frozen. It must not drop what a patch or an
// event could need (uid, resourceVersion, finalizers).

import { foreignWriters } from './field-owners.ts';
import type { KubeObject, Node, Service } from './types.ts';

/** Drops managedFields, which are often half of an object. */
export function trimObject<T extends KubeObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata;
  return freeze({ ...object, metadata });
}

/** Services are kept whole but for managedFields, of which only other service controllers stay. */
export function trimService(service: Service): Service {
  const writers = foreignWriters(service.metadata.managedFields);
  return trimObject(writers.length > 0 ? { ...service, foreignWriters: writers } : service);
}

/** Nodes lose their list of images, their annotations and their heartbeats' reasons: what is left changes seldom. */
export function trimNode(node: Node): Node {
  const { managedFields: _, annotations: __, ...metadata } = node.metadata;
  const conditions = node.status?.conditions?.map(({ type, status, lastTransitionTime }) => ({
    type,
    status,
    ...(lastTransitionTime !== undefined && { lastTransitionTime }),
  }));
  return freeze({
    metadata,
    ...(node.spec && { spec: node.spec }),
    status: {
      ...(node.status?.addresses && { addresses: node.status.addresses }),
      ...(conditions && { conditions }),
    },
  });
}

/** Freezes the object and all in it. The object must be fresh from the parser, not shared. */
function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}
