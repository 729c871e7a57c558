import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PACKED, pack, type Shown, unpack } from '../../../../src/reference/site/client/share.ts';

const SHOWN: Shown = {
  provider: 'aws',
  options: { 'aws-default-type': 'nlb' },
  mode: 'one',
  service: 'a: ü\n',
  before: '',
};
const packRaw = (text: string) => deflateRawSync(text).toString('base64url');

describe('share', () => {
  it('whatever is packed comes back', async () => {
    const texts = fc.record({
      provider: fc.string(),
      options: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
      mode: fc.constantFrom('one' as const, 'change' as const),
      service: fc.string({ unit: 'grapheme' }),
      before: fc.string(),
    });
    await fc.assert(
      fc.asyncProperty(texts, async (shown) => {
        const packed = await pack(shown);
        expect(packed).toMatch(/^[\w-]+$/);
        const found = await unpack(packed!);
        expect(found).toEqual({ ...shown, service: shown.service.toWellFormed(), options: found!.options });
        expect(Object.entries(found!.options)).toEqual(Object.entries(shown.options));
      }),
    );
  });

  it('keeps the facts only where there are some', async () => {
    expect(await unpack((await pack(SHOWN))!)).toEqual(SHOWN);
    expect(await unpack((await pack({ ...SHOWN, facts: '{}' }))!)).toEqual({ ...SHOWN, facts: '{}' });
  });

  it('refuses to pack what no address can hold', async () => {
    const noise = Array.from({ length: 60_000 }, (_, at) =>
      String.fromCharCode(33 + ((at * 7919 + (at >> 3) * 31) % 5000)),
    ).join('');
    expect(await pack({ ...SHOWN, service: noise })).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['other characters', 'a b'],
    ['too much', 'A'.repeat(MAX_PACKED + 1)],
    ['no deflate', 'AAAA'],
    ['no JSON', packRaw('x')],
    ['no object', packRaw('[]')],
    ['null', packRaw('null')],
    ['wrong types', packRaw(JSON.stringify({ ...SHOWN, service: 1 }))],
    ['another mode', packRaw(JSON.stringify({ ...SHOWN, mode: 'x' }))],
    ['no UTF-8', deflateRawSync(Buffer.from([0xff, 0xfe])).toString('base64url')],
    ['a bomb', packRaw(JSON.stringify({ ...SHOWN, service: '0'.repeat(5_000_000) }))],
    ['the half of one', packRaw(JSON.stringify(SHOWN)).slice(0, 20)],
  ])('unpacks nothing from %s', async (_, text) => {
    expect(await unpack(text)).toBeUndefined();
  });

  it('takes of the options only texts, and reaches no prototype', async () => {
    const text = JSON.stringify(SHOWN).replace('{"aws-default-type":"nlb"}', '{"__proto__":{"x":1},"a":1,"b":"c"}');
    const found = await unpack(packRaw(text));
    expect(found?.options).toEqual({ b: 'c' });
    expect('x' in {}).toBe(false);
  });

  it('any text at all does no harm', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        expect(await unpack(text)).toBeUndefined();
      }),
    );
  });
});
