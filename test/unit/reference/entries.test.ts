// The reference, the parser and the compilers say the same of every annotation.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Service } from '../../../src/kube/types.ts';
import { completeService } from '../../../src/manifest/complete.ts';
import { judge, plainSetting } from '../../../src/preview/judge.ts';
import { loadCompiler, PROVIDER_NAMES } from '../../../src/provider/registry.ts';
import { buildReference } from '../../../src/reference/entries.ts';
import type { Entry } from '../../../src/reference/entry.ts';
import { commonAnnotations, type Fields } from '../../../src/schema/index.ts';

const compilers = (await Promise.all(PROVIDER_NAMES.map((name) => loadCompiler(name)))).map((one) => one!);
const reference = buildReference(compilers, { version: '1.2.3' });
const cases = reference.entries.flatMap((entry) =>
  entry.providers.map((name) => ({ name: `${entry.anchor} of ${name}`, entry, compiler: of(name) })),
);

function of(name: string) {
  return compilers.find((one) => one.name === name)!;
}

function fieldOf(entry: Entry, provider: string) {
  const fields: Fields = of(provider).annotations.fields;
  return Object.values(fields).find(({ key }) => key === entry.key)!;
}

describe('the reference', () => {
  it('has every annotation of every table, and no other', () => {
    for (const { name, annotations } of compilers) {
      const listed = reference.entries.filter(({ providers }) => providers.includes(name)).map(({ key }) => key);
      const declared = Object.values(annotations.fields as Fields).map(({ key }) => key);
      expect(listed.sort()).toEqual(declared.sort());
    }
  });

  it('has one entry for what several providers say alike, and two where they differ', () => {
    const shared = reference.entries.filter(({ key }) => key === commonAnnotations.allowReplacement.key);
    expect(shared.map(({ providers }) => providers)).toEqual([PROVIDER_NAMES]);
    const { key } = commonAnnotations.sourceRanges;
    const ranges = reference.entries.filter((entry) => entry.key === key);
    expect(ranges.length).toBeGreaterThan(1);
    expect(ranges.flatMap(({ providers }) => providers).toSorted()).toEqual(PROVIDER_NAMES.toSorted());
    const anchors = ranges.map(({ providers }, at) => (at === 0 ? key : `${key}@${providers[0]}`));
    expect(ranges.map(({ anchor }) => anchor)).toEqual(anchors);
  });

  it('has an anchor of its own for each entry', () => {
    const anchors = reference.entries.map(({ anchor }) => anchor);
    expect(new Set(anchors).size).toBe(anchors.length);
  });

  it('names a suffix that tells an annotation from the others of its provider', () => {
    for (const { name } of compilers) {
      const own = reference.entries.filter(({ providers }) => providers.includes(name)).map(({ suffix }) => suffix);
      expect(own.filter((one, at) => own.indexOf(one) !== at)).toEqual([]);
    }
    const suffixes = Object.fromEntries(reference.entries.map(({ anchor, suffix }) => [anchor, suffix]));
    expect(suffixes).toMatchObject({
      'service.beta.kubernetes.io/aws-load-balancer-ssl-ports': 'ssl-ports',
      'service.beta.kubernetes.io/load-balancer-source-ranges': 'load-balancer-source-ranges',
      'fairlead.dev/allow-replacement': 'allow-replacement',
      'simulator.fairlead.dev/tier': 'tier',
    });
  });

  it('has the keys that are not read, with the reason', () => {
    const declared = compilers.flatMap(({ annotations }) => Object.keys(annotations.notRead));
    expect(reference.notRead.map(({ key }) => key).sort()).toEqual(declared.sort());
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(reference))).toEqual(reference);
  });
});

describe('of one kind of load balancer', () => {
  const classic = buildReference(compilers, { version: '1.2.3', kind: 'classic' });
  const entry = (suffix: string) => classic.entries.find((one) => one.suffix === suffix);

  it('is only what has an effect there', () => {
    expect(entry('proxy-protocol')).toBeDefined();
    expect(entry('target-group-attributes')).toBeUndefined();
    expect(classic.providers.map(({ name }) => name)).toEqual(['aws']);
  });

  it('has the bounds, the relations and an example of that kind', () => {
    expect(entry('healthcheck-timeout')).toMatchObject({
      grammar: 'a whole number from 2 to 60 (seconds)',
      bounds: ['It is from 2 to 60, in digits alone.'],
      kinds: [{ name: 'classic' }],
    });
    expect(entry('backend-protocol')?.relations.join()).not.toContain('Network Load Balancer');
    expect(entry('healthcheck-timeout')?.service).toContain('aws-load-balancer-type: "classic"');
  });
});

describe('every entry', () => {
  it.each(cases)('has an example Service without problems: $name', ({ entry, compiler }) => {
    const service = completeService(parse(entry.service) as Service);
    const judged = judge(plainSetting(compiler), service);
    expect(judged.problems).toEqual([]);
    expect(service.metadata.annotations?.[entry.key]).toBeDefined();
    const leavesIt = compiler.annotations.selector?.elsewhere.includes(service.metadata.annotations?.[entry.key] ?? '');
    expect(judged.stance).toBe(leavesIt ? 'elsewhere' : 'ours');
    expect(judged.graph).toBeDefined();
    if (entry.kinds.length > 0 && judged.kind) expect(entry.kinds.map(({ name }) => name)).toContain(judged.kind);
  });

  it.each(cases)('has an example and a default that are read: $name', ({ entry, compiler }) => {
    const { shape } = fieldOf(entry, compiler.name);
    const kinds = entry.kinds.length === 0 ? [undefined] : entry.kinds.map(({ name }) => name);
    expect(kinds.filter((kind) => shape.parse(entry.example, kind).ok)).not.toEqual([]);
    const [, value] = /^`([^`]*)`$/.exec(entry.default) ?? [];
    // What an option says is its default, and no value.
    if (value !== undefined && !value.startsWith('--'))
      expect(kinds.every((kind) => shape.parse(value, kind).ok)).toBe(true);
    else expect(entry.default).not.toBe('');
  });

  it.each(cases)('has bounds that are those of the parser: $name', ({ entry, compiler }) => {
    const { shape } = fieldOf(entry, compiler.name);
    const kinds = entry.kinds.length === 0 ? [undefined] : entry.kinds;
    for (const kind of kinds) {
      for (const sentence of kind?.bounds ?? entry.bounds) {
        for (const { text, ok } of trials(sentence, entry.example)) {
          expect([sentence, text, shape.parse(text, kind?.name).ok]).toEqual([sentence, text, ok]);
        }
      }
    }
  });

  it('has at least one bound that these tests understand', () => {
    const understood = (entry: Entry) => entry.bounds.some((one) => trials(one, entry.example).length > 0);
    expect(reference.entries.filter((entry) => !understood(entry)).map(({ anchor }) => anchor)).toEqual([
      // Whose bounds say on which kind they count: tried kind by kind.
      'service.beta.kubernetes.io/aws-load-balancer-healthcheck-protocol',
      'service.beta.kubernetes.io/aws-load-balancer-healthcheck-timeout',
    ]);
  });
});

interface Trial {
  readonly text: string;
  readonly ok: boolean;
}

/** Values just inside and just outside of what a sentence says. */
function trials(sentence: string, example: string): readonly Trial[] {
  const quoted = [...sentence.matchAll(/`([^`]*)`/g)].map(([, text]) => (text === '""' ? '' : (text ?? '')));
  const good = (texts: readonly string[]) => texts.map((text) => ({ text, ok: true }));
  const bad = (texts: readonly string[]) => texts.map((text) => ({ text, ok: false }));
  const [, min, max] = /^It is from (\d+) to (\d+),/.exec(sentence) ?? [];
  if (min !== undefined) return [...good([min, max!]), ...bad([`${+min - 1}`, `${+max! + 1}`, `0${min}`, `${min}s`])];
  if (sentence.startsWith('It is spelt')) return [...good(quoted), ...bad(['yes', 'tRUE', ' true'])];
  if (/^It is `.*in digits alone\.$/.test(sentence)) return [...good(quoted), ...bad([`${quoted[0]}0`, '1.5'])];
  if (/^It is `/.test(sentence)) {
    const upper = quoted.map((one) => one.toUpperCase()).filter((one) => !quoted.includes(one));
    return [...good(quoted), ...bad([`${quoted[0]}x`]), ...(sentence.includes('in this letter') ? bad(upper) : [])];
  }
  const [, number, noun] = /at most (\d+) (item|pair|character)s/.exec(sentence) ?? [];
  const items = (count: number) => Array.from({ length: count }, (_, at) => example.split(',')[at] ?? `k${at}=v`);
  if (/^It (either )?.*has at most/.test(sentence) && (noun === 'item' || noun === 'pair')) {
    const blank = sentence.includes('blank') ? [`${example},`] : [];
    const twice = /twice/.test(sentence) ? [`${example.split(',')[0]},${example.split(',')[0]}`] : [];
    return bad([items(Number(number) + 1).join(), ...blank, ...twice]);
  }
  if (sentence.startsWith('It has') && noun === 'character') return bad([example.padEnd(Number(number) + 1, 'a')]);
  if (/^It has \d+ to \d+ characters/.test(sentence)) {
    const [, least, most] = /(\d+) to (\d+)/.exec(sentence)!;
    return [
      ...good(['a'.repeat(+least!), 'a'.repeat(+most!)]),
      ...bad(['a'.repeat(+least! - 1), 'a'.repeat(+most! + 1)]),
    ];
  }
  if (sentence.startsWith('It either is'))
    return [...good([quoted[0]!]), ...bad(quoted[0] === '' ? [] : [`${quoted[0]}x!`])];
  if (sentence.startsWith('No key starts with')) return bad(quoted.map((prefix) => `${prefix}x=y`));
  return [];
}

describe('relations', () => {
  const relationsOf = (suffix: string) => reference.entries.find((entry) => entry.suffix === suffix)?.relations ?? [];

  it('are told by both sides', () => {
    expect(relationsOf('private-ipv4-addresses')).toContain(
      'It needs `service.beta.kubernetes.io/aws-load-balancer-internal` set to `true`, since only an internal load balancer can be given private addresses.',
    );
    expect(relationsOf('internal')).toContain(
      '`service.beta.kubernetes.io/aws-load-balancer-private-ipv4-addresses` needs this set to `true`, since only an internal load balancer can be given private addresses.',
    );
  });

  it('of every table are all there, and every check too', () => {
    const all = reference.entries.flatMap(({ relations }) => relations).join('\n');
    for (const { annotations } of compilers) {
      for (const { requires = [], conflicts = [] } of Object.values(annotations.fields as Fields)) {
        for (const { because } of [...requires, ...conflicts]) expect(all).toContain(because);
      }
      for (const { doc } of annotations.checks) expect(all).toContain(doc);
    }
  });
});
