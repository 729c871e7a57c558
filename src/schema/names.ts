// Shapes of names that point at something: ids of cloud objects, ports of a Service. Only their spelling is
// checked here; whether they exist is for whoever can ask.

import { list } from './list.ts';
import { integer, text } from './scalars.ts';
import { bad, type Read, type Shape } from './shape.ts';
import { orWord } from './variants.ts';

/** An id such as `sg-0123456789abcdef0`: the prefix, then lower-case hexadecimal digits. */
export function id(prefix: string): Shape<string> {
  const what = `an id such as ${prefix}-0123456789abcdef0`;
  return { ...text({ what, pattern: `^${prefix}-[0-9a-f]{8,40}$`, max: 64 }), type: `${prefix} id` };
}

const BARE = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/** A UUID with its hyphens, in any letter case; the value is in lower case. */
export function uuid(): Shape<string> {
  const what = 'a UUID such as 0d9e3f1c-52b4-4f0a-9f43-1c5f7a6b8e21';
  const shape = text({ what, pattern: '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$', max: 36 });
  return {
    ...shape,
    type: 'UUID',
    parse(value) {
      const read = shape.parse(value);
      if (read.ok) return { ok: true, value: read.value.toLowerCase() };
      // As Keystone writes ids, and as others put UUIDs between braces.
      const parts = BARE.exec(value.replaceAll(/[{}\s-]/g, '').toLowerCase());
      return bad({ expected: what, ...(parts === null ? {} : { suggestion: parts.slice(1).join('-') }) });
    },
  };
}

/** An id, or a name: whatever starts like an id must be one. */
export function idOrName(prefix: string, max: number): Shape<string> {
  const byId = id(prefix);
  const byName = text({ what: 'a name', max });
  const grammar = `${byId.grammar} or the value of a Name tag`;
  return {
    type: `${byId.type} or name`,
    grammar,
    rule: { form: 'any-of', rules: [byId.rule, byName.rule], first: `^${prefix}-` },
    parse: (value) => (value.startsWith(`${prefix}-`) ? byId : byName).parse(value),
    print: (value) => value,
  };
}

/** One port of a Service: its number, or its name (a DNS label). */
export function portReference(): Shape<number | string> {
  const number = integer({ min: 1, max: 65_535 });
  const name = text({ what: 'a port name', pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$', max: 63 });
  const grammar = 'a port number from 1 to 65535 or the name of a port';
  return {
    type: 'port',
    grammar,
    rule: { form: 'any-of', rules: [number.rule, name.rule], first: '^[0-9]+$' },
    parse(value): Read<number | string> {
      if (/^[0-9]+$/.test(value)) return number.parse(value);
      const read = name.parse(value);
      if (read.ok) return read;
      const lower = value.toLowerCase();
      return bad({ ...read.faults[0], expected: grammar, ...(name.parse(lower).ok ? { suggestion: lower } : {}) });
    },
    print: String,
  };
}

/** `*` for all ports, or a list of port numbers and names. */
export function ports(): Shape<'*' | readonly (number | string)[]> {
  return { ...orWord('*', list(portReference(), { maxItems: 100 })), type: 'list of ports' };
}
