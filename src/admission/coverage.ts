// Which checks the policies make and which only the controller can, as a page: made from the same lists as the policies.

import { plainSetting } from '../preview/judge.ts';
import type { AnyCompiler } from '../provider/provider.ts';
import { adviceChecks } from './advice.ts';
import type { Left } from './check.ts';
import { errorChecks } from './policy.ts';
import { MOST_ANNOTATIONS, type Setting } from './scope.ts';

/** What the policies of this provider check, and what they leave, as Markdown with a heading of the second level. */
export function admissionChecks(compiler: AnyCompiler): string {
  const setting: Setting = { ...plainSetting(compiler), serviceAccount: '' };
  const errors = errorChecks(setting);
  const advice = adviceChecks(setting);
  const left = [...errors.left, ...advice.left, ...leftByTable(compiler)];
  return [
    `## Provider ${compiler.name}`,
    '',
    'Judged by the policy, with the action that was chosen (Warn or Deny):',
    '',
    table(['Annotation', 'Check'], rowsOf(errors.made)),
    '',
    'Only ever a warning:',
    '',
    table(['Annotation', 'Check'], rowsOf(advice.made)),
    '',
    'Left to the controller, which says them in an event and a condition:',
    '',
    table(
      ['Annotation', 'Check', 'Why'],
      left.map(({ keys, what, why }) => [named(keys), `${what[0]?.toUpperCase()}${what.slice(1)}`, why]),
    ),
    '',
  ].join('\n');
}

/** The page for all providers. */
export function admissionChecksPage(compilers: readonly AnyCompiler[]): string {
  return [
    '<!-- Made by `npm run docs`. -->',
    '',
    '# What the admission policy checks',
    '',
    'How to install it, and what it never does: [admission.md](admission.md). `fairlead policy --checks` prints this page.',
    '',
    ...compilers.map(admissionChecks),
  ].join('\n');
}

/** What no policy of any provider makes, and the checks of this table that are code. */
function leftByTable(compiler: AnyCompiler): readonly Left[] {
  const { checks, fields, stems } = compiler.annotations;
  const byField = fields as Readonly<Record<string, { readonly key: string } | undefined>>;
  return [
    ...checks.map(({ fields: names, doc }) => ({
      keys: names.flatMap((name) => byField[name]?.key ?? []),
      what: doc,
      why: 'it is a computation over parsed values',
    })),
    {
      keys: [],
      what: `A key that does not start with ${stems.map((stem) => `\`${stem}\``).join(' or ')} and was meant to.`,
      why: 'CEL cannot measure how near two words are',
    },
    {
      keys: [],
      what: `Unknown keys of a Service with more than ${MOST_ANNOTATIONS} annotations.`,
      why: 'looking at all of them would take an API server too long',
    },
    {
      keys: [],
      what: 'Blank and repeated items of a list that are left out of it.',
      why: 'they change nothing',
    },
    {
      keys: [],
      what: 'Whatever depends on the ports and other fields of the Service, on the cluster, or on the cloud.',
      why: 'a policy sees one object; `fairlead validate` and `fairlead plan` see more',
    },
    {
      keys: [],
      what: 'Changes that the cloud does not allow on a running load balancer.',
      why: 'they are no mistake: such a change waits, and a condition says for what',
    },
  ];
}

/** One row an annotation, with all that is checked of it. */
function rowsOf(checks: readonly { readonly keys: readonly string[]; readonly what: string }[]) {
  const rows = new Map<string, string[]>();
  for (const { keys, what } of checks) {
    const row = named(keys.slice(0, 1));
    rows.set(row, [...(rows.get(row) ?? []), `${what[0]?.toUpperCase()}${what.slice(1)}.`]);
  }
  return [...rows].map(([key, sentences]) => [key, sentences.join(' ')]);
}

function named(keys: readonly string[]): string {
  return keys.length === 0 ? '(any)' : keys.map((key) => `\`${key}\``).join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
