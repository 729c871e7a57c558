import { describe, expect, it } from 'vitest';
import { namespaceCap } from '../../../src/controller/namespace-cap.ts';
import type { FairleadError } from '../../../src/engine/errors.ts';
import type { Service } from '../../../src/kube/types.ts';

const HELD = 'service.kubernetes.io/load-balancer-cleanup';

/** `second` is that of its creation. */
function service(
  name: string,
  second: number,
  { namespace = 'team', held = false, type = 'LoadBalancer' } = {},
): Service {
  const creationTimestamp = `2030-01-01T00:00:${String(second).padStart(2, '0')}Z`;
  const finalizers = held ? [HELD] : [];
  return {
    metadata: { name, namespace, uid: name, creationTimestamp, finalizers },
    spec: { type },
  } as unknown as Service;
}

/** The names of those that may not get a load balancer. */
function refused(limit: number, services: readonly Service[], owned: readonly string[] = []): readonly string[] {
  const rules = { classes: new Map(), classless: 'aws' };
  const check = namespaceCap({
    limit,
    services: () => services,
    rules,
    owns: ({ metadata }) => owned.includes(metadata.name),
  });
  return services.flatMap((one) => {
    try {
      check(one);
      return [];
    } catch (error) {
      const { code, message } = error as FairleadError;
      expect(code).toBe('quota');
      expect(message).toContain('--max-load-balancers-per-namespace');
      expect(message).toContain(`namespace ${one.metadata.namespace}`);
      return [one.metadata.name];
    }
  });
}

describe('a limit of load balancers for each namespace', () => {
  it('is none at 0', () => {
    const thousand = Array.from({ length: 1000 }, (_, index) => service(`s${index}`, 0));
    expect(refused(0, thousand)).toEqual([]);
  });

  it('lets the oldest have theirs, whatever the order in which they are seen', () => {
    const services = [service('c', 3), service('a', 1), service('d', 4), service('b', 2)];
    expect(refused(2, services)).toEqual(['c', 'd']);
    expect(refused(4, services)).toEqual([]);
  });

  it('lets the name decide between Services of the same second', () => {
    expect(refused(1, [service('b', 1), service('a', 1)])).toEqual(['b']);
  });

  it('never cuts off who has one, even beyond the limit, and gives older ones no place before them', () => {
    const services = [service('old', 1), service('one', 2, { held: true }), service('two', 3, { held: true })];
    expect(refused(1, services)).toEqual(['old']);
    expect(refused(2, services)).toEqual(['old']);
    expect(refused(3, services)).toEqual([]);
  });

  it('knows one that exists although somebody took its finalizer off', () => {
    expect(refused(1, [service('a', 1), service('b', 2)], ['b'])).toEqual(['a']);
  });

  it('counts each namespace by itself, and only Services that want a load balancer', () => {
    const services = [
      service('a', 1, { type: 'ClusterIP' }),
      service('b', 2),
      service('c', 3, { namespace: 'other' }),
      service('d', 4),
    ];
    expect(refused(1, services)).toEqual(['d']);
  });
});
