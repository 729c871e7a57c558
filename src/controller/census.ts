// All Services at a glance, from the cache and their own conditions: a follower counts the same as the leader. Pure.
import { CODES, type Code } from '../engine/errors.ts';
import type { Service } from '../kube/types.ts';
import type { Claim } from './claim.ts';
import { ACCEPTED, conditionOf, DELETION_BLOCKED, PROGRAMMED, REPLACING, reasonOf } from './conditions.ts';

/**
 * programmed: the cloud is as it asks. pending: on its way. invalid: its annotations or fields are wrong. blocked:
 * something outside has to change. failing: tried again after an error. replacing: served, while a replaced load balancer
 * drains. deleting, deletion-blocked: what we hold for it goes, or cannot.
 */
export const STATES = [
  'programmed',
  'pending',
  'invalid',
  'blocked',
  'failing',
  'deleting',
  'deletion-blocked',
  'replacing',
] as const;
export type State = (typeof STATES)[number];

const STANCES = ['ensure', 'release', 'foreign', 'ignore'] as const satisfies readonly Claim['stance'][];

export interface Census {
  /** Services by what is done with them. */
  readonly stances: Readonly<Record<(typeof STANCES)[number], number>>;
  /** Services that are ours, each in one state. */
  readonly states: Readonly<Record<State, number>>;
  /** Age of the oldest deletion that we hold up; 0: there is none. */
  readonly oldestDeletionMs: number;
  /** How long the Service that waits the longest for us has waited; 0: none does. */
  readonly oldestUnprogrammedMs: number;
}

export interface CensusOptions {
  readonly services: Iterable<Service>;
  readonly claimOf: (service: Service) => Claim;
  /** Its annotations hand it to another controller. */
  readonly isElsewhere: (service: Service) => boolean;
  /** False: nothing is written on a Service, so nobody waits for what would be. */
  readonly waits: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Since when we look, on the same clock: what was there before waits for us no longer than that. */
  readonly since: number;
}

export function censusOf({ services, claimOf, isElsewhere, waits, now, since }: CensusOptions): Census {
  const stances = zeros(STANCES);
  const states = zeros(STATES);
  let oldestDeletion = now;
  let oldestWaiting = now;
  for (const service of services) {
    const { stance } = claimOf(service);
    stances[stance] += 1;
    if (stance !== 'release' && stance !== 'ensure') continue;
    const state = stance === 'release' ? leavingState(service) : stateOf(service);
    const { deletionTimestamp, creationTimestamp } = service.metadata;
    if (stance === 'release') {
      if (deletionTimestamp !== undefined) oldestDeletion = Math.min(oldestDeletion, Date.parse(deletionTimestamp));
    } else if (WAITING.has(state)) {
      const programmed = conditionOf(service, PROGRAMMED);
      if (!programmed && isElsewhere(service)) continue;
      const from = programmed
        ? Date.parse(programmed.lastTransitionTime ?? '')
        : Math.max(since, Date.parse(creationTimestamp ?? ''));
      if (waits && from < oldestWaiting) oldestWaiting = from;
    }
    states[state] += 1;
  }
  return { stances, states, oldestDeletionMs: now - oldestDeletion, oldestUnprogrammedMs: now - oldestWaiting };
}

/** States in which it waits for us or the cloud, and not for its user. */
const WAITING: ReadonlySet<State> = new Set<State>(['pending', 'blocked', 'failing']);

const FAMILIES: ReadonlyMap<string, string> = new Map(
  (Object.keys(CODES) as Code[]).map((code) => [reasonOf(code), CODES[code].family]),
);

function stateOf(service: Service): State {
  if (conditionOf(service, ACCEPTED)?.status === 'False') return 'invalid';
  const programmed = conditionOf(service, PROGRAMMED);
  if (programmed?.status === 'False') {
    const family = FAMILIES.get(programmed.reason);
    if (family === 'invalid' || family === 'blocked') return family;
    if (family !== undefined) return 'failing';
  }
  if (conditionOf(service, REPLACING)?.status === 'True') return 'replacing';
  return programmed?.status === 'True' ? 'programmed' : 'pending';
}

function leavingState(service: Service): State {
  const blocked = conditionOf(service, DELETION_BLOCKED);
  return blocked?.status === 'True' && FAMILIES.has(blocked.reason) ? 'deletion-blocked' : 'deleting';
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}
