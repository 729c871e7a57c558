import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lines } from '../../../src/kube/json-lines.ts';
import { printable } from '../../../src/kube/printable.ts';

async function* stream(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines(chunks, 1000)) found.push(line);
  return found;
}

describe('lines', () => {
  it('come out the same however the bytes are cut', async () => {
    const texts = fc.array(
      fc.string({ unit: 'binary', minLength: 1 }).map((text) => text.replace(/[\n\ud800-\udfff]/g, '_')),
    );
    await fc.assert(
      fc.asyncProperty(texts, fc.array(fc.nat(200)), async (wanted, cuts) => {
        const bytes = Buffer.from(wanted.map((line) => `${line}\n`).join(''), 'utf8');
        const at = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(await collect(stream(...chunks))).toEqual(wanted);
      }),
    );
  });

  it('skip empty ones and refuse a last one without an end', async () => {
    expect(await collect(stream(Buffer.from('a\n\n\nb\n')))).toEqual(['a', 'b']);
    await expect(collect(stream(Buffer.from('a\n{"cut')))).rejects.toMatchObject({
      status: 0,
      reason: 'TruncatedLine',
    });
  });
});

describe('printable', () => {
  it('escapes controls, invisible marks and changes of direction', () => {
    expect(printable('a\nb\r\tc\u0000\u001b[31m', 100)).toBe('a\\nb\\r\\tc\\u0000\\u001b[31m');
    expect(printable('\u202egpj.exe\u200b\u2028\ufeff', 100)).toBe('\\u202egpj.exe\\u200b\\u2028\\ufeff');
    expect(printable('plain – ünïcode 🚀', 100)).toBe('plain – ünïcode 🚀');
  });

  it('cuts between characters and marks the cut', () => {
    expect(printable('äääää', 8)).toBe('ää…');
    expect(printable('x'.repeat(5000), 10)).toBe('xxxxxxx…');
    expect(printable('exactly10!', 10)).toBe('exactly10!');
  });

  it('never exceeds its bound nor lets a control through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 3, max: 200 }), (text, max) => {
        const shown = printable(text, max);
        expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(max);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(Buffer.from(shown, 'utf8').toString('utf8')).toBe(shown);
      }),
    );
  });
});
