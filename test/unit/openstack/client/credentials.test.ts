// From where and how to log in: each source, which of them counts, and all that is missing or wrong, without a secret.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GLOBAL_KEYS } from '../../../../providers/openstack/credentials/cloud-conf.ts';
import { secretForms, secretsOf, secretVariables } from '../../../../providers/openstack/credentials/login.ts';
import { readCredentials } from '../../../../providers/openstack/credentials/read.ts';

const CONF = '/etc/cloud.conf';
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const KEY = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';

interface Given {
  readonly env?: Record<string, string>;
  readonly files?: Record<string, string>;
  readonly conf?: string;
  readonly cloudsFile?: string;
  readonly cloud?: string;
}

function login({ env = {}, files = {}, conf, cloudsFile, cloud }: Given) {
  const readFile = async (path: string) => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error(`ENOENT: no ${path}`), { code: 'ENOENT' });
    return text;
  };
  return readCredentials({
    env,
    readFile,
    ...(conf !== undefined && { cloudConfigText: conf, cloudConfigFile: CONF }),
    ...(cloudsFile !== undefined && { cloudsFile }),
    ...(cloud !== undefined && { cloud }),
  });
}

/** The problems of a login that must fail, one a line. */
async function problems(given: Given): Promise<readonly string[]> {
  const thrown = await login(given).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toMatchObject({ code: 'denied' });
  expect((thrown as Error).cause).toBeUndefined();
  const { message } = thrown as Error;
  expect(message).toMatch(/^no way to log in to OpenStack: /);
  return message.replace(/^[^:]*: /, '').split('; ');
}

const AUTH = { OS_AUTH_URL: 'https://keystone:5000/v3' };
const BOB = { ...AUTH, OS_USERNAME: 'bob', OS_PASSWORD: 'pw', OS_USER_DOMAIN_NAME: 'Default' };
const DEFAULTS = { interface: 'public', tls: { insecure: false }, requestTimeoutMs: 20_000 };
const bob = { name: 'bob', domain: { name: 'Default' } };

describe('the environment', () => {
  it.each<[string, Record<string, string>, object]>([
    [
      'a password',
      { ...BOB, OS_PROJECT_NAME: 'demo', OS_PROJECT_DOMAIN_ID: 'd1', OS_REGION_NAME: 'R1', OS_INTERFACE: 'internal' },
      {
        method: { kind: 'password', user: bob, password: 'pw' },
        scope: { project: { name: 'demo', domain: { id: 'd1' } } },
        region: 'R1',
        interface: 'internal',
      },
    ],
    [
      'ids, which say it all',
      { ...AUTH, OS_USER_ID: 'u1', OS_PASSWORD: 'pw', OS_PROJECT_ID: 'p1' },
      { method: { kind: 'password', user: { id: 'u1' }, password: 'pw' }, scope: { project: { id: 'p1' } } },
    ],
    [
      'an application credential, which has its own scope',
      {
        ...AUTH,
        OS_APPLICATION_CREDENTIAL_ID: 'ac',
        OS_APPLICATION_CREDENTIAL_SECRET: 's',
        OS_PROJECT_ID: 'p1',
        OS_PASSWORD: 'other',
      },
      { method: { kind: 'application-credential', credential: { id: 'ac' }, secret: 's' } },
    ],
    [
      'an application credential by name',
      { ...BOB, OS_APPLICATION_CREDENTIAL_NAME: 'ac', OS_APPLICATION_CREDENTIAL_SECRET: 's' },
      { method: { kind: 'application-credential', credential: { name: 'ac', user: bob }, secret: 's' } },
    ],
    ['a token', { ...AUTH, OS_TOKEN: 't', OS_PROJECT_ID: 'p1' }, { method: { kind: 'token', token: 't' } }],
    ['a trust', { ...BOB, OS_TRUST_ID: 't1', OS_PROJECT_ID: 'p1' }, { scope: { trustId: 't1' } }],
    ['a domain', { ...BOB, OS_DOMAIN_NAME: 'Other' }, { scope: { domain: { name: 'Other' } } }],
    [
      'the type outright',
      { ...BOB, OS_TOKEN: 't', OS_AUTH_TYPE: 'v3token' },
      { method: { kind: 'token', token: 't' } },
    ],
    ['an older name', { ...BOB, OS_TENANT_ID: 'p2', OS_ENDPOINT_TYPE: 'adminURL' }, { interface: 'admin' }],
    ['no check of certificates', { ...BOB, OS_INSECURE: 'True' }, { tls: { insecure: true } }],
    [
      'one domain for both',
      { ...AUTH, OS_USERNAME: 'bob', OS_PASSWORD: 'pw', OS_PROJECT_NAME: 'demo', OS_DOMAIN_ID: 'd' },
      {
        scope: { project: { name: 'demo', domain: { id: 'd' } } },
        method: { user: { name: 'bob', domain: { id: 'd' } } },
      },
    ],
  ])('gives %s', async (_, env, expected) => {
    const found = await login({ env });
    expect(found).toMatchObject({ authUrl: AUTH.OS_AUTH_URL, ...expected });
    if (!('scope' in expected) && env.OS_APPLICATION_CREDENTIAL_SECRET) expect(found).not.toHaveProperty('scope');
  });

  it('names files for TLS', async () => {
    const env = { ...BOB, OS_CACERT: '~/ca.pem', OS_CERT: '/c', OS_KEY: '/k', HOME: '/root' };
    const found = await login({ env, files: { '/root/ca.pem': CERTIFICATE, '/c': CERTIFICATE, '/k': KEY } });
    expect(found.tls).toEqual({ insecure: false, ca: CERTIFICATE, cert: CERTIFICATE, key: KEY });
  });

  it.each<[Record<string, string>, readonly string[]]>([
    [{}, ['the address of Keystone is missing', 'there is nothing to log in with']],
    [{ ...AUTH, OS_USERNAME: 'bob' }, ['there is nothing to log in with']],
    [{ ...AUTH, OS_PASSWORD: 'pw' }, ['the user is missing']],
    [{ ...AUTH, OS_USERNAME: 'bob', OS_PASSWORD: 'pw' }, ['the user of OS_USERNAME is of an unknown domain']],
    [
      { ...AUTH, OS_USER_ID: 'u', OS_PASSWORD: 'pw', OS_PROJECT_NAME: 'p' },
      ['the project of OS_PROJECT_NAME is of an'],
    ],
    [{ ...AUTH, OS_APPLICATION_CREDENTIAL_ID: 'x' }, ['the secret of the application credential is missing']],
    [{ ...AUTH, OS_APPLICATION_CREDENTIAL_SECRET: 'x' }, ['the id of the application credential is missing']],
    [{ ...AUTH, OS_AUTH_TYPE: 'token' }, ['the token is missing']],
    [{ ...BOB, OS_AUTH_TYPE: 'kerberos' }, ['OS_AUTH_TYPE is "kerberos", expected one of password, ']],
    [{ ...BOB, OS_IDENTITY_API_VERSION: '2.0' }, ['OS_IDENTITY_API_VERSION is "2.0", only version 3']],
    [{ ...BOB, OS_INTERFACE: 'outer' }, ['OS_INTERFACE is "outer", expected one of public, internal, admin']],
    [{ ...BOB, OS_INSECURE: 'maybe' }, ['OS_INSECURE is "maybe", expected true or false']],
    [{ ...BOB, OS_AUTH_URL: 'keystone:5000' }, ['OS_AUTH_URL is "keystone:5000", expected an address']],
    [{ ...BOB, OS_AUTH_URL: 'https://bob:pw9@keystone' }, ['OS_AUTH_URL holds a user or a password']],
    [{ ...BOB, OS_CACERT: '/none' }, ['/none cannot be read (ENOENT)']],
    [{ ...BOB, OS_CERT: '/c' }, ['OS_CERT is there without a key']],
    [{ ...BOB, OS_KEY: '/c' }, ['OS_KEY is there without a certificate']],
    [
      { ...BOB, OS_CLOUD: 'x' },
      ['the cloud "x" of clouds.yaml is asked for, and no such file was found (clouds.yaml, /etc/'],
    ],
    [
      { ...BOB, OS_CLIENT_CONFIG_FILE: '/x.yaml', OS_INTERFACE: 'o' },
      ['/x.yaml cannot be read (ENOENT)', 'OS_INTERFACE is'],
    ],
  ])('%j is told all that is wrong', async (env, expected) => {
    const found = (await problems({ env })).join('\n');
    for (const one of expected) expect(found).toContain(one);
    expect(found).not.toContain('pw9');
  });

  it('gives files that hold something else', async () => {
    const env = { ...BOB, OS_CACERT: '/ca', OS_CERT: '/c', OS_KEY: '/k' };
    expect(await problems({ env, files: { '/ca': KEY, '/c': '', '/k': CERTIFICATE } })).toEqual([
      '/ca holds no certificate in PEM',
      '/c holds no certificate in PEM',
      '/k holds no private key in PEM',
    ]);
  });
});

const CLOUDS = `
defaults: &defaults
  region_name: R1
clouds:
  one:
    <<: *defaults
    auth_type: v3password
    auth:
      auth_url: https://one:5000
      username: bob
      password: 0123
      user_domain_name: Default
      project_id: p1
    interface: internal
    cacert: /ca
    verify: no
    api_timeout: 7.5
  two:
    auth:
      auth_url: https://two:5000
      application_credential_id: ac
`;

describe('clouds.yaml', () => {
  const files = { '/c/clouds.yaml': CLOUDS, '/ca': CERTIFICATE };
  const env = { OS_CLIENT_CONFIG_FILE: '/c/clouds.yaml' };

  it('gives one of its clouds, its values as they are written', async () => {
    expect(await login({ env: { ...env, OS_CLOUD: 'one' }, files })).toEqual({
      authUrl: 'https://one:5000',
      method: { kind: 'password', user: bob, password: '0123' },
      scope: { project: { id: 'p1' } },
      region: 'R1',
      interface: 'internal',
      tls: { insecure: true, ca: CERTIFICATE },
      requestTimeoutMs: 7500,
    });
  });

  it('is completed by secure.yaml beside it, or where a variable says', async () => {
    const secure = 'clouds: {two: {auth: {application_credential_secret: s3}}, other: {auth: {password: x}}}';
    const method = { kind: 'application-credential', credential: { id: 'ac' }, secret: 's3' };
    expect((await login({ env, files: { ...files, '/c/secure.yaml': secure }, cloud: 'two' })).method).toEqual(method);
    const at = { ...env, OS_CLIENT_SECURE_FILE: '/s/x' };
    expect((await login({ env: at, files: { ...files, '/s/x': secure }, cloud: 'two' })).method).toEqual(method);
  });

  it.each(['clouds.yaml', '/home/.config/openstack/clouds.yaml', '/etc/openstack/clouds.yaml'])(
    'is found at %s',
    async (place) => {
      const found = await login({
        env: { HOME: '/home', OS_CLOUD: 'one' },
        files: { [place]: CLOUDS, '/ca': CERTIFICATE },
      });
      expect(found.authUrl).toBe('https://one:5000');
    },
  );

  it('is looked for further where the image may not read', async () => {
    const readFile = async (path: string) => {
      if (path === '/etc/openstack/clouds.yaml') return 'clouds: {only: {auth: {auth_url: "https://k", token: t}}}';
      throw Object.assign(new Error('no'), { code: path.startsWith('/etc/') ? 'ENOENT' : 'ERR_ACCESS_DENIED' });
    };
    const found = await readCredentials({ env: { HOME: '/home', OS_CLOUD: 'only' }, readFile });
    expect(found.authUrl).toBe('https://k');
  });

  it('needs no name where it has one cloud', async () => {
    const one = 'clouds: {only: {auth: {auth_url: "https://k", token: t}}}';
    expect((await login({ env: {}, cloudsFile: '/x', files: { '/x': one } })).method).toEqual({
      kind: 'token',
      token: 't',
    });
  });

  it('is weaker than the environment, key by key', async () => {
    const over = { ...env, OS_CLOUD: 'one', OS_USER_ID: 'u9', OS_PASSWORD: 'new', OS_REGION_NAME: 'R2' };
    expect(await login({ env: over, files })).toMatchObject({
      authUrl: 'https://one:5000',
      method: { kind: 'password', user: { id: 'u9' }, password: 'new' },
      region: 'R2',
    });
  });

  it('gives way to another kind of credential in the environment', async () => {
    const over = {
      OS_APPLICATION_CREDENTIAL_ID: 'ac',
      OS_APPLICATION_CREDENTIAL_SECRET: 's',
      OS_AUTH_TYPE: 'v3applicationcredential',
    };
    const found = await login({ env: { ...env, OS_CLOUD: 'one', ...over }, files });
    expect(found.method).toEqual({ kind: 'application-credential', credential: { id: 'ac' }, secret: 's' });
    expect(found).not.toHaveProperty('scope');
  });

  it.each<[string, string | undefined, string]>([
    [CLOUDS, undefined, '/x: there are "one", "two": say which by OS_CLOUD'],
    [CLOUDS, 'three', '/x: there is no cloud "three", there are "one", "two"'],
    [CLOUDS, '__proto__', '/x: there is no cloud "__proto__"'],
    ['clouds: {}', undefined, '/x: there is no cloud in it: say which'],
    ['other: 1', undefined, '/x: there is no mapping "clouds" in it'],
    ['', undefined, '/x: there is no mapping "clouds" in it'],
    ['clouds:\n  a: {auth: hunter22}', 'a', '/x: auth of the cloud "a" is no mapping'],
    ['clouds:\n  a: hunter22', 'a', '/x: the cloud "a" is no mapping'],
    ['clouds:\n  a: {profile: vexxhost}', 'a', 'has a profile, which is not supported: write what it stands for'],
    ['clouds:\n  a: {auth: {password: [hunter22]}}', 'a', '/x: password of the cloud "a" is a list or a mapping'],
    ['clouds:\n  a: "hunter22\n', 'a', '/x: line 3 is no YAML that can be read (MISSING_CHAR)'],
    ['clouds:\n  a: *hunter22', 'a', 'is no YAML that can be read'],
    ['clouds:\n  a: {api_timeout: 0, auth: {auth_url: "https://k", token: t}}', 'a', 'expected seconds, from 1 to 600'],
  ])('%j (cloud %s) is told: %s', async (text, cloud, message) => {
    const found = (
      await problems({ cloudsFile: '/x', ...(cloud !== undefined && { cloud }), files: { '/x': text } })
    ).join('; ');
    expect(found).toContain(message);
    expect(found).not.toContain('hunter22');
    expect(found).not.toContain('is missing');
  });

  it('that holds a bomb of aliases is not read', async () => {
    const rows = Array.from({ length: 9 }, (_, row) => `a${row + 1}: &a${row + 1} [${`*a${row},`.repeat(9)}]`);
    const text = `a0: &a0 [x]\n${rows.join('\n')}\nclouds: {a: {auth: {token: t}}}\n`;
    expect(await problems({ cloudsFile: '/x', files: { '/x': text } })).toEqual([
      expect.stringContaining('is no YAML that can be read (its aliases)'),
    ]);
  });

  it('never shows a password, however broken', async () => {
    const noise = fc.array(
      fc.constantFrom('{', '}', '[', ']', ':', ' ', '\n', '"', "'", '&', '*', '!', '- ', '|', '%', '#', '?'),
    );
    await fc.assert(
      fc.asyncProperty(noise, noise, noise, async (before, within, after) => {
        const secret = `hunter${within.join('')}22`;
        const text = `clouds:\n  a:\n    auth:\n      auth_url: ${before.join('')}\n      password: ${secret}${after.join('')}\n`;
        const thrown = await login({ cloudsFile: '/x', files: { '/x': text } }).then(
          () => undefined,
          (error: Error) => error,
        );
        expect(thrown?.message ?? '').not.toMatch(/hunter/);
      }),
    );
  });
});

describe('cloud.conf', () => {
  const GLOBAL = `
[Global]
auth-url = "https://keystone:5000/v3"
username = bob
password = "a;b#c \\"d\\" \\\\"
user-domain-name = Default
tenant-name = demo
tenant-domain-id = d1
region = R1
os-endpoint-type = internalURL
ca-file = /ca
tls-insecure = true

[LoadBalancer]
password = not-this
`;

  it('gives [Global] as the official controller reads it', async () => {
    expect(await login({ conf: GLOBAL, files: { '/ca': CERTIFICATE } })).toEqual({
      authUrl: 'https://keystone:5000/v3',
      method: { kind: 'password', user: bob, password: 'a;b#c "d" \\' },
      scope: { project: { name: 'demo', domain: { id: 'd1' } } },
      region: 'R1',
      interface: 'internal',
      tls: { insecure: true, ca: CERTIFICATE },
      requestTimeoutMs: 20_000,
    });
  });

  it.each<[string, object]>([
    ['user-id=u\npassword=p\ntenant-id=t', { scope: { project: { id: 't' } } }],
    [
      'username=bob\npassword=p\ndomain-name=D\ntenant-name=t',
      {
        method: { user: { name: 'bob', domain: { name: 'D' } } },
        scope: { project: { name: 't', domain: { name: 'D' } } },
      },
    ],
    [
      'username=bob\npassword=p\nuser-domain-id=D\ntenant-name=t',
      { scope: { project: { name: 't', domain: { id: 'D' } } } },
    ],
    [
      'trust-id=tr\ntrustee-id=te\ntrustee-password=tp\ntenant-id=t',
      { method: { kind: 'password', user: { id: 'te' }, password: 'tp' }, scope: { trustId: 'tr' } },
    ],
    ['trust-id=tr\nuser-id=u\npassword=p', { method: { user: { id: 'u' }, password: 'p' }, scope: { trustId: 'tr' } }],
    [
      'application-credential-id=ac\napplication-credential-secret=s',
      { method: { kind: 'application-credential', credential: { id: 'ac' }, secret: 's' } },
    ],
    [
      'application-credential-name=ac\napplication-credential-secret=s\nuser-id=u',
      { method: { credential: { name: 'ac', user: { id: 'u' } } } },
    ],
    ['user-id=u\npassword=p\nos-endpoint-type=admin', { interface: 'admin' }],
  ])('%j', async (keys, expected) => {
    expect(await login({ conf: `[Global]\nauth-url=https://k\n${keys}\n` })).toMatchObject(expected);
  });

  it('may lead to clouds.yaml, which then counts before it', async () => {
    const conf = '[Global]\nregion = R9\nuse-clouds\nclouds-file = /c\ncloud = one\nauth-url = https://old';
    const found = await login({ conf, files: { '/c': CLOUDS, '/ca': CERTIFICATE } });
    expect(found).toMatchObject({ authUrl: 'https://one:5000', region: 'R1' });
  });

  it('names clouds.yaml in vain where use-clouds is off', async () => {
    const conf = '[Global]\nuse-clouds=false\nclouds-file=/none\nauth-url=https://k\nuser-id=u\npassword=p';
    expect(await login({ conf })).toMatchObject({ authUrl: 'https://k' });
  });

  it('is the weakest of the three', async () => {
    expect(
      await login({ env: BOB, conf: '[Global]\nauth-url=https://other\nuser-id=u\npassword=p\nregion=R3' }),
    ).toEqual({
      ...DEFAULTS,
      authUrl: AUTH.OS_AUTH_URL,
      method: { kind: 'password', user: bob, password: 'pw' },
      region: 'R3',
    });
  });

  it.each([
    ['[Global]\npassword: hunter22', `${CONF}: line 2 ("password …") is neither a section`],
    ['[Global]\npassword hunter22', `${CONF}: line 2 is neither a section`],
    ['[Global]\npassword="hunter22', `${CONF}: [Global] password has a quote that is not closed`],
    ['[Global]\npassword=hunter22\\d', `${CONF}: [Global] password has a quote that is not closed, or a backslash`],
    [
      '[Global]\nauth-url=https://k\nusername=bob\npassword=hunter22',
      `${CONF}: [Global] username is of an unknown domain`,
    ],
    ['[Global]\nos-endpoint-type=outer', `${CONF}: [Global] os-endpoint-type is "outer"`],
    ['[Global]\nuse-clouds=true\nclouds-file=/none', '/none cannot be read (ENOENT)'],
  ])('%j is told: %s', async (conf, message) => {
    const found = (await problems({ conf })).join('; ');
    expect(found).toContain(message);
    expect(found).not.toContain('hunter22');
  });

  it('that is not there is told', async () => {
    const readFile = () => Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' }));
    await expect(readCredentials({ env: {}, cloudConfigFile: CONF, readFile })).rejects.toThrow(
      `no way to log in to OpenStack: ${CONF} cannot be read (EACCES)`,
    );
  });

  it('has these keys', () => {
    expect(GLOBAL_KEYS).toHaveLength(27);
  });
});

describe('the secrets of a login', () => {
  it('are named', async () => {
    expect(secretsOf(await login({ env: BOB }))).toEqual({ 'openstack-password': 'pw' });
    expect(secretVariables).toContain('OS_APPLICATION_CREDENTIAL_SECRET');
  });

  it.each([
    [`token gAAAAABm${'x'.repeat(80)}== ends`, 'token [] ends'],
    ['X-Auth-Token: abc', 'X-Auth-Token: []'],
    ['{"x-subject-token":"abc"}', '{"x-subject-token":"[]"}'],
    ['application_credential_secret: abc', 'application_credential_secret: []'],
    ['application-credential-secret = "abc"', 'application-credential-secret = "[]"'],
    ['OS_PASSWORD=abc OS_USERNAME=bob', 'OS_PASSWORD=[] OS_USERNAME=bob'],
    ['a gAAAAA word', 'a gAAAAA word'],
  ])('%j is known by its form', (text, clean) => {
    expect(secretForms.reduce((left, form) => left.replace(form, '$1[]'), text)).toBe(clean);
  });
});
