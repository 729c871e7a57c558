// A small table with every feature of a schema, for the tests beside it.
import { annotation, boolean, choice, defineSchema, integer, list, perKind, text } from '../../../src/schema/index.ts';

export const common = {
  doc: 'A thing.',
  api: 'Thing',
  mutable: 'in-place',
  mutableNote: 'It is changed.',
  risk: 'low',
  since: '0.1.0',
} as const;

export const schema = defineSchema({
  stems: ['example.com/lb-'],
  kinds: { big: 'a big one', small: 'a small one' },
  notRead: { 'example.com/lb-colour': 'is only read by painters' },
  fields: {
    type: annotation(choice(['big', 'small', 'other']), { ...common, key: 'example.com/lb-type', example: 'big' }),
    internal: annotation(boolean({ always: { value: true, warn: 'is an old spelling' } }), {
      ...common,
      key: 'example.com/lb-internal',
      aliases: ['example.com/internal'],
      synonyms: ['example.com/lb-scheme'],
      default: false,
      example: 'true',
    }),
    addresses: annotation(list(text({ what: 'an address', pattern: '^[a-z0-9]+$', max: 8 }), { maxItems: 3 }), {
      ...common,
      key: 'example.com/lb-addresses',
      example: 'a1,b2',
      maxLength: 40,
      requires: [{ field: 'internal', is: [true], severity: 'error', because: 'public ones are given' }],
    }),
    timeoutSeconds: annotation(perKind({ big: integer({ min: 1, max: 100 }), small: integer({ min: 1, max: 10 }) }), {
      ...common,
      key: 'example.com/lb-timeout',
      default: 5,
      example: '7',
    }),
    intervalSeconds: annotation(integer({ min: 1, max: 100 }), {
      ...common,
      key: 'example.com/lb-interval',
      example: '10',
    }),
    colour: annotation(choice(['red', 'blue']), {
      ...common,
      key: 'example.com/lb-paint',
      example: 'red',
      appliesTo: ['big'],
      conflicts: [{ when: ['red'], field: 'intervalSeconds', severity: 'warning', because: 'paint dries' }],
    }),
    wheels: annotation(integer({ min: 0, max: 4 }), {
      ...common,
      key: 'example.com/lb-wheels',
      example: '2',
      appliesTo: ['big'],
      elsewhere: { severity: 'error', hint: 'small ones have legs' },
    }),
    sources: annotation(list(text({ what: 'a source', max: 8 }), { maxItems: 3 }), {
      ...common,
      key: 'example.com/lb-sources',
      example: 'a',
      blank: 'refuse',
    }),
    policy: annotation(choice(['sync', 'none']), {
      ...common,
      key: 'example.com/lb-policy',
      default: 'sync',
      example: 'none',
    }),
    legacy: annotation(boolean(), {
      ...common,
      key: 'example.com/lb-legacy',
      example: 'true',
      deprecated: { by: 'example.com/lb-internal', note: 'use the other one' },
    }),
  },
  checks: (check) => [
    check({
      id: 'timeout-fits',
      fields: ['timeoutSeconds', 'intervalSeconds'],
      doc: 'The timeout is not longer than the interval.',
      find: ({ timeoutSeconds, intervalSeconds }) =>
        intervalSeconds !== undefined && !(timeoutSeconds <= intervalSeconds)
          ? { severity: 'error', code: 'conflict', because: 'is longer than the interval', expected: 'less' }
          : undefined,
    }),
  ],
});

/** `error conflict some-key`, one a problem. */
export const short = (problems: readonly { severity: string; code: string; key: string }[]) =>
  problems.map(({ severity, code, key }) => `${severity} ${code} ${key}`);
export const problemsOf = (raw: Record<string, string>, appliesTo?: string) =>
  short(schema.parse(raw, { appliesTo }).problems);
