// A plan as text for people: + create, ~ change in place, -/+ replace, - delete, and one line that counts.
import { type Counts, type FieldChange, type Item, nameOf, type Outline, outlineOf } from './outline.ts';
import type { Plan, Step } from './plan.ts';
import { type Phrase, phrased, showAdded, showChange, showValue } from './render-value.ts';

/** What a part of the text is, for whoever colours it. */
export type Tone = 'create' | 'change' | 'replace' | 'delete' | 'warning';

export interface RenderOptions {
  /** The provider's words for a value or an item of a list; undefined: it has none. */
  readonly phrase?: Phrase | undefined;
  readonly paint?: (tone: Tone, text: string) => string;
}

const SIGNS: Readonly<Record<Step['action'], string>> = {
  create: '+',
  update: '~',
  replace: '-/+',
  delete: '-',
  keep: ' ',
  read: '?',
  wait: '…',
};

const TONES: Readonly<Record<Step['action'], Tone>> = {
  create: 'create',
  update: 'change',
  replace: 'replace',
  delete: 'delete',
  keep: 'warning',
  read: 'warning',
  wait: 'warning',
};

/** What needs no change is left out. Every line ends with a newline. */
export function renderPlan(plan: Plan, options: RenderOptions = {}): string {
  return renderOutline(outlineOf(plan), options);
}

export function renderOutline(outline: Outline, options: RenderOptions = {}): string {
  if (outline.items.length === 0) return 'No changes.\n';
  const seen = new Map<string, string>();
  const items = outline.items.map((item) => renderItem(item, options, seen));
  const more = outline.clearing === undefined ? '' : `${plain(outline.clearing)} The rest is planned after that.\n`;
  return `${items.join('')}\n${countLine(outline.counts, outline.calls?.length)}\n${more}`;
}

/** `Plan: 5 to create, 0 to change, 0 to replace, 0 to delete; 6 API calls.` */
export function countLine(counts: Counts, calls: number | undefined): string {
  const parts = [
    `${counts.create} to create`,
    `${counts.change} to change`,
    `${counts.replace} to replace`,
    `${counts.delete} to delete`,
    ...(counts.blocked > 0 ? [`${counts.blocked} blocked`] : []),
  ];
  const cost = calls === undefined ? '' : `; ${calls} API ${calls === 1 ? 'call' : 'calls'}`;
  return `Plan: ${parts.join(', ')}${cost}.`;
}

const INDENT = '    ';

function renderItem(
  item: Item,
  { phrase, paint = (_, text) => text }: RenderOptions,
  seen: Map<string, string>,
): string {
  const { action, kind, id, replaces = [] } = item;
  const isSame = replaces.every((key) => key.startsWith(`${kind}/`));
  const from = replaces.map(nameOf).join(', ');
  const names = replaces.length === 0 ? `${kind} ${id}` : `${from} -> ${isSame ? id : `${kind} ${id}`}`;
  const head = paint(TONES[action], `${SIGNS[action]} ${plain(names)}`);
  const say = (text: string) => `${INDENT}${paint('warning', plain(text))}`;
  const notes = [
    ...(item.reason === undefined ? [] : [say(item.reason)]),
    ...(replaces.length > 0 ? [say(howReplaced(item))] : []),
    ...(item.outage === undefined ? [] : [say(`outage: ${item.outage}`)]),
    ...(item.blocked ? [say(`blocked: ${item.blocked.why}`)] : []),
    ...(item.waits === undefined ? [] : [say(item.waits)]),
  ];
  const isNew = action === 'create' || action === 'replace';
  const fields = item.changes.flatMap((change) => {
    if (!isNew) return renderChange(kind, change, phrase);
    const text = JSON.stringify(change.to);
    const where = seen.get(`${change.field} ${text}`);
    if (where !== undefined && isLong(change.to)) return [`${change.field}: as of ${where}`];
    seen.set(`${change.field} ${text}`, `${kind} ${id}`);
    return showValue(change.field, change.to, phrased(phrase, kind, change.field));
  });
  const lines = fields.map((line) => `${INDENT}${painted(plain(line), paint)}`);
  return [head, ...notes, ...lines].map((line) => `${line}\n`).join('');
}

export function howReplaced({ keepsAddress }: Pick<Item, 'keepsAddress'>): string {
  const address = keepsAddress ? 'the address moves along' : 'the address changes';
  return `${address}; the old one serves until the new one does, and then drains before it goes: no outage`;
}

function renderChange(kind: string, change: FieldChange, phrase: Phrase | undefined): readonly string[] {
  const { field, from, to, drifted } = change;
  const words = phrased(phrase, kind, field);
  const lines = 'from' in change ? showChange(field, from, to, words) : showAdded(field, to, words);
  const [first = '', ...rest] = lines;
  return drifted ? [`${first} (changed outside)`, ...rest] : lines;
}

/** Worth no second time. */
function isLong(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 1 && !('$unknown' in value);
}

/** Items that come and go, inside a field. */
function painted(line: string, paint: NonNullable<RenderOptions['paint']>): string {
  const sign = /^ +([+-]) /.exec(line)?.[1];
  return sign === undefined ? line : paint(sign === '+' ? 'create' : 'delete', line);
}

/** Values come from Services and clouds: nothing in them may move a terminal's cursor or turn the direction of writing. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function plain(text: string): string {
  return text.replace(UNPRINTABLE, (char) => `\\u${char.codePointAt(0)?.toString(16).padStart(4, '0')}`);
}
