// What a policy checks of one annotation by itself: its grammar, its length, hidden characters, and that it is not on a kind
// of load balancer that it must not be on.

import { MAX_LENGTH } from '../schema/read-field.ts';
import type { Rule } from '../schema/shape.ts';
import { allOf, among, anyOf, hasRefused, isBlank, literal, shown, withName } from './cel.ts';
import type { Check, Checks, Left } from './check.ts';
import { admitsAnything, type Limit, limitsOf } from './limits.ts';
import { type Demand, demandsOf } from './rule.ts';
import { AFFECTED, type AnyField, CHANGED, isIn, isThere, KIND, keysOf, textOf, type Variable } from './scope.ts';

/** Kinds of load balancer, with how to speak of each. */
type Kinds = Readonly<Record<string, string>>;

/** A field, and the variable that holds its text where a policy judges it: a list of one text or none. */
interface Named {
  readonly field: AnyField;
  readonly texts: string;
}

/** The variable of a field: its text in a list, where it is new, is read on this kind, and does not count as not set. */
export function fieldVariable(name: string, field: AnyField, kinds: Kinds): Variable {
  const others = kindsWithout(field, kinds);
  const judged = [
    isIn(field, others.length > 0 || dependsOnKind(field.shape.rule) ? AFFECTED : CHANGED),
    ...(others.length > 0 ? [`!(${among(KIND, others)})`] : []),
  ];
  const texts = `${allOf(judged)} ? [${textOf(field)}] : []`;
  const unset = field.blank === undefined || field.blank === 'unset';
  return { name, expression: unset ? `(${texts}).filter(v, !(${isBlank('v')}))` : texts };
}

/** The errors that the parser finds in a value. The expressions use the variable of the field. */
export function fieldChecks(name: string, field: AnyField, kinds: Kinds): Checks {
  const named = { field, texts: `variables.${name}` };
  const made = [
    ...elsewhereChecks(field, kinds, 'error'),
    ...sizeChecks(named),
    ...demandsOf(field.shape.rule, KIND).map((demand) => valueCheck(named, demand)),
  ];
  return { made, left: [...limitsOf(field.shape.rule)].map((limit) => ({ keys: [field.key], ...LIMITS[limit] })) };
}

/** Where it has no effect on this kind of load balancer: an error or a warning, as the table says. */
export function elsewhereChecks(field: AnyField, kinds: Kinds, severity: 'error' | 'warning'): readonly Check[] {
  const others = kindsWithout(field, kinds);
  if (others.length === 0 || (field.elsewhere?.severity ?? 'warning') !== severity) return [];
  const where = (field.appliesTo ?? []).map((kind) => kinds[kind] ?? kind).join(' or ');
  const hint = field.elsewhere === undefined ? '' : `; ${field.elsewhere.hint}`;
  const rest = `, which has an effect only on ${where}${hint}.`;
  return [
    {
      keys: [field.key],
      what: `it is only on ${where}`,
      expression: `!(${isIn(field, AFFECTED)}) || !(${among(KIND, others)})`,
      message: `Annotation ${field.key} has an effect only on ${where}${hint}.`,
      messageExpression: sentence(field, shown('is', `[${textOf(field)}]`), rest),
    },
  ];
}

/** `Annotation key is "value"…`, where `said` makes the words after the key. */
export function sentence({ key }: AnyField, said: string, rest: string): string {
  return `${literal(`Annotation ${key} `)} + ${said} + ${literal(rest)}`;
}

/** Known kinds on which the field has no effect: it is not read there. */
function kindsWithout({ appliesTo }: AnyField, kinds: Kinds): readonly string[] {
  return appliesTo === undefined ? [] : Object.keys(kinds).filter((kind) => !appliesTo.includes(kind));
}

/** True where the field is there and is read: it applies to this kind, and is not empty where that means not set. */
export function isGiven(field: AnyField, kinds: Kinds): string {
  const others = kindsWithout(field, kinds);
  return allOf([
    isThere(field),
    ...(others.length === 0 ? [] : [`!(${among(KIND, others)})`]),
    ...(field.blank === undefined || field.blank === 'unset' ? [`!${withName('v', textOf(field), isBlank('v'))}`] : []),
  ]);
}

const LIMITS: Readonly<Record<Limit, Pick<Left, 'what' | 'why'>>> = {
  length: {
    what: 'that a text is too long or too short, where only counting its characters beyond U+FFFF twice tells',
    why: 'the controller counts such a character as two, CEL as one',
  },
  letters: {
    what: 'letters and digits that are newer than the API server',
    why: 'their tables of Unicode may differ, and the policy refuses only what the parser refuses',
  },
  mapped: {
    what: 'IPv4 networks that are written as IPv6 ones (`::ffff:…`)',
    why: 'CEL reads none of them; the parser reads those that are right',
  },
  spelling: { what: 'reserved keys whose letters are not ASCII', why: 'CEL lowers the case of ASCII only' },
  repeated: { what: 'items that are repeated', why: 'comparing so many items would cost more than API servers allow' },
  form: { what: 'the whole grammar', why: 'CEL has no function for it' },
};

function sizeChecks(named: Named): readonly Check[] {
  const { field } = named;
  const { maxLength = MAX_LENGTH } = field;
  const { rule, spaced = false, grammar } = field.shape;
  const checks: Check[] = [];
  if (!isBounded(rule) || field.maxLength !== undefined) {
    const because = `is longer than ${maxLength} characters`;
    const expected = `at most ${maxLength} characters`;
    checks.push(valueCheck(named, { name: 'count', holds: `size(v) <= ${maxLength}`, because, expected }));
  }
  if (field.blank === 'refuse') {
    const message = `Annotation ${field.key} is empty; expected ${grammar}.`;
    checks.push({
      ...said(message),
      keys: keysOf(field),
      what: 'it is not empty',
      expression: all(named, `!(${isBlank('v')})`),
    });
  }
  if (admitsAnything(rule) || spaced) {
    const message = `Annotation ${field.key} holds a hidden character; expected ${grammar}.`;
    const holds = orBlank(field, `size(v) > ${maxLength} || !${hasRefused('v', spaced)}`);
    checks.push({
      ...said(message),
      keys: keysOf(field),
      what: 'it holds no hidden character',
      expression: all(named, holds),
    });
  }
  return checks;
}

function said(message: string): Pick<Check, 'message' | 'messageExpression'> {
  return { message, messageExpression: literal(message) };
}

/** Of what must not be empty and is, only that is told. */
function orBlank({ blank }: AnyField, condition: string): string {
  return blank === 'refuse' ? anyOf([condition, isBlank('v')]) : condition;
}

/** Whether evaluating the rule costs little whatever the length of the text. */
function isBounded(rule: Rule): boolean {
  if (rule.form === 'any-of') return rule.rules.every(isBounded) && rule.first === undefined;
  if (rule.form === 'per-kind') return Object.values(rule.kinds).every(isBounded);
  return !['list', 'key-values', 'duration', 'host-port', 'ipv4', 'cidr'].includes(rule.form);
}

function valueCheck(named: Named, demand: Demand): Check {
  const { field } = named;
  const { shape, maxLength = MAX_LENGTH } = field;
  const { part, because, expected = shape.grammar } = demand;
  const which = because === undefined ? '' : `, which ${because}`;
  const fault =
    because === undefined ? 'is not right' : part === undefined ? because : `contains an item that ${because}`;
  const short = isBounded(shape.rule) || because?.startsWith('is longer') === true;
  const holds = short ? demand.holds : `size(v) > ${maxLength} || (${demand.holds})`;
  const words = part === undefined ? shown('is', named.texts) : shown('contains', `${named.texts}.map(v, ${part})`);
  return {
    keys: keysOf(field),
    what: WHAT[demand.name](demand, shape.grammar),
    expression: all(named, orBlank(field, holds)),
    message: `Annotation ${field.key} ${fault}; expected ${expected}.`,
    messageExpression: sentence(field, words, `${which}; expected ${expected}.`),
  };
}

const WHAT: Readonly<Record<Demand['name'], (demand: Demand, grammar: string) => string>> = {
  value: (_, grammar) => `it is ${grammar}`,
  count: ({ expected }) => `it has ${expected}`,
  items: (_, grammar) => `it is ${grammar}`,
  blank: ({ expected }) => `it has ${expected ?? 'an item at all'}`,
  repeated: ({ expected }) => `it has ${expected}`,
  reserved: ({ expected }) => `it has ${expected}`,
};

/** The condition holds for the text `v` of the field, where it is judged. */
function all({ texts }: Named, condition: string): string {
  return `${texts}.all(v, ${condition})`;
}

function dependsOnKind(rule: Rule): boolean {
  return rule.form === 'per-kind';
}
