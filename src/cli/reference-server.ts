// Serves the files of one folder on this machine and nothing else: they are read once, so no request names a path of the
// disk.
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { HEADER_POLICY } from '../reference/site/policy.ts';

export interface SiteServer {
  readonly url: string;
  close(): Promise<void>;
}

interface SiteFile {
  readonly body: Buffer;
  readonly type: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const HEADERS = {
  'content-security-policy': HEADER_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-cache',
} as const;

/** On 127.0.0.1; port 0: any that is free. Rejects if the folder cannot be read or the port is taken. */
export async function serveSite(folder: string, port: number): Promise<SiteServer> {
  const files = await readSite(folder);
  const server = createServer((request, response) => respond(files, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${taken}/`, close: () => closeServer(server) };
}

async function readSite(folder: string): Promise<ReadonlyMap<string, SiteFile>> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && extname(entry.name) in TYPES).map(({ name }) => name);
  const files = await Promise.all(
    names.map(async (name) => {
      const body = await readFile(join(folder, name));
      return [`/${name}`, { body, type: TYPES[extname(name)] ?? '' }] as const;
    }),
  );
  const index = files.find(([path]) => path === '/index.html');
  return new Map<string, SiteFile>(index ? [...files, ['/', index[1]]] : files);
}

function respond(files: ReadonlyMap<string, SiteFile>, request: IncomingMessage, response: ServerResponse): void {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const file = files.get((request.url ?? '').replace(/[?#].*$/s, ''));
  const status = !isRead ? 405 : file ? 200 : 404;
  const body = status === 200 && file ? file.body : Buffer.from(status === 405 ? 'only GET\n' : 'not found\n');
  response.writeHead(status, {
    ...HEADERS,
    'content-type': status === 200 && file ? file.type : 'text/plain; charset=utf-8',
    'content-length': body.length,
    ...(status === 405 && { allow: 'GET, HEAD' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
