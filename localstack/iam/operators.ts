// The operators of IAM conditions, as IAM's user guide defines them ("IAM JSON policy elements: Condition operators",
// "Set operators for multi-valued context keys").
import { fits, fitsArn } from './wildcard.ts';

export interface Operator {
  readonly name: string;
  /** Whether it holds for what a request has under the key; undefined: the request has no such key. */
  holds(values: readonly string[] | undefined, wanted: readonly string[]): boolean;
}

type Compare = (value: string, wanted: string) => boolean;

const equal: Compare = (value, wanted) => value === wanted;
const equalInAnyCase: Compare = (value, wanted) => value.toLowerCase() === wanted.toLowerCase();
const like: Compare = (value, wanted) => fits(wanted, value);
const arnLike: Compare = (value, wanted) => fitsArn(wanted, value);

/** ArnEquals is ArnLike to IAM. */
const COMPARISONS: Readonly<Record<string, { readonly compare: Compare; readonly not: boolean }>> = {
  StringEquals: { compare: equal, not: false },
  StringNotEquals: { compare: equal, not: true },
  StringEqualsIgnoreCase: { compare: equalInAnyCase, not: false },
  StringNotEqualsIgnoreCase: { compare: equalInAnyCase, not: true },
  StringLike: { compare: like, not: false },
  StringNotLike: { compare: like, not: true },
  ArnEquals: { compare: arnLike, not: false },
  ArnNotEquals: { compare: arnLike, not: true },
  ArnLike: { compare: arnLike, not: false },
  ArnNotLike: { compare: arnLike, not: true },
  Bool: { compare: equalInAnyCase, not: false },
};

const NAME = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/;

/** Throws for a name that is not known. */
export function readOperator(name: string): Operator {
  if (name === 'Null') return { name, holds: isNull };
  const [, set, base = '', ifExists] = NAME.exec(name) ?? [];
  const comparison = Object.hasOwn(COMPARISONS, base) ? COMPARISONS[base] : undefined;
  if (comparison === undefined) throw new Error(`the condition operator ${name} is not known here`);
  const { compare, not } = comparison;
  const one = (value: string, wanted: readonly string[]) => wanted.some((each) => compare(value, each)) !== not;
  return {
    name,
    holds(values, wanted) {
      if (values === undefined && ifExists !== undefined) return true;
      if (set === 'ForAllValues') return (values ?? []).every((value) => one(value, wanted));
      if (set === 'ForAnyValue') return (values ?? []).some((value) => one(value, wanted));
      // What is not there equals nothing.
      if (values === undefined) return not;
      const [value, ...more] = values;
      if (value === undefined || more.length > 0) {
        throw new Error(`${name} is for one value, and the request has ${values.length}`);
      }
      return one(value, wanted);
    },
  };
}

/** "true": the key must not be there. */
function isNull(values: readonly string[] | undefined, wanted: readonly string[]): boolean {
  return wanted.every((one) => {
    if (one !== 'true' && one !== 'false') throw new Error(`Null takes true or false, not ${one}`);
    return (values === undefined) === (one === 'true');
  });
}
