import { describe, expect, it } from 'vitest';
import { KubeError } from '../../../src/kube/api.ts';
import {
  addFinalizer,
  CLEANUP_FINALIZER,
  patchAnnotations,
  patchStatus,
  readService,
  removeFinalizer,
} from '../../../src/kube/patch.ts';
import type { Service } from '../../../src/kube/types.ts';
import { FakeApiServer } from '../../fake/kube/api-server.ts';
import { loadBalancer } from '../../fake/kube/objects.ts';

const { signal } = new AbortController();
const KEY = 'default/web';

function start(more: Parameters<typeof loadBalancer>[1] = {}) {
  const server = new FakeApiServer();
  const service = server.create<Service>(loadBalancer('web', more));
  const api = server.session();
  return { server, service, api, live: () => server.get<Service>('Service', KEY) };
}

const condition = (status: 'True' | 'False', message = '') =>
  ({ status, reason: 'Because', message, lastTransitionTime: '2026-01-01T00:00:00Z' }) as const;

describe('the finalizer', () => {
  it('is added and removed through the status subresource, beside those of others', async () => {
    const { server, service, api, live } = start({ metadata: { finalizers: ['other/one'] } });
    const held = await addFinalizer(api, service, signal);
    expect(held.metadata.finalizers).toEqual(['other/one', CLEANUP_FINALIZER]);
    expect(live()?.metadata.finalizers).toEqual(held.metadata.finalizers);
    const freed = await removeFinalizer(api, held, signal);
    expect(freed.metadata.finalizers).toEqual(['other/one']);
    expect(new Set(server.calls.map(({ method, path }) => `${method} ${path}`))).toEqual(
      new Set(['PATCH /api/v1/namespaces/default/services/web/status']),
    );
  });

  it('costs no call where the Service shows it already, or shows that it is off', async () => {
    const { server, service, api } = start({ metadata: { finalizers: [CLEANUP_FINALIZER] } });
    expect(await addFinalizer(api, service, signal)).toBe(service);
    expect(
      await removeFinalizer(api, { ...service, metadata: { ...service.metadata, finalizers: [] } }, signal),
    ).toBeDefined();
    expect(server.calls).toEqual([]);
  });

  it('loses nobody else’s finalizer in a race', async () => {
    const { server, service, api, live } = start();
    server.patch('Service', KEY, { metadata: { finalizers: ['foreign/late'] } });
    const held = await addFinalizer(api, service, signal);
    expect(held.metadata.finalizers).toEqual(['foreign/late', CLEANUP_FINALIZER]);
    expect(live()?.metadata.finalizers).toEqual(held.metadata.finalizers);
  });

  it('gives up with the conflict after three attempts', async () => {
    const { server, service, api } = start();
    server.faults.push(({ method }) => {
      if (method === 'PATCH')
        server.patch('Service', KEY, { metadata: { labels: { n: String(server.storage.version) } } });
      return undefined;
    });
    await expect(addFinalizer(api, service, signal)).rejects.toMatchObject({ status: 409 });
    expect(server.calls.filter(({ method }) => method === 'PATCH')).toHaveLength(3);
  });

  it('is not believed on unless the answer shows it', async () => {
    const { service } = start();
    const api = { request: async <T>() => service as T, watch: async function* () {} };
    await expect(addFinalizer(api, service, signal)).rejects.toMatchObject({ status: 409 });
  });

  it('never lands on a new Service of the same name', async () => {
    const { server, service, api, live } = start();
    server.delete('Service', KEY);
    await expect(addFinalizer(api, service, signal)).rejects.toMatchObject({ status: 404 });
    server.create(loadBalancer('web'));
    await expect(addFinalizer(api, service, signal)).rejects.toMatchObject({ status: 404 });
    await expect(readService(api, service, signal)).rejects.toMatchObject({ status: 404 });
    await expect(patchStatus(api, service, { ingress: [] }, signal)).rejects.toMatchObject({ status: 404 });
    await expect(patchAnnotations(api, service, { a: 'b' }, signal)).rejects.toMatchObject({ status: 404 });
    expect(live()?.metadata).not.toHaveProperty('finalizers');
  });

  it('cannot be added to a Service that is being deleted', async () => {
    const { server, service, api } = start({ metadata: { finalizers: ['other/one'] } });
    server.delete('Service', KEY);
    await expect(addFinalizer(api, service, signal)).rejects.toMatchObject({
      status: 422,
      fields: ['metadata.finalizers'],
    });
  });

  it('lets a deleted Service go when it was the last one', async () => {
    const { server, service, api, live } = start();
    await addFinalizer(api, service, signal);
    server.delete('Service', KEY);
    expect(live()?.metadata.deletionTimestamp).toBeDefined();
    const last = await removeFinalizer(api, live()!, signal);
    expect(last.metadata.uid).toBe(service.metadata.uid);
    expect(live()).toBeUndefined();
  });

  it('is found to be there after an answer that was lost', async () => {
    const { server, service, api } = start();
    server.faults.push(({ number }) => (number === 1 ? { fault: 'lose' } : undefined));
    await expect(addFinalizer(api, service, signal)).rejects.toMatchObject({ status: 0 });
    expect((await addFinalizer(api, service, signal)).metadata.finalizers).toEqual([CLEANUP_FINALIZER]);
  });
});

describe('the status', () => {
  it('gets ingress as a whole and conditions by type, and keeps what is not ours', async () => {
    const { server, service, api, live } = start();
    const foreign = { type: 'LoadBalancerPortsError', ...condition('False') };
    server.patch('Service', KEY, { status: { conditions: [foreign], future: { kept: true } } }, '/status');
    const first = {
      ingress: [{ hostname: 'a.example' }, { ip: '192.0.2.1' }],
      conditions: { 'x/A': condition('False'), 'x/B': condition('True') },
    };
    await patchStatus(api, service, first, signal);
    const after = await patchStatus(
      api,
      service,
      { ingress: [{ hostname: 'b.example' }], conditions: { 'x/A': condition('True', 'ok'), 'x/B': null } },
      signal,
    );
    expect(after.status).toEqual({
      loadBalancer: { ingress: [{ hostname: 'b.example' }] },
      conditions: [{ type: 'x/A', ...condition('True', 'ok') }, foreign],
      future: { kept: true },
    });
    expect(live()?.status).toEqual(after.status);
  });

  it('is not in conflict with another writer, whose condition stays', async () => {
    const { server, service, api } = start();
    const foreign = { type: 'other/One', ...condition('True') };
    server.patch('Service', KEY, { status: { conditions: [foreign] } }, '/status');
    const after = await patchStatus(api, service, { conditions: { 'x/A': condition('True') } }, signal);
    expect(after.status?.conditions?.map(({ type }) => type)).toEqual(['x/A', 'other/One']);
  });

  it('leaves out what is not to change, and clears an ingress', async () => {
    const { service, api } = start();
    await patchStatus(api, service, { ingress: [{ ip: '192.0.2.1' }] }, signal);
    const same = await patchStatus(api, service, { conditions: { 'x/A': condition('True') } }, signal);
    expect(same.status?.loadBalancer).toEqual({ ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }] });
    const cleared = await patchStatus(api, service, { ingress: [] }, signal);
    expect(cleared.status?.loadBalancer).toEqual({});
  });

  it('cannot change the spec, and hands on a refusal', async () => {
    const { server, service, api } = start();
    const denied = new KubeError('admission says no', { status: 403, reason: 'Forbidden' });
    server.faults.push(({ number }) => (number === 1 ? { fault: 'error', error: denied } : undefined));
    await expect(patchStatus(api, service, { ingress: [] }, signal)).rejects.toBe(denied);
    server.patch('Service', KEY, { spec: { type: 'ClusterIP' } });
    await expect(patchStatus(api, service, { ingress: [{ ip: '192.0.2.1' }] }, signal)).rejects.toMatchObject({
      status: 422,
    });
  });
});

describe('annotations', () => {
  it('are set and removed by key; fields that we do not know survive all our patches', async () => {
    const spec = { brandNew: { deep: [1, { a: 'b' }] } };
    const { server, service, api, live } = start({ metadata: { annotations: { theirs: 'x', ours: 'old' } }, spec });
    await addFinalizer(api, service, signal);
    await patchStatus(
      api,
      service,
      { ingress: [{ ip: '192.0.2.1' }], conditions: { 'x/A': condition('True') } },
      signal,
    );
    const after = await patchAnnotations(api, service, { ours: null, more: 'y' }, signal);
    expect(after.metadata.annotations).toEqual({ theirs: 'x', more: 'y' });
    expect(live()?.spec).toMatchObject(spec);
    expect(server.calls.at(-1)?.path).toBe('/api/v1/namespaces/default/services/web/status');
  });
});
