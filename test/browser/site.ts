// The pages under test: where they are, and a server that has them under a sub-path, as a code host would.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inject } from 'vitest';

const SITE = inject('site');
export const FILES = `${pathToFileURL(SITE).href}/`;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

export interface SubPath {
  readonly url: string;
  close(): Promise<void>;
}

/** `http://127.0.0.1:…/docs/fairlead/`; everything else is not found. */
export async function serveUnderSubPath(): Promise<SubPath> {
  const prefix = '/docs/fairlead/';
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const name = pathname === prefix ? 'index.html' : basename(pathname);
    const body = await readFile(join(SITE, name)).catch(() => undefined);
    if (body === undefined || (pathname !== prefix && pathname !== prefix + name)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'text/plain' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
