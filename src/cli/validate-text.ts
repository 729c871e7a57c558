// Findings for people, as compilers print theirs: place and sentence, then the line with a mark under what is meant. What
// comes from a file is escaped.

import { printable } from '../kube/printable.ts';
import { count } from '../provider/wording.ts';
import { escapeText } from '../schema/index.ts';
import type { FileReport, Summary } from './validate-report.ts';

export interface TextStyle {
  /** How wide a line may be. */
  readonly columns: number;
  readonly hasColour: boolean;
  /** The sentences alone. */
  readonly isQuiet: boolean;
}

const RED = 31;
const YELLOW = 33;
const BOLD = 1;
/** Below this no line of a file is shown. */
const NARROW = 50;
/** Of a line, this much is looked at. */
const LONGEST_LINE = 100_000;

/** All findings of one file; every line ends with a newline. */
export function renderFile({ file, fault, findings, line }: FileReport, style: TextStyle): string {
  const paint = painter(style.hasColour);
  const name = printable(file, 4096);
  if (fault !== undefined) return `${name}: ${paint([BOLD, RED], 'error:')} ${printable(fault, 4096)}\n`;
  return findings
    .map((one) => {
      const tone = one.severity === 'error' ? RED : YELLOW;
      const about = one.service ? `Service ${escapeText(one.service.namespace)}/${escapeText(one.service.name)}: ` : '';
      const place = `${name}:${one.line}:${one.column}:`;
      const head = `${place} ${paint([BOLD, tone], `${one.severity}:`)} ${about}${printable(one.message, 4096)}\n`;
      const first = one.also ? `${name}:${one.also.line}:${one.also.column}: note: it is here first\n` : '';
      if (style.isQuiet || style.columns < NARROW) return head + first;
      const [text, mark] = excerpt(line(one.line), one.column, one.length, style.columns - GUTTER.length);
      const gutter = `${one.line}`.padStart(NUMBER);
      return `${head}${gutter} | ${text}\n${''.padStart(NUMBER)} | ${paint([tone], mark)}\n${first}`;
    })
    .join('');
}

const NUMBER = 5;
const GUTTER = `${''.padStart(NUMBER)} | `;

/** The part of a line around a place, and the mark to put under it. */
function excerpt(line: string, column: number, length: number, width: number): readonly [text: string, mark: string] {
  const whole = line.slice(0, LONGEST_LINE);
  const before = plain(whole.slice(0, column - 1));
  const meant = plain(whole.slice(column - 1, column - 1 + length));
  const text = before + meant + plain(whole.slice(column - 1 + length));
  const size = Math.max(1, Math.min(meant.length, width - 4));
  // What stands left of the place is worth more than what follows it.
  const from = before.length + size <= width - 2 ? 0 : before.length + size - width + 2;
  const shown = text.slice(from, from + width).trimEnd();
  const cutLeft = from > 0 ? `…${shown.slice(1)}` : shown;
  const cut = text.length > from + width ? `${cutLeft.slice(0, width - 1)}…` : cutLeft;
  return [cut, `${' '.repeat(before.length - from)}^${'~'.repeat(size - 1)}`];
}

/** One column for each character, so that the mark stands right: tabs are spaces, and what is not to be seen is a dot. */
function plain(text: string): string {
  return text.replaceAll('\t', ' ').replace(/[\p{C}\p{Zl}\p{Zp}\p{M}]/gu, '·');
}

function painter(hasColour: boolean): (codes: readonly number[], text: string) => string {
  return (codes, text) => (hasColour ? `\u001b[${codes.join(';')}m${text}\u001b[0m` : text);
}

/** One line without its end. */
export function renderSummary(summary: Summary): string {
  const { files, checked, otherTypes, others, errors, warnings, unreadable } = summary;
  if (checked + others + otherTypes === 0 && errors === 0) return `No Service found in ${count(files, 'file')}.`;
  const parts = [
    `${count(checked, 'Service')} checked in ${count(files, 'file')}: ${count(errors, 'error')}, ${count(warnings, 'warning')}.`,
    ...(unreadable > 0 ? [`${count(unreadable, 'file')} could not be read as a whole.`] : []),
    ...(others > 0 ? [`${count(others, 'Service')} of other controllers left to them.`] : []),
    ...(otherTypes > 0 ? [`${count(otherTypes, 'Service')} without a load balancer not checked.`] : []),
  ];
  return parts.join(' ');
}
