// HTTP to an OpenStack service: TLS, connections that are kept, a deadline, answers of bounded size. It knows neither tokens
// nor services, retries nothing and follows no redirect (a token must not go to somebody else).
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Tls } from '../credentials/login.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** Whatever the status is. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The service's own id of the request. */
  readonly requestId?: string;
}

/** No answer, or one that cannot be used: what became of the request is unknown. */
export class NoAnswer extends Error {
  readonly requestId: string | undefined;

  constructor(message: string, details: { readonly cause?: unknown; readonly requestId?: string | undefined } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'NoAnswer';
    this.requestId = details.requestId;
  }
}

export interface HttpOptions {
  readonly tls: Tls;
  readonly requestTimeoutMs: number;
  /** Default 32 MiB: a page of Octavia's has up to 1000 objects. */
  readonly maxAnswerBytes?: number;
}

/** Shorter than servers commonly keep connections, so that a write seldom meets one that is just being closed. */
const IDLE_MS = 4_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

export class Http {
  readonly #options: HttpOptions;
  readonly #plain = new HttpAgent({ keepAlive: true, timeout: IDLE_MS });
  readonly #secure: HttpsAgent;

  constructor(options: HttpOptions) {
    this.#options = options;
    const { insecure, ...material } = options.tls;
    const common = { keepAlive: true, timeout: IDLE_MS, rejectUnauthorized: !insecure };
    this.#secure = new HttpsAgent({ ...common, ...material });
  }

  /** Answers with any status; throws NoAnswer. */
  async send(request: HttpRequest): Promise<Answer> {
    const { requestTimeoutMs: timeoutMs } = this.#options;
    const deadline = new AbortController();
    const end = () => deadline.abort();
    const timer = setTimeout(end, timeoutMs);
    const signal = AbortSignal.any([request.signal, deadline.signal]);
    try {
      return await this.#once(request, signal);
    } catch (thrown) {
      if (thrown instanceof NoAnswer) throw thrown;
      if (deadline.signal.aborted) throw new NoAnswer(`no answer in ${timeoutMs / 1000} s`);
      throw new NoAnswer(thrown instanceof Error ? reasonOf(thrown) : String(thrown), { cause: thrown });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends all connections, those in use too. */
  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }

  async #once({ method, url, headers, body }: HttpRequest, signal: AbortSignal): Promise<Answer> {
    const secure = url.protocol === 'https:';
    const length = body === undefined ? {} : { 'content-type': 'application/json' };
    const options: RequestOptions = {
      method,
      agent: secure ? this.#secure : this.#plain,
      signal,
      headers: {
        accept: 'application/json',
        'user-agent': 'fairlead',
        ...length,
        // Said outright: node leaves a DELETE or POST without a body without any length.
        'content-length': String(Buffer.byteLength(body ?? '')),
        ...headers,
      },
    };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = secure ? httpsRequest(url, options) : httpRequest(url, options);
      sent.on('error', reject);
      sent.on('response', resolve);
      sent.end(body);
    });
    const id = response.headers['x-openstack-request-id'];
    const requestId = typeof id === 'string' ? id : undefined;
    const text = await this.#textOf(response, requestId);
    return { status: response.statusCode ?? 0, headers: response.headers, text, ...(requestId && { requestId }) };
  }

  async #textOf(response: IncomingMessage, requestId: string | undefined): Promise<string> {
    const maxBytes = this.#options.maxAnswerBytes ?? MAX_ANSWER_BYTES;
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        response.destroy();
        throw new NoAnswer(`the answer is longer than ${maxBytes} bytes`, { requestId });
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }
}

/** An error of several addresses of one host has no message of its own. */
function reasonOf(error: Error): string {
  if (error.message !== '') return error.message;
  const { errors, code } = error as { errors?: readonly unknown[]; code?: unknown };
  const first = errors?.[0];
  return first instanceof Error ? first.message : String(code ?? error.name);
}
