// What the operator allows: a filter over plans.
import { FairleadError } from './errors.ts';
import type { Plan, Step } from './plan.ts';

/** sync: everything. upsert-only: nothing is deleted. observe-only: nothing is written. */
export type Policy = 'sync' | 'upsert-only' | 'observe-only';

export const POLICIES: readonly Policy[] = ['sync', 'upsert-only', 'observe-only'];

const WRITES = ['create', 'update', 'replace', 'delete'] as const;

/** True if the step changes something in the cloud. */
export function isWrite(step: Step): boolean {
  return isWriteAction(step.action);
}

export function isWriteAction(action: Step['action']): action is (typeof WRITES)[number] {
  return (WRITES as readonly string[]).includes(action);
}

function allows(policy: Policy, step: Step): boolean {
  if (!isWrite(step)) return true;
  if (policy === 'observe-only') return false;
  // What is made anew is deleted first.
  return policy === 'sync' || (step.action !== 'delete' && !step.remake);
}

/** The plan with what the policy forbids left out, and what was left out. */
export function applyPolicy(plan: Plan, policy: Policy): { readonly plan: Plan; readonly withheld: readonly Step[] } {
  const steps = plan.steps.filter((step) => allows(policy, step));
  return { plan: { ...plan, steps }, withheld: plan.steps.filter((step) => !allows(policy, step)) };
}

/** The error that says what a policy kept from being done. */
export function withheldError(policy: Policy, withheld: readonly Step[]): FairleadError {
  const list = withheld.slice(0, 5).map((step) => `${step.action} ${step.kind} ${step.id}`);
  if (withheld.length > 5) list.push(`${withheld.length - 5} more`);
  return new FairleadError('policy', `the policy ${policy} forbids: ${list.join(', ')}`);
}
