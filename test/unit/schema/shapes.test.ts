// Every shape but CIDRs: good and bad values, and that printing and parsing are inverse.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arn } from '../../../providers/aws/arn.ts';
import {
  attributes,
  boolean,
  choice,
  duration,
  hostPort,
  id,
  idOrName,
  integer,
  keyValues,
  list,
  orWord,
  path,
  perKind,
  ports,
  type Shape,
  text,
} from '../../../src/schema/index.ts';

const tags = keyValues({
  key: text({ what: 'a key', pattern: '^[a-z_:]*$', max: 20 }),
  value: text({ what: 'a value', min: 0, max: 20 }),
  bareKeys: true,
  maxItems: 3,
  reserved: [{ prefix: 'aws:', because: 'is reserved' }],
});
const bounded = perKind({ big: integer({ min: 10, max: 20 }), small: integer({ min: 1, max: 5 }) });
const names = list(text({ what: 'a name', pattern: '^[a-z]+$', max: 8 }), { maxItems: 4 });
const strictNames = list(text({ what: 'a name', max: 8 }), { maxItems: 4, repeated: 'refuse', blank: 'refuse' });

const good: readonly (readonly [string, Shape<unknown>, string, unknown])[] = [
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((word) => ['boolean', boolean(), word, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((word) => ['boolean', boolean(), word, false] as const),
  ['boolean with another spelling', boolean({ '': { value: false } }), '', false],
  ['integer', integer({ min: 0, max: 10 }), '0', 0],
  ['integer', integer({ min: 0, max: 10 }), '10', 10],
  ['integer choices', integer({ min: 5, max: 60, choices: [5, 60] }), '60', 60],
  ['choice', choice(['http', 'tcp']), 'tcp', 'tcp'],
  ['choice in any case', choice(['HTTP', 'tcp'], { ignoreCase: true }), 'http', 'HTTP'],
  ['path', path({ max: 20 }), '/healthz?a=b', '/healthz?a=b'],
  ['list', names, 'a, b ,\n c', ['a', 'b', 'c']],
  ['word or shape', orWord('traffic-port', integer({ min: 1, max: 9 })), 'traffic-port', 'traffic-port'],
  ['word or shape', orWord('traffic-port', integer({ min: 1, max: 9 })), '9', 9],
  ['unknown kind', bounded, '3', 3],
  ['unknown kind', bounded, '15', 15],
  ['ports', ports(), '*', '*'],
  ['ports', ports(), '443, https,65535', [443, 'https', 65_535]],
  ['id', id('sg'), 'sg-0123456789abcdef0', 'sg-0123456789abcdef0'],
  ['id or name', idOrName('subnet', 20), 'subnet-12345678', 'subnet-12345678'],
  ['id or name', idOrName('subnet', 20), 'my public subnet', 'my public subnet'],
  ['tags', tags, 'a=b,c,d=', { a: 'b', c: '', d: '' }],
  ['tags with = in the value', tags, 'a=b=c', { a: 'b=c' }],
  ['tags named like parts of objects', tags, '__proto__=x,constructor=y', { constructor: 'y', ['__proto__']: 'x' }],
  ['attributes', attributes(['a.b', 'c'], ['true', 'false']), 'a.b=true,c=false', { 'a.b': 'true', c: 'false' }],
  ['duration', duration({ minMs: 0, maxMs: 1e9 }), '0', 0],
  ['duration', duration({ minMs: 0, maxMs: 1e9 }), '1h30m', 5_400_000],
  ['duration', duration({ minMs: 0, maxMs: 1e9 }), '1s500ms', 1500],
  ['host and port', hostPort(), ':9090', { host: '', port: 9090 }],
  ['host and port', hostPort(), '127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
  ['host and port', hostPort(), '[::1]:80', { host: '::1', port: 80 }],
  ...['aws', 'aws-cn', 'aws-us-gov', 'aws-iso-b'].map(
    (partition) =>
      [
        'ARN',
        arn(['acm'], ['certificate']),
        `arn:${partition}:acm:x-1:123456789012:certificate/a-b`,
        `arn:${partition}:acm:x-1:123456789012:certificate/a-b`,
      ] as const,
  ),
];

const bad: readonly (readonly [string, Shape<unknown>, string, string | undefined])[] = [
  ['boolean', boolean(), 'yes', 'true'],
  ['boolean', boolean(), 'off', 'false'],
  ['boolean', boolean(), 'tRuE', 'true'],
  ['boolean', boolean(), 'true ', 'true'],
  ['boolean', boolean(), 'fasle', 'false'],
  ['boolean', boolean(), '2', undefined],
  ['boolean', boolean(), '', undefined],
  ['integer', integer({ min: 5, max: 10 }), '4', undefined],
  ['integer', integer({ min: 5, max: 10 }), '11', undefined],
  ['integer', integer({ min: 5, max: 10 }), '05', '5'],
  ['integer', integer({ min: 5, max: 10 }), '+5', undefined],
  ['integer', integer({ min: 5, max: 10 }), '-5', undefined],
  ['integer', integer({ min: 5, max: 10 }), '5.0', undefined],
  ['integer', integer({ min: 5, max: 10 }), '5s', undefined],
  ['integer', integer({ min: 5, max: 10 }), '0x5', undefined],
  ['integer', integer({ min: 5, max: 10 }), '٥', undefined],
  ['integer', integer({ min: 0, max: 10 }), '9'.repeat(400), undefined],
  ['integer choices', integer({ min: 5, max: 60, choices: [5, 60] }), '30', undefined],
  ['choice', choice(['http', 'tcp']), 'HTTP', 'http'],
  ['choice', choice(['http', 'tcp']), 'htp', 'http'],
  ['path', path({ max: 20 }), 'healthz', undefined],
  ['path', path({ max: 20 }), '/a b', undefined],
  ['path', path({ max: 5 }), '/abcde', undefined],
  ['list', names, 'a,B', undefined],
  ['list', names, 'a,b,c,d,e', undefined],
  ['list', names, ',', undefined],
  ['list with a hidden character', strictNames, 'a,b\nc', undefined],
  ['list with a blank item', strictNames, 'a,', undefined],
  ['list with a repeated item', strictNames, 'a,b,a', undefined],
  ['word or shape', orWord('traffic-port', integer({ min: 1, max: 9 })), 'trafic-port', 'traffic-port'],
  ['word or shape', orWord('*', names), '**', undefined],
  ['unknown kind', bounded, '7', undefined],
  ['ports', ports(), '0', undefined],
  ['ports', ports(), '65536', undefined],
  ['ports', ports(), '443,*', undefined],
  ['ports', ports(), 'HTTPS', 'https'],
  ['ports', ports(), '-a', undefined],
  ['id', id('sg'), 'sg-xyz', undefined],
  ['id', id('sg'), 'subnet-12345678', undefined],
  ['id', id('sg'), 'sg-12345678 ', undefined],
  ['id or name', idOrName('subnet', 20), 'subnet-public', undefined],
  ['tags', tags, '=b', undefined],
  ['tags', tags, 'a=1,a=2', undefined],
  ['tags', tags, 'aws:x=1', undefined],
  ['tags', tags, 'A=1', undefined],
  ['tags', tags, 'a,b,c,d', undefined],
  ['attributes', attributes(['a.b', 'c'], ['true', 'false']), 'a.b', undefined],
  ['attributes', attributes(['a.b', 'c'], ['true', 'false']), 'a.c=true', 'a.b'],
  ['attributes', attributes(['a.b', 'c'], ['true', 'false']), 'c=True', 'true'],
  ['duration', duration({ minMs: 0, maxMs: 1e9 }), '600', '600s'],
  ['duration', duration({ minMs: 0, maxMs: 1e9 }), '1.5h', undefined],
  ['duration', duration({ minMs: 1000, maxMs: 5000 }), '6s', undefined],
  ['duration', duration({ minMs: 1000, maxMs: 5000 }), '0', undefined],
  ['duration', duration({ minMs: 0, maxMs: 1e9 }), '', undefined],
  ['host and port', hostPort(), '9090', ':9090'],
  ['host and port', hostPort(), '::1:80', undefined],
  ['host and port', hostPort(), 'a:65536', undefined],
  ['ARN', arn(['acm'], ['certificate']), 'arn:aws:iam::123456789012:certificate/a', undefined],
  ['ARN', arn(['acm'], ['certificate']), 'arn:aws:acm:x:12345:certificate/a', undefined],
  ['ARN', arn(['acm'], ['certificate']), 'certificate/a', undefined],
  [
    'two ARNs',
    arn(['acm'], ['certificate']),
    'arn:aws:acm:x:123456789012:certificate/a,arn:aws:acm:x:123456789012:certificate/b',
    undefined,
  ],
];

describe('shapes', () => {
  it.each(good)('%s reads %3$j and prints what reads the same', (_, shape, raw, value) => {
    const read = shape.parse(raw);
    expect(read).toMatchObject({ ok: true });
    if (!read.ok) return;
    expect(read.value).toEqual(value);
    expect(shape.parse(shape.print(read.value))).toMatchObject({ ok: true, value });
  });

  it.each(bad)('%s refuses %3$j', (_, shape, raw, suggestion) => {
    const read = shape.parse(raw);
    expect(read.ok).toBe(false);
    if (read.ok) return;
    expect(read.faults[0].expected).not.toBe('');
    expect(read.faults[0].suggestion).toBe(suggestion);
  });

  it('refuse with every item at fault, but not with thousands', () => {
    const read = names.parse('A,ok,B');
    expect(read.ok ? [] : read.faults.map(({ part }) => part)).toEqual(['A', 'B']);
    const many = list(integer({ min: 1, max: 9 }), { maxItems: 5000 }).parse('x,'.repeat(4000));
    expect(many.ok ? 0 : many.faults.length).toBe(10);
  });

  it('read with warnings where an item is blank or repeated', () => {
    const read = names.parse('a,,a');
    expect(read).toMatchObject({ ok: true, value: ['a'] });
    expect(read.ok && read.notes?.map(({ code }) => code)).toEqual(['no-effect', 'duplicate']);
  });

  it('know other bounds for other kinds', () => {
    expect(bounded.parse('15', 'big').ok).toBe(true);
    expect(bounded.parse('15', 'small')).toMatchObject({
      ok: false,
      faults: [{ expected: 'a whole number from 1 to 5' }],
    });
    expect(bounded.rule).toEqual({
      form: 'per-kind',
      kinds: { big: { form: 'integer', min: 10, max: 20 }, small: { form: 'integer', min: 1, max: 5 } },
    });
  });

  it('give tags without a prototype, so that no key reaches one', () => {
    const read = tags.parse('__proto__=x');
    expect(read.ok && Object.getPrototypeOf(read.value)).toBe(null);
    expect(read.ok && Object.keys(read.value)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('print what parses back, for values of any kind', () => {
    const inverse = <T>(shape: Shape<T>, values: fc.Arbitrary<T>) =>
      fc.assert(
        fc.property(values, (value) => {
          expect(shape.parse(shape.print(value))).toMatchObject({ ok: true, value });
        }),
      );
    const portNumber = fc.integer({ min: 1, max: 65_535 });
    const portName = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/);
    inverse(integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 1e9 }));
    inverse(duration({ minMs: 0, maxMs: 1e9 }), fc.integer({ min: 0, max: 1e9 }));
    inverse(
      ports(),
      fc.oneof(
        fc.constant('*' as const),
        fc.uniqueArray(fc.oneof(portNumber, portName), { minLength: 1, maxLength: 20 }),
      ),
    );
    inverse(hostPort(), fc.record({ host: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant('')), port: portNumber }));
  });

  it('never throw, whatever they are given', () => {
    const shapes = [...good.map(([, shape]) => shape), ...bad.map(([, shape]) => shape)];
    fc.assert(
      fc.property(fc.constantFrom(...shapes), fc.string({ unit: 'binary', maxLength: 300 }), (shape, raw) => {
        const read = shape.parse(raw);
        if (!read.ok) expect(read.faults.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });
});
