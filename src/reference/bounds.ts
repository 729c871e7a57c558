// The bounds of a value as sentences, made from the rule that its parser follows. It knows no field and no key.
import type { Rule } from '../schema/index.ts';

/** Markdown. `subject` starts the first sentence: "It", "Each item". Rules that depend on the kind give those of no kind. */
export function boundsOf(rule: Rule, subject = 'It'): readonly string[] {
  if (rule.form === 'per-kind') return [];
  return [`${subject} ${predicate(rule)}.`, ...within(rule)];
}

/** What is said of the parts of a value. */
function within(rule: Rule): readonly string[] {
  if (rule.form === 'list') return boundsOf(rule.item, 'Each item');
  if (rule.form === 'any-of') return rule.rules.flatMap(within);
  if (rule.form !== 'key-values') return [];
  return [...boundsOf(rule.key, 'Each key'), ...boundsOf(rule.value, 'Each value'), ...reserved(rule.reserved)];
}

function predicate(rule: Exclude<Rule, { form: 'per-kind' }>): string {
  switch (rule.form) {
    case 'boolean':
      return `is spelt ${words(rule.spellings)}`;
    case 'integer': {
      const span = rule.choices === undefined ? `from ${rule.min} to ${rule.max}` : words(rule.choices.map(String));
      return `is ${span}, in digits alone`;
    }
    case 'choice': {
      const letters = rule.choices.some((one) => one.toLowerCase() !== one.toUpperCase());
      return `is ${words(rule.choices)}${letters ? `, in ${rule.ignoreCase ? 'any' : 'this'} letter case` : ''}`;
    }
    case 'text':
      return `has ${count(rule.minLength, rule.maxLength, 'character')}${rule.pattern === undefined ? '' : ` and matches \`${rule.pattern}\``}${rule.without === undefined ? '' : `, without \`${rule.without}\` in it`}`;
    case 'duration':
      return `is from ${rule.minMs} ms to ${rule.maxMs} ms`;
    case 'host-port':
      return 'is a host, which may be missing, and a port from 0 to 65535';
    case 'ipv4':
      return 'is four numbers from 0 to 255 with dots between them, without leading zeros';
    case 'cidr':
      return 'is an IPv4 or IPv6 network with its prefix length, and no bit is set past the prefix';
    case 'list':
      return `has ${count(rule.minItems, rule.maxItems, 'item')}${none(rule)}`;
    case 'key-values':
      return `has ${count(0, rule.maxItems, 'pair')}, no key twice; ${rule.bareKeys ? 'a key may stand alone' : 'every key has a value'}`;
    case 'any-of':
      return `either ${rule.rules.map((one) => (one.form === 'per-kind' ? '' : predicate(one))).join(', or ')}`;
  }
}

/** Prefixes with one reason in one sentence. */
function reserved(list: readonly { readonly prefix: string; readonly because: string }[]): readonly string[] {
  const reasons = [...new Set(list.map(({ because }) => because))];
  return reasons.map((reason) => {
    const prefixes = list.filter(({ because }) => because === reason).map(({ prefix }) => prefix);
    return `No key starts with ${words(prefixes)} (letter case aside), which ${reason}.`;
  });
}

function none({ unique, blank }: Extract<Rule, { form: 'list' }>): string {
  const refused = [...(unique ? ['twice'] : []), ...(blank === 'refuse' ? ['blank'] : [])];
  return refused.length === 0 ? '' : `, none of them ${refused.join(' or ')}`;
}

function count(min: number, max: number, noun: string): string {
  const unit = max === 1 ? noun : `${noun}s`;
  if (min === max) return `${max} ${unit}`;
  return min <= 1 ? `at most ${max} ${unit}` : `${min} to ${max} ${unit}`;
}

function words(all: readonly string[]): string {
  const quoted = all.map((one) => `\`${one === '' ? '""' : one}\``);
  return quoted.length < 2 ? (quoted[0] ?? '') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}
