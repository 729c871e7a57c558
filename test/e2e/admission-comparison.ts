// One Service as the parser reads it and as the policies judge it: whether the two agree, and if not, whether the coverage list
// says so.
import { type Limit, limitsOf } from '../../src/admission/limits.ts';
import type { AnyCompiler } from '../../src/provider/provider.ts';
import { type Field, type Problem, parseOptions } from '../../src/schema/index.ts';
import type { Verdict } from './admission-server.ts';

export type AnyField = Field<unknown, unknown>;
export type Annotations = Readonly<Record<string, string>>;

export interface Case {
  readonly annotations: Annotations;
  /** The only annotation that may be wrong, where there is one. */
  readonly field?: AnyField;
}

export interface Found {
  /** What the API server refuses by itself. */
  byServer: number;
  passed: number;
  both: number;
  /** Refused by the policy and not by the parser. */
  readonly tooStrict: string[];
  /** Refused by the parser and not by the policy; why, where the coverage list says so. */
  readonly leaks: { readonly annotations: Annotations; readonly why: Limit | 'check' | undefined }[];
  /** Expressions that failed, messages that did or that cannot be shown. */
  readonly broken: string[];
  /** Advice on what the parser finds nothing to say of. */
  readonly needless: string[];
}

export function nothingFound(): Found {
  return { byServer: 0, passed: 0, both: 0, tooStrict: [], leaks: [], broken: [], needless: [] };
}

/** Adds one answer to what was found. */
export function compare(compiler: AnyCompiler, { annotations, field }: Case, verdict: Verdict, found: Found): void {
  const { problems, isElsewhere } = parsed(compiler, annotations);
  const errors = problems.filter(({ severity }) => severity === 'error');
  const said = errorsIn(verdict);
  const advice = verdict.warnings.filter(({ policy }) => policy === `strict-${compiler.name}-advice`);
  const shown = JSON.stringify(annotations).slice(0, 300);
  for (const { message } of verdict.warnings) {
    if (!/^(Annotation \S+|[0-9]+ annotations) /.test(message) || /is not right|\p{Cc}/u.test(message)) {
      found.broken.push(`${message.slice(0, 300)} of ${shown}`);
    }
  }
  if (verdict.status !== 201) {
    // Its own checks come before all policies; of one annotation it knows the grammar, and sizes have a limit.
    if (!/load-balancer-source-ranges|Too long/.test(verdict.refusal))
      found.broken.push(`${verdict.refusal} of ${shown}`);
    found.byServer++;
    return;
  }
  if (advice.length > 0 && (problems.length === 0 || isElsewhere))
    found.needless.push(`${advice[0]?.message} of ${shown}`);
  if (isElsewhere || errors.length === 0) {
    if (said.length === 0) found.passed++;
    else found.tooStrict.push(`${said[0]} of ${shown}`);
  } else if (said.length > 0) {
    found.both++;
    if (field !== undefined && !said[0]?.includes(field.key))
      found.broken.push(`${said[0]} does not name ${field.key}`);
  } else {
    found.leaks.push({ annotations, why: reason(compiler, annotations, errors) });
  }
}

/** Why the coverage list lets this pass. */
function reason(
  compiler: AnyCompiler,
  annotations: Annotations,
  errors: readonly Problem[],
): Limit | 'check' | undefined {
  if (errors.every(({ check }) => check !== undefined)) return 'check';
  const wrong = fieldsOf(compiler).filter(([, { key }]) => errors.some((one) => one.key === key));
  const reasons = wrong.map(([, field]) => {
    const limits = limitsOf(field.shape.rule);
    const text = annotations[field.key] ?? '';
    if (limits.has('mapped') && /ffff:/i.test(text)) return 'mapped';
    if (limits.has('letters') && /\p{Cn}/u.test(text)) return 'letters';
    if (limits.has('length') && /[\u{10000}-\u{10ffff}]/u.test(text)) return 'length';
    if (limits.has('repeated') && /duplicate|few/.test(errors.map(({ message }) => message).join())) return 'repeated';
    return limits.has('form') ? 'form' : undefined;
  });
  return reasons.length > 0 && reasons.every((one) => one !== undefined) ? reasons[0] : undefined;
}

export function told({ byServer, passed, both, leaks }: Found): string {
  const reasons = new Map<string, number>();
  for (const { why = 'nothing' } of leaks) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  const left = [...reasons].map(([why, count]) => `${count} by ${why}`).join(', ');
  const all = passed + both + leaks.length;
  return `${all} Services: ${passed} pass both, ${both} are refused by both, ${leaks.length} by the parser only (${left}); ${byServer} by the server itself`;
}

export function setting(compiler: AnyCompiler) {
  const options = parseOptions(compiler.options, { flags: {}, env: {} }).values;
  return { compiler, options, claimClassless: compiler.name === 'aws', serviceAccount: 'fairlead:fairlead' };
}

export function parsed(compiler: AnyCompiler, annotations: Annotations) {
  const { options } = setting(compiler);
  const table = compiler.annotations;
  const reading = table.parse(annotations, {
    appliesTo: (values: object) => table.kindOf(values, compiler.defaultKind?.(options)),
  });
  return { problems: reading.problems, isElsewhere: table.isElsewhere(reading.values) };
}

/** What the policy on values says. */
export function errorsIn({ warnings }: Verdict): readonly string[] {
  return warnings.filter(({ policy }) => /^strict-[a-z]+$/.test(policy)).map(({ message }) => message);
}

export function fieldsOf(compiler: AnyCompiler): readonly (readonly [string, AnyField])[] {
  return Object.entries(compiler.annotations.fields) as unknown as readonly (readonly [string, AnyField])[];
}
