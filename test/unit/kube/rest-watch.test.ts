import { describe, expect, it } from 'vitest';
import { hasStatus, type WatchEvent } from '../../../src/kube/api.ts';
import { restApi } from '../../../src/kube/rest.ts';
import type { KubeList, Service } from '../../../src/kube/types.ts';
import { FakeApiServer } from '../../fake/kube/api-server.ts';
import { type HttpFault, serve } from '../../fake/kube/http-server.ts';
import { loadBalancer } from '../../fake/kube/objects.ts';
import { closeAfterEach, closing, credentials, failure, forever, get, once, SERVICES, start } from './http-fixture.ts';

closeAfterEach();

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
