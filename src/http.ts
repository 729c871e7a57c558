// /healthz (also /livez), /readyz and /metrics. Nothing else, and nothing that changes anything.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

export interface HealthOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly registry: Registry;
  /** Why the process is beyond repair, for people; undefined: it is not. */
  readonly unhealthy: () => string | undefined;
  /** Why it cannot work yet; undefined: it can. */
  readonly unready: () => string | undefined;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

export async function serveHealth(options: HealthOptions): Promise<HealthServer> {
  const server: Server = createServer(async (request, response) => {
    const answer = (status: number, body: string, type = 'text/plain; charset=utf-8') =>
      response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' }).end(body);
    const probe = (reason: string | undefined) => answer(reason === undefined ? 200 : 503, `${reason ?? 'ok'}\n`);
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, 'only GET\n');
    const path = (request.url ?? '').split('?', 1)[0];
    if (path === '/healthz' || path === '/livez') return probe(options.unhealthy());
    if (path === '/readyz') return probe(options.unready());
    if (path !== '/metrics') return answer(404, 'there are /healthz, /livez, /readyz and /metrics\n');
    try {
      return answer(200, await options.registry.metrics(), options.registry.contentType);
    } catch {
      return answer(500, 'the metrics could not be read\n');
    }
  });
  // A scraper needs no more; a slow client must not hold a socket for ever.
  server.requestTimeout = 10_000;
  server.headersTimeout = 5_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
