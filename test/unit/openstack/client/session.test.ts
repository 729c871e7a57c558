// Calls through the gate: tokens that are renewed, pages, lost and useless answers, and what is recorded of them.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { getSecretContainer } from '../../../../providers/openstack/client/barbican.ts';
import { isAbsent } from '../../../../providers/openstack/client/errors.ts';
import { listFloatingIps, updatePort } from '../../../../providers/openstack/client/neutron.ts';
import {
  createLoadBalancer,
  deleteLoadBalancer,
  getApiVersion,
  getLoadBalancer,
  isAtLeast,
  listLoadBalancers,
  updateMembers,
} from '../../../../providers/openstack/client/octavia.ts';
import { CloudServer, scope } from './cloud-server.ts';

const unauthorized = {
  status: 401,
  body: { error: { code: 401, message: 'The request you have made requires auth.' } },
};
const lb = (id: string) => ({ id, name: id });

let cloud: CloudServer;
afterEach(async () => {
  vi.useRealTimers();
  await cloud.stop();
});

describe('a call', () => {
  it('carries the token, and is recorded with its request id', async () => {
    cloud = await CloudServer.start({ answer: () => ({ body: { loadbalancer: lb('a') } }) });
    const session = await cloud.open();
    expect(await getLoadBalancer(session, 'a', scope)).toEqual(lb('a'));
    const [request] = cloud.requests;
    expect(request).toMatchObject({ method: 'GET', target: '/lb/v2/lbaas/loadbalancers/a' });
    expect(request?.headers).toMatchObject({ 'x-auth-token': 'token-1', 'user-agent': 'fairlead' });
    expect(
      cloud.records.map(({ service, operation, write, code, requestId }) => [
        service,
        operation,
        write,
        code,
        requestId,
      ]),
    ).toEqual([
      ['keystone', 'Authenticate', false, 'ok', 'req-1'],
      ['octavia', 'GetLoadBalancer', false, 'ok', 'req-1'],
    ]);
  });

  it('that writes sends its body and headers once, and needs no answer', async () => {
    cloud = await CloudServer.start({
      answer: ({ method }) => (method === 'DELETE' ? { status: 204 } : { status: 202, body: '' }),
    });
    const session = await cloud.open();
    const member = { address: '10.0.0.1', protocol_port: 80 };
    await updateMembers(session, 'p', [member], scope);
    await deleteLoadBalancer(session, 'a', scope);
    expect(cloud.requests).toMatchObject([
      { method: 'PUT', target: '/lb/v2/lbaas/pools/p/members', body: { members: [member] } },
      { method: 'DELETE', target: '/lb/v2/lbaas/loadbalancers/a?cascade=true', body: undefined },
    ]);
    expect(cloud.records.slice(1).every(({ write, code }) => write && code === 'ok')).toBe(true);
  });

  it('can be held to a revision', async () => {
    cloud = await CloudServer.start({ answer: () => ({ body: { port: { id: 'a' } } }) });
    await updatePort(await cloud.open(), 'a', { security_groups: ['g'] }, 7, scope);
    expect(cloud.requests[0]).toMatchObject({
      target: '/net/v2.0/ports/a',
      headers: { 'if-match': 'revision_number=7' },
      body: { port: { security_groups: ['g'] } },
    });
  });

  it('is one where equal reads are in flight, and another for another filter', async () => {
    cloud = await CloudServer.start({ answer: () => ({ body: { floatingips: [] } }) });
    const session = await cloud.open();
    const of = (port: string) => listFloatingIps(session, { port_id: [port, 'b c'] }, scope);
    await Promise.all([of('a'), of('a'), of('z')]);
    expect(cloud.requests.map(({ target }) => target).sort()).toEqual([
      '/net/v2.0/floatingips?port_id=a&port_id=b+c',
      '/net/v2.0/floatingips?port_id=z&port_id=b+c',
    ]);
  });

  it('goes over the connection of the one before', async () => {
    cloud = await CloudServer.start({ answer: () => ({ body: { loadbalancer: lb('a') } }) });
    const session = await cloud.open();
    for (const id of ['a', 'b', 'c']) await getLoadBalancer(session, id, scope);
    expect([cloud.requests.length, cloud.connections]).toEqual([3, 1]);
  });

  it('cannot leave its path by an id', async () => {
    cloud = await CloudServer.start({ answer: () => ({ body: { loadbalancer: lb('a') } }) });
    const session = await cloud.open();
    await getLoadBalancer(session, '../quotas?x', scope);
    expect(cloud.requests[0]?.target).toBe('/lb/v2/lbaas/loadbalancers/..%2Fquotas%3Fx');
    for (const id of ['', '.', '..']) {
      await expect(getLoadBalancer(session, id, scope)).rejects.toMatchObject({ code: 'bug' });
    }
  });
});

describe('a refused token', () => {
  it('is renewed once, and the call sent again, a write too', async () => {
    cloud = await CloudServer.start({
      answer: ({ headers }) =>
        headers['x-auth-token'] === 'token-1' ? unauthorized : { status: 201, body: { loadbalancer: lb('a') } },
    });
    const session = await cloud.open();
    expect(await createLoadBalancer(session, { vip_subnet_id: 's' }, scope)).toEqual(lb('a'));
    expect(cloud.logins).toHaveLength(2);
    expect(cloud.requests.map(({ headers }) => headers['x-auth-token'])).toEqual(['token-1', 'token-2']);
  });

  it('is renewed once for all who were refused at the same time', async () => {
    const all = Promise.withResolvers<void>();
    cloud = await CloudServer.start({
      login: async (count) => {
        if (count > 1) await all.promise;
        return undefined;
      },
      answer: ({ headers }, count) => {
        if (count === 5) all.resolve();
        return headers['x-auth-token'] === 'token-1' ? unauthorized : { body: { loadbalancer: lb('a') } };
      },
    });
    const session = await cloud.open();
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => getLoadBalancer(session, id, scope)));
    expect(cloud.logins).toHaveLength(2);
    expect(cloud.requests).toHaveLength(10);
  });

  it('is not renewed where another call has done so meanwhile', async () => {
    const first = Promise.withResolvers<void>();
    cloud = await CloudServer.start({
      answer: async ({ headers, target }) => {
        if (headers['x-auth-token'] !== 'token-1') return { body: { loadbalancer: lb('a') } };
        if (target.endsWith('/late')) await first.promise;
        return unauthorized;
      },
    });
    const session = await cloud.open();
    const late = getLoadBalancer(session, 'late', scope);
    await getLoadBalancer(session, 'a', scope);
    first.resolve();
    await late;
    expect(cloud.logins).toHaveLength(2);
  });

  it('is not renewed twice for one call: it is denied then', async () => {
    cloud = await CloudServer.start({ answer: () => unauthorized });
    const session = await cloud.open();
    await expect(getLoadBalancer(session, 'a', scope)).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringContaining('Octavia refuses GetLoadBalancer: the credentials are not accepted (401'),
    });
    expect([cloud.logins.length, cloud.requests.length]).toEqual([2, 2]);
  });
});

describe('a token', () => {
  it('is used until a minute before its end, by the clock of Keystone', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    cloud = await CloudServer.start({ tokenLifeMs: 600_000, answer: () => ({ body: { loadbalancer: lb('a') } }) });
    const session = await cloud.open();
    vi.advanceTimersByTime(539_000);
    await getLoadBalancer(session, 'a', scope);
    expect(cloud.logins).toHaveLength(1);
    vi.advanceTimersByTime(2_000);
    await Promise.all([getLoadBalancer(session, 'a', scope), getLoadBalancer(session, 'b', scope)]);
    expect(cloud.logins).toHaveLength(2);
    expect(cloud.requests.map(({ headers }) => headers['x-auth-token'])).toEqual(['token-1', 'token-2', 'token-2']);
  });

  it('that ends within two minutes is used for half of that', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    cloud = await CloudServer.start({ tokenLifeMs: 40_000, answer: () => ({ body: { loadbalancer: lb('a') } }) });
    const session = await cloud.open();
    vi.advanceTimersByTime(19_000);
    await getLoadBalancer(session, 'a', scope);
    expect(cloud.logins).toHaveLength(1);
    vi.advanceTimersByTime(2_000);
    await getLoadBalancer(session, 'a', scope);
    expect(cloud.logins).toHaveLength(2);
  });
});

describe('a list', () => {
  it('goes through all pages, each a call, and keeps its filters and its host', async () => {
    cloud = await CloudServer.start({
      answer: ({ target }, count) => ({
        body: {
          loadbalancers: [lb(`lb-${count}`)],
          ...(count < 3 && {
            loadbalancers_links: [
              { rel: 'previous', href: 'http://internal.example/x?marker=no' },
              { rel: 'next', href: `http://internal.example/other${target.split('?')[0]}?marker=m${count}` },
            ],
          }),
        },
      }),
    });
    const session = await cloud.open();
    const found = await listLoadBalancers(session, { name: 'kube' }, scope);
    expect(found.map(({ id }) => id)).toEqual(['lb-1', 'lb-2', 'lb-3']);
    expect(cloud.requests.map(({ target }) => target)).toEqual([
      '/lb/v2/lbaas/loadbalancers?name=kube',
      '/lb/v2/lbaas/loadbalancers?name=kube&marker=m1',
      '/lb/v2/lbaas/loadbalancers?name=kube&marker=m2',
    ]);
    expect(cloud.records.filter(({ operation }) => operation === 'ListLoadBalancers')).toHaveLength(3);
  });

  it('ends where its pages go round', async () => {
    cloud = await CloudServer.start({
      answer: () => ({
        body: { floatingips: [{ id: 'a' }], floatingips_links: [{ rel: 'next', href: 'http://h/?marker=a' }] },
      }),
    });
    const session = await cloud.open();
    await expect(listFloatingIps(session, {}, scope)).rejects.toMatchObject({ code: 'unavailable' });
    expect(cloud.requests).toHaveLength(2);
  });

  it.each([
    ['without its items', { body: { other: [] } }],
    ['with something else than a list', { body: { loadbalancers: {} } }],
    ['that is null', { body: 'null' }],
  ])('%s is no list', async (_, reply) => {
    cloud = await CloudServer.start({ answer: () => reply });
    const session = await cloud.open();
    await expect(listLoadBalancers(session, {}, scope)).rejects.toMatchObject({
      code: 'network',
      message: 'Octavia gave no usable answer to ListLoadBalancers',
    });
  });
});

describe('no answer', () => {
  it.each(['before', 'within'] as const)(
    '(cut %s it) is tried again for a read, and never for a write',
    async (cut) => {
      cloud = await CloudServer.start({
        answer: ({ method }, count) =>
          method === 'GET' && count > 1 ? { body: { loadbalancer: lb('a') } } : { cut, body: 'x' },
      });
      const session = await cloud.open();
      expect(await getLoadBalancer(session, 'a', scope)).toEqual(lb('a'));
      expect(cloud.requests).toHaveLength(2);
      await expect(createLoadBalancer(session, {}, scope)).rejects.toMatchObject({ code: 'network', ambiguous: true });
      expect(cloud.requests).toHaveLength(3);
    },
  );

  it('that can be read is one too', async () => {
    cloud = await CloudServer.start({ answer: () => ({ status: 201, body: '<html>token-1</html>' }) });
    const session = await cloud.open();
    await expect(createLoadBalancer(session, {}, scope)).rejects.toMatchObject({
      code: 'network',
      message: 'Octavia gave no usable answer to CreateLoadBalancer (the answer is no JSON)',
      requestId: 'req-1',
    });
  });

  it('that is too long is one', async () => {
    cloud = await CloudServer.start({ answer: () => ({ body: { loadbalancer: { id: 'x'.repeat(100_000) } } }) });
    const session = await cloud.open({}, { maxAnswerBytes: 50_000 });
    await expect(createLoadBalancer(session, {}, scope)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('the answer is longer than 50000 bytes'),
    });
  });

  it('in time is one', async () => {
    const never = Promise.withResolvers<object>();
    cloud = await CloudServer.start({ answer: () => never.promise });
    const session = await cloud.open({ requestTimeoutMs: 50 });
    await expect(createLoadBalancer(session, {}, scope)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('no answer in 0.05 s'),
    });
    never.resolve({});
  });

  it('because the host stops says so', async () => {
    const stop = new AbortController();
    cloud = await CloudServer.start({
      answer: async () => {
        stop.abort();
        return {};
      },
    });
    const session = await cloud.open();
    const call = getLoadBalancer(session, 'a', { ...scope, signal: stop.signal });
    await expect(call).rejects.toMatchObject({ code: 'stopped' });
  });
});

describe('where nothing may be written', () => {
  it('a write is not sent, and logging in and reading work', async () => {
    cloud = await CloudServer.start({
      gate: { mayWriteForMs: () => 0 },
      answer: () => ({ body: { loadbalancer: lb('a') } }),
    });
    const session = await cloud.open();
    await getLoadBalancer(session, 'a', scope);
    await expect(createLoadBalancer(session, {}, scope)).rejects.toMatchObject({ code: 'fenced' });
    expect(cloud.requests).toHaveLength(1);
  });
});

describe('absence', () => {
  it('is what the service says itself', async () => {
    const own = { status: 404, body: { faultcode: 'Client', faultstring: 'Load Balancer a not found.' } };
    cloud = await CloudServer.start({
      answer: ({ target }) => (target.endsWith('/a') ? own : { status: 404, body: 'x' }),
    });
    const session = await cloud.open();
    const absent = (id: string) => getLoadBalancer(session, id, scope).then(undefined, isAbsent);
    expect(await absent('a')).toBe(true);
    expect(await absent('b')).toBe(false);
  });
});

describe('a TLS reference', () => {
  const id = 'aaaaaaaa-0000-4000-8000-000000000000';

  it.each([
    ['containers', 'container'],
    ['secrets', 'secret'],
  ])("is looked up in the catalog's Barbican, whatever its host (%s)", async (collection, kind) => {
    cloud = await CloudServer.start({ answer: () => ({ body: { name: 'tls', status: 'ACTIVE' } }) });
    const session = await cloud.open();
    const found = await getSecretContainer(session, `https://elsewhere:9311/v1/${collection}/${id}`, scope);
    expect(found).toEqual({ kind, name: 'tls', status: 'ACTIVE' });
    expect(cloud.requests[0]?.target).toBe(`/kms/v1/${collection}/${id}`);
  });

  it.each(['', 'tls', `https://h/v1/orders/${id}`, 'https://h/v1/secrets/../x', `https://h/v1/secrets/${id}?x`])(
    'that is %j is none',
    async (reference) => {
      cloud = await CloudServer.start();
      const session = await cloud.open();
      await expect(getSecretContainer(session, reference, scope)).rejects.toMatchObject({ code: 'rejected' });
      expect(cloud.requests).toEqual([]);
    },
  );
});

describe("Octavia's version", () => {
  it('is the highest of its list', async () => {
    const ids = ['v2.0', 'v2.9', 'v2.30', 'v2.12', 'next', 7];
    cloud = await CloudServer.start({ answer: () => ({ body: { versions: ids.map((id) => ({ id })) } }) });
    const session = await cloud.open();
    const version = await getApiVersion(session, scope);
    expect(version).toEqual({ major: 2, minor: 30 });
    expect(cloud.requests[0]?.target).toBe('/lb/');
    const has = (minor: number) => isAtLeast(version, { major: 2, minor });
    expect([has(29), has(30), has(31), isAtLeast(version, { major: 3, minor: 0 })]).toEqual([true, true, false, false]);
  });
});
