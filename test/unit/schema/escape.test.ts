// What is shown of text from outside, and which characters are refused.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeText, quote, refusedCharacter } from '../../../src/schema/escape.ts';

describe('escapeText', () => {
  it.each([
    ['plain', 'plain'],
    ['a "b" \\c', 'a \\"b\\" \\\\c'],
    ['line\nbreak', 'line\\u{000A}break'],
    ['\u202Egnitset', '\\u{202E}gnitset'],
    ['zero\u200Bwidth', 'zero\\u{200B}width'],
    ['\u2028', '\\u{2028}'],
    ['\uD800', '\\u{D800}'],
    ['Größe 東京 🚀', 'Größe 東京 🚀'],
  ])('shows %j', (text, shown) => {
    expect(escapeText(text)).toBe(shown);
  });

  it('cuts long text and says so', () => {
    expect(escapeText('x'.repeat(81))).toBe(`${'x'.repeat(80)}…`);
    expect(escapeText('x'.repeat(80))).toBe('x'.repeat(80));
    expect(quote('abcdef', 3)).toBe('"abc…"');
  });

  it('never lets a hidden character through, nor more than it was told', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 1, max: 100 }), (text, max) => {
        const shown = escapeText(text, max);
        expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(shown.length).toBeLessThanOrEqual(max + 1);
      }),
    );
  });
});

describe('refusedCharacter', () => {
  it.each([
    ['a\nb', 'U+000A'],
    ['a\u0000', 'U+0000'],
    ['\u202Eabc', 'U+202E'],
    ['\uFEFFabc', 'U+FEFF'],
    ['\u2029', 'U+2029'],
    ['a\uDC00', 'U+DC00'],
    ['fine, with space and ü', undefined],
  ])('in %j is %j', (text, found) => {
    expect(refusedCharacter(text)).toBe(found);
  });

  it('lets line breaks and tabs pass where items are trimmed, and nothing else', () => {
    expect(refusedCharacter('a,\n\t b\r\n', true)).toBeUndefined();
    expect(refusedCharacter('a,\u000Bb', true)).toBe('U+000B');
    expect(refusedCharacter('a,\u200Fb', true)).toBe('U+200F');
  });
});
