// Passes a call on to the emulator behind the proxy, unchanged, and reads its whole answer. AWS's answers are small.
import { Pool } from 'undici';
import type { Answer } from './proxy-answer.ts';
import type { HttpRequest } from './proxy-call.ts';

/** The emulator behind the proxy. */
export interface Upstream {
  readonly url: string;
  /** Sends a request as it came, with `host` kept so that a signature stays valid. */
  send(request: HttpRequest): Promise<Answer>;
  close(): Promise<void>;
}

/** Headers that belong to one connection, not to the message. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'upgrade',
  'expect',
  'content-length',
]);

export function connectUpstream(url: string): Upstream {
  const { origin, pathname } = new URL(url);
  const base = pathname.replace(/\/$/, '');
  const pool = new Pool(origin, { connections: 32 });
  return {
    url,
    async send({ method, path, headers, body }) {
      const response = await pool.request({
        path: base + path,
        method,
        headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name))),
        body: body.length > 0 ? body : null,
      });
      const kept = Object.entries(response.headers).flatMap(([name, value]) =>
        hopByHop.has(name) || value === undefined ? [] : [[name, value] as const],
      );
      const answer = Buffer.from(await response.body.arrayBuffer());
      return { status: response.statusCode, headers: Object.fromEntries(kept), body: answer };
    },
    close: () => pool.close(),
  };
}
