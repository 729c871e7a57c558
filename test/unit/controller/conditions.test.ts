import { describe, expect, it } from 'vitest';
import {
  ACCEPTED,
  changedConditions,
  memoryOf,
  PROGRAMMED,
  programmed,
  reasonOf,
} from '../../../src/controller/conditions.ts';
import type { Condition, Service } from '../../../src/kube/types.ts';

const GRAPH = '0123456789abcdef01234567';
const TARGETS = 'fedcba98765432100123abcd';
const THEN = '2030-01-01T00:00:00Z';
const NOW = '2030-01-02T00:00:00Z';

function service(...conditions: readonly Partial<Condition>[]): Service {
  return {
    metadata: { name: 'web', namespace: 'default', uid: 'u', resourceVersion: '1' },
    spec: { type: 'LoadBalancer' },
    status: {
      conditions: conditions.map((one) => ({
        type: PROGRAMMED,
        status: 'True',
        reason: 'Programmed',
        message: '',
        lastTransitionTime: THEN,
        ...one,
      })),
    },
  };
}

describe('the memory in a condition', () => {
  it.each([{ graph: GRAPH, targets: TARGETS }, { graph: GRAPH }])('comes back as it was: %j', (memory) => {
    const wish = programmed(memory);
    expect(memoryOf(service({ message: wish?.message ?? '' }))).toEqual(memory);
  });

  it.each<[string, Partial<Condition>]>([
    [
      'is not trusted while something is under way',
      { status: 'False', message: `[graph=${GRAPH} targets=${TARGETS}]` },
    ],
    ['is not found in a text without one', { message: 'all is well' }],
    ['is not found in half of one', { message: `[graph=${GRAPH.slice(1)}]` }],
    ['is not found in the middle of a text', { message: `[graph=${GRAPH}] and more` }],
  ])('%s', (_name, condition) => {
    expect(memoryOf(service(condition))).toBeUndefined();
  });
});

describe('changedConditions', () => {
  const wish = { status: 'True', reason: 'Accepted', message: 'fine' } as const;

  it('is empty where all is said already', () => {
    expect(changedConditions(service({ type: ACCEPTED, ...wish }), { [ACCEPTED]: wish }, NOW)).toEqual({});
    expect(changedConditions(service(), { [ACCEPTED]: null }, NOW)).toEqual({});
  });

  it('keeps the time of the last transition where only words change', () => {
    const changed = changedConditions(
      service({ type: ACCEPTED, ...wish }),
      { [ACCEPTED]: { ...wish, message: 'x' } },
      NOW,
    );
    expect(changed[ACCEPTED]).toMatchObject({ message: 'x', lastTransitionTime: THEN });
  });

  it('takes the present time where the status changes, and null to remove', () => {
    const changed = changedConditions(
      service({ type: ACCEPTED, ...wish }, { type: PROGRAMMED }),
      { [ACCEPTED]: { ...wish, status: 'False' }, [PROGRAMMED]: null },
      NOW,
    );
    expect(changed[ACCEPTED]).toMatchObject({ status: 'False', lastTransitionTime: NOW });
    expect(changed[PROGRAMMED]).toBeNull();
  });

  it('cuts a message that nobody would read to the end', () => {
    const changed = changedConditions(service(), { [ACCEPTED]: { ...wish, message: 'x'.repeat(10_000) } }, NOW);
    expect(changed[ACCEPTED]?.message).toHaveLength(4096);
    // Said again, it is no news.
    const again = service({ type: ACCEPTED, ...wish, message: changed[ACCEPTED]?.message ?? '' });
    expect(changedConditions(again, { [ACCEPTED]: { ...wish, message: 'x'.repeat(10_000) } }, NOW)).toEqual({});
  });
});

describe('reasonOf', () => {
  it('is CamelCase, as Kubernetes wants reasons', () => {
    expect(reasonOf('replacement-blocked')).toBe('ReplacementBlocked');
    expect(reasonOf('quota')).toBe('Quota');
  });
});
