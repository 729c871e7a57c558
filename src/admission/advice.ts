// What is worth a warning and never an error: keys that nobody reads, deprecated ones, values without effect. The second
// policy of a provider, which only warns.

import { among, anyOf, differs, isBlank, literal, literals, shown, withName } from './cel.ts';
import type { Check, Checks } from './check.ts';
import { elsewhereChecks, sentence } from './field-checks.ts';
import { literalMap, relationChecks, textsWithNotes } from './relation-checks.ts';
import {
  type AnyField,
  CHANGED,
  fieldsOf,
  isIn,
  isUnder,
  keysOf,
  knownKeys,
  MOST_ANNOTATIONS,
  NOW,
  type Setting,
  textOf,
  type Variable,
  WAS,
} from './scope.ts';

const UNKNOWN = 'variables.unknown';
const EMPTY = 'variables.empty';
/** Unknown keys that one message names. */
const MOST_NAMED = 10;

/** Prefixes of keys that the advice is about besides the known ones. */
export function advisedPrefixes({ compiler }: Setting): readonly string[] {
  return compiler.annotations.stems;
}

export function adviceVariables(setting: Setting): readonly Variable[] {
  const { stems, notRead } = setting.compiler.annotations;
  const known = literals([...knownKeys(setting.compiler), ...Object.keys(notRead)]);
  const unknown = `${isUnder('k', stems)} && !(k in ${known}) && ${differs('k', NOW, WAS)}`;
  const fields = fieldsOf(setting.compiler).filter(([, { blank = 'unset' }]) => blank === 'unset');
  const mayBeEmpty = literals(fields.flatMap(([, field]) => keysOf(field)));
  const empty = `k in ${mayBeEmpty} && ${withName('v', `${NOW}[k]`, isBlank('v'))}`;
  return [
    { name: 'unknown', expression: `size(${NOW}) > ${MOST_ANNOTATIONS} ? [] : ${NOW}.filter(k, ${unknown})` },
    { name: 'empty', expression: `${CHANGED}.filter(k, ${empty})` },
  ];
}

export function adviceChecks(setting: Setting): Checks {
  const { compiler } = setting;
  const { kinds } = compiler.annotations;
  const relations = relationChecks(setting, 'warning');
  const made = [
    unknownCheck(setting),
    emptyCheck(),
    ...notReadChecks(setting),
    ...fieldsOf(compiler).flatMap(([, field]) => [
      ...deprecatedChecks(field),
      ...elsewhereChecks(field, kinds, 'warning'),
      ...noteChecks(field),
    ]),
    ...relations.made,
  ];
  return { made, left: relations.left };
}

function unknownCheck(setting: Setting): Check {
  const { stems } = setting.compiler.annotations;
  const cut = 'size(k) > 120 ? k.substring(0, 120) + "…" : k';
  const meant = `[${nearest(setting)}].map(n, size(n) in [1, 2, 3] ? " (did you mean " + n.join(" or ") + "?)" : "")[0]`;
  const each = `"Annotation " + (${cut}) + " is unknown and has no effect" + ${meant} + "."`;
  const many = `" annotations under ${stems.join(' and ')} are unknown and have no effect."`;
  return {
    keys: [],
    what: `no key that starts with ${stems.map((stem) => `\`${stem}\``).join(' or ')} is unknown`,
    expression: `size(${UNKNOWN}) == 0`,
    message: `An annotation that starts with ${stems.join(' or ')} is unknown and has no effect.`,
    messageExpression: `size(${UNKNOWN}) > ${MOST_NAMED} ? string(size(${UNKNOWN})) + ${many} : ${UNKNOWN}.map(k, ${each}).join(" ")`,
  };
}

/** Keys of the table that `k` may be meant for: by a synonym, or by the same letters in another case or with other hyphens. */
function nearest({ compiler }: Setting): string {
  const synonyms = fieldsOf(compiler).flatMap(([, { key, synonyms = [] }]) =>
    synonyms.filter((one) => one.includes('/')).map((one) => [one, key] as const),
  );
  const spelt = knownKeys(compiler).map((key) => literals([key.toLowerCase().replaceAll(/[-_.]/g, ''), key]));
  const plain = 'k.lowerAscii().replace("-", "").replace("_", "").replace(".", "")';
  const alike = 'x.startsWith(s[0]) || s[0].startsWith(x)';
  const near = `[${plain}].map(x, [${spelt.join(', ')}].filter(s, ${alike}).map(s, s[1]))[0]`;
  if (synonyms.length === 0) return near;
  const map = literalMap(synonyms);
  return `k in ${map} ? [${map}[k]] : ${near}`;
}

function notReadChecks({ compiler }: Setting): readonly Check[] {
  return Object.entries(compiler.annotations.notRead).map(([key, why]) => {
    const message = `Annotation ${key} has no effect: it ${why}.`;
    return {
      keys: [key],
      what: `it is not there, since it ${why}`,
      expression: `!(${literal(key)} in ${NOW}) || !(${differs(literal(key), NOW, WAS)})`,
      message,
      messageExpression: literal(message),
    };
  });
}

function deprecatedChecks(field: AnyField): readonly Check[] {
  if (field.deprecated === undefined) return [];
  const { by, note } = field.deprecated;
  const message = `Annotation ${field.key} is deprecated: ${note}${by === undefined ? '' : ` (did you mean ${by}?)`}.`;
  return [
    {
      keys: [field.key],
      what: 'it is not there, since it is deprecated',
      expression: `!(${isIn(field, CHANGED)})`,
      message,
      messageExpression: literal(message),
    },
  ];
}

function emptyCheck(): Check {
  return {
    keys: [],
    what: 'no annotation is empty that counts as not set then',
    expression: `size(${EMPTY}) == 0`,
    message: 'An annotation is empty and counts as not set.',
    messageExpression: `${EMPTY}.map(k, "Annotation " + k + " is empty and counts as not set.").join(" ")`,
  };
}

function noteChecks(field: AnyField): readonly Check[] {
  const noted = textsWithNotes(field);
  if (noted.length === 0) return [];
  const texts = noted.map(({ text }) => text);
  const why = literalMap(noted.map(({ text, because }) => [text, `, which ${because}.`]));
  return [
    {
      keys: [field.key],
      what: `it is none of ${texts.map((text) => `\`${text}\``).join(', ')}`,
      expression: anyOf([`!(${isIn(field, CHANGED)})`, `!(${among(textOf(field), texts)})`]),
      message: `Annotation ${field.key} is spelt in a way that is better avoided; expected ${field.shape.grammar}.`,
      messageExpression: `${sentence(field, shown('is', `[${textOf(field)}]`), '')} + ${why}[${textOf(field)}]`,
    },
  ];
}
