import { describe, expect, it } from 'vitest';
import type { FileReport } from '../../../src/cli/validate-report.ts';
import { renderFile, type TextStyle } from '../../../src/cli/validate-text.ts';

const STYLE: TextStyle = { columns: 80, hasColour: false, isQuiet: false };

function report(line: string, column: number, length: number, rest: object = {}): FileReport {
  const place = { line: 3, column, length };
  const finding = {
    ...place,
    severity: 'error',
    code: 'invalid-value',
    message: 'It is wrong.',
    unreadable: false,
    document: 1,
    value: '',
    expected: '',
    ...rest,
  } as const;
  return { file: 'a.yaml', findings: [finding], stances: [], documents: 1, line: () => line };
}

const excerpt = (one: FileReport, style = STYLE) => renderFile(one, style).trimEnd().split('\n').slice(1);

describe('the line of a finding', () => {
  it('has a mark under what is meant', () => {
    expect(excerpt(report('  key: value', 8, 5))).toEqual(['    3 |   key: value', '      |        ^~~~~']);
    expect(excerpt(report('key', 4, 1))).toEqual(['    3 | key', '      |    ^']);
    expect(excerpt(report('', 1, 1))).toEqual(['    3 | ', '      | ^'].map((line) => line));
  });

  it('comes after a sentence that moves no cursor', () => {
    const [head] = renderFile(report('x', 1, 1, { message: 'It is \u001b[2Jwrong.' }), STYLE).split('\n');
    expect(head).toBe('a.yaml:3:1: error: It is \\u001b[2Jwrong.');
  });

  it('is as wide as what is shown, whatever characters it holds', () => {
    expect(excerpt(report('\t\u0000\u202ee\u0301: x', 7, 1))).toEqual(['    3 |  ··e·: x', '      |       ^']);
  });

  it.each([
    [1, 5],
    [40, 5],
    [100, 5],
    [196, 5],
    [1, 200],
    [150, 51],
  ])('is cut around column %d where it is too long', (column, length) => {
    const line = Array.from({ length: 200 }, (_, at) => String.fromCharCode(97 + (at % 26))).join('');
    const [text = '', mark = ''] = excerpt(report(line, column, length));
    expect(text.length).toBeLessThanOrEqual(80);
    expect(mark.length).toBeLessThanOrEqual(80);
    const at = mark.indexOf('^');
    expect(text[at]).toBe(line[column - 1]);
  });

  it('is not looked at as a whole where it is endless', () => {
    const [text = ''] = excerpt(report('x'.repeat(5_000_000), 1, 5_000_000));
    expect(text.length).toBeLessThanOrEqual(80);
  });

  it('is left out on narrow terminals', () => {
    expect(excerpt(report('x', 1, 1), { ...STYLE, columns: 40 })).toEqual([]);
  });

  it('is followed by the first place of what is there twice', () => {
    const also = { line: 1, column: 2, length: 3 };
    expect(excerpt(report('x', 1, 1, { also })).at(-1)).toBe('a.yaml:1:2: note: it is here first');
  });

  it('has colours where they are wanted', () => {
    const text = renderFile(report('key', 1, 3), { ...STYLE, hasColour: true });
    expect(text).toContain('\u001b[1;31merror:\u001b[0m');
    expect(text).toContain('\u001b[31m^~~\u001b[0m');
  });
});
