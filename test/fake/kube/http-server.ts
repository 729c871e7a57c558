// The fake API server behind node:http, for testing what talks HTTP: the same answers, and the faults that only a
// connection can have. Binds 127.0.0.1, port 0.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type ContentType, KubeError, type Method } from '../../../src/kube/api.ts';
import type { FakeSession } from './session.ts';

export type HttpFault =
  /** The connection is cut before any answer. */
  | { readonly fault: 'reset' }
  /** Any answer, sent instead. */
  | {
      readonly fault: 'answer';
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The body is cut in the middle of its JSON. For a watch: after so many whole events. */
  | { readonly fault: 'truncate'; readonly afterEvents?: number; readonly how: 'end' | 'reset' }
  /** Headers, and then nothing. */
  | { readonly fault: 'silent' }
  /** Not even headers. */
  | { readonly fault: 'stall' };

export type HttpFaultHook = (request: {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}) => HttpFault | undefined;

export interface FakeHttpServer {
  readonly url: string;
  /** The first fault counts. */
  readonly faults: HttpFaultHook[];
  /** Requests so far, as `METHOD /path?query`. */
  readonly seen: string[];
  close(): Promise<void>;
}

/** With `tls` (key and certificate, maybe a CA for clients) it speaks HTTPS. */
export async function serve(session: FakeSession, tls?: ServerOptions): Promise<FakeHttpServer> {
  const faults: HttpFaultHook[] = [];
  const seen: string[] = [];
  const handler = (request: IncomingMessage, response: ServerResponse) => {
    seen.push(`${request.method} ${request.url}`);
    answer(session, faults, request, response).catch(() => response.destroy());
  };
  const server: Server = tls === undefined ? createServer(handler) : createTlsServer(tls, handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    faults,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  session: FakeSession,
  faults: readonly HttpFaultHook[],
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { method = 'GET', url = '/', headers } = request;
  const body = await read(request);
  const fault = faults.map((hook) => hook({ method, url, headers })).find((each) => each !== undefined);
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const query = Object.fromEntries([...searchParams].map(([key, value]) => [key, value === 'true' ? true : value]));
  if (fault?.fault === 'reset') return request.socket.destroy();
  if (fault?.fault === 'stall') return;
  if (fault?.fault === 'answer') return response.writeHead(fault.status, fault.headers).end(fault.body);
  const scope = new AbortController();
  response.on('close', () => scope.abort());
  if (query.watch === true) return watch(session, pathname, query, fault, response, scope.signal);
  try {
    const contentType = headers['content-type'] as ContentType | undefined;
    const result = await session.request({
      method: method as Method,
      path: pathname,
      query,
      ...(body !== '' && { body: JSON.parse(body) }),
      ...(contentType && { contentType }),
      signal: scope.signal,
    });
    const text = JSON.stringify(result);
    response.writeHead(method === 'POST' ? 201 : 200, { 'content-type': 'application/json' });
    if (fault?.fault === 'silent') return response.flushHeaders();
    if (fault?.fault !== 'truncate') return response.end(text);
    response.write(text.slice(0, text.length / 2), () => (fault.how === 'end' ? response.end() : response.destroy()));
  } catch (error) {
    refuse(response, error);
  }
}

async function watch(
  session: FakeSession,
  path: string,
  query: Readonly<Record<string, string | boolean>>,
  fault: HttpFault | undefined,
  response: ServerResponse,
  signal: AbortSignal,
) {
  let left = fault?.fault === 'truncate' ? (fault.afterEvents ?? 0) : Number.POSITIVE_INFINITY;
  const cut = (text: string) =>
    response.write(text, () =>
      fault?.fault === 'truncate' && fault.how === 'end' ? response.end() : response.destroy(),
    );
  response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  if (fault?.fault === 'silent') return;
  try {
    for await (const event of session.watch(path, query, signal)) {
      const line = `${JSON.stringify(event)}\n`;
      if (left-- <= 0) return cut(line.slice(0, line.length / 2));
      response.write(line);
    }
    response.end();
  } catch (error) {
    if (error instanceof KubeError) response.end(`${JSON.stringify({ type: 'ERROR', object: statusOf(error) })}\n`);
    else response.destroy();
  }
}

function refuse(response: ServerResponse, error: unknown) {
  if (!(error instanceof KubeError)) return response.destroy();
  if (error.status === 0) return response.destroy();
  const seconds =
    error.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfterMs / 1000)) };
  response.writeHead(error.status, { 'content-type': 'application/json', ...seconds });
  return response.end(JSON.stringify(statusOf(error)));
}

function statusOf(error: KubeError) {
  const causes = error.fields.map((field) => ({ field, reason: 'FieldValueInvalid' }));
  return {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    message: error.message,
    reason: error.reason,
    code: error.status,
    ...(causes.length > 0 && { details: { causes } }),
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
