// IPv4 and IPv6 addresses and networks, read strictly: one meaning or none. Linear in the length of the text, which no
// address needs to be longer than 64 characters. Nothing here knows where addresses are used.

import { bad, ok, type Read, type Shape } from './shape.ts';

/** A network, or an address: canonical text (RFC 5952 for IPv6, no bit set past the prefix) and its family. */
export interface Cidr {
  readonly text: string;
  readonly family: 4 | 6;
}

interface Address {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

const EXPECTED = 'a network such as 10.0.0.0/8';
const LONGEST = 64;

/** Reads one network in CIDR form. Bits set past the prefix are a fault that suggests the network itself. */
export function parseCidr(text: string): Read<Cidr> {
  if (text.length > LONGEST) return bad({ expected: EXPECTED, because: 'is too long' });
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (typeof address === 'string') return bad({ expected: EXPECTED, because: address });
  const width = address.family === 4 ? 32 : 128;
  if (slash < 0) {
    return bad({ expected: EXPECTED, because: 'has no prefix length', suggestion: `${format(address)}/${width}` });
  }
  const prefixText = text.slice(slash + 1);
  if (!/^(0|[1-9][0-9]{0,2})$/.test(prefixText) || Number(prefixText) > width) {
    return bad({ expected: EXPECTED, because: `has a prefix length that is not from 0 to ${width}` });
  }
  const rest = BigInt(width - Number(prefixText));
  const network = { family: address.family, bits: (address.bits >> rest) << rest };
  const canonical = `${format(network)}/${prefixText}`;
  if (network.bits !== address.bits) {
    const because = `has bits set past its /${prefixText} prefix`;
    return bad({ expected: EXPECTED, because, suggestion: canonical });
  }
  return ok({ text: canonical, family: address.family });
}

/** A network in CIDR form, either family: whether IPv6 can be used is not a question of grammar. */
export function cidr(): Shape<Cidr> {
  return { type: 'CIDR', grammar: EXPECTED, rule: { form: 'cidr' }, parse: parseCidr, print: ({ text }) => text };
}

/** Reads one address of either family, without a prefix length; the text is canonical. */
export function parseIp(text: string): Read<Cidr> {
  const expected = 'an address such as 10.0.0.10 or 2001:db8::1';
  if (text.length > LONGEST) return bad({ expected, because: 'is too long' });
  const address = parseAddress(text);
  if (typeof address === 'string') return bad({ expected, because: address });
  return ok({ text: format(address), family: address.family });
}

/** One IPv4 address in dotted decimal. */
export function ipv4(): Shape<string> {
  const expected = 'an IPv4 address such as 10.0.0.10';
  return {
    type: 'IPv4 address',
    grammar: expected,
    rule: { form: 'ipv4' },
    parse(text) {
      const bits = parseIpv4(text);
      return typeof bits === 'string' ? bad({ expected, because: bits }) : ok(format({ family: 4, bits }));
    },
    print: (value) => value,
  };
}

/** The address, or why it is none (completing "…, which"). */
function parseAddress(text: string): Address | string {
  if (!text.includes(':')) {
    const bits = parseIpv4(text);
    return typeof bits === 'string' ? bits : { family: 4, bits };
  }
  if (text.includes('%')) return 'names a zone; a network has none';
  const bits = parseIpv6(text);
  return bits === undefined ? 'is not a valid IPv6 address' : { family: 6, bits };
}

function parseIpv4(text: string): bigint | string {
  const octets = text.length > LONGEST ? [] : text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => /^[0-9]{1,3}$/.test(octet)))
    return 'is not four numbers with dots';
  if (octets.some((octet) => octet.length > 1 && octet.startsWith('0'))) {
    return 'has a number with a leading zero (some programs read it as octal)';
  }
  if (octets.some((octet) => Number(octet) > 255)) return 'has a number over 255';
  return octets.reduce((bits, octet) => (bits << 8n) | BigInt(octet), 0n);
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const groups = [...withEmbeddedIpv4(head!, tail === undefined), ...withEmbeddedIpv4(tail ?? [], true)];
  const headLength = tail === undefined ? groups.length : head!.length;
  const missing = 8 - groups.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const all = [...groups.slice(0, headLength), ...new Array<string>(missing).fill('0'), ...groups.slice(headLength)];
  return all.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

/** The last group may be an IPv4 address: it counts as two. */
function withEmbeddedIpv4(groups: readonly string[], last: boolean): readonly string[] {
  const bits = last && groups.at(-1)?.includes('.') ? parseIpv4(groups.at(-1)!) : undefined;
  if (typeof bits !== 'bigint') return groups;
  return [...groups.slice(0, -1), (bits >> 16n).toString(16), (bits & 0xffffn).toString(16)];
}

function format({ family, bits }: Address): string {
  const size = family === 4 ? 8n : 16n;
  const count = family === 4 ? 4 : 8;
  const groups = Array.from(
    { length: count },
    (_, i) => (bits >> (BigInt(count - 1 - i) * size)) & ((1n << size) - 1n),
  );
  if (family === 4) return groups.join('.');
  const texts = groups.map((group) => group.toString(16));
  const run = longestZeros(texts);
  if (run.length < 2) return texts.join(':');
  return `${texts.slice(0, run.start).join(':')}::${texts.slice(run.start + run.length).join(':')}`;
}

/** The first of the longest runs of zero groups: RFC 5952 shortens that one. */
function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === '0') length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
