// Shapes that only options need: durations, and addresses to listen on.

import { integer } from './scalars.ts';
import { bad, ok, type Shape } from './shape.ts';

const UNITS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

/** A span of time in Go's spelling, whole numbers only: `10m`, `1h30m`, `500ms`, and `0`. The value is in milliseconds. */
export function duration({ minMs, maxMs }: { readonly minMs: number; readonly maxMs: number }): Shape<number> {
  const grammar = `a duration from ${printDuration(minMs)} to ${printDuration(maxMs)}, such as 90s or 1h30m`;
  return {
    type: 'duration',
    grammar,
    rule: { form: 'duration', minMs, maxMs },
    parse(text) {
      const ms = text === '0' ? 0 : sumOf(text);
      if (ms === undefined) {
        return bad({ expected: grammar, ...(/^[0-9]{1,9}$/.test(text) ? { suggestion: `${text}s` } : {}) });
      }
      return ms >= minMs && ms <= maxMs ? ok(ms) : bad({ expected: grammar });
    },
    print: printDuration,
  };
}

function sumOf(text: string): number | undefined {
  if (text.length > 32 || !/^([0-9]{1,9}(ms|s|m|h))+$/.test(text)) return undefined;
  return [...text.matchAll(/([0-9]+)(ms|s|m|h)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS],
    0,
  );
}

function printDuration(ms: number): string {
  let rest = ms;
  let printed = '';
  for (const [unit, size] of Object.entries(UNITS)) {
    const count = Math.floor(rest / size);
    if (count > 0) printed += `${count}${unit}`;
    rest -= count * size;
  }
  return printed === '' ? '0' : printed;
}

/** Where to listen. An empty host is every interface, either family. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, `[IPv6]:port`, or `:port` for every interface. */
export function hostPort(): Shape<HostPort> {
  const expected = 'an address such as :9090, 127.0.0.1:9090 or [::1]:9090';
  const portNumber = integer({ min: 0, max: 65_535 });
  return {
    type: 'host and port',
    grammar: expected,
    rule: { form: 'host-port' },
    parse(text) {
      const [, bracketed, plain, digits] =
        /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9.-]{0,253})):([0-9]+)$/.exec(text) ?? [];
      const port = digits === undefined ? undefined : portNumber.parse(digits);
      if (port === undefined) {
        return bad({ expected, ...(/^[0-9]{1,5}$/.test(text) ? { suggestion: `:${text}` } : {}) });
      }
      return port.ok
        ? ok({ host: bracketed ?? plain ?? '', port: port.value })
        : bad({ expected, because: 'has no valid port' });
    },
    print: ({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`),
  };
}
