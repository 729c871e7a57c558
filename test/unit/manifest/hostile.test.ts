// Texts that are made to break a reader. How much work they cause is asked of what comes out, never of a clock.
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LIMITS } from '../../../src/manifest/fault.ts';
import { readManifest } from '../../../src/manifest/read.ts';
import { DEPLOYMENT, serviceText } from './texts.ts';

const codes = (text: string) => readManifest(text).problems.map(({ code }) => code);

describe('caps', () => {
  it('of the text', () => {
    const read = readManifest(' '.repeat(LIMITS.streamLength + 1));
    expect(read.problems).toMatchObject([{ code: 'too-large', unreadable: true, at: { line: 1, column: 1 } }]);
  });

  it('of a document, and not of its neighbours', () => {
    const read = readManifest(`kind: Service\n${'# x\n'.repeat(LIMITS.documentLength / 4)}---\n${serviceText('next')}`);
    expect(read.problems).toMatchObject([{ code: 'too-large', unreadable: true, document: 1 }]);
    expect(read.services).toHaveLength(1);
  });

  it('not of a List as a whole', () => {
    const item = `- ${serviceText('x', { 'example.com/x': 'y'.repeat(2000) })
      .trimEnd()
      .replaceAll('\n', '\n  ')}\n`;
    const many = Math.ceil(LIMITS.documentLength / item.length) + 1;
    const read = readManifest(`apiVersion: v1\nitems:\n${item.repeat(many)}kind: List\n`);
    expect(read.problems).toEqual([]);
    expect(read.services).toHaveLength(many);
  });

  it.each([
    ['lists in a line', '['.repeat(100_000)],
    ['maps in a line', '{a: '.repeat(100_000)],
    ['blocks in a line', `\n  ${'- '.repeat(100_000)}`],
    ['questions', `\n${'? '.repeat(100_000)}`],
    ['lines further and further in', Array.from({ length: 400 }, (_, at) => `\n${' '.repeat(at + 1)}a:`).join('')],
    ['just too deep', '['.repeat(LIMITS.depth + 1) + ']'.repeat(LIMITS.depth + 1)],
  ])('of depth: %s', (_, deep) => {
    expect(codes(`kind: Service\nx: ${deep}`)).toEqual(['too-deep']);
  });

  it('lets pass what is not too deep', () => {
    const deep = '['.repeat(100) + ']'.repeat(100);
    expect(codes(`${serviceText('a')}status:\n  x: ${deep}\n`)).toEqual([]);
  });

  it('of candidates', () => {
    const read = readManifest('---\nkind: Service []\n'.repeat(LIMITS.candidates + 5));
    expect(read.problems).toMatchObject([{ code: 'too-many', unreadable: true, document: LIMITS.candidates + 1 }]);
  });

  it('of problems', () => {
    const read = readManifest('---\nkind: Service\na: b: c\n'.repeat(LIMITS.problems + 5));
    expect(read.problems).toHaveLength(LIMITS.problems + 1);
    expect(read.problems.at(-1)).toMatchObject({ code: 'too-many', unreadable: true });
  });
});

describe('aliases', () => {
  const doubled = (first: string, next: (name: string) => string) =>
    Array.from({ length: 100 }, (_, at) =>
      at === 0 ? `a0: &a0 ${first}` : `a${at}: &a${at} ${next(`*a${at - 1}`)}`,
    ).join('\n');

  it('that double a list a hundred times are one list', () => {
    const laughs = doubled('[lol]', (name) => `[${name}, ${name}]`).replaceAll(/^/gm, '  ');
    const text = serviceText('a').replace('spec:', `${laughs}\n  annotations: *a99\nspec:`);
    const read = readManifest(text);
    expect(read.problems.filter(({ code }) => code !== 'unknown-key').map(({ message }) => message)).toEqual([
      'Field metadata.annotations is "[…]", which is a list; expected a map of text.',
    ]);
  });

  it('that double a List of Services stop at the cap', () => {
    const service = '{kind: Service, apiVersion: v1, metadata: {name: a}, spec: {ports: [{port: 80}]}}';
    const lists = doubled(`{kind: List, items: [${service}]}`, (name) => `{kind: List, items: [${name}, ${name}]}`);
    const read = readManifest(`kind: List\n${lists}\nitems: [*a99]\n`);
    expect(read.services.length).toBeLessThanOrEqual(LIMITS.objects);
    expect(read.problems.at(-1)?.code).toBe('too-many');
  });

  it('in merge keys stop at the cap', () => {
    const keys = Array.from({ length: 2000 }, (_, at) => `k${at}: v`).join(', ');
    const text = `kind: Service\na: &a {${keys}}\nb: {<<: [${'*a, '.repeat(2000)}]}\n`;
    expect(codes(text)).toContain('too-many');
  });
});

describe('keys of prototypes', () => {
  const NAMES = ['__proto__', 'constructor', 'hasOwnProperty', 'toString'];
  const before = Object.getOwnPropertyNames(Object.prototype).sort();

  it.each([
    ['YAML', `${NAMES.map((name) => `    ${name}: "x"`).join('\n')}`],
    [
      'nested',
      `${NAMES.map((name) => `    ${name}: {polluted: "x", constructor: {prototype: {polluted: "x"}}}`).join('\n')}`,
    ],
    ['merged', '    <<: {__proto__: {polluted: "x"}, constructor: "x"}'],
  ])('are keys: %s', (_, annotations) => {
    const text = serviceText('a').replace(
      'spec:',
      `  annotations:\n${annotations}\n  __proto__:\n    polluted: x\nspec:\n  constructor: {polluted: x}`,
    );
    const read = readManifest(text);
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before);
    expect('polluted' in {}).toBe(false);
    const [found] = read.services;
    expect(found?.service.spec.ports).toEqual([{ port: 80 }]);
    expect('polluted' in (found?.service.metadata ?? {})).toBe(false);
    expect(Object.getPrototypeOf(found?.service.metadata.annotations)).toBe(null);
    expect(read.problems.map(({ path }) => path.join('.'))).toContain('metadata.__proto__');
    expect(read.problems.map(({ path }) => path.join('.'))).toContain('spec.constructor');
  });

  it('are found where they stand', () => {
    const text = serviceText('a', { constructor: '"x"' });
    const [found] = readManifest(text).services;
    expect(found?.service.metadata.annotations?.constructor).toBe('x');
    expect(found?.locate(['metadata', 'annotations', 'constructor'])).toMatchObject({ line: 6, column: 5 });
    expect(found?.locate(['metadata', 'annotations', 'toString'])).toMatchObject({ line: 5, column: 3 });
  });
});

describe('what a terminal would obey', () => {
  it.each([
    ['a key', '"\\e[2J\\u202e": x'],
    ['a key twice', '"\\e[2J": x\n    "\\e[2J": x'],
    ['a value', 'a: ["\\e[2J"]\n    b: &\u202e x\n    c: *\u202ex'],
    ['an alias', 'a: *\u202e'],
    ['broken text', 'a: "\u009b" \u009b\u202e: b: c'],
  ])('is in no message: %s', (_, annotations) => {
    const { problems } = readManifest(serviceText('a').replace('spec:', `  annotations:\n    ${annotations}\nspec:`));
    expect(problems).not.toEqual([]);
    for (const { message } of problems) expect(message).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*$/u);
  });
});

describe('documents that cannot hold a Service', () => {
  afterEach(() => {
    vi.doUnmock('../../../src/manifest/compose.ts');
    vi.resetModules();
  });

  it('are not parsed', async () => {
    const parsed: string[] = [];
    vi.resetModules();
    vi.doMock('../../../src/manifest/compose.ts', async (original) => {
      const real = await original<typeof import('../../../src/manifest/compose.ts')>();
      return {
        compose(slice: string, start: number) {
          parsed.push(slice);
          return real.compose(slice, start);
        },
      };
    });
    const fresh = await import('../../../src/manifest/read.ts');
    const others = `---\n${DEPLOYMENT}`.repeat(10_000);
    const read = fresh.readManifest(`${others}---\n${serviceText('a')}${others}`);
    expect(read.documents).toBe(20_001);
    expect(parsed).toEqual([`---\n${serviceText('a')}`]);
    expect(read.services[0]?.at.line).toBe(10_000 * DEPLOYMENT.split('\n').length + 2);
  });
});

describe('any text at all', () => {
  const scraps = fc.constantFrom(
    'kind: Service',
    'apiVersion: v1',
    'kind: List',
    'items:',
    'metadata:',
    'name: a',
    'spec:',
    'ports:',
    'annotations:',
    '---',
    '...',
    '- ',
    '  ',
    '    ',
    '\n',
    '\n',
    '\n',
    ': ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '|',
    '>',
    '&a ',
    '*a',
    '<<: ',
    '!!int ',
    '#',
    '{{',
    '}}',
    'NOTES:',
    '\t',
    '\r',
    '\uFEFF',
    '__proto__: ',
    '%YAML 1.1',
    '? ',
    '\u0000',
    '💥',
    '\ud800',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(scraps, { maxLength: 40 }).map((parts) => parts.join('')),
    fc.array(scraps, { maxLength: 30 }).map((parts) => `kind: Service\n${parts.join('')}`),
    fc.json().map((json) => `{"kind": "Service", "metadata": ${json}, "spec": ${json}}`),
    fc.json().map((json) => `{"kind": "List", "items": [{"kind": "Service"}, ${json}]}`),
  );

  it('is read without an exception, with places inside it', () => {
    fc.assert(
      fc.property(text, (one) => {
        const read = readManifest(one);
        const lines = one.split('\n');
        const places = [
          ...read.problems.flatMap(({ at, also }) => (also ? [at, also] : [at])),
          ...read.services.flatMap(({ at, locate }) => [
            at,
            locate(['spec', 'ports', 0, 'port']),
            locate(['metadata', 'name'], 'value'),
          ]),
        ];
        for (const { line, column, length } of places) {
          const text = lines[line - 1];
          expect(text).toBeDefined();
          expect(column).toBeGreaterThanOrEqual(1);
          expect(column).toBeLessThanOrEqual((text?.length ?? 0) + 1);
          expect(length).toBeGreaterThanOrEqual(1);
        }
        for (const { message } of read.problems) {
          expect(message).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*\.$/u);
          expect(message.length).toBeLessThan(2000);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('finds each annotation where it is written', () => {
    const key = fc.stringMatching(/^[a-z]{1,8}\.example\.com\/[a-z]{1,8}$/);
    const value = fc.stringMatching(/^v[a-z0-9 ./-]{0,20}z$/);
    const style = fc.constantFrom(
      (text: string) => text,
      JSON.stringify,
      (text: string) => `'${text}'`,
      (text: string) => `!!str ${text}`,
    );
    const annotations = fc.uniqueArray(fc.tuple(key, value, style), {
      selector: ([name]) => name,
      minLength: 1,
      maxLength: 8,
    });
    const before = fc.array(
      fc.constantFrom('---\n', `---\n${DEPLOYMENT}`, '# Source: x\n', `---\n${serviceText('other')}---\n`),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(annotations, before, (entries, others) => {
        const written = Object.fromEntries(entries.map(([name, text, style]) => [name, style(text)]));
        const whole = `${others.join('')}---\n${serviceText('mine', written)}`;
        const found = readManifest(whole).services.at(-1);
        expect({ ...found?.service.metadata.annotations }).toEqual(Object.fromEntries(entries));
        for (const [name, text] of entries) {
          const line = (place: { line: number; column: number } | undefined) =>
            whole.split('\n')[place!.line - 1]?.slice(place!.column - 1);
          expect(line(found?.locate(['metadata', 'annotations', name]))).toMatch(new RegExp(`^${name}:`));
          expect(line(found?.locate(['metadata', 'annotations', name], 'value'))).toContain(text);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('the place of a word', () => {
  it('is looked for in the beginning of a long value, and is that of the value after it', () => {
    const ranges = Array.from({ length: 5000 }, (_, at) => `  - 10.0.${at}.1/24\n`).join('');
    const text = `${serviceText('a')}  loadBalancerSourceRanges:\n${ranges}`;
    const service = readManifest(text).services[0];
    const at = (word: string) => service?.locate(['spec', 'loadBalancerSourceRanges'], 'value', word);
    expect(at('10.0.7.1/24')).toMatchObject({ line: 17, column: 5, length: 11 });
    expect(at('10.0.4999.1/24')).toEqual(at(''));
  });
});
