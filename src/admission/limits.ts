// What CEL cannot tell of a rule that it checks otherwise, or tells at too high a cost. The controller knows it.

import type { Rule } from '../schema/shape.ts';

/** What the policy cannot know of a rule that it checks otherwise. */
export type Limit = 'length' | 'letters' | 'mapped' | 'spelling' | 'repeated' | 'form';

/** Squared, it is the steps that looking for repeated items takes: too many cost more than a server allows. */
export const MOST_COMPARED = 200;

/** What the controller knows better. */
export function limitsOf(rule: Rule): ReadonlySet<Limit> {
  const found = new Set<Limit>();
  for (const one of [rule, ...within(rule)]) {
    if (one.form === 'cidr') found.add('mapped');
    if (one.form === 'duration' || one.form === 'host-port' || isForeign(one)) found.add('form');
    if (comparesTooMuch(one)) found.add('repeated');
    if (one.form === 'text' && isWide(one.pattern)) found.add('length');
    if (one.form === 'text' && one.pattern?.includes('\\p{')) found.add('letters');
    if (one.form === 'key-values' && one.reserved.some(({ prefix }) => isBeyondAscii(prefix))) found.add('spelling');
  }
  return found;
}

/** Whether the rule lets characters pass that no value may hold. */
export function admitsAnything(rule: Rule): boolean {
  return [rule, ...within(rule)].some((one) => one.form === 'text' && isWide(one.pattern));
}

function within(rule: Rule): readonly Rule[] {
  const parts =
    rule.form === 'list'
      ? [rule.item]
      : rule.form === 'key-values'
        ? [rule.key, rule.value]
        : rule.form === 'any-of'
          ? rule.rules
          : rule.form === 'per-kind'
            ? Object.values(rule.kinds)
            : [];
  return parts.flatMap((part) => [part, ...within(part)]);
}

/** A choice in any letter case whose words are not ASCII. */
function isForeign(rule: Rule): boolean {
  return rule.form === 'choice' && rule.ignoreCase && rule.choices.some(isBeyondAscii);
}

export function isBeyondAscii(text: string): boolean {
  return /[^ -~]/.test(text);
}

/** Whether repeated items cannot be told from others, or counted, at a bearable cost. */
function comparesTooMuch(rule: Rule): boolean {
  if (rule.form === 'key-values') return rule.maxItems > MOST_COMPARED;
  return rule.form === 'list' && (rule.unique ? rule.maxItems > MOST_COMPARED : rule.minItems > 1);
}

/** Whether a text in the pattern may have characters beyond ASCII. */
export function isWide(pattern: string | undefined): boolean {
  return (
    pattern === undefined ||
    /\\[pPDSW]|\[\^|[^ -~]/.test(pattern) ||
    pattern.replaceAll(/\[[^\]]*\]|\\./g, '').includes('.')
  );
}
