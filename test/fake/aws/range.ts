// IP addresses and CIDR ranges as numbers: parsing, canonical text, containment.
// Only arithmetic; what a service does with a bad range is its own affair.

import { isIPv4, isIPv6 } from 'node:net';

export interface Range {
  readonly family: 4 | 6;
  /** Canonical text: host bits cleared, IPv6 compressed, always with a prefix length. */
  readonly text: string;
  readonly first: bigint;
  readonly last: bigint;
}

/** `10.1.2.3/8` is `10.0.0.0/8`; undefined for anything that is no CIDR (a bare address is none). */
export function parseRange(text: string): Range | undefined {
  const match = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text);
  const address = parseAddress(match?.[1] ?? '');
  const prefix = Number(match?.[2]);
  if (address === undefined) return undefined;
  const bits = address.family === 4 ? 32 : 128;
  if (!(prefix <= bits)) return undefined;
  const size = 1n << BigInt(bits - prefix);
  const first = (address.value / size) * size;
  return {
    family: address.family,
    text: `${formatAddress(address.family, first)}/${prefix}`,
    first,
    last: first + size - 1n,
  };
}

/** An address as a number; undefined when it is none (leading zeros and zones are refused). */
export function parseAddress(text: string): { readonly family: 4 | 6; readonly value: bigint } | undefined {
  if (isIPv4(text)) return { family: 4, value: text.split('.').reduce((sum, octet) => sum * 256n + BigInt(octet), 0n) };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const [head = '', tail] = expandEmbeddedIpv4(text).split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const gap = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array.from({ length: gap }, () => '0'), ...groups(tail ?? '')];
  return { family: 6, value: all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n) };
}

/** The usual text of an address; the URL parser knows the rules of compressing IPv6. */
export function formatAddress(family: 4 | 6, value: bigint): string {
  const group = (width: bigint, index: number) => (value >> (width * BigInt(index))) & ((1n << width) - 1n);
  if (family === 4) return [3, 2, 1, 0].map((index) => group(8n, index)).join('.');
  const full = [7, 6, 5, 4, 3, 2, 1, 0].map((index) => group(16n, index).toString(16)).join(':');
  return new URL(`http://[${full}]/`).hostname.slice(1, -1);
}

/** Whether an address lies in a CIDR range; false when either is malformed or they are of different families. */
export function contains(range: string, address: string): boolean {
  const within = parseRange(range);
  const point = parseAddress(address);
  return (
    within !== undefined &&
    point !== undefined &&
    within.family === point.family &&
    within.first <= point.value &&
    point.value <= within.last
  );
}

function expandEmbeddedIpv4(text: string): string {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  if (dotted === null) return text;
  const [a, b, c, d] = dotted.slice(1).map(Number) as [number, number, number, number];
  return `${text.slice(0, dotted.index)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
