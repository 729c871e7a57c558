// Plans of Services as text: whose, what is wrong with it, the plan, and what it needs.
import { outlineOf } from '../engine/outline.ts';
import { countLine, type RenderOptions, renderOutline } from '../engine/render.ts';
import { printable } from '../kube/printable.ts';
import { type Planned, type PlanPosition, type PlanStance, summaryOf } from './plan-form.ts';

export interface PlanTextOptions {
  readonly phraseOf: (provider: string) => RenderOptions['phrase'];
  readonly paint: RenderOptions['paint'];
}

/** A paragraph for each, and a line that counts where there are several. */
export function planText(all: readonly Planned[], options: PlanTextOptions): string {
  const paragraphs = all.map((one) => paragraph(one, options));
  const outlines = all.flatMap(({ plan }) => (plan ? outlineOf(plan) : []));
  const total = summaryOf(all.length, outlines);
  const faulty = all.filter(hasErrors).length;
  const services = `${all.length} Services${faulty === 0 ? '' : `, ${faulty} with errors`}`;
  const last = all.length > 1 ? [`${services}. ${countLine(total, total.calls)}\n`] : [];
  return [...paragraphs, ...last].join('\n');
}

function hasErrors({ problems, error }: Planned): boolean {
  return error !== undefined || problems.some(({ severity }) => severity === 'error');
}

function paragraph(one: Planned, { phraseOf, paint = (_, text) => text }: PlanTextOptions): string {
  const { namespace, name } = one.service;
  const place = one.source ? ` (${safe(one.source.file)}:${one.source.line})` : '';
  const lines = [
    `Service ${safe(namespace)}/${safe(name)}${place}${whatFor(one)}`,
    ...one.problems.map(({ severity, message, position }) => {
      const text = `${position ? `${positionText(position)}: ` : ''}${severity}: ${safe(message)}`;
      return paint(severity === 'error' ? 'delete' : 'warning', text);
    }),
    ...one.notes.map(safe),
    ...(one.error === undefined ? [] : [paint('delete', safe(`error: ${one.error}`))]),
  ];
  const plan = one.plan && renderOutline(outlineOf(one.plan), { phrase: phraseOf(one.provider), paint });
  const needs = one.permissions && permissionsText(one.permissions);
  return `${lines.join('\n')}\n${plan === undefined ? '' : `\n${plan}`}${needs ?? ''}`;
}

const STANCES: Readonly<Record<Exclude<PlanStance, 'ours' | 'left-over'>, string>> = {
  elsewhere: ': an annotation leaves it to another controller',
  'other-class': ': it is for another controller',
  none: ': it asks for no load balancer',
  deleting: ': it is being deleted',
};

function whatFor({ stance, provider, loadBalancer, plan }: Planned): string {
  if (stance === 'left-over') return `: what ${provider} has for an earlier one, or by an earlier class, goes`;
  if (stance === 'ours') return `: ${provider}${loadBalancer === undefined ? '' : `, ${loadBalancer}`}`;
  return `${STANCES[stance]}${plan ? `; what ${provider} has for it goes` : ''}`;
}

function positionText({ file, line, column }: PlanPosition): string {
  return `${safe(file)}:${line}:${column}`;
}

function permissionsText(permissions: readonly string[]): string {
  if (permissions.length === 0) return 'It needs no permissions.\n';
  return ['The plan needs these permissions:', ...permissions.map((one) => `  ${one}`)]
    .map((line) => `${line}\n`)
    .join('');
}

const MAX_LINE_BYTES = 4096;

function safe(text: string): string {
  return printable(text, MAX_LINE_BYTES);
}
