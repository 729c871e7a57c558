import { describe, expect, it } from 'vitest';
import { PROGRAMMED } from '../../../src/controller/conditions.ts';
import { holdOf } from '../../../src/controller/hold.ts';
import type { Runtime } from '../../../src/controller/runtime.ts';
import { CLEANUP_FINALIZER } from '../../../src/kube/patch.ts';
import type { Event, Service } from '../../../src/kube/types.ts';

interface Shape {
  readonly class?: string;
  readonly held?: boolean;
  readonly going?: boolean;
  readonly reason?: string;
  /** Manager and time of an entry that owns the finalizer. */
  readonly writers?: readonly (readonly [string, string])[];
}

function service({ class: className, held = true, going, reason, writers = [] }: Shape): Service {
  const fieldsV1 = { 'f:metadata': { 'f:finalizers': { [`v:"${CLEANUP_FINALIZER}"`]: {} } } };
  const condition = { type: PROGRAMMED, status: 'True', message: 'so it is', lastTransitionTime: '' } as const;
  return {
    metadata: {
      ...{ name: 'web', namespace: 'default', uid: 'u', resourceVersion: '1' },
      managedFields: writers.map(([manager, time]) => ({ manager, time, fieldsV1 })),
      ...(held && { finalizers: [CLEANUP_FINALIZER] }),
      ...(going && { deletionTimestamp: '2030-01-01T00:00:00Z' }),
    },
    spec: { type: 'LoadBalancer', ...(className !== undefined && { loadBalancerClass: className }) },
    ...(reason !== undefined && { status: { conditions: [{ ...condition, reason }] } }),
  };
}

const AWS = {
  provider: { name: 'aws', kinds: [] },
  owned: () => [],
  read: () => ({ elsewhere: false }),
} as unknown as Runtime;
const around = {
  cluster: { name: 'prod', uid: 'c' },
  rules: { classes: new Map([['fairlead.dev/aws', 'aws']]), classless: 'aws' },
  runtimes: [AWS],
  nodes: [],
};
const hold = (shape: Shape, told: readonly Event[] = [], rules = around.rules) =>
  holdOf(service(shape), { ...around, rules, told });
const [BEFORE, THEN, AFTER] = ['2026-03-01T12:00:00Z', '2026-03-01T12:00:10Z', '2026-03-01T12:00:20Z'] as const;
const event = (lastTimestamp: string) =>
  ({ involvedObject: { uid: 'u' }, reason: 'EnsuredLoadBalancer', lastTimestamp }) as unknown as Event;

describe('what is held', () => {
  it('is nothing without finalizer, conditions and objects', () => {
    expect(hold({ held: false })).toBeUndefined();
  });

  it('is nothing of Services that another controller serves', () => {
    const others = { ...around.rules, classless: undefined as unknown as string };
    expect(hold({ reason: 'Programmed' }, [], others)).toBeUndefined();
    expect(hold({ class: 'example.com/lb' })).toBeUndefined();
  });

  it('is what was told on a Service too, as long as it stays', () => {
    expect(hold({ held: false, reason: 'Programmed' })).toBeDefined();
    expect(hold({ held: false, reason: 'Programmed', going: true })).toBeUndefined();
  });
});

describe('another controller that may need it', () => {
  it.each<[string, Shape, readonly Event[], boolean | undefined]>([
    ['none: we have told something', { reason: 'Programmed' }, [], undefined],
    ['none: the finalizer is by us', { writers: [['fairlead', THEN]], going: true }, [], undefined],
    ['nothing there is by us', { writers: [['aws-cloud-controller-manager', THEN]] }, [], true],
    ['of a class there is none', { class: 'fairlead.dev/aws' }, [], undefined],
    ['a condition says so', { reason: 'OtherController' }, [], false],
    [
      'it wrote later than we did',
      {
        reason: 'Programmed',
        writers: [
          ['fairlead', THEN],
          ['cloud-controller-manager', AFTER],
        ],
      },
      [],
      false,
    ],
    [
      'it wrote before we took over',
      {
        reason: 'Programmed',
        writers: [
          ['fairlead', THEN],
          ['cloud-controller-manager', BEFORE],
        ],
      },
      [event(BEFORE)],
      undefined,
    ],
    ['it told something later', { reason: 'Programmed', writers: [['fairlead', THEN]] }, [event(AFTER)], false],
  ])('%s', (_, shape, told, isSole) => {
    expect(hold(shape, told)?.other?.isSole).toBe(isSole);
  });
});
