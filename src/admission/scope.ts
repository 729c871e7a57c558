// What the expressions of a policy stand on: whose Service it is, its annotations before and after, what differs, and the
// kind of load balancer. Expressions of checks use these variables by name.

import type { AnyCompiler } from '../provider/provider.ts';
import type { Field } from '../schema/field.ts';
import { among, anyOf, differs, isBlank, literal, literals, withName } from './cel.ts';

/** What the policies are made for. */
export interface Setting {
  readonly compiler: AnyCompiler;
  /** The provider's options, read: what says which kind of load balancer Services get that do not say it. */
  readonly options: object;
  readonly claimClassless: boolean;
  /** `namespace:name` of the account that the controller writes with: it is never judged. */
  readonly serviceAccount: string;
}

export type AnyField = Field<unknown, unknown>;

/** Annotations of one Service that are looked at one by one: how long that takes grows with the square of their number. */
export const MOST_ANNOTATIONS = 1000;

/** Names of variables, as expressions write them. */
export const NOW = 'variables.now';
export const WAS = 'variables.was';
export const KIND = 'variables.kind';
/** True where the kind of load balancer is not what it was. */
export const KIND_DIFFERS = `${KIND} != variables.oldKind`;
/** Known keys that differ in any way. */
export const TOUCHED = 'variables.touched';
/** Known keys whose value is new. */
export const CHANGED = 'variables.changed';
/** The same, or all keys that are there if the kind of load balancer differs. */
export const AFFECTED = 'variables.affected';

export interface Variable {
  readonly name: string;
  readonly expression: string;
}

export function fieldsOf({ annotations }: AnyCompiler): readonly (readonly [string, AnyField])[] {
  return Object.entries(annotations.fields) as unknown as readonly (readonly [string, AnyField])[];
}

/** A field's own key, then those that are read as it. */
export function keysOf({ key, aliases = [] }: AnyField): readonly string[] {
  return [key, ...aliases];
}

/** All keys of the table. */
export function knownKeys(compiler: AnyCompiler): readonly string[] {
  return fieldsOf(compiler).flatMap(([, field]) => keysOf(field));
}

/** True where the field is there. */
export function isThere(field: AnyField): string {
  return anyOf(keysOf(field).map((key) => `${literal(key)} in ${NOW}`));
}

/** The text of a field that is there: its own key first. */
export function textOf(field: AnyField): string {
  const keys = keysOf(field).map(literal);
  const last = `${NOW}[${keys.at(-1)}]`;
  return keys.slice(0, -1).reduceRight((rest, key) => `${key} in ${NOW} ? ${NOW}[${key}] : (${rest})`, last);
}

/** True where one of the field's keys is in the list of keys called `among`. */
export function isIn(field: AnyField, list: string): string {
  return anyOf(keysOf(field).map((key) => `${literal(key)} in ${list}`));
}

export function variablesOf(setting: Setting): readonly Variable[] {
  const { compiler } = setting;
  const keys = literals(knownKeys(compiler));
  return [
    { name: 'now', expression: annotationsOf('object') },
    { name: 'was', expression: annotationsBefore(setting) },
    { name: 'kind', expression: kindOf(setting, NOW) },
    { name: 'oldKind', expression: kindOf(setting, WAS) },
    { name: 'touched', expression: `${keys}.filter(k, ${touches('k', NOW, WAS)})` },
    { name: 'changed', expression: `${TOUCHED}.filter(k, k in ${NOW})` },
    { name: 'affected', expression: `${KIND_DIFFERS} ? ${keys}.filter(k, k in ${NOW}) : ${CHANGED}` },
  ];
}

/** Conditions that must hold for a policy to look at a request at all, the cheapest first. */
export function matchConditionsOf(setting: Setting, prefixes: readonly string[]): readonly Variable[] {
  const { compiler, serviceAccount } = setting;
  const elsewhere = elsewhereIn(compiler, annotationsOf('object'));
  return [
    { name: 'wants-a-load-balancer', expression: 'object.spec.type == "LoadBalancer"' },
    { name: 'is-of-our-class', expression: isOurClass('object', setting) },
    { name: 'is-not-being-deleted', expression: '!has(object.metadata.deletionTimestamp)' },
    {
      name: 'is-not-written-by-the-controller',
      expression: `request.userInfo.username != ${literal(`system:serviceaccount:${serviceAccount}`)}`,
    },
    ...(elsewhere === undefined
      ? []
      : [{ name: 'is-not-handed-to-another-controller', expression: `!(${elsewhere})` }]),
    // API servers evaluate all conditions, whatever the first of them says: this one is long, and looks at the type itself.
    {
      name: 'changes-annotations-of-ours',
      expression: `object.spec.type != "LoadBalancer" || ${changesOurs(setting, prefixes)}`,
    },
  ];
}

function changesOurs(setting: Setting, prefixes: readonly string[]): string {
  const keys = literals(knownKeys(setting.compiler));
  const known = `${keys}.exists(k, ${touches('k', 'now', 'was')})`;
  const under = `size(now) <= ${MOST_ANNOTATIONS} && now.exists(k, ${isUnder('k', prefixes)} && ${differs('k', 'now', 'was')})`;
  const body = prefixes.length === 0 ? known : anyOf([known, under]);
  return withName('now', annotationsOf('object'), withName('was', annotationsBefore(setting), body));
}

/** The key starts with one of the prefixes. */
export function isUnder(key: string, prefixes: readonly string[]): string {
  return `${literals(prefixes)}.exists(p, ${key}.startsWith(p))`;
}

function touches(key: string, now: string, was: string): string {
  return `${key} in ${now} ? ${differs(key, now, was)} : ${key} in ${was}`;
}

function annotationsOf(object: string): string {
  return `(has(${object}.metadata.annotations) ? ${object}.metadata.annotations : {})`;
}

/** The old annotations; none where the old Service was not one of ours, so that all that it brings is judged. */
function annotationsBefore(setting: Setting): string {
  const elsewhere = elsewhereIn(setting.compiler, 'oldObject.metadata.annotations');
  const ours = [
    'request.operation == "UPDATE"',
    'oldObject.spec.type == "LoadBalancer"',
    `(${isOurClass('oldObject', setting)})`,
    'has(oldObject.metadata.annotations)',
    ...(elsewhere === undefined ? [] : [`!(${elsewhere})`]),
  ];
  return `(${ours.join(' && ')} ? oldObject.metadata.annotations : {})`;
}

function isOurClass(object: string, { compiler, claimClassless }: Setting): string {
  const field = `${object}.spec.loadBalancerClass`;
  const ours = among(field, compiler.classes);
  return `has(${field}) ? ${ours} : ${claimClassless}`;
}

function elsewhereIn(compiler: AnyCompiler, annotations: string): string | undefined {
  const selector = compiler.annotations.selector;
  if (selector === undefined || selector.elsewhere.length === 0) return undefined;
  const key = literal(selectorField(compiler).key);
  return `${key} in ${annotations} && ${among(`${annotations}[${key}]`, selector.elsewhere)}`;
}

/** As `schema.kindOf` finds it; "" where it is not known. */
function kindOf({ compiler, options }: Setting, annotations: string): string {
  if (compiler.annotations.selector === undefined) return literal('');
  const kinds = Object.keys(compiler.annotations.kinds);
  const field = selectorField(compiler);
  const wanted = field.default ?? compiler.defaultKind?.(options);
  const otherwise = kinds.find((kind) => kind === wanted) ?? '';
  const key = literal(field.key);
  const text = `${annotations}[${key}]`;
  const unset = `!(${key} in ${annotations}) || (${isBlank(text)})`;
  return `${unset} ? ${literal(otherwise)} : (${among(text, kinds)} ? ${text} : "")`;
}

/** Throws where the table's selector is not of the only form that tables use: words in one letter case, no aliases. */
function selectorField(compiler: AnyCompiler): AnyField {
  const name = compiler.annotations.selector?.field;
  const field = fieldsOf(compiler).find(([one]) => one === name)?.[1];
  const rule = field?.shape.rule;
  if (field === undefined || rule?.form !== 'choice' || rule.ignoreCase || field.aliases !== undefined) {
    throw new Error(`the annotations of ${compiler.name} have a selector that no policy can carry`);
  }
  return field;
}
