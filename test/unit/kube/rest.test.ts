import { afterEach, describe, expect, it } from 'vitest';
import { hasStatus, KubeError, type KubeRequest, type WatchEvent } from '../../../src/kube/api.ts';
import { type RequestSeen, restApi } from '../../../src/kube/rest.ts';
import type { Access, Credentials } from '../../../src/kube/transport.ts';
import type { KubeList, Service } from '../../../src/kube/types.ts';
import { FakeApiServer } from '../../fake/kube/api-server.ts';
import { certificate } from '../../fake/kube/certificate.ts';
import { type FakeHttpServer, type HttpFault, serve } from '../../fake/kube/http-server.ts';
import { loadBalancer } from '../../fake/kube/objects.ts';

const forever = new AbortController().signal;
const SERVICES = '/api/v1/services';
const WEB = '/api/v1/namespaces/default/services/web';
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function credentials(server: string, access: Partial<Access> = {}): Credentials {
  return { server, access: async () => ({ headers: {}, tls: {}, ...access }), refused: () => false };
}

async function start(options: Parameters<typeof restApi>[1] = {}) {
  const server = new FakeApiServer();
  const http = await serve(server.session('http'));
  const api = restApi(credentials(http.url), options);
  closing.push(http.close, api.close);
  return { server, http, api };
}

/** The first request gets the fault, all others are served. */
function once(http: FakeHttpServer, fault: HttpFault) {
  let armed = true;
  http.faults.push(() => {
    if (!armed) return undefined;
    armed = false;
    return fault;
  });
}

const get = (more: Partial<KubeRequest> = {}): KubeRequest => ({ method: 'GET', path: WEB, signal: forever, ...more });

async function failure(promise: Promise<unknown>): Promise<KubeError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(KubeError);
  return error as KubeError;
}

describe('requests', () => {
  it('hand on the raw object, fields that we do not know included', async () => {
    const { server, api } = await start();
    server.create(loadBalancer('web', { spec: { trafficDistribution: 'PreferClose', brandNew: { deep: [1] } } }));
    const service = await api.request<Service>(get());
    expect(service.spec).toMatchObject({ trafficDistribution: 'PreferClose', brandNew: { deep: [1] } });
  });

  it('send query, body and content type', async () => {
    const { server, http, api } = await start();
    server.create(loadBalancer('web'));
    await api.request(
      get({ path: SERVICES, query: { limit: 500, continue: undefined, fieldSelector: 'metadata.name=web' } }),
    );
    expect(http.seen).toEqual([`GET ${SERVICES}?limit=500&fieldSelector=metadata.name%3Dweb`]);
    const body = { metadata: { labels: { a: 'ä' } } };
    const patched = await api.request<Service>(
      get({ method: 'PATCH', body, contentType: 'application/merge-patch+json' }),
    );
    expect(patched.metadata.labels).toEqual({ a: 'ä' });
  });

  it('keep the base path of the server', async () => {
    const { server, http } = await start();
    server.create(loadBalancer('web'));
    const api = restApi(credentials(`${http.url}/k8s/clusters/c-1/`));
    closing.push(api.close);
    http.faults.push(({ url }) => ({ fault: 'answer', status: 200, body: JSON.stringify({ url }) }));
    expect(await api.request(get())).toEqual({ url: `/k8s/clusters/c-1${WEB}` });
  });

  it('turn Status answers into errors with status, reason and fields', async () => {
    const { server, api } = await start();
    const missing = await failure(api.request(get()));
    expect(missing).toMatchObject({ status: 404, reason: 'NotFound' });
    expect(missing.message).toContain(`GET ${WEB}`);
    server.create(loadBalancer('web'));
    const body = { metadata: { uid: 'another' } };
    const refused = await failure(
      api.request(get({ method: 'PATCH', body, contentType: 'application/merge-patch+json' })),
    );
    expect(refused).toMatchObject({ status: 422, reason: 'Invalid', fields: ['metadata.uid'] });
  });

  it('take Retry-After from the header, in seconds or as a date, or from the Status', async () => {
    const { http, api } = await start();
    once(http, { fault: 'answer', status: 429, headers: { 'retry-after': '7' }, body: '{}' });
    expect(await failure(api.request(get()))).toMatchObject({ status: 429, retryAfterMs: 7000 });
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    once(http, { fault: 'answer', status: 503, headers: { 'retry-after': date }, body: 'overloaded' });
    const { retryAfterMs } = await failure(api.request(get()));
    expect(retryAfterMs).toBeGreaterThan(3_500_000);
    expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
    const status = { kind: 'Status', code: 429, reason: 'TooManyRequests', details: { retryAfterSeconds: 2 } };
    once(http, { fault: 'answer', status: 429, body: JSON.stringify(status) });
    expect(await failure(api.request(get()))).toMatchObject({ reason: 'TooManyRequests', retryAfterMs: 2000 });
  });

  it('survive error pages that are not JSON and never repeat their text', async () => {
    const { http, api } = await start();
    once(http, { fault: 'answer', status: 502, body: '<html>secret</html>' });
    const error = await failure(api.request(get()));
    expect(error.status).toBe(502);
    expect(error.message).not.toContain('secret');
  });

  it.each<[string, HttpFault]>([
    ['a reset', { fault: 'reset' }],
    ['a body cut short and closed', { fault: 'truncate', how: 'end' }],
    ['a body cut short by a reset', { fault: 'truncate', how: 'reset' }],
    ['a 200 that is no JSON', { fault: 'answer', status: 200, body: 'hello' }],
  ])('count %s as an unknown outcome, and the next request works', async (_, fault) => {
    const { server, http, api } = await start();
    server.create(loadBalancer('web'));
    once(http, fault);
    expect((await failure(api.request(get()))).status).toBe(0);
    expect((await api.request<Service>(get())).metadata.name).toBe('web');
  });

  it.each<[string, HttpFault]>([
    ['before the headers', { fault: 'stall' }],
    ['within the body', { fault: 'silent' }],
  ])('end at their deadline %s', async (_, fault) => {
    const { server, http, api } = await start();
    server.create(loadBalancer('web'));
    once(http, fault);
    expect(await failure(api.request(get({ timeoutMs: 50 })))).toMatchObject({ status: 0, reason: 'Timeout' });
  });

  it('end with the reason of their signal', async () => {
    const { http, api } = await start();
    http.faults.push(() => ({ fault: 'stall' }));
    const scope = new AbortController();
    const promise = api.request(get({ signal: scope.signal }));
    scope.abort(new Error('enough'));
    await expect(promise).rejects.toThrow('enough');
    await expect(api.request(get({ signal: scope.signal }))).rejects.toThrow('enough');
  });

  it('refuse answers beyond the bound', async () => {
    const { server, api } = await start({ maxAnswerBytes: 1000 });
    server.create(loadBalancer('web', { metadata: { annotations: { long: 'x'.repeat(2000) } } }));
    expect(await failure(api.request(get()))).toMatchObject({ status: 0, reason: 'BodyTooLong' });
  });

  it('fail with status 0 where nobody listens, and tell the metrics', async () => {
    const seen: RequestSeen[] = [];
    const { http, api } = await start({ onRequest: (each) => seen.push(each) });
    await failure(api.request(get()));
    await http.close();
    expect((await failure(api.request(get()))).status).toBe(0);
    expect(seen.map(({ method, code }) => [method, code])).toEqual([
      ['GET', '404'],
      ['GET', 'error'],
    ]);
  });
});

describe('credentials', () => {
  it('are asked for once more after a 401', async () => {
    const { server, http } = await start();
    server.create(loadBalancer('web'));
    const tokens = ['old', 'new'];
    const api = restApi({
      ...credentials(http.url),
      access: async () => ({ headers: { authorization: `Bearer ${tokens[0]}` }, tls: {} }),
      refused: () => tokens.shift() !== undefined,
    });
    closing.push(api.close);
    http.faults.push(({ headers }) =>
      headers.authorization === 'Bearer new' ? undefined : { fault: 'answer', status: 401, body: '{}' },
    );
    expect((await api.request<Service>(get())).metadata.name).toBe('web');
    expect(http.seen).toHaveLength(2);
  });

  it('that fail are a KubeError that says so', async () => {
    const { http } = await start();
    const broken = { ...credentials(http.url), access: () => Promise.reject(new Error('spawn aws ENOENT')) };
    const api = restApi(broken);
    closing.push(api.close);
    const error = await failure(api.request(get()));
    expect(error).toMatchObject({ status: 0, reason: 'NoCredentials' });
    expect(error.message).toContain('spawn aws ENOENT');
  });

  it('check the server by its CA and show a client certificate; rotated ones are used at once', async () => {
    const ca = certificate('ca');
    const [own, client] = [certificate('server', ca), certificate('client', ca)];
    const server = new FakeApiServer();
    server.create(loadBalancer('web'));
    const http = await serve(server.session(), { ...own, ca: ca.cert, requestCert: true, rejectUnauthorized: true });
    let tls = { ca: certificate('other').cert, cert: client.cert, key: client.key };
    const api = restApi({ ...credentials(http.url), access: async () => ({ headers: {}, tls }) });
    closing.push(http.close, api.close);
    expect(await failure(api.request(get()))).toMatchObject({ status: 0 });
    tls = { ...tls, ca: ca.cert };
    expect((await api.request<Service>(get())).metadata.name).toBe('web');
  });
});

describe('watches', () => {
  async function version(api: Awaited<ReturnType<typeof start>>['api']): Promise<string> {
    return (await api.request<KubeList<Service>>(get({ path: SERVICES }))).metadata.resourceVersion;
  }

  it('yield events as they come and stop with their signal', async () => {
    const { server, api } = await start();
    const scope = new AbortController();
    const events: WatchEvent[] = [];
    const from = await version(api);
    server.create(loadBalancer('web', { spec: { brandNew: 'ü' } }));
    const watching = (async () => {
      for await (const event of api.watch(SERVICES, { resourceVersion: from }, scope.signal)) {
        events.push(event);
        if (events.length === 1) server.delete('Service', 'default/web');
        if (events.length === 2) scope.abort(new Error('enough'));
      }
    })();
    await expect(watching).rejects.toThrow('enough');
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'DELETED']);
    expect(events[0]!.object).toMatchObject({ kind: 'Service', spec: { brandNew: 'ü' } });
  });

  it('close their connection when the reader leaves', async () => {
    const server = new FakeApiServer();
    const session = server.session();
    const http = await serve(session);
    const api = restApi(credentials(http.url));
    closing.push(http.close, api.close);
    server.create(loadBalancer('web'));
    for await (const _ of api.watch(SERVICES, { resourceVersion: '1000' }, forever)) break;
    await expect.poll(() => session.watches).toBe(0);
  });

  it('throw what an ERROR event or a refusal says', async () => {
    const { server, http, api } = await start();
    server.compact();
    const watch = async () => {
      for await (const _ of api.watch(SERVICES, { resourceVersion: '1' }, forever)) break;
    };
    expect(hasStatus(await failure(watch()), 410)).toBe(true);
    once(http, { fault: 'answer', status: 429, headers: { 'retry-after': '1' }, body: '{}' });
    expect(await failure(watch())).toMatchObject({ status: 429, retryAfterMs: 1000 });
  });

  it.each<[string, HttpFault, string]>([
    ['a line cut short', { fault: 'truncate', afterEvents: 1, how: 'end' }, 'TruncatedLine'],
    ['a reset', { fault: 'truncate', afterEvents: 1, how: 'reset' }, 'ECONNRESET'],
    ['a line that is no JSON', { fault: 'answer', status: 200, body: '{"type":"ADDED"\n' }, 'BadBody'],
    ['an event without an object', { fault: 'answer', status: 200, body: '{"type":"ADDED"}\n' }, 'BadBody'],
    ['an unknown event', { fault: 'answer', status: 200, body: '{"type":"X","object":{"metadata":{}}}\n' }, 'BadBody'],
  ])('throw on %s', async (_, fault, reason) => {
    const { server, http, api } = await start();
    const from = await version(api);
    for (const name of ['a', 'b']) server.create(loadBalancer(name));
    once(http, fault);
    const names: string[] = [];
    const watch = (async () => {
      for await (const { object } of api.watch(SERVICES, { resourceVersion: from }, forever))
        names.push(object.metadata.name);
    })();
    expect(await failure(watch)).toMatchObject({ status: 0, reason });
    expect(names).toEqual(fault.fault === 'truncate' ? ['a'] : []);
  });

  it('give up opening at their deadline, and stop in silence with their signal', async () => {
    const { http, api } = await start({ watchOpenTimeoutMs: 50 });
    const watch = async (signal: AbortSignal) => {
      for await (const _ of api.watch(SERVICES, { resourceVersion: '1000' }, signal)) break;
    };
    once(http, { fault: 'stall' });
    expect(await failure(watch(forever))).toMatchObject({ status: 0, reason: 'Timeout' });
    once(http, { fault: 'silent' });
    const scope = new AbortController();
    const silent = watch(scope.signal);
    await expect.poll(() => http.seen.length).toBe(2);
    scope.abort(new Error('enough'));
    await expect(silent).rejects.toThrow('enough');
  });

  it('refuse an endless line', async () => {
    const { server, api } = await start({ maxLineBytes: 500 });
    const from = await version(api);
    server.create(loadBalancer('web', { metadata: { annotations: { long: 'x'.repeat(200_000) } } }));
    const watch = async () => {
      for await (const _ of api.watch(SERVICES, { resourceVersion: from }, forever)) break;
    };
    expect(await failure(watch())).toMatchObject({ status: 0, reason: 'LineTooLong' });
  });
});
