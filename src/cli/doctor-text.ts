// A check-up as people read it: the state first, what it is about, what is so, and beneath it what to do. Pure.

import type { CheckUpDocument } from '../doctor/document.ts';
import type { Tone } from '../engine/render.ts';
import type { Finding } from '../provider/provider.ts';
import { wrap } from './paragraph.ts';

export interface TextOptions {
  /** Of the terminal, in characters. */
  readonly width: number;
  /** Absent: no colour. */
  readonly paint?: ((tone: Tone, text: string) => string) | undefined;
}

type State = Finding['state'];

const STATES: readonly State[] = ['error', 'warning', 'unknown', 'ok'];
const TONES: Readonly<Partial<Record<State, Tone>>> = { ok: 'create', warning: 'warning', error: 'delete' };
const STATE_WIDTH = 'warning'.length;
const GAP = '  ';
const ARROW = '-> ';
/** Lines stay readable where the terminal is narrow. */
const LEAST_TEXT = 40;

export function doctorText(
  { version, cluster, providers, sections, summary }: CheckUpDocument,
  options: TextOptions,
): string {
  const { width, paint = (_, text) => text } = options;
  const abouts = sections.flatMap(({ findings }) => findings.map(({ about }) => about.length));
  const aboutWidth = Math.max(0, ...abouts);
  const indent = GAP.length + STATE_WIDTH + GAP.length + aboutWidth + GAP.length;
  const textWidth = Math.max(LEAST_TEXT, width - indent);
  const under = (lines: readonly string[]) => lines.map((line) => `${' '.repeat(indent)}${line}`);
  const linesOf = ({ state, about, message, remedy }: Finding): readonly string[] => {
    const [first = '', ...rest] = wrap(message, textWidth);
    const tone = TONES[state];
    const shown = state.padEnd(STATE_WIDTH);
    const start = [tone ? paint(tone, shown) : shown, about.padEnd(aboutWidth), first].join(GAP);
    return [`${GAP}${start}`.trimEnd(), ...under(rest), ...under(remedyLines(remedy, textWidth))];
  };
  const blocks = sections.map(({ name, findings }) => [name, ...findings.flatMap(linesOf), ''].join('\n'));
  const head = `Fairlead ${version}, cluster ${cluster}, ${providers.length === 1 ? 'provider' : 'providers'} ${providers.join(', ')}`;
  const counts = STATES.filter((state) => summary[state] > 0).map((state) => counted(summary[state], state));
  return `${[head, '', ...blocks, `${counts.join(', ')}.`].join('\n')}\n`;
}

/** What stands on a line of its own is to be copied, and stays whole. */
function remedyLines(remedy: string | undefined, width: number): readonly string[] {
  if (remedy === undefined) return [];
  const [prose = '', ...whole] = remedy.split('\n');
  const lines = [...wrap(prose, width - ARROW.length), ...whole.map((line) => `  ${line}`)];
  return lines.map((line, at) => `${at === 0 ? ARROW : ' '.repeat(ARROW.length)}${line}`);
}

function counted(amount: number, state: State): string {
  if (state === 'ok' || state === 'unknown') return `${amount} ${state}`;
  return `${amount} ${state}${amount === 1 ? '' : 's'}`;
}
