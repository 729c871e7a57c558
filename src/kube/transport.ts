// Connections to one API server: TLS, proxy, authorization, refreshed credentials. Knows HTTP, not Kubernetes objects.
// On node:https, which cloud SDKs load anyway: another HTTP client would cost the controller 25 MiB of memory.

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { KubeError, type Method } from './api.ts';

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
  /** http or https. */
  readonly proxyUrl?: string;
  /** Cached by the implementation and refreshed when due. Rejects with a clear message. */
  access(): Promise<Access>;
  /** The server answered 401: the next `access` should not come from the cache. True if that can help. */
  refused(): boolean;
}

export interface HttpRequest {
  readonly method: Method;
  /** Path and query below the base URL. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** Probes of the network's keep-alive begin, and unused connections end, after this long. */
const IDLE_MS = 30_000;

export class Transport {
  readonly #credentials: Credentials;
  readonly #base: URL;
  #agent: HttpAgent | HttpsAgent | undefined;
  #material = '';

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
    this.#base = new URL(credentials.server);
  }

  /** Resolves with the answer's head; the body is the caller's to read or destroy. Tries once more after a 401. */
  async send(request: HttpRequest): Promise<IncomingMessage> {
    const response = await this.#once(request);
    if (response.statusCode !== 401 || !this.#credentials.refused()) return response;
    response.destroy();
    return this.#once(request);
  }

  /** Ends all connections, those in use too. */
  close(): void {
    this.#agent?.destroy();
    this.#agent = undefined;
  }

  async #once(request: HttpRequest): Promise<IncomingMessage> {
    const access = await this.#credentials.access().catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      throw new KubeError(`no credentials: ${message}`, { status: 0, reason: 'NoCredentials', cause: error });
    });
    const { method, signal, body } = request;
    const url = new URL(this.#base.pathname.replace(/\/+$/, '') + request.target, this.#base);
    // Said outright, since node leaves the body of a DELETE without any length, which the server takes for a request.
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const headers = { ...request.headers, ...length, ...access.headers };
    const options = { method, headers, signal, agent: this.#agentFor(access.tls) };
    return new Promise((resolve, reject) => {
      const sent = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
      sent.on('error', reject);
      sent.on('response', (response) => {
        // A body that fails while nobody reads it must not become an uncaught error.
        response.on('error', () => {});
        resolve(response);
      });
      sent.end(body);
    });
  }

  /** Rotated certificates need new connections; what runs on the old ones may finish. */
  #agentFor(tls: TlsMaterial): HttpAgent | HttpsAgent {
    const material = JSON.stringify(tls);
    if (this.#agent !== undefined && material === this.#material) return this.#agent;
    const { proxyUrl } = this.#credentials;
    const proxyEnv = proxyUrl === undefined ? undefined : { HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl };
    const common = { keepAlive: true, keepAliveMsecs: IDLE_MS, timeout: IDLE_MS, ...(proxyEnv && { proxyEnv }) };
    this.#agent = this.#base.protocol === 'https:' ? new HttpsAgent({ ...common, ...tls }) : new HttpAgent(common);
    this.#material = material;
    return this.#agent;
  }
}
