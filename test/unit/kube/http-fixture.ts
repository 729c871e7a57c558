// A fake API server behind HTTP with a client to it, for the tests of what talks HTTP.
import { afterEach, expect } from 'vitest';
import { KubeError, type KubeRequest } from '../../../src/kube/api.ts';
import { restApi } from '../../../src/kube/rest.ts';
import type { Access, Credentials } from '../../../src/kube/transport.ts';
import { FakeApiServer } from '../../fake/kube/api-server.ts';
import { type FakeHttpServer, type HttpFault, serve } from '../../fake/kube/http-server.ts';

export const forever = new AbortController().signal;
export const SERVICES = '/api/v1/services';
export const WEB = '/api/v1/namespaces/default/services/web';
export const closing: (() => Promise<void>)[] = [];

/** To be called once by each test file. */
export function closeAfterEach() {
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
}

export function credentials(server: string, access: Partial<Access> = {}): Credentials {
  return { server, access: async () => ({ headers: {}, tls: {}, ...access }), refused: () => false };
}

export async function start(options: Parameters<typeof restApi>[1] = {}) {
  const server = new FakeApiServer();
  const http = await serve(server.session('http'));
  const api = restApi(credentials(http.url), options);
  closing.push(http.close, api.close);
  return { server, http, api };
}

/** The first request gets the fault, all others are served. */
export function once(http: FakeHttpServer, fault: HttpFault) {
  let armed = true;
  http.faults.push(() => {
    if (!armed) return undefined;
    armed = false;
    return fault;
  });
}

export const get = (more: Partial<KubeRequest> = {}): KubeRequest => ({
  method: 'GET',
  path: WEB,
  signal: forever,
  ...more,
});

export async function failure(promise: Promise<unknown>): Promise<KubeError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(KubeError);
  return error as KubeError;
}
