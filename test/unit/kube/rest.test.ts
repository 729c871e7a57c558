import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type RequestSeen, restApi } from '../../../src/kube/rest.ts';
import type { Service } from '../../../src/kube/types.ts';
import { FakeApiServer } from '../../fake/kube/api-server.ts';
import { certificate } from '../../fake/kube/certificate.ts';
import { type HttpFault, serve } from '../../fake/kube/http-server.ts';
import { loadBalancer } from '../../fake/kube/objects.ts';
import { closeAfterEach, closing, credentials, failure, get, once, SERVICES, start, WEB } from './http-fixture.ts';

closeAfterEach();

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

  it.each(['GET', 'POST', 'PATCH', 'DELETE'] as const)(
    'of method %s may have a body, and leave the connection clean',
    async (method) => {
      const { server, api } = await start();
      server.create(loadBalancer('web'));
      const nowhere = get({ method, path: '/nowhere', body: { text: 'ä'.repeat(10_000) } });
      expect((await failure(api.request(nowhere))).status).toBe(404);
      expect((await api.request<Service>(get())).metadata.name).toBe('web');
    },
  );

  it('carry the preconditions of a DELETE', async () => {
    const { server, api } = await start();
    const { uid } = server.create<Service>(loadBalancer('web')).metadata;
    const remove = (wanted: string) => api.request(get({ method: 'DELETE', body: { preconditions: { uid: wanted } } }));
    expect((await failure(remove('other'))).status).toBe(409);
    await remove(uid);
    expect(server.get('Service', 'default/web')).toBeUndefined();
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

  it('tell of each new token once, without its scheme', async () => {
    const server = new FakeApiServer();
    server.create(loadBalancer('web'));
    const http = await serve(server.session());
    const tokens = ['Bearer one', 'Bearer one', 'Bearer two'];
    const access = async () => ({ headers: { authorization: tokens.shift() ?? 'Bearer two' }, tls: {} });
    const told: string[] = [];
    const api = restApi({ ...credentials(http.url), access }, { onToken: (token) => told.push(token) });
    closing.push(http.close, api.close);
    for (let call = 0; call < 4; call++) await api.request<Service>(get());
    expect(told).toEqual(['one', 'two']);
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

  it('reach the server through a proxy', async () => {
    const ca = certificate('ca');
    const server = new FakeApiServer();
    server.create(loadBalancer('web'));
    const http = await serve(server.session(), certificate('server', ca));
    const tunnels: (string | undefined)[] = [];
    const proxy = createServer().on('connect', (request, socket) => {
      tunnels.push(request.url);
      const onward = connect(Number(new URL(http.url).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      for (const end of [onward, socket]) end.on('error', () => onward.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const tls = { ca: ca.cert };
    const api = restApi({ ...credentials(http.url, { tls }), proxyUrl: `http://127.0.0.1:${port}` });
    closing.push(async () => void proxy.close(), http.close, api.close);
    expect((await api.request<Service>(get())).metadata.name).toBe('web');
    expect(tunnels).toEqual([new URL(http.url).host]);
  });
});
