// A rule of the table (src/schema/shape.ts) as CEL over one text. It must be false only where the parser refuses; where CEL
// cannot tell, it is true, and limits.ts says what is left to the controller.

import type { Rule } from '../schema/shape.ts';
import { allOf, among, anyOf, hasBreak, literal, literals, withName } from './cel.ts';
import { admitsAnything, isBeyondAscii, isWide, MOST_COMPARED } from './limits.ts';

type Form<F extends Rule['form']> = Extract<Rule, { form: F }>;

/** One demand of a rule, with what a message says where it is not met. */
export interface Demand {
  readonly name: 'value' | 'count' | 'blank' | 'items' | 'repeated' | 'reserved';
  /** A condition on the text called `v`. */
  readonly holds: string;
  /** The item of `v` at fault, where it is a list. It may fail where nothing is. */
  readonly part?: string;
  /** Completes "…, which". */
  readonly because?: string;
  /** What is right, where the grammar of the field does not say it. */
  readonly expected?: string;
}

/** True where the rule holds for the text that `v` names. `kind` names the kind of load balancer, "" where it is unknown. */
export function ruleHolds(rule: Rule, v: string, kind: string): string {
  switch (rule.form) {
    case 'boolean':
      return among(v, rule.spellings);
    case 'integer':
      return integerHolds(rule, v);
    case 'choice':
      return choiceHolds(rule, v);
    case 'text':
      return textHolds(rule, v);
    case 'ipv4':
      return `!${v}.contains(":") && isIP(${v})`;
    case 'cidr':
      return cidrHolds(v);
    case 'any-of':
      return anyOfHolds(rule, v, kind);
    case 'per-kind':
      return perKindHolds(rule, v, kind);
    case 'list':
    case 'key-values':
      return withName('v', v, allOf(demandsOf(rule, kind).map(({ holds }) => holds)));
    case 'duration':
    case 'host-port':
      return 'true';
  }
}

/** The demands of a rule at the top of a field, on a text called `v`. Lists and pairs make several. */
export function demandsOf(rule: Rule, kind: string): readonly Demand[] {
  if (rule.form === 'list') return listDemands(rule, kind);
  if (rule.form === 'key-values') return pairDemands(rule, kind);
  return [{ name: 'value', holds: ruleHolds(rule, 'v', kind) }];
}

function integerHolds({ min, max, choices }: Form<'integer'>, v: string): string {
  if (choices !== undefined) return among(v, choices.map(String));
  const digits = String(max).length;
  const shape = min === 0 ? `^(0|[1-9][0-9]{0,${digits - 1}})$` : `^[1-9][0-9]{0,${digits - 1}}$`;
  return `size(${v}) <= ${digits} && ${v}.matches(${literal(shape)}) && int(${v}) >= ${min} && int(${v}) <= ${max}`;
}

function choiceHolds({ choices, ignoreCase }: Form<'choice'>, v: string): string {
  if (!ignoreCase) return among(v, choices);
  const small = choices.map((one) => one.toLowerCase());
  if (small.some(isBeyondAscii)) return 'true';
  return among(lowered(v, small), small);
}

/** JavaScript makes a small k of the Kelvin sign; CEL lowers ASCII only. */
function lowered(v: string, compared: readonly string[]): string {
  return compared.some((one) => one.includes('k')) ? `${v}.replace("\\u212a", "k").lowerAscii()` : `${v}.lowerAscii()`;
}

/** JavaScript counts UTF-16 units and CEL characters, of which there are never more, but at least half as many. */
function textHolds({ pattern, minLength, maxLength, without }: Form<'text'>, v: string): string {
  const fewest = `size(${v}) >= ${minLength}`;
  const half = `size(${v}) >= ${Math.ceil(minLength / 2)} && ${v}.matches("[\\\\x{10000}-\\\\x{10ffff}]")`;
  return allOf([
    `size(${v}) <= ${maxLength}`,
    ...(minLength > 0 ? [minLength > 1 && isWide(pattern) ? anyOf([fewest, half]) : fewest] : []),
    ...(pattern === undefined ? [] : [`${v}.matches(${literal(portable(pattern))})`]),
    ...(without === undefined ? [] : [`!${v}.contains(${literal(without)})`]),
  ]);
}

/** No letter, mark, number and so on: what an API server with older Unicode tables does not know yet. */
const UNASSIGNED = '[^\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Z}\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}]';

/** The pattern with classes of letters widened by the characters that this API server does not know. */
function portable(pattern: string): string {
  return pattern.replaceAll(/\[[^\]]*\\p\{[^\]]*\]/g, (set) => `(?:${set}|${UNASSIGNED})`);
}

/** CEL refuses IPv4 addresses mapped into IPv6 (`::ffff:…`), which the parser reads: they pass. */
function cidrHolds(v: string): string {
  const mapped = `${v}.matches("^[0:]+:[fF]{4}:")`;
  return `(isCIDR(${v}) && cidr(${v}).masked() == cidr(${v})) || ${mapped}`;
}

function anyOfHolds({ rules, first }: Form<'any-of'>, v: string, kind: string): string {
  const each = rules.map((one) => ruleHolds(one, v, kind));
  if (first === undefined) return anyOf(each);
  return `${v}.matches(${literal(first)}) ? (${each[0]}) : (${anyOf(each.slice(1))})`;
}

function perKindHolds({ kinds }: Form<'per-kind'>, v: string, kind: string): string {
  const each = Object.entries(kinds).map(([name, rule]) => [name, ruleHolds(rule, v, kind)] as const);
  const branches = each.map(([name, holds]) => `${kind} == ${literal(name)} ? (${holds}) : `);
  return `${branches.join('')}(${anyOf(each.map(([, holds]) => holds))})`;
}

function listDemands({ item, minItems, maxItems, unique, blank }: Form<'list'>, kind: string): readonly Demand[] {
  const items = `v.split(",", ${maxItems + 1}).map(i, i.trim())`;
  const each = (body: string) => withName('items', items, `size(items) > ${maxItems} || ${body}`);
  const right = allOf([...(admitsAnything(item) ? [`!${hasBreak('i')}`] : []), ruleHolds(item, 'i', kind)]);
  const demands: Demand[] = [
    countDemand(maxItems),
    {
      name: 'items',
      holds: each(`items.all(i, i == "" || (${right}))`),
      part: `${items}.filter(i, i != "" && !(${right}))[0]`,
    },
  ];
  if (blank === 'refuse') {
    const expected = 'no comma without an item';
    demands.push({ name: 'blank', holds: each('!("" in items)'), because: 'has a blank item', expected });
  } else if (minItems > 0) {
    const because = 'has too few items';
    demands.push({ name: 'blank', holds: each(`size(items.filter(i, i != "")) >= ${minItems}`), because });
  }
  if (unique && maxItems <= MOST_COMPARED) {
    demands.push({
      name: 'repeated',
      holds: each('items.all(i, i == "" || items.exists_one(j, j == i))'),
      part: `[${items}].map(items, items.filter(i, i != "" && !items.exists_one(j, j == i)))[0][0]`,
      because: 'is repeated',
      expected: 'every item once',
    });
  }
  return demands;
}

function pairDemands(rule: Form<'key-values'>, kind: string): readonly Demand[] {
  const { key, value, bareKeys, maxItems, reserved } = rule;
  const items = `v.split(",", ${maxItems + 1}).map(i, i.trim()).filter(i, i != "")`;
  const pairs = `${items}.map(i, ${bareKeys ? 'i.contains("=") ? i.split("=", 2) : [i, ""]' : 'i.split("=", 2)'})`;
  const few = `size(v.split(",", ${maxItems + 1})) > ${maxItems}`;
  const each = (body: string) => `${few} || ${withName('pairs', pairs, body)}`;
  const right = allOf([
    ...(bareKeys ? [] : ['size(p) == 2']),
    ...(admitsAnything(rule) ? [`!p.exists(i, ${hasBreak('i')})`] : []),
    ruleHolds(key, 'p[0]', kind),
    ruleHolds(value, 'p[1]', kind),
  ]);
  const demands: Demand[] = [
    countDemand(maxItems),
    { name: 'items', holds: each(`pairs.all(p, ${right})`), part: `${pairs}.filter(p, !(${right}))[0].join("=")` },
  ];
  if (maxItems <= MOST_COMPARED) {
    demands.push({
      name: 'repeated',
      holds: each('pairs.all(p, pairs.exists_one(q, q[0] == p[0]))'),
      part: `[${pairs}].map(pairs, pairs.filter(p, !pairs.exists_one(q, q[0] == p[0])))[0][0].join("=")`,
      because: 'sets a key for the second time',
      expected: 'every key once',
    });
  }
  const prefixes = [...new Set(reserved.map(({ prefix }) => prefix.toLowerCase()))].filter(
    (one) => !isBeyondAscii(one),
  );
  if (prefixes.length > 0) {
    const small = lowered('p[0]', prefixes);
    const taken = `${literals(prefixes)}.exists(r, ${small}.startsWith(r))`;
    demands.push({
      name: 'reserved',
      holds: each(`pairs.all(p, !${taken})`),
      part: `${pairs}.filter(p, ${taken})[0].join("=")`,
      because: 'sets a key that is reserved',
      expected: `no key that starts with ${reserved.map(({ prefix }) => prefix).join(', ')}`,
    });
  }
  return demands;
}

function countDemand(maxItems: number): Demand {
  return {
    name: 'count',
    holds: `size(v.split(",", ${maxItems + 1})) <= ${maxItems}`,
    because: `has more than ${maxItems} items`,
    expected: `at most ${maxItems} items`,
  };
}
