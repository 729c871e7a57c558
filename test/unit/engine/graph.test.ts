// Graphs as data: building, references, canonical text and the hash that a stack remembers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonical,
  type Graph,
  GraphBuilder,
  hashOf,
  isUnresolved,
  refsOf,
  resolve,
} from '../../../src/engine/graph.ts';
import { createHash } from '../../../src/engine/hash.ts';

interface BoxSpec {
  readonly size: number;
  readonly label: string;
  readonly near: readonly string[];
}
const Box: { name: string; spec?: BoxSpec; out?: { arn: string } } = { name: 'Box' };

describe('GraphBuilder', () => {
  it('keeps resources in the order of adding, with refs as plain data, and holds sorted and once', () => {
    const builder = new GraphBuilder();
    const first = builder.add(Box, 'a', { size: 1, label: 'x', near: [] });
    builder.add(Box, 'b', { size: 2, label: first.ref('arn'), near: [first.ref('arn')] });
    builder.hold({ name: 'Zed' });
    builder.hold({ name: 'Box' });
    builder.hold({ name: 'Zed' });
    const graph = builder.build();
    expect(JSON.parse(JSON.stringify(graph))).toEqual({
      resources: [
        { kind: 'Box', id: 'a', spec: { size: 1, label: 'x', near: [] } },
        {
          kind: 'Box',
          id: 'b',
          spec: { size: 2, label: { $ref: 'Box/a', field: 'arn' }, near: [{ $ref: 'Box/a', field: 'arn' }] },
        },
      ],
      holds: ['Box', 'Zed'],
    });
  });

  it('refuses the same id of a kind twice', () => {
    const builder = new GraphBuilder();
    builder.add(Box, 'a', { size: 1, label: '', near: [] });
    expect(() => builder.add(Box, 'a', { size: 2, label: '', near: [] })).toThrow('Box/a was added twice');
  });
});

describe('resolve', () => {
  const draft = { label: { $ref: 'Box/a', field: 'arn' }, list: [{ $ref: 'Box/b', field: 'arn' }, 'plain'], n: null };

  it('fills what is known and names what is missing', () => {
    const { spec, missing } = resolve(draft, (key) => (key === 'Box/a' ? { arn: 'arn-a' } : undefined));
    expect(spec).toEqual({ label: 'arn-a', list: [{ $unknown: 'Box/b#arn' }, 'plain'], n: null });
    expect(missing).toEqual(['Box/b']);
    expect(isUnresolved(spec)).toBe(true);
  });

  it('counts a field that the output does not have as missing', () => {
    expect(resolve(draft, () => ({ other: 1 })).missing).toEqual(['Box/a', 'Box/b']);
  });

  it('passes falsy values on', () => {
    const { spec, missing } = resolve({ x: { $ref: 'Box/a', field: 'count' } }, () => ({ count: 0 }));
    expect(spec).toEqual({ x: 0 });
    expect(missing).toEqual([]);
    expect(isUnresolved(spec)).toBe(false);
  });

  it('names each missing key once', () => {
    expect(refsOf({ a: draft, b: draft })).toEqual(['Box/a', 'Box/b']);
  });
});

describe('canonical', () => {
  it('does not depend on the order of keys, and does on that of lists', () => {
    expect(canonical({ b: [1, { y: 1, x: 2 }], a: null })).toBe('{"a":null,"b":[1,{"x":2,"y":1}]}');
    expect(canonical([1, 2])).not.toBe(canonical([2, 1]));
  });

  it('takes a field that is undefined as not there', () => {
    expect(canonical({ a: undefined, b: 1 })).toBe(canonical({ b: 1 }));
  });

  it('is equal exactly where the JSON values are', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, two) => {
        expect(canonical(one) === canonical(two)).toBe(JSON.stringify(sorted(one)) === JSON.stringify(sorted(two)));
        expect(sorted(JSON.parse(canonical(one)))).toEqual(sorted(JSON.parse(JSON.stringify(one))));
      }),
    );
  });
});

/** Keys in order, all the way down, by another way than the one under test. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return ['list', ...value.map(sorted)];
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).sort();
  return keys.map((key) => [key, sorted((value as Record<string, unknown>)[key])]);
}

describe('hashOf', () => {
  const resource = (kind: string, id: string, spec: object) => ({ kind, id, spec });
  const a = resource('Box', 'a', { x: 1, y: 2 });
  const b = resource('Box', 'b', { x: 1, y: 2 });
  const t = resource('Targets', 'a', { nodes: ['n1'] });
  const graph: Graph = { resources: [a, b, t], holds: [] };
  const all = () => true;

  it('is the same for the same content in another order', () => {
    const turned = { resources: [t, b, resource('Box', 'a', { y: 2, x: 1 })], holds: [] };
    expect(hashOf('uid', turned, all)).toBe(hashOf('uid', graph, all));
  });

  it.each([
    ['the UID', () => hashOf('other', graph, all)],
    ['an id', () => hashOf('uid', { ...graph, resources: [a, { ...b, id: 'c' }, t] }, all)],
    ['a value', () => hashOf('uid', { ...graph, resources: [a, { ...b, spec: { x: 1, y: 3 } }, t] }, all)],
    ['a resource less', () => hashOf('uid', { ...graph, resources: [a, t] }, all)],
    ['a hold', () => hashOf('uid', { ...graph, holds: ['Box'] }, all)],
  ])('differs with %s', (_, other) => {
    expect(other()).not.toBe(hashOf('uid', graph, all));
  });

  it('leaves out what is not asked for, holds included', () => {
    const fixed = (kind: string) => kind !== 'Targets';
    const moved = { resources: [a, b, { ...t, spec: { nodes: [] } }], holds: ['Targets'] };
    expect(hashOf('uid', moved, fixed)).toBe(hashOf('uid', graph, fixed));
  });

  it('is short hexadecimal text: the beginning of a SHA-256', () => {
    expect(createHash('')).toBe('e3b0c44298fc1c149afbf4c8');
    expect(createHash('abc')).toBe('ba7816bf8f01cfea414140de');
  });
});
