// A provider whose table has every form of rule, also those that no real table combines, and whose keys the API server
// itself knows nothing of. It compiles nothing.
import type { AnyCompiler } from '../../src/provider/provider.ts';
import {
  annotation,
  attributes,
  boolean,
  choice,
  cidr,
  defineSchema,
  idOrName,
  integer,
  ipv4,
  keyValues,
  list,
  orWord,
  perKind,
  ports,
  text,
} from '../../src/schema/index.ts';

const STEM = 'sample.example.com/';

function about<E extends string>(name: string, example: E) {
  return {
    key: STEM + name,
    example,
    doc: 'For tests.',
    api: '',
    mutable: 'in-place',
    mutableNote: 'For tests.',
    risk: 'low',
    since: '0.1.0',
  } as const;
}

const annotations = defineSchema({
  stems: [STEM],
  kinds: { big: 'a big one', small: 'a small one' },
  selector: { field: 'size', elsewhere: ['foreign'] },
  fields: {
    size: annotation(choice(['big', 'small', 'foreign']), { ...about('size', 'big'), default: 'small' }),
    ranges: annotation(list(cidr(), { maxItems: 1000 }), about('ranges', '10.0.0.0/8,192.0.2.0/24')),
    sets: annotation(list(cidr(), { maxItems: 20, repeated: 'refuse', blank: 'refuse' }), {
      ...about('sets', '10.0.0.0/8'),
      blank: 'refuse',
    }),
    few: annotation(list(integer({ min: 0, max: 9 }), { minItems: 2, maxItems: 4 }), about('few', '1,2')),
    address: annotation(ipv4(), about('address', '10.0.0.10')),
    zero: annotation(integer({ min: 0, max: 255 }), about('zero', '0')),
    word: annotation(choice(['Kelvin', 'Öl'.normalize('NFC'), 'sun'], { ignoreCase: true }), about('word', 'sun')),
    kelvin: annotation(choice(['kelvin', 'sun'], { ignoreCase: true }), about('kelvin', 'kelvin')),
    wide: annotation(text({ what: 'a wide text', min: 3, max: 20 }), about('wide', 'wide')),
    letters: annotation(
      text({ what: 'letters', pattern: '^[\\p{L}\\p{N}]+$', min: 2, max: 10 }),
      about('letters', 'abc'),
    ),
    read: annotation(text({ what: 'a text or none', min: 0, max: 5 }), { ...about('read', 'x'), blank: 'read' }),
    tight: annotation(text({ what: 'a short text', max: 100 }), { ...about('tight', 'x'), maxLength: 10 }),
    bySize: annotation(perKind<number | string>({ big: integer({ min: 1, max: 100 }), small: choice(['a', 'b']) }), {
      ...about('by-size', '5'),
    }),
    onlyBig: annotation(boolean(), {
      ...about('only-big', 'true'),
      default: false,
      appliesTo: ['big'],
      elsewhere: { severity: 'error', hint: 'ask for a big one' },
    }),
    onlySmall: annotation(integer({ min: 1, max: 5 }), { ...about('only-small', '3'), appliesTo: ['small'] }),
    place: annotation(list(idOrName('place', 30), { maxItems: 5 }), about('place', 'place-0123456789abcdef0')),
    doors: annotation(ports(), about('doors', '*')),
    either: annotation(orWord('auto', integer({ min: 5, max: 50 })), about('either', 'auto')),
    switches: annotation(attributes(['fast', 'safe'], ['on', 'off']), about('switches', 'fast=on,safe=off')),
    pairs: annotation(
      keyValues({
        key: text({ what: 'a key', max: 10 }),
        value: text({ what: 'a value', min: 0, max: 10 }),
        bareKeys: true,
        maxItems: 5,
        reserved: [{ prefix: 'Kube', because: 'is reserved' }],
      }),
      about('pairs', 'a=b,c'),
    ),
    needs: annotation(boolean(), {
      ...about('needs', 'true'),
      requires: [{ when: [true], field: 'either', is: ['auto', 7], severity: 'error', because: 'it must' }],
    }),
    clashes: annotation(choice(['x', 'y']), {
      ...about('clashes', 'x'),
      conflicts: [
        { when: ['x'], kinds: ['big'], field: 'onlyBig', is: [false], severity: 'error', because: 'it would break' },
        { field: 'kelvin', is: ['kelvin'], severity: 'error', because: 'it is too cold' },
        { when: ['y'], field: 'needs', severity: 'warning', because: 'nothing is needed' },
      ],
    }),
    renamed: annotation(integer({ min: 1, max: 9 }), {
      ...about('renamed', '4'),
      aliases: [`${STEM}old-name`],
      deprecated: { by: `${STEM}zero`, note: 'it has another name now' },
    }),
  },
  notRead: { [`${STEM}gone`]: 'was never read' },
});

export const sample = {
  name: 'sample',
  classes: ['sample.example.com/balancer', 'sample.example.com/other'],
  annotations,
  options: defineSchema({ fields: {} }),
  kinds: [],
  compile: () => ({ problems: [] }),
  imagine: () => ({ nodes: [], facts: {} }),
  assume: (facts: object) => facts,
} as unknown as AnyCompiler;
