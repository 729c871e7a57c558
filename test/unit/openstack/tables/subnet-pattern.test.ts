// Which subnets names, globs, regular expressions and tags mean; that none of them is slow; and what is refused by name.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { subnetMatcher, subnetPatternFault, subnetTagsFault } from '../../../../providers/openstack/subnet-pattern.ts';
import { MOST_STEPS, machineOf } from '../../../../providers/openstack/subnet-pattern-machine.ts';
import { parseRegex } from '../../../../providers/openstack/subnet-pattern-regex.ts';

const byName = (pattern: string, name: string) => subnetMatcher({ pattern })({ name, tags: [] });
const byTags = (tags: string, own: readonly string[]) => subnetMatcher({ tags })({ name: 'x', tags: own });

describe('names', () => {
  it.each([
    ['public', 'public', true],
    ['public', 'public-1', false],
    ['public', 'my-public', false],
    ['!public', 'public', false],
    ['!public', 'other', true],
    ['public-*', 'public-1', true],
    ['public-*', 'public-', true],
    ['public*', 'public/1', false],
    ['public-?', 'public-1', true],
    ['public-?', 'public-12', false],
    ['public-[0-4]', 'public-3', true],
    ['public-[!0-4]', 'public-3', false],
    ['{a,b}-net', 'b-net', true],
    ['{a,b}-net', 'c-net', false],
    ['a.b', 'axb', false],
    ['a.b', 'a.b', true],
    ['a+(b)', 'a+(b)', true],
    ['a,b', 'a,b', true],
    ['~public-[0-9]+', 'public-17', true],
    ['~public-[0-9]+', 'public-17x', false],
    ['~public', 'my-public', false],
    ['!~^ext', 'ext', false],
    ['!~^ext$', 'external', true],
    ['~a|ab', 'ab', true],
    ['~(?i)PUBLIC-[a-c]', 'public-B', true],
    ['~(?i)[^a]', 'A', false],
    ['~a{2,3}', 'aa', true],
    ['~a{2,3}', 'aaaa', false],
    ['~a{2}', 'aa', true],
    ['~a{2,}', 'aaaaa', true],
    ['~a{2,}', 'a', false],
    ['~a{x}', 'a{x}', true],
    ['~(?:ab)*?', 'abab', true],
    ['~\\d{1,3}\\.\\w+', '12.x_1', true],
    ['~[\\w.-]+', 'a.b-c', true],
    ['~[]a]+', ']a', true],
    ['~.*', '', true],
    ['~é.', 'é😀', true],
    ['~(a*)*b', 'aaab', true],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(byName(pattern, name)).toBe(expected);
  });

  it.each([
    ['', 'has no name'],
    ['!', 'has no name'],
    ['~', 'has no name'],
    ['~(a', 'opens a group that is not closed'],
    ['~a)', 'closes a group that was not opened'],
    ['~[a', 'ends too early'],
    ['~*a', 'has a * with nothing before it to repeat'],
    ['~a**', 'repeats a repetition'],
    ['~a{3,2}', 'repeats something less often than it must'],
    ['~a{101}', 'repeats something more than 100 times'],
    ['~(?=a)', 'holds a group that begins with (?'],
    ['~(?P<n>a)', 'holds a group that begins with (?'],
    ['~\\bx', 'holds \\b, which is not supported'],
    ['~(a)\\1', 'holds \\1, which is not supported'],
    ['~[[:alpha:]]', 'holds a class such as [:alpha:]'],
    ['~[z-a]', 'holds a range from z that has no end'],
    ['~a\\', 'ends too early'],
    ['~((a{100}){100})', 'is too large'],
    ['{a,b', 'opens a { that is not closed'],
    ['{a,{b}}', 'opens a { inside of another'],
    ['[a', 'ends too early'],
    ['x'.repeat(256), 'is longer than 255 characters'],
  ])('%s is refused', (pattern, why) => {
    expect(subnetPatternFault(pattern)).toContain(why);
    expect(byName(pattern, 'a')).toBe(false);
  });

  it('fit as JavaScript has it, for whole texts', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      '.',
      '[ab]',
      '[^a]',
      '(a|b)',
      '(?:ab|a)',
      '(|a)',
      '\\w',
      'a?',
      'b{1,2}',
      '^',
      '$',
    );
    const pattern = fc
      .array(fc.tuple(atom, fc.constantFrom('', '', '*', '+', '?')), { maxLength: 6 })
      .map((parts) => parts.map(([one, times]) => (/[*+?}^$]$/.test(one) ? one : one + times)).join(''));
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 }).map((all) => all.join(''));
    fc.assert(
      fc.property(pattern, text, (regex, name) => {
        const parsed = parseRegex(regex);
        if (typeof parsed === 'string') throw new Error(`${regex}: ${parsed}`);
        expect(machineOf(parsed)?.(name)).toBe(new RegExp(`^(?:${regex})$`, 'u').test(name));
      }),
      { numRuns: 500 },
    );
  });

  it('are never looked at again and again', () => {
    let looks = 0;
    const a = {
      type: 'one',
      fits: (one: string) => {
        looks++;
        return one === 'a';
      },
    } as const;
    const many = { type: 'repeat', part: a, min: 1, max: undefined } as const;
    const nested = { type: 'repeat', part: many, min: 1, max: undefined } as const;
    const matches = machineOf({ type: 'all', parts: [nested, nested, { type: 'one', fits: () => false }] });
    expect(matches?.('a'.repeat(255))).toBe(false);
    expect(looks).toBeLessThan(255 * 20);
  });

  it('are refused where they are larger than a machine', () => {
    const one = { type: 'one', fits: () => true } as const;
    expect(machineOf({ type: 'all', parts: Array.from({ length: MOST_STEPS + 2 }, () => one) })).toBeUndefined();
  });
});

describe('tags', () => {
  it.each([
    ['a,b', ['b'], true],
    ['a, b', ['b', 'c'], true],
    ['a,b', ['c'], false],
    ['&a,b', ['a', 'b', 'c'], true],
    ['&a,b', ['a'], false],
    ['!a,b', ['c'], true],
    ['!a,b', ['a'], false],
    ['!&a,b', ['a'], true],
    ['!&a,b', ['a', 'b'], false],
  ])('%s and %s: %s', (tags, own, expected) => {
    expect(byTags(tags, own)).toBe(expected);
  });

  it.each([
    ['', 'has a blank tag'],
    ['a,', 'has a blank tag'],
    ['&!a', 'has the mark ! elsewhere'],
    ['a,&b', 'has the mark & elsewhere'],
    ['x'.repeat(256), 'has a tag of more than 255 characters'],
  ])('%s is refused', (tags, why) => {
    expect(subnetTagsFault(tags)).toContain(why);
    expect(byTags(tags, ['a'])).toBe(false);
  });

  it('count beside the name', () => {
    const matches = subnetMatcher({ pattern: 'public-*', tags: 'a' });
    expect(matches({ name: 'public-1', tags: ['a'] })).toBe(true);
    expect(matches({ name: 'public-1', tags: [] })).toBe(false);
    expect(matches({ name: 'private-1', tags: ['a'] })).toBe(false);
    expect(subnetMatcher({})({ name: 'any', tags: [] })).toBe(true);
  });
});
