import { describe, expect, it } from 'vitest';
import { simulatorOn } from '../../../providers/simulator/index.ts';
import { type Census, censusOf, STATES, type State } from '../../../src/controller/census.ts';
import { claimOf, rulesOf } from '../../../src/controller/claim.ts';
import { reasonOf } from '../../../src/controller/conditions.ts';
import { CODES, type Code } from '../../../src/engine/errors.ts';
import { CLEANUP_FINALIZER } from '../../../src/kube/patch.ts';
import type { Condition, Service } from '../../../src/kube/types.ts';

const NOW = Date.parse('2030-01-01T12:00:00Z');
const SECOND = 1000;
const ago = (seconds: number) => new Date(NOW - seconds * SECOND).toISOString().replace('.000', '');
const rules = rulesOf({ providers: [{ provider: simulatorOn() }], claimClassless: true });

type Said = readonly [type: string, status: 'True' | 'False', reason?: string, since?: number];

interface Made {
  readonly said?: readonly Said[];
  /** Seconds since its creation. */
  readonly age?: number;
  /** Seconds since its deletion. */
  readonly going?: number;
  readonly spec?: Partial<Service['spec']>;
  readonly held?: boolean;
}

function service({ said = [], age = 1000, going, spec, held = true }: Made = {}): Service {
  const conditions = said.map(
    ([type, status, reason = type, since = 60]): Condition => ({
      type: `fairlead.dev/${type}`,
      status,
      reason,
      message: '',
      lastTransitionTime: ago(since),
    }),
  );
  return {
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: 'one',
      resourceVersion: '1',
      creationTimestamp: ago(age),
      ...(going !== undefined && { deletionTimestamp: ago(going) }),
      ...(held && { finalizers: [CLEANUP_FINALIZER] }),
    },
    spec: { type: 'LoadBalancer', ...spec },
    status: { conditions },
  };
}

function take(services: readonly Service[], more: Partial<Parameters<typeof censusOf>[0]> = {}): Census {
  const claim = (one: Service) => claimOf(one, rules);
  return censusOf({ services, claimOf: claim, isElsewhere: () => false, waits: true, now: NOW, since: 0, ...more });
}

const stateOf = (one: Service): State | undefined => {
  const { states } = take([one]);
  const [state, ...others] = STATES.filter((name) => states[name] === 1);
  expect(others).toEqual([]);
  return state;
};

describe('the state of a Service', () => {
  it.each<[State | undefined, string, Made]>([
    ['pending', 'nothing was said of it yet', { held: false }],
    ['pending', 'the cloud is at work', { said: [['Programmed', 'False', 'Progressing']] }],
    [
      'programmed',
      'it is served',
      {
        said: [
          ['Accepted', 'True'],
          ['Programmed', 'True'],
        ],
      },
    ],
    [
      'invalid',
      'its annotations are wrong, though it is served as before',
      {
        said: [
          ['Accepted', 'False', 'InvalidService'],
          ['Programmed', 'True'],
        ],
      },
    ],
    ['blocked', 'its change is not allowed', { said: [['Programmed', 'False', 'ReplacementBlocked']] }],
    [
      'blocked',
      'that counts more than that another drains',
      {
        said: [
          ['Programmed', 'False', 'Quota'],
          ['Replacing', 'True'],
        ],
      },
    ],
    ['failing', 'the cloud throttles', { said: [['Programmed', 'False', 'Throttled']] }],
    ['failing', 'a defect of ours', { said: [['Programmed', 'False', 'Bug']] }],
    [
      'replacing',
      'the new one serves',
      {
        said: [
          ['Programmed', 'True'],
          ['Replacing', 'True', 'Draining'],
        ],
      },
    ],
    ['deleting', 'it goes', { going: 5, said: [['Programmed', 'True']] }],
    ['deleting', 'it goes and the cloud takes its time', { going: 5, said: [['DeletionBlocked', 'True', 'Waiting']] }],
    ['deletion-blocked', 'it goes and cannot', { going: 5, said: [['DeletionBlocked', 'True', 'DeletionProtected']] }],
    ['deleting', 'it wants no load balancer any more', { spec: { type: 'ClusterIP' } }],
    [undefined, 'it never wanted one', { spec: { type: 'ClusterIP' }, held: false }],
    [undefined, 'it is of another class', { spec: { loadBalancerClass: 'example.com/other' } }],
  ])('%s: %s', (state, _why, made) => {
    expect(stateOf(service(made))).toBe(state);
  });

  it('follows the family of every code', () => {
    for (const code of Object.keys(CODES) as Code[]) {
      const { family } = CODES[code];
      const expected = family === 'invalid' || family === 'blocked' ? family : 'failing';
      expect(stateOf(service({ said: [['Programmed', 'False', reasonOf(code)]] })), code).toBe(expected);
    }
  });
});

describe('a census', () => {
  it('of nothing has every state and stance, at 0', () => {
    const { states, stances, ...ages } = take([]);
    expect(Object.keys(states)).toEqual([...STATES]);
    expect(Object.values(states).every((count) => count === 0)).toBe(true);
    expect(stances).toEqual({ ensure: 0, release: 0, foreign: 0, ignore: 0 });
    expect(ages).toEqual({ oldestDeletionMs: 0, oldestUnprogrammedMs: 0 });
  });

  it('tells the age of the oldest deletion that we hold up, not of others', () => {
    const foreign = service({ going: 9999, spec: { loadBalancerClass: 'example.com/other' } });
    const unheld = service({ going: 9999, held: false });
    expect(take([service({ going: 5 }), service({ going: 70 }), foreign, unheld]).oldestDeletionMs).toBe(70 * SECOND);
  });

  it('tells how long the one that waits the longest has waited for us', () => {
    const waits = service({ said: [['Programmed', 'False', 'Quota', 300]] });
    const fresh = service({ age: 20, held: false });
    expect(
      take([waits, fresh, service({ said: [['Programmed', 'True', 'Programmed', 9000]] })]).oldestUnprogrammedMs,
    ).toBe(300 * SECOND);
    expect(take([fresh]).oldestUnprogrammedMs).toBe(20 * SECOND);
  });

  it('does not count what waits for its user, or what another controller is to serve', () => {
    const invalid = service({
      said: [
        ['Accepted', 'False'],
        ['Programmed', 'False', 'InvalidService', 9000],
      ],
    });
    expect(take([invalid]).oldestUnprogrammedMs).toBe(0);
    const { states, oldestUnprogrammedMs } = take([service()], { isElsewhere: () => true });
    expect([states.pending, oldestUnprogrammedMs]).toEqual([0, 0]);
  });

  it('counts what was there before from the time we look, and nothing where nothing is ever written', () => {
    const old = service({ age: 100 * 86_400 });
    expect(take([old], { since: NOW - 15 * SECOND }).oldestUnprogrammedMs).toBe(15 * SECOND);
    expect(take([old], { waits: false }).oldestUnprogrammedMs).toBe(0);
  });

  it('is not led astray by times that are none', () => {
    const odd = service({ said: [['Programmed', 'False', 'Quota']] });
    const broken = {
      ...odd,
      status: { conditions: odd.status?.conditions?.map((one) => ({ ...one, lastTransitionTime: 'never' })) ?? [] },
    };
    expect(take([broken, service({ said: [['Programmed', 'False', 'Quota', 7]] })]).oldestUnprogrammedMs).toBe(
      7 * SECOND,
    );
  });
});
