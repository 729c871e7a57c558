// Shapes made of other shapes: a shape or one literal word, a shape or nothing, and another shape for each kind of load
// balancer.

import { bad, type Read, type Shape } from './shape.ts';
import { suggest } from './suggest.ts';

/** What `shape` accepts, or the literal `word`: `traffic-port` or a number, `*` or a list. */
export function orWord<const W extends string, T>(word: W, shape: Shape<T>): Shape<W | T> {
  const grammar = `${word} or ${shape.grammar}`;
  return {
    ...shape,
    type: `${shape.type} or ${word}`,
    grammar,
    rule: { form: 'any-of', rules: [{ form: 'choice', choices: [word], ignoreCase: false }, shape.rule] },
    parse(text, kind): Read<W | T> {
      if (text === word) return { ok: true, value: word };
      const read = shape.parse(text, kind);
      if (read.ok || read.faults[0].part !== undefined) return read;
      const meant = suggest(text, [word]);
      return bad({ ...read.faults[0], expected: grammar, ...(meant === undefined ? {} : { suggestion: meant }) });
    },
    print: (value) => (value === word ? word : shape.print(value as T)),
  };
}

/** What `shape` accepts, or an empty text, which has a meaning of its own. Its field says `blank: 'read'`. */
export function orBlank<T>(shape: Shape<T>): Shape<T | ''> {
  const grammar = `${shape.grammar}, or nothing`;
  return {
    ...shape,
    grammar,
    rule: { form: 'any-of', rules: [{ form: 'choice', choices: [''], ignoreCase: false }, shape.rule] },
    parse: (text, kind): Read<T | ''> => (text === '' ? { ok: true, value: '' } : shape.parse(text, kind)),
    print: (value) => (value === '' ? '' : shape.print(value as T)),
  };
}

/** The same value in bounds that depend on the kind of load balancer. Without a known kind: what any of them accepts. */
export function perKind<T>(kinds: Readonly<Record<string, Shape<T>>>): Shape<T> {
  const shapes = Object.entries(kinds);
  const grammar = shapes.map(([kind, shape]) => `${shape.grammar} on ${kind}`).join(', ');
  return {
    ...shapes[0]![1],
    grammar,
    rule: { form: 'per-kind', kinds: Object.fromEntries(shapes.map(([kind, { rule }]) => [kind, rule])) },
    parse(text, kind) {
      const known = shapes.find(([name]) => name === kind)?.[1];
      if (known !== undefined) return known.parse(text, kind);
      for (const [name, shape] of shapes) {
        const read = shape.parse(text, name);
        if (read.ok) return read;
      }
      return bad({ expected: grammar });
    },
  };
}
