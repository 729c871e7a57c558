// KubeApi over HTTP: requests with deadlines and bounded answers, watches line by line. It hands on raw JSON, so that
// fields we do not know survive; it must not retry, cache, or interpret objects.

import type { IncomingMessage } from 'node:http';
import {
  errorFromStatus,
  type KubeConnection,
  KubeError,
  type KubeRequest,
  type Method,
  type Query,
  type WatchEvent,
} from './api.ts';
import { lines } from './json-lines.ts';
import { type Credentials, Transport } from './transport.ts';
import { withDeadline } from './wait.ts';

/** One answered or failed request, for metrics. */
export interface RequestSeen {
  readonly method: string;
  /** HTTP status, or `error` for none. */
  readonly code: string;
  readonly host: string;
  readonly seconds: number;
}

export interface RestOptions {
  readonly onRequest?: (seen: RequestSeen) => void;
  /** A token that is used from now on, for those who see to it that nobody reads it. */
  readonly onToken?: (token: string) => void;
  /** Longest answer to a request, bytes; 64 MiB where unset. */
  readonly maxAnswerBytes?: number;
  /** Longest line of a watch, bytes; 8 MiB where unset (etcd keeps objects below 1.5 MiB). */
  readonly maxLineBytes?: number;
  /** From opening a watch to its headers. */
  readonly watchOpenTimeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const MAX_ERROR_BYTES = 64 * 1024;
const MIB = 1024 * 1024;
const EVENT_TYPES: readonly string[] = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'];

/** A KubeApi that talks to the server named in the credentials. Opens no connection by itself. */
export function restApi(credentials: Credentials, options: RestOptions = {}): KubeConnection {
  const transport = new Transport(telling(credentials, options.onToken));
  const host = new URL(credentials.server).host;

  async function send(method: Method, target: string, signal: AbortSignal, body?: string, type?: string) {
    const startedMs = performance.now();
    const seen = (code: string) =>
      options.onRequest?.({ method, code, host, seconds: (performance.now() - startedMs) / 1000 });
    const headers = { accept: 'application/json', 'user-agent': 'fairlead', ...(type && { 'content-type': type }) };
    try {
      const response = await transport.send({ method, target, headers, signal, ...(body !== undefined && { body }) });
      seen(String(response.statusCode));
      return response;
    } catch (error) {
      seen('error');
      throw error;
    }
  }

  async function request<T>(asked: KubeRequest): Promise<T> {
    const about = `${asked.method} ${asked.path}`;
    const target = asked.path + queryText(asked.query);
    const body = asked.body === undefined ? undefined : JSON.stringify(asked.body);
    const type = body === undefined ? undefined : (asked.contentType ?? 'application/json');
    const timeoutMs = asked.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    return withDeadline(timeoutMs, asked.signal, about, async (signal) => {
      try {
        const response = await send(asked.method, target, signal, body, type);
        if (!isSuccess(response)) throw await refusal(response, about);
        const text = await bodyText(response, options.maxAnswerBytes ?? 64 * MIB);
        return parse(text, about) as T;
      } catch (error) {
        throw asKubeError(error, about);
      }
    });
  }

  async function* watch(
    path: string,
    query: Query,
    signal: AbortSignal,
    onOpen?: () => void,
  ): AsyncGenerator<WatchEvent> {
    const about = `WATCH ${path}`;
    signal.throwIfAborted();
    const scope = new AbortController();
    const onAbort = () => scope.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const target = path + queryText({ ...query, watch: true });
      const opening = send('GET', target, scope.signal);
      const response = await withDeadline(
        options.watchOpenTimeoutMs ?? DEFAULT_TIMEOUT_MS,
        signal,
        about,
        () => opening,
      );
      if (!isSuccess(response)) throw await refusal(response, about);
      onOpen?.();
      for await (const line of lines(response, options.maxLineBytes ?? 8 * MIB)) yield watchEvent(line, about);
      signal.throwIfAborted();
    } catch (error) {
      signal.throwIfAborted();
      throw asKubeError(error, about);
    } finally {
      signal.removeEventListener('abort', onAbort);
      scope.abort();
    }
  }

  return { request, watch, close: async () => transport.close() };
}

/** The same credentials, of which each new token is told. */
function telling(credentials: Credentials, onToken: RestOptions['onToken']): Credentials {
  if (!onToken) return credentials;
  let told: string | undefined;
  const access = async () => {
    const given = await credentials.access();
    const token = given.headers.authorization?.replace(/^\S+\s+/, '');
    if (token !== undefined && token !== told) onToken(token);
    told = token;
    return given;
  };
  return { ...credentials, access };
}

function queryText(query: Query = {}): string {
  const given = Object.entries(query).filter((entry) => entry[1] !== undefined);
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)]))}`;
}

function isSuccess(response: IncomingMessage): boolean {
  const { statusCode = 0 } = response;
  return statusCode >= 200 && statusCode < 300;
}

function watchEvent(line: string, about: string): WatchEvent {
  const event = parse(line, about) as { type?: unknown; object?: unknown } | null;
  if (event?.type === 'ERROR') throw errorFromStatus(event.object, about);
  const object = event?.object as { metadata?: { resourceVersion?: unknown } } | null | undefined;
  if (!EVENT_TYPES.includes(String(event?.type)) || typeof object?.metadata?.resourceVersion !== 'string') {
    throw new KubeError(`${about}: not a watch event`, { status: 0, reason: 'BadBody' });
  }
  return event as WatchEvent;
}

/** A body that is not JSON says nothing about what the server did, so it counts like no answer. */
function parse(text: string, about: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new KubeError(`${about}: the answer is not JSON`, { status: 0, reason: 'BadBody' });
  }
}

async function refusal(response: IncomingMessage, about: string): Promise<KubeError> {
  let status: unknown;
  try {
    status = JSON.parse(await bodyText(response, MAX_ERROR_BYTES));
  } catch {
    status = undefined; // a proxy's HTML page, or a body cut short: the code says enough
  }
  const retryAfterMs = retryAfter(response.headers['retry-after']);
  return errorFromStatus(status, about, { status: response.statusCode ?? 0, ...(retryAfterMs && { retryAfterMs }) });
}

/** The header's seconds or date as milliseconds from now. */
function retryAfter(header: string | string[] | undefined): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return ms > 0 ? ms : undefined;
}

async function bodyText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      response.destroy();
      throw new KubeError(`answer longer than ${maxBytes} bytes`, { status: 0, reason: 'BodyTooLong' });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function asKubeError(error: unknown, about: string): KubeError {
  if (error instanceof KubeError) return error;
  const code = (error as { code?: unknown } | null)?.code;
  const message = error instanceof Error ? error.message : String(error);
  return new KubeError(`${about}: ${message}`, {
    status: 0,
    reason: typeof code === 'string' ? code : 'NetworkError',
    cause: error,
  });
}
