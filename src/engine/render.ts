// A plan as text for people: + create, ~ change in place, -/+ replace, - delete, and one line that counts.
import { isEmpty, type Plan, type Step, show } from './plan.ts';

const SIGNS: Readonly<Record<Step['action'], string>> = {
  create: '+',
  update: '~',
  replace: '-/+',
  delete: '-',
  keep: ' ',
  read: '?',
  wait: '…',
};

/** Lines without colour. What needs no change is left out. */
export function renderPlan(plan: Plan): string {
  if (isEmpty(plan)) return 'No changes.\n';
  const lines = plan.steps.filter((step) => step.action !== 'keep' || step.blocked).flatMap(renderStep);
  const count = (action: Step['action']) => plan.steps.filter((step) => step.action === action).length;
  const counts = [
    `${count('create')} to create`,
    `${count('update')} to change`,
    `${count('replace')} to replace`,
    `${count('delete')} to delete`,
  ];
  return `${lines.join('\n')}\n\nPlan: ${counts.join(', ')}.\n`;
}

function renderStep(step: Step): readonly string[] {
  const head = `${SIGNS[step.action]} ${step.kind} ${step.id}`;
  const why: string[] = step.blocked ? [`    blocked: ${step.blocked.why}`] : step.wait ? [`    ${step.wait.why}`] : [];
  if (step.action === 'create') {
    const fields = Object.entries(step.spec ?? {}).map(([field, value]) => `    ${field}: ${showValue(value)}`);
    return [head, ...fields, ...why];
  }
  if (step.outage !== undefined) why.push(`    interrupts: ${step.outage}`);
  const changes = step.changes.map(({ field, from, to, reason }) => {
    const drifted = reason === 'drifted' ? ' (changed outside)' : '';
    return `    ${field}: ${showValue(from)} -> ${showValue(to)}${drifted}`;
  });
  return [head, ...changes, ...why];
}

/** References and unknowns by what they stand for. */
function showValue(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    if ('$unknown' in value) return `(known after apply: ${String(value.$unknown)})`;
    if (Array.isArray(value)) return `[${value.map(showValue).join(', ')}]`;
    const inner = Object.entries(value).map(([field, one]) => `${field}: ${showValue(one)}`);
    return `{${inner.join(', ')}}`;
  }
  return show(value === undefined ? 'nothing' : value);
}
