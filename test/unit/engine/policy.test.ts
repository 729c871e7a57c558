// What each policy lets through.
import { describe, expect, it } from 'vitest';
import type { Plan, Step } from '../../../src/engine/plan.ts';
import { applyPolicy, isWrite, POLICIES, type Policy, withheldError } from '../../../src/engine/policy.ts';
import { owner } from './fake-cloud.ts';

const ACTIONS: readonly Step['action'][] = ['read', 'wait', 'keep', 'create', 'update', 'replace', 'delete'];
const step = (action: Step['action'], id = 'a'): Step => ({
  action,
  kind: 'Box',
  id,
  spec: {},
  changes: [],
  missing: [],
});
const plan: Plan = { owner: owner(), steps: ACTIONS.map((action) => step(action)) };

describe('policies', () => {
  it.each<{ policy: Policy; withheld: readonly Step['action'][] }>([
    { policy: 'sync', withheld: [] },
    { policy: 'upsert-only', withheld: ['delete'] },
    { policy: 'observe-only', withheld: ['create', 'update', 'replace', 'delete'] },
  ])('$policy withholds $withheld', ({ policy, withheld }) => {
    const answer = applyPolicy(plan, policy);
    expect(answer.withheld.map(({ action }) => action)).toEqual(withheld);
    expect(answer.plan.steps.map(({ action }) => action)).toEqual(ACTIONS.filter((one) => !withheld.includes(one)));
    expect(answer.plan.owner).toEqual(plan.owner);
  });

  it('are three, and writes are four actions', () => {
    expect(POLICIES).toEqual(['sync', 'upsert-only', 'observe-only']);
    expect(plan.steps.filter(isWrite).map(({ action }) => action)).toEqual(['create', 'update', 'replace', 'delete']);
  });

  it('say in words what they kept from being done, and not all of a long list', () => {
    const few = withheldError('upsert-only', [step('delete', 'x'), step('delete', 'y')]);
    expect(few).toMatchObject({
      code: 'policy',
      message: 'the policy upsert-only forbids: delete Box x, delete Box y',
    });
    const many = withheldError(
      'observe-only',
      Array.from({ length: 8 }, (_, n) => step('create', `b${n}`)),
    );
    expect(many.message).toMatch(/create Box b4, 3 more$/);
  });
});
