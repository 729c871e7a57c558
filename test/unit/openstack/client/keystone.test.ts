// Logging in: the body of each method, what is done with a refusal, and who is told which secret.
import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { getLoadBalancer, listLoadBalancers } from '../../../../providers/openstack/client/octavia.ts';
import type { Login } from '../../../../providers/openstack/credentials/login.ts';
import { CloudServer, PASSWORD, type Reply, scope } from './cloud-server.ts';

const refused: Reply = {
  status: 401,
  body: { error: { code: 401, title: 'Unauthorized', message: 'Wrong password.' } },
};

let cloud: CloudServer;
afterEach(async () => {
  vi.useRealTimers();
  await cloud.stop();
});

/** Everything that a log could show of an error, its causes too. */
function told(thrown: unknown): string {
  const all: unknown[] = [];
  for (let each = thrown; each instanceof Error; each = each.cause)
    all.push(each.message, each.stack, JSON.stringify(each));
  return `${all.join('\n')}\n${inspect(thrown, { depth: 10 })}`;
}

const user = { name: 'k8s', domain: { name: 'Default' } };
const CASES: readonly [string, Partial<Login>, object][] = [
  [
    'a password, for a project by name',
    { method: { kind: 'password', user, password: 'pw' }, scope: { project: { name: 'demo', domain: { id: 'd' } } } },
    {
      identity: { methods: ['password'], password: { user: { ...user, password: 'pw' } } },
      scope: { project: { name: 'demo', domain: { id: 'd' } } },
    },
  ],
  [
    'a password by a trust',
    { method: { kind: 'password', user: { id: 'u' }, password: 'pw' }, scope: { trustId: 't' } },
    {
      identity: { methods: ['password'], password: { user: { id: 'u', password: 'pw' } } },
      scope: { 'OS-TRUST:trust': { id: 't' } },
    },
  ],
  [
    'a token, for a domain',
    { method: { kind: 'token', token: 'tok' }, scope: { domain: { name: 'Default' } } },
    { identity: { methods: ['token'], token: { id: 'tok' } }, scope: { domain: { name: 'Default' } } },
  ],
];

describe('a login', () => {
  it.each(CASES)('with %s', async (_, login, auth) => {
    cloud = await CloudServer.start();
    await cloud.open(login);
    expect(cloud.logins).toMatchObject([{ method: 'POST', target: '/v3/auth/tokens', body: { auth } }]);
    expect(cloud.logins[0]?.body).toEqual({ auth });
  });

  it.each([
    ['its id', { id: 'ac' }, { id: 'ac', secret: 's' }],
    ['its name', { name: 'ac', user }, { name: 'ac', user, secret: 's' }],
  ])('with an application credential by %s has no scope', async (_, credential, body) => {
    cloud = await CloudServer.start();
    const session = await cloud.open({ method: { kind: 'application-credential', credential, secret: 's' } });
    expect(cloud.logins[0]?.body).toMatchObject({
      auth: { identity: { methods: ['application_credential'], application_credential: body } },
    });
    const { catalog, ...identity } = await session.access(scope);
    expect(identity).toEqual({ projectId: 'p1', projectName: 'demo', userName: 'k8s', roles: ['member'] });
    expect(catalog).toHaveLength(3);
    expect(await session.endpoint('network', scope)).toBe(`${cloud.url}/net/v2.0/`);
  });

  it.each(['', '/', '/v3', '/v3/', '/identity', '/identity/v3', '/v2.0'])('finds Keystone at %j', async (path) => {
    cloud = await CloudServer.start();
    await cloud.open({ authUrl: cloud.url + path });
    const root = path.startsWith('/identity') ? '/identity' : '';
    expect(cloud.logins[0]?.target).toBe(`${root}/v3/auth/tokens`);
  });

  it('is tried again where no answer came', async () => {
    cloud = await CloudServer.start({ login: (count) => (count === 1 ? { cut: 'before' } : undefined) });
    await cloud.open();
    expect(cloud.logins).toHaveLength(2);
  });

  it.each([
    ['a body without a token', { status: 201, headers: { 'x-subject-token': 't' }, body: {} }],
    ['no JSON', { status: 201, headers: { 'x-subject-token': 't' }, body: '<html>' }],
    ['no header', { status: 201, body: { token: {} } }],
  ])('with %s for an answer is none', async (_, reply) => {
    cloud = await CloudServer.start({ login: () => reply });
    await expect(cloud.open()).rejects.toMatchObject({
      code: 'network',
      message: 'Keystone gave no usable answer to Authenticate (the answer holds no token)',
    });
  });

  it('where there is no Keystone says so', async () => {
    cloud = await CloudServer.start({ login: () => ({ status: 404, body: '<h1>Not Found</h1>' }) });
    await expect(cloud.open()).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('there is no Keystone v3 at the authentication URL'),
    });
  });

  it('that is redirected goes nowhere', async () => {
    cloud = await CloudServer.start({
      login: () => ({ status: 302, headers: { location: `${cloud.url}/elsewhere` } }),
    });
    await expect(cloud.open()).rejects.toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('redirect'),
    });
    expect(cloud.requests).toEqual([]);
  });
});

describe('a refused login', () => {
  it('is not tried again at once, whoever asks', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    let wrong = false;
    cloud = await CloudServer.start({
      tokenLifeMs: 600_000,
      login: () => (wrong ? refused : undefined),
      answer: () => ({ body: { loadbalancers: [] } }),
    });
    const session = await cloud.open();
    wrong = true;
    vi.advanceTimersByTime(600_000);
    for (const _ of [1, 2, 3]) {
      await expect(listLoadBalancers(session, {}, scope)).rejects.toMatchObject({
        code: 'denied',
        message: 'Keystone refuses Authenticate: the credentials are not accepted (401: Wrong password.)',
      });
    }
    expect(cloud.logins).toHaveLength(2);
    wrong = false;
    vi.advanceTimersByTime(31_000);
    expect(await listLoadBalancers(session, {}, scope)).toEqual([]);
  });

  it('of one who was stopped is none of the others’', async () => {
    const stop = new AbortController();
    const end = Promise.withResolvers<void>();
    vi.useFakeTimers({ toFake: ['performance'] });
    cloud = await CloudServer.start({
      tokenLifeMs: 600_000,
      login: async (count) => {
        if (count !== 2) return undefined;
        stop.abort();
        await end.promise;
        return undefined;
      },
      answer: () => ({ body: { loadbalancer: { id: 'a' } } }),
    });
    const session = await cloud.open();
    vi.advanceTimersByTime(600_000);
    const [first, second] = await Promise.allSettled([
      getLoadBalancer(session, 'a', { ...scope, signal: stop.signal }),
      getLoadBalancer(session, 'b', scope),
    ]);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'stopped' } });
    expect(second).toMatchObject({ status: 'fulfilled' });
    end.resolve();
  });
});

describe('secrets', () => {
  it('are told to who keeps them', async () => {
    const kept: [string, string][] = [];
    cloud = await CloudServer.start();
    await cloud.open({}, { onSecret: (...secret) => kept.push(secret) });
    expect(kept).toEqual([
      ['openstack-password', PASSWORD],
      ['openstack-session', 'token-1'],
    ]);
  });

  it.each<[string, Reply]>([
    ['in a refusal', { status: 400, body: { error: { code: 400, message: `no ${PASSWORD} and token-secret` } } }],
    ['in text of another form', { status: 503, body: `<p>${PASSWORD}</p>` }],
    ['in a denial', { status: 403, body: { error: { code: 403, message: PASSWORD } } }],
    ['in a broken answer', { status: 201, body: `{"${PASSWORD}` }],
    ['with no answer', { cut: 'before' }],
  ])('are never shown, though the server says them (%s)', async (_, reply) => {
    cloud = await CloudServer.start({ login: () => reply });
    const thrown = await cloud.open().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(Error);
    const all = told(thrown) + JSON.stringify(cloud.records);
    for (const form of [PASSWORD, JSON.stringify(PASSWORD).slice(1, -1), encodeURIComponent(PASSWORD), 'sw0rdfish']) {
      expect(all).not.toContain(form);
    }
  });

  it('are not shown by services either', async () => {
    const text = `the token token-1 of ${PASSWORD}`;
    cloud = await CloudServer.start({
      answer: () => ({ status: 400, body: { faultcode: 'Client', faultstring: text } }),
    });
    const session = await cloud.open();
    const thrown = await getLoadBalancer(session, 'a', scope).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ message: expect.stringContaining('the token [redacted] of [redacted]') });
    expect(told(thrown)).not.toMatch(/token-1|sw0rdfish/);
  });
});
