// Draws an answer of the playground: problems first, then the plan and the resources of each Service.

import { type FieldChange, type Item, nameOf, type Outline, outlineOf } from '../../../engine/outline.ts';
import { howReplaced } from '../../../engine/render.ts';
import { phrased, showChange, showValue } from '../../../engine/render-value.ts';
import type { Answer, Note, Place, Result } from './compute.ts';
import { el } from './dom.ts';

const WORDS: Readonly<Record<Item['action'], { readonly sign: string; readonly verb: string }>> = {
  create: { sign: '+', verb: 'create' },
  update: { sign: '~', verb: 'change' },
  replace: { sign: '-/+', verb: 'replace' },
  delete: { sign: '-', verb: 'delete' },
  keep: { sign: '=', verb: 'keep' },
  read: { sign: '?', verb: 'look at' },
  wait: { sign: '…', verb: 'wait for' },
};

/** Nobody reads more at once. */
const MOST_NOTES = 100;

const PLACES: Readonly<Record<Place, string>> = { service: 'Service', before: 'Before', facts: 'Facts' };

export type GoTo = (where: Place, line: number, column: number) => void;

export function drawAnswer(answer: Answer, mode: 'one' | 'change', goTo: GoTo): readonly Node[] {
  const { notes, results, left } = answer;
  const more = left > 0 && el('p', { class: 'hint' }, `${left} more Services are not shown.`);
  return [
    ...(notes.length > 0 ? [problemsView(notes, mode, goTo)] : []),
    ...results.flatMap((result) => resultView(result, results.length > 1)),
    ...(more ? [more] : []),
  ];
}

/** One line: what is wrong, and what would be done. */
export function summaryOf({ notes, results }: Answer): string {
  const count = (severity: string) => notes.filter((note) => note.severity === severity).length;
  const [errors, warnings] = [count('error'), count('warning')];
  const wrong = [
    ...(errors > 0 ? [number(errors, 'error')] : []),
    ...(warnings > 0 ? [number(warnings, 'warning')] : []),
  ].join(', ');
  const plans = results.flatMap(({ plan }) => (plan ? outlineOf(plan) : []));
  const done = plans.length === 0 ? '' : `Plan: ${countsOf(plans)}.`;
  return [wrong === '' ? 'No problems.' : `${wrong}.`, done].join(' ').trim();
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function countsOf(plans: readonly Outline[]): string {
  const count = (what: keyof Outline['counts']) => plans.reduce((sum, { counts }) => sum + counts[what], 0);
  const words = (['create', 'change', 'replace', 'delete'] as const).map((what) => ({
    what: `to ${what}`,
    count: count(what),
  }));
  const all = [...words, { what: 'blocked', count: count('blocked') }].filter((one) => one.count > 0);
  return all.length === 0 ? 'no changes' : all.map((one) => `${one.count} ${one.what}`).join(', ');
}

/** Something is wanted that is not done. */
export function isBlocked({ results }: Answer): boolean {
  return results.some(({ plan }) => plan?.steps.some(({ blocked }) => blocked) ?? false);
}

function number(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function problemsView(notes: readonly Note[], mode: 'one' | 'change', goTo: GoTo): HTMLElement {
  const items = notes.slice(0, MOST_NOTES).map(({ where, severity, message, place }) => {
    const name = mode === 'change' || where === 'facts' ? `${PLACES[where]}, line` : 'Line';
    const jump = place && el('button', { type: 'button', class: 'jump' }, `${name} ${place.line}`);
    jump?.addEventListener('click', () => place && goTo(where, place.line, place.column));
    const head = el(
      'p',
      { class: 'kind-of' },
      el('strong', {}, severity === 'error' ? 'Error' : 'Warning'),
      ' ',
      jump ?? PLACES[where],
    );
    return el('li', { class: `note ${severity}` }, head, el('p', {}, message));
  });
  const rest = notes.length - items.length;
  const more = rest > 0 && el('p', { class: 'hint' }, `${rest} more are not shown.`);
  return el('section', { class: 'problems' }, el('h3', {}, 'Problems'), el('ol', {}, ...items), more);
}

function resultView(result: Result, isOneOfMany: boolean): readonly HTMLElement[] {
  const { name, stance, kind, plan, graph } = result;
  const title = isOneOfMany ? `Plan of ${name}` : 'Plan';
  if (stance !== 'ours') return [el('section', {}, el('h3', {}, title), el('p', {}, STANCES[stance]))];
  if (!plan || !graph) {
    return [el('section', {}, el('h3', {}, title), el('p', {}, 'There is none while there are errors.'))];
  }
  const outline = outlineOf(plan);
  const about = [
    ...(kind === undefined ? [] : [capital(kind)]),
    ...(outline.calls && outline.calls.length > 0 ? [number(outline.calls.length, 'API call')] : []),
  ].join(' · ');
  const body =
    outline.items.length === 0
      ? el('p', {}, 'No changes.')
      : el('ol', { class: 'steps' }, ...outline.items.map((item) => itemView(item, result)));
  const permissions = outline.calls && result.permissionsOf?.(outline.calls);
  return [
    el('section', { class: 'plan' }, el('h3', {}, title), about !== '' && el('p', { class: 'hint' }, about), body),
    resourcesView(name, graph.resources, isOneOfMany),
    ...(permissions && permissions.length > 0 ? [permissionsView(name, permissions, isOneOfMany)] : []),
  ];
}

const STANCES = {
  elsewhere: 'Its type annotation hands it to another controller. Fairlead leaves it alone.',
  'other-class': 'Its loadBalancerClass belongs to another controller. Fairlead leaves it alone.',
  none: 'It asks for no load balancer: spec.type is not LoadBalancer.',
} as const;

function itemView(item: Item, { phrase }: Result): HTMLElement {
  const { action, kind, id, changes, replaces = [], reason, outage, blocked, waits } = item;
  const { sign, verb } = WORDS[action];
  const head = [
    el('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
    el('span', { class: 'unseen' }, `${blocked ? 'blocked: ' : ''}${verb} `),
    el('strong', {}, kind),
    ' ',
    el('code', {}, id),
  ];
  const stands = `It stands in for ${replaces.map(nameOf).join(' and ')}: ${howReplaced(item)}.`;
  const notes = [
    ...(reason === undefined ? [] : [reason]),
    ...(replaces.length > 0 ? [stands] : []),
    ...(outage === undefined ? [] : [`Outage: ${outage}`]),
    ...(blocked ? [`Blocked: ${blocked.why}`] : []),
    ...(waits === undefined ? [] : [waits]),
  ].map((text) => el('p', { class: 'reason' }, capital(text)));
  const fields = changes.flatMap((change) => fieldView(change, phrased(phrase, kind, change.field)) ?? []);
  const list = fields.length > 0 && el('dl', { class: 'spec' }, ...fields);
  const state = `step ${action}${blocked ? ' blocked' : ''}`;
  const isNew = action === 'create' || action === 'replace';
  // What is new has many fields; what changes has few, and they are what one came for.
  if (!isNew || !list) return el('li', { class: state }, el('p', {}, ...head), ...notes, list);
  return el('li', { class: state }, el('details', {}, el('summary', {}, ...head), list), ...notes);
}

type Words = Parameters<typeof showValue>[2];

/** Undefined: it says nothing. */
function fieldView(change: FieldChange, words: Words): HTMLElement | undefined {
  const { field, from, to } = change;
  const textOf = (value: unknown) => textsOf(field, showValue(field, value, words)).join(', ') || 'none';
  const lines = 'from' in change ? showChange(field, from, to, words) : showValue(field, to, words);
  const texts = textsOf(field, lines);
  if (texts.length === 0) return undefined;
  if ('from' in change && lines.length === 1) {
    return row(field, el('del', {}, textOf(from)), ' → ', el('ins', {}, textOf(to)));
  }
  return row(field, ...texts.map(lineView));
}

/** Without the name of the field, an item a text. */
function textsOf(field: string, [first = '', ...rest]: readonly string[]): readonly string[] {
  const alone = first.slice(field.length + 1).trim();
  return [...(alone === '' ? [] : [alone]), ...rest.map((line) => line.trim())];
}

function lineView(text: string): HTMLElement {
  const name = text.startsWith('+ ') ? 'ins' : text.startsWith('- ') ? 'del' : 'span';
  return el(name, { class: text.endsWith('(known after apply)') ? 'item open' : 'item' }, text);
}

function row(field: string, ...value: readonly (Node | string)[]): HTMLElement {
  return el('div', {}, el('dt', {}, field), el('dd', {}, ...value));
}

function permissionsView(name: string, permissions: readonly string[], isOneOfMany: boolean): HTMLElement {
  const title = `${isOneOfMany ? `Permissions for ${name}` : 'Permissions'} (${permissions.length})`;
  const list = el('ul', { class: 'permissions' }, ...permissions.map((one) => el('li', {}, el('code', {}, one))));
  return el('details', { class: 'resources' }, el('summary', {}, el('h3', {}, title)), list);
}

function resourcesView(name: string, resources: readonly object[], isOneOfMany: boolean): HTMLElement {
  const json = JSON.stringify(resources, undefined, 2);
  const title = `${isOneOfMany ? `Resources of ${name}` : 'Resources'} (${resources.length})`;
  const copy = el(
    'button',
    { type: 'button', class: 'quiet', 'data-copy': json, 'aria-label': 'Copy the resources' },
    'Copy',
  );
  const body = el('div', { class: 'example' }, el('pre', {}, el('code', {}, json)), copy);
  return el('details', { class: 'resources' }, el('summary', {}, el('h3', {}, title)), body);
}
