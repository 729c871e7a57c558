import { describe, expect, it } from 'vitest';
import { claimOf } from '../../../src/controller/claim.ts';
import { PROGRAMMED } from '../../../src/controller/conditions.ts';
import { CLEANUP_FINALIZER } from '../../../src/kube/patch.ts';
import type { Service } from '../../../src/kube/types.ts';

interface Shape {
  readonly type?: 'ClusterIP' | 'LoadBalancer';
  readonly class?: string;
  readonly held?: boolean;
  readonly going?: boolean;
  readonly known?: boolean;
}

function service(shape: Shape): Service {
  return {
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: 'u',
      resourceVersion: '1',
      ...(shape.held && { finalizers: [CLEANUP_FINALIZER] }),
      ...(shape.going && { deletionTimestamp: '2030-01-01T00:00:00Z' }),
    },
    spec: { type: shape.type ?? 'LoadBalancer', ...(shape.class !== undefined && { loadBalancerClass: shape.class }) },
    ...(shape.known && {
      status: {
        conditions: [{ type: PROGRAMMED, status: 'True', reason: 'x', message: '', lastTransitionTime: '' }],
      },
    }),
  };
}

const classes = new Map([['fairlead.dev/aws', 'aws']]);
const claiming = { classes, classless: 'aws' };
const selective = { classes, classless: undefined };

describe('claimOf', () => {
  it.each<[string, Shape, string, string]>([
    ['a classless one', {}, 'ensure', 'ignore'],
    ['one of our class', { class: 'fairlead.dev/aws' }, 'ensure', 'ensure'],
    ["somebody else's class", { class: 'example.com/lb' }, 'foreign', 'foreign'],
    ["somebody else's class, held", { class: 'example.com/lb', held: true }, 'foreign', 'foreign'],
    [
      "somebody else's class, held and going",
      { class: 'example.com/lb', held: true, going: true },
      'foreign',
      'foreign',
    ],
    ['a classless one, held and going', { held: true, going: true }, 'release', 'ignore'],
    ['one of our class, held and going', { class: 'fairlead.dev/aws', held: true, going: true }, 'release', 'release'],
    ['one that is going and not held', { going: true }, 'foreign', 'ignore'],
    ['another type', { type: 'ClusterIP' }, 'foreign', 'foreign'],
    ['another type, held by a predecessor', { type: 'ClusterIP', held: true }, 'release', 'foreign'],
    ['another type, held by us', { type: 'ClusterIP', held: true, known: true }, 'release', 'release'],
  ])('%s', (_name, shape, claimed, selected) => {
    expect(claimOf(service(shape), claiming).stance).toBe(claimed);
    expect(claimOf(service(shape), selective).stance).toBe(selected);
  });

  it('names the provider', () => {
    expect(claimOf(service({ class: 'fairlead.dev/aws' }), selective)).toEqual({ stance: 'ensure', provider: 'aws' });
  });
});
