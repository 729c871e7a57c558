// What is in no table of ours, of rules as CEL: forms without a translation, and what the coverage list has to say of them.
import { describe, expect, it } from 'vitest';
import { literal } from '../../../src/admission/cel.ts';
import { limitsOf } from '../../../src/admission/limits.ts';
import { demandsOf, ruleHolds } from '../../../src/admission/rule.ts';
import { choice, cidr, integer, keyValues, list, text } from '../../../src/schema/index.ts';

const holds = (shape: { readonly rule: Parameters<typeof ruleHolds>[0] }) => ruleHolds(shape.rule, 'v', 'kind');

describe('a rule as CEL', () => {
  it('is true where CEL has no function for it, and the list says so', () => {
    const duration = { form: 'duration', minMs: 0, maxMs: 1 } as const;
    expect(ruleHolds(duration, 'v', 'kind')).toBe('true');
    expect([...limitsOf(duration)]).toEqual(['form']);
    const umlaut = choice(['Öl'], { ignoreCase: true });
    expect(holds(umlaut)).toBe('true');
    expect([...limitsOf(umlaut.rule)]).toEqual(['form']);
  });

  it('reads a letter case of ASCII only, and the Kelvin sign as JavaScript does', () => {
    expect(holds(choice(['TCP'], { ignoreCase: true }))).toBe('v.lowerAscii() in ["tcp"]');
    expect(holds(choice(['Kilo'], { ignoreCase: true }))).toBe('v.replace("\\u212a", "k").lowerAscii() in ["kilo"]');
  });

  it('reads no number that has more digits than the greatest', () => {
    expect(holds(integer({ min: 5, max: 300 }))).toContain('"^[1-9][0-9]{0,2}$"');
    expect(holds(integer({ min: 0, max: 9 }))).toContain('"^(0|[1-9][0-9]{0,0})$"');
  });

  it('lets letters pass that an older API server does not know', () => {
    const letters = text({ what: 'x', pattern: '^[\\p{L}x]+[0-9]$', max: 9 });
    expect(holds(letters)).toContain('^(?:[\\\\p{L}x]|[^\\\\p{L}\\\\p{M}');
    expect([...limitsOf(letters.rule)].sort()).toEqual(['length', 'letters']);
  });

  it('does not compare more items than a server would let it', () => {
    const names = (rule: Parameters<typeof demandsOf>[0]) => demandsOf(rule, 'kind').map(({ name }) => name);
    const item = text({ what: 'x', pattern: '^x$', max: 1 });
    expect(names(list(item, { maxItems: 200, repeated: 'refuse' }).rule)).toContain('repeated');
    const many = list(item, { maxItems: 201, repeated: 'refuse' }).rule;
    expect(names(many)).not.toContain('repeated');
    expect([...limitsOf(many)]).toEqual(['repeated']);
    const pairs = keyValues({ key: item, value: item, bareKeys: false, maxItems: 201 }).rule;
    expect(names(pairs)).not.toContain('repeated');
    expect([...limitsOf(pairs)]).toEqual(['repeated']);
  });

  it('never splits a text into more items than it may have, and one', () => {
    for (const { holds: condition } of demandsOf(list(cidr(), { maxItems: 7 }).rule, 'kind')) {
      expect([...condition.matchAll(/split\(",", (\d+)\)/g)].map(([, count]) => count)).toEqual(['8']);
    }
  });

  it('quotes what would end a string', () => {
    expect(literal('a"b\\c\n')).toBe('"a\\"b\\\\c\\n"');
  });
});
