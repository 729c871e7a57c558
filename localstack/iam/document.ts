// Reads IAM policy documents. Whatever is not understood is an error and never skipped: what a policy allows must not be
// guessed.
import { type Operator, readOperator } from './operators.ts';

export interface Policy {
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly sid: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Patterns;
  readonly resources: Patterns;
  /** All have to hold. */
  readonly conditions: readonly Condition[];
}

export interface Patterns {
  /** True for `NotAction` and `NotResource`: whatever no pattern fits. */
  readonly but: boolean;
  readonly patterns: readonly string[];
}

export interface Condition {
  readonly operator: Operator;
  /** In small letters: IAM does not tell keys apart by case. */
  readonly key: string;
  readonly values: readonly string[];
}

/** Keys that requests here bring. A condition on any other could not be judged. */
const KEYS = [
  /^aws:(resource|request)tag\/.+$/,
  /^(ec2|elasticloadbalancing):resourcetag\/.+$/,
  /^aws:(tagkeys|requestedregion)$/,
  /^ec2:(createaction|region|vpc)$/,
  /^elasticloadbalancing:createaction$/,
  /^iam:awsservicename$/,
];

/** Throws for what is not a policy, or not understood. */
export function readPolicy(document: unknown): Policy {
  const { Version, Statement, ...more } = structOf(document, 'the policy');
  refuseMore('the policy', more, ['Id']);
  if (Version !== '2012-10-17') throw new Error('the policy must have the Version 2012-10-17');
  const list = Array.isArray(Statement) ? Statement : [Statement];
  return { statements: list.map((one, index) => readStatement(one, index + 1)) };
}

function readStatement(raw: unknown, number: number): Statement {
  const { Sid, Effect, Action, NotAction, Resource, NotResource, Condition, ...more } = structOf(
    raw,
    `statement ${number}`,
  );
  const sid = typeof Sid === 'string' ? Sid : `statement ${number}`;
  refuseMore(sid, more, []);
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new Error(`${sid}: Effect must be Allow or Deny`);
  return {
    sid,
    effect: Effect,
    actions: eitherOf(`${sid}: Action or NotAction`, Action, NotAction),
    resources: eitherOf(`${sid}: Resource or NotResource`, Resource, NotResource),
    conditions: Condition === undefined ? [] : readConditions(sid, Condition),
  };
}

function eitherOf(what: string, some: unknown, but: unknown): Patterns {
  if ((some === undefined) === (but === undefined)) throw new Error(`${what} must be there, one of them`);
  return { but: but !== undefined, patterns: textsOf(some ?? but, what) };
}

function readConditions(sid: string, raw: unknown): readonly Condition[] {
  return Object.entries(structOf(raw, `${sid}: Condition`)).flatMap(([name, keys]) => {
    const operator = readOperator(name);
    return Object.entries(structOf(keys, `${sid}: ${name}`)).map(([written, values]) => {
      const key = written.toLowerCase();
      if (!KEYS.some((known) => known.test(key))) throw new Error(`${sid}: the key ${written} is not known here`);
      return { operator, key, values: textsOf(values, `${sid}: ${name} ${written}`) };
    });
  });
}

function textsOf(raw: unknown, what: string): readonly string[] {
  const list = Array.isArray(raw) ? raw : [raw];
  return list.map((one) => {
    const text = typeof one === 'boolean' ? String(one) : one;
    if (typeof text !== 'string') throw new Error(`${what}: text is expected`);
    if (text.includes('${')) throw new Error(`${what}: policy variables are not understood: ${text}`);
    return text;
  });
}

function structOf(raw: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw new Error(`${what}: an object is expected`);
  return raw as Readonly<Record<string, unknown>>;
}

function refuseMore(what: string, more: object, known: readonly string[]): void {
  const strange = Object.keys(more).filter((name) => !known.includes(name));
  if (strange.length > 0) throw new Error(`${what}: ${strange.join(', ')} is not understood`);
}
