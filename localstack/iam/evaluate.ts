// Whether a policy lets something be done: an explicit Deny counts most, then an Allow; what neither says is denied.
import type { Patterns, Policy, Statement } from './document.ts';
import { fits, fitsArn } from './wildcard.ts';

/** One action on one resource, as IAM is asked about it. A call may be several of them. */
export interface Access {
  /** `ec2:CreateTags` */
  readonly action: string;
  /** An ARN; `*` where IAM knows no resource of the action. */
  readonly resource: string;
  /** What the request has under the keys of conditions; the keys in small letters. */
  readonly context: ReadonlyMap<string, readonly string[]>;
}

export type Verdict =
  | { readonly allowed: true; readonly by: string }
  /** `by`: the statement that denies it; none: no statement allows it. */
  | { readonly allowed: false; readonly by?: string };

export function evaluate({ statements }: Policy, access: Access): Verdict {
  const met = statements.filter((statement) => applies(statement, access));
  const denying = met.find(({ effect }) => effect === 'Deny');
  if (denying !== undefined) return { allowed: false, by: denying.sid };
  const allowing = met.find(({ effect }) => effect === 'Allow');
  return allowing === undefined ? { allowed: false } : { allowed: true, by: allowing.sid };
}

function applies({ actions, resources, conditions }: Statement, { action, resource, context }: Access): boolean {
  return (
    among(actions, (pattern) => fits(pattern.toLowerCase(), action.toLowerCase())) &&
    among(resources, (pattern) => fitsArn(pattern, resource)) &&
    conditions.every(({ operator, key, values }) => operator.holds(context.get(key), values))
  );
}

function among({ but, patterns }: Patterns, isMet: (pattern: string) => boolean): boolean {
  return patterns.some(isMet) !== but;
}
