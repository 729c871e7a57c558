import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect, findCredentials } from '../../../src/kube/config.ts';
import type { Service } from '../../../src/kube/types.ts';
import { FakeApiServer } from '../../fake/kube/api-server.ts';
import { certificate } from '../../fake/kube/certificate.ts';
import { serve } from '../../fake/kube/http-server.ts';
import { loadBalancer } from '../../fake/kube/objects.ts';

let dir = '';
let clock: ReturnType<typeof vi.spyOn> | undefined;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fairlead-config-'));
});

afterEach(async () => {
  clock?.mockRestore();
  clock = undefined;
  await rm(dir, { recursive: true });
});

/** From now on the monotonic clock is this much ahead; files and processes take real time. */
function skip(ms: number) {
  const now = performance.now.bind(performance);
  clock?.mockRestore();
  clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + ms);
}

async function file(name: string, text: string, mode = 0o600): Promise<string> {
  const path = join(dir, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

interface Config {
  readonly server?: string;
  readonly cluster?: object;
  readonly user?: object;
  readonly name?: string;
}

/** A kubeconfig with one context. JSON is YAML. */
function kubeconfig({
  server = 'https://one.example:6443',
  cluster = {},
  user = {},
  name = 'one',
}: Config = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server, ...cluster } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
}

/** An environment without the machine's own configuration. */
const nowhere = (more: object = {}) => ({ env: {}, home: dir, serviceAccountDirectory: join(dir, 'account'), ...more });
const inPod = (port = '6443') => ({ KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: port });

async function account(token = 'token-1') {
  await file('account/token', `${token}\n`);
  await file('account/ca.crt', 'CA');
}

describe('where the API server is looked for', () => {
  it('a given kubeconfig comes first, then KUBECONFIG, the pod, and the home directory', async () => {
    const given = await file('given', kubeconfig({ server: 'https://given.example' }));
    const byEnv = await file('by-env', kubeconfig({ server: 'https://env.example' }));
    await file('.kube/config', kubeconfig({ server: 'https://home.example' }));
    await account();
    const env = { ...inPod(), KUBECONFIG: byEnv };
    const server = async (options: object) => (await findCredentials(nowhere(options))).server;
    expect(await server({ kubeconfig: given, env })).toBe('https://given.example');
    expect(await server({ env })).toBe('https://env.example');
    expect(await server({ env: inPod() })).toBe('https://10.0.0.1:6443');
    expect(await server({ env: { KUBERNETES_SERVICE_HOST: 'fd00::1' } })).toBe('https://[fd00::1]:443');
    expect(await server({ env: inPod(), context: 'one' })).toBe('https://home.example');
    await rm(join(dir, 'account/token'));
    expect(await server({ env: inPod() })).toBe('https://home.example');
  });

  it('a failure names all that was tried', async () => {
    const error = findCredentials(nowhere());
    await expect(error).rejects.toThrow(/KUBECONFIG \(not set\).*KUBERNETES_SERVICE_HOST is not set.*\.kube\/config/);
    await expect(findCredentials(nowhere({ env: inPod() }))).rejects.toThrow(/no .*account\/token/);
    await expect(findCredentials(nowhere({ kubeconfig: '/no/such' }))).rejects.toThrow(
      'cannot read the kubeconfig /no/such',
    );
    await expect(findCredentials(nowhere({ env: { KUBECONFIG: '/no/such' } }))).rejects.toThrow(
      'KUBECONFIG is /no/such',
    );
  });

  it.each([
    ['no context', 'no context "two" in .*; there are: one', 'two', kubeconfig()],
    [
      'no current one',
      'no current-context',
      undefined,
      kubeconfig().replace('"current-context":"one"', '"current-context":""'),
    ],
    [
      'no cluster',
      'the cluster of context "one" is not in',
      undefined,
      kubeconfig().replace('"cluster":"one"', '"cluster":"x"'),
    ],
    ['no YAML', 'cannot load the kubeconfig', undefined, '{'],
    [
      'a proxy we do not speak',
      'proxy-url socks5://x is not supported',
      undefined,
      kubeconfig({ cluster: { 'proxy-url': 'socks5://x' } }),
    ],
  ])('a kubeconfig with %s is refused in words', async (_, message, context, text) => {
    const path = await file('config', text);
    await expect(findCredentials(nowhere({ kubeconfig: path, ...(context && { context }) }))).rejects.toThrow(
      new RegExp(message),
    );
  });

  it('several files are joined, the first to name a thing wins, missing ones are skipped', async () => {
    const files = [
      await file('a', kubeconfig({ server: 'https://a.example' })),
      join(dir, 'missing'),
      await file('b', kubeconfig({ server: 'https://b.example' })),
      await file('c', kubeconfig({ server: 'https://c.example', name: 'three' })),
    ];
    const env = { KUBECONFIG: files.join(delimiter) };
    expect((await findCredentials(nowhere({ env }))).server).toBe('https://a.example');
    expect((await findCredentials(nowhere({ env, context: 'three' }))).server).toBe('https://c.example');
  });
});

describe('credentials', () => {
  it('of the pod are read again after a minute, or at once when refused', async () => {
    await account();
    const credentials = await findCredentials(nowhere({ env: inPod() }));
    const token = async () => (await credentials.access()).headers.authorization;
    expect(await credentials.access()).toEqual({ headers: { authorization: 'Bearer token-1' }, tls: { ca: 'CA' } });
    await account('token-2');
    skip(59_000);
    expect(await token()).toBe('Bearer token-1');
    skip(61_000);
    expect(await token()).toBe('Bearer token-2');
    await account('token-3');
    expect([credentials.refused(), await token()]).toEqual([false, 'Bearer token-2']);
    skip(63_000);
    expect([credentials.refused(), await token()]).toEqual([true, 'Bearer token-3']);
  });

  it('of the pod that cannot be read are an error, and are tried again', async () => {
    await account();
    const credentials = await findCredentials(nowhere({ env: inPod() }));
    await rm(join(dir, 'account/token'));
    await expect(credentials.access()).rejects.toThrow('ENOENT');
    await account('back');
    expect((await credentials.access()).headers.authorization).toBe('Bearer back');
  });

  it.each([
    ['token', { token: 'secret' }, { authorization: 'Bearer secret' }],
    [
      'password',
      { username: 'me', password: 'pw' },
      { authorization: `Basic ${Buffer.from('me:pw').toString('base64')}` },
    ],
    [
      'impersonation',
      { token: 'secret', as: 'other' },
      { authorization: 'Bearer secret', 'impersonate-user': 'other' },
    ],
  ])('a %s of a kubeconfig becomes headers', async (_, user, headers) => {
    const path = await file('config', kubeconfig({ user }));
    const credentials = await findCredentials(nowhere({ kubeconfig: path }));
    expect((await credentials.access()).headers).toEqual(headers);
  });

  it('certificates of a kubeconfig are read from data and from files beside it', async () => {
    await file('ca.pem', 'CA-FILE');
    const data = (text: string) => Buffer.from(text).toString('base64');
    const path = await file(
      'config',
      kubeconfig({
        cluster: {
          'certificate-authority': 'ca.pem',
          'tls-server-name': 'inner.example',
          'insecure-skip-tls-verify': true,
        },
        user: { 'client-certificate-data': data('CERT'), 'client-key-data': data('KEY') },
      }),
    );
    const { tls } = await (await findCredentials(nowhere({ kubeconfig: path }))).access();
    expect(tls).toEqual({
      ca: 'CA-FILE',
      cert: 'CERT',
      key: 'KEY',
      servername: 'inner.example',
      rejectUnauthorized: false,
    });
  });

  it('a tokenFile of a kubeconfig is followed as it rotates', async () => {
    await file('tokens/mine', 'first\n');
    const path = await file('config', kubeconfig({ user: { tokenFile: 'tokens/mine', token: 'ignored' } }));
    const credentials = await findCredentials(nowhere({ kubeconfig: path }));
    const token = async () => (await credentials.access()).headers.authorization;
    expect(await token()).toBe('Bearer first');
    await file('tokens/mine', 'second\n');
    skip(11_000);
    expect([credentials.refused(), await token()]).toEqual([true, 'Bearer second']);
  });

  it('an exec plugin is run with what it is promised, once while its token lives, and again when refused', async () => {
    const script = `#!/bin/sh
echo run >> "${join(dir, 'runs')}"
n=$(wc -l < "${join(dir, 'runs')}")
info=$(printf %s "$KUBERNETES_EXEC_INFO" | tr -d '"{}')
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s run %s %s"}}' "$1" "$((n))" "$info"`;
    await file('bin/plugin', script, 0o700);
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: './bin/plugin',
      args: ['arg'],
      provideClusterInfo: true,
    };
    const path = await file('config', kubeconfig({ user: { exec } }));
    const credentials = await findCredentials(nowhere({ kubeconfig: path }));
    const token = async () => (await credentials.access()).headers.authorization;
    const first = await token();
    expect(first).toMatch(
      /^Bearer arg run 1 apiVersion:client.authentication.k8s.io\/v1,kind:ExecCredential,spec:interactive:false,cluster:server:https:\/\/one.example:6443/,
    );
    skip(6_000);
    expect(await token()).toBe(first);
    expect(credentials.refused()).toBe(false);
    skip(11_000);
    expect(credentials.refused()).toBe(true);
    expect(await token()).toMatch(/^Bearer arg run 2/);
  });

  it('an exec plugin that fails or is missing is an error that names it', async () => {
    await file('bin/failing', '#!/bin/sh\necho log in first >&2; exit 1', 0o700);
    for (const [command, message] of [
      ['./bin/failing', 'log in first'],
      ['no-such-plugin', 'spawn no-such-plugin ENOENT'],
    ] as const) {
      const path = await file('config', kubeconfig({ user: { exec: { command } } }));
      const credentials = await findCredentials(nowhere({ kubeconfig: path }));
      await expect(credentials.access()).rejects.toThrow(message);
    }
  });
});

describe('connect', () => {
  it('reaches a server over TLS with the certificate authority and token of a kubeconfig', async () => {
    const ca = certificate('ca');
    const server = new FakeApiServer();
    server.create(loadBalancer('web'));
    const http = await serve(server.session(), certificate('server', ca));
    const seen: (string | undefined)[] = [];
    http.faults.push(({ headers }) => {
      seen.push(headers.authorization);
      return undefined;
    });
    const cluster = { 'certificate-authority-data': Buffer.from(ca.cert).toString('base64') };
    const path = await file('config', kubeconfig({ server: http.url, cluster, user: { token: 'secret' } }));
    const api = await connect(nowhere({ kubeconfig: path }));
    const request = {
      method: 'GET',
      path: '/api/v1/namespaces/default/services/web',
      signal: new AbortController().signal,
    } as const;
    expect((await api.request<Service>(request)).metadata.name).toBe('web');
    expect(seen).toEqual(['Bearer secret']);
    await api.close();
    await http.close();
  });

  it('reaches a plain server, such as a local proxy', async () => {
    const server = new FakeApiServer();
    const http = await serve(server.session());
    const path = await file('config', kubeconfig({ server: http.url }));
    const api = await connect(nowhere({ kubeconfig: path }));
    const request = { method: 'GET', path: '/api/v1/nodes', signal: new AbortController().signal } as const;
    expect(await api.request(request)).toMatchObject({ kind: 'NodeList', items: [] });
    await api.close();
    await http.close();
  });
});
