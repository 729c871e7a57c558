// Connections to one API server: TLS, proxy, authorization, refreshed credentials. Knows HTTP, not Kubernetes objects.

import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import { KubeError } from './api.ts';

/** What a TLS connection needs. PEM text. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** Valid at this moment; ask again for the next request. */
export interface Access {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
}

/** Where the API server is and how to be let in. */
export interface Credentials {
  /** Base URL; may have a path. */
  readonly server: string;
  readonly proxyUrl?: string;
  /** Cached by the implementation and refreshed when due. Rejects with a clear message. */
  access(): Promise<Access>;
  /** The server answered 401: the next `access` should not come from the cache. True if that can help. */
  refused(): boolean;
}

export interface HttpRequest {
  readonly method: Dispatcher.HttpMethod;
  /** Path and query below the base URL. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

const KEEP_ALIVE_MS = 30_000;

export class Transport {
  readonly #credentials: Credentials;
  readonly #origin: string;
  readonly #basePath: string;
  #dispatcher: Dispatcher | undefined;
  #material = '';

  constructor(credentials: Credentials) {
    const url = new URL(credentials.server);
    this.#credentials = credentials;
    this.#origin = url.origin;
    this.#basePath = url.pathname.replace(/\/+$/, '');
  }

  /** Resolves with the answer's head; the body is the caller's to read or destroy. Tries once more after a 401. */
  async send(request: HttpRequest): Promise<Dispatcher.ResponseData> {
    const response = await this.#once(request);
    if (response.statusCode !== 401 || !this.#credentials.refused()) return response;
    discard(response);
    return this.#once(request);
  }

  /** Never rejects. */
  async close(): Promise<void> {
    const dispatcher = this.#dispatcher;
    this.#dispatcher = undefined;
    await dispatcher?.destroy().catch(() => {});
  }

  async #once(request: HttpRequest): Promise<Dispatcher.ResponseData> {
    const access = await this.#credentials.access().catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      throw new KubeError(`no credentials: ${message}`, { status: 0, reason: 'NoCredentials', cause: error });
    });
    const response = await this.#dispatcherFor(access.tls).request({
      origin: this.#origin,
      path: this.#basePath + request.target,
      method: request.method,
      headers: { ...request.headers, ...access.headers },
      body: request.body ?? null,
      signal: request.signal,
      // Deadlines are the caller's, who also knows that a watch may be silent for minutes.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    // A body that fails while nobody reads it must not become an uncaught error.
    response.body.on('error', () => {});
    return response;
  }

  /** Rotated certificates need new connections; what runs on the old ones may finish. */
  #dispatcherFor(tls: TlsMaterial): Dispatcher {
    const material = JSON.stringify(tls);
    if (this.#dispatcher === undefined || material !== this.#material) {
      this.#dispatcher?.close().catch(() => {});
      this.#dispatcher = this.#connect(tls);
      this.#material = material;
    }
    return this.#dispatcher;
  }

  #connect(tls: TlsMaterial): Dispatcher {
    const keepAlive = { keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
    // HTTP/1.1 only: one connection a watch, so that a broken connection never takes the lease renewals with it.
    const common = { allowH2: false, keepAliveTimeout: KEEP_ALIVE_MS };
    const proxy = this.#credentials.proxyUrl;
    if (proxy === undefined) return new Pool(this.#origin, { ...common, connect: { ...tls, ...keepAlive } });
    return new ProxyAgent({ ...common, uri: proxy, requestTls: { ...tls, ...keepAlive } });
  }
}

/** Drops an answer that nobody wants. */
export function discard(response: Dispatcher.ResponseData): void {
  response.body.destroy();
}
