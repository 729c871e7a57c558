// The port to the API server: one request, one watch, one class of error. Everything else in this room is written
// against it, so that tests can put an in-memory server behind it. It must not know how to connect.

import type { KubeObject } from './types.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** Body formats. A patch must name its own; the API server's default for a patch would be a refusal. */
export type ContentType =
  | 'application/json'
  | 'application/merge-patch+json'
  | 'application/strategic-merge-patch+json';

/** Query parameters; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface KubeRequest {
  readonly method: Method;
  /** Absolute path without query, such as `/api/v1/services`. */
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  /** Of the body; `application/json` where unset. */
  readonly contentType?: ContentType;
  /** From call to the last byte of the answer; 30,000 where unset. */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

/** Something happened to an object. Errors never come as an event: `watch` throws them. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubeObject;
}

export interface KubeApi {
  /**
   * Sends one request; never retries what the server may have acted on. Resolves with the parsed body of a 2xx answer.
   * Rejects with a KubeError, or with `signal.reason` at once when the signal aborts.
   */
  request<T>(request: KubeRequest): Promise<T>;
  /**
   * Opens one watch. Ends when the server closes it in good order; throws a KubeError on anything else (an answer that
   * is not 2xx, an error event such as 410, a reset, a line cut short), or `signal.reason` when the signal aborts.
   * `onOpen` is called when the server has agreed: on a quiet resource that may be all it says for minutes.
   */
  watch(path: string, query: Query, signal: AbortSignal, onOpen?: () => void): AsyncIterable<WatchEvent>;
}

/** A KubeApi over real connections. */
export interface KubeConnection extends KubeApi {
  /** Closes idle connections and aborts what still runs. Never rejects. */
  close(): Promise<void>;
}

export interface KubeErrorDetail {
  /** HTTP status; 0 for a network error or a deadline: whether a write took effect is then unknown. */
  readonly status: number;
  /** The Status object's reason (`Conflict`, `AlreadyExists`, …), or a code of ours or of the network for status 0. */
  readonly reason?: string | undefined;
  /** How long the server asked us to wait. */
  readonly retryAfterMs?: number | undefined;
  /** Paths of the fields that the server complained of. */
  readonly fields?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/** Any answer but 2xx, or none. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly status: number;
  readonly reason: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly fields: readonly string[];

  constructor(message: string, detail: KubeErrorDetail) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.status = detail.status;
    this.reason = detail.reason;
    this.retryAfterMs = detail.retryAfterMs;
    this.fields = detail.fields ?? [];
  }
}

/** Whether the error is the API server's answer with this status. */
export function hasStatus(error: unknown, status: number): error is KubeError {
  return error instanceof KubeError && error.status === status;
}

/** Turns a Kubernetes Status object (the body of an error answer or an ERROR event) into an error. */
export function errorFromStatus(value: unknown, about: string, known: Partial<KubeErrorDetail> = {}): KubeError {
  const status = isRecord(value) && value.kind === 'Status' ? value : {};
  const details = isRecord(status.details) ? status.details : {};
  const causes = Array.isArray(details.causes) ? details.causes : [];
  const fields = causes.map((cause) => (isRecord(cause) ? cause.field : undefined));
  const code = known.status ?? (typeof status.code === 'number' ? status.code : 500);
  const seconds = details.retryAfterSeconds;
  return new KubeError(typeof status.message === 'string' ? `${about}: ${status.message}` : `${about}: HTTP ${code}`, {
    status: code,
    reason: typeof status.reason === 'string' ? status.reason : undefined,
    retryAfterMs: known.retryAfterMs ?? (typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined),
    // The API server names a field once for each rule that it broke.
    fields: [...new Set(fields.filter((field) => typeof field === 'string'))],
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
