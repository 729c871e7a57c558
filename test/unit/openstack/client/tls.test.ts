// TLS: whose certificates are trusted, and the client's own. The certificates are made by openssl, for this run.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CloudServer } from './cloud-server.ts';

let folder: string;
let cloud: CloudServer;
let server: { cert: string; key: string };
let other: { cert: string; key: string };

function certificate(name: string) {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-tls-'));
  server = certificate('server');
  other = certificate('other');
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => cloud.stop());

describe('a cloud with a certificate of its own', () => {
  it('is trusted by its CA', async () => {
    cloud = await CloudServer.start({ tls: server });
    await cloud.open({ tls: { ca: server.cert, insecure: false } });
    expect(cloud.logins).toHaveLength(1);
  });

  it.each([
    ['no CA', () => ({ insecure: false })],
    ['another CA', () => ({ ca: other.cert, insecure: false })],
  ])('is sent nothing with %s', async (_, tls) => {
    cloud = await CloudServer.start({ tls: server });
    await expect(cloud.open({ tls: tls() })).rejects.toMatchObject({
      code: 'network',
      message: expect.stringMatching(/Keystone gave no usable answer to Authenticate \(.*self-signed certificate/),
    });
    expect(cloud.logins).toEqual([]);
  });

  it('is trusted unseen where that is asked for', async () => {
    cloud = await CloudServer.start({ tls: server });
    await cloud.open({ tls: { insecure: true } });
    expect(cloud.logins).toHaveLength(1);
  });

  it('may want to see ours', async () => {
    cloud = await CloudServer.start({
      tls: { ...server, ca: other.cert, requestCert: true, rejectUnauthorized: true },
    });
    const tls = { ca: server.cert, insecure: false };
    await expect(cloud.open({ tls })).rejects.toMatchObject({ code: 'network' });
    await cloud.open({ tls: { ...tls, ...other } });
    expect(cloud.logins).toHaveLength(1);
  });

  it('is not shown our key in an error', async () => {
    cloud = await CloudServer.start({ tls: server });
    const key = other.key.replace('BEGIN', 'BEGUN');
    const thrown = await cloud.open({ tls: { ...other, key, insecure: true } }).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'network' });
    expect(String((thrown as Error).message)).not.toContain(other.key.split('\n')[1]);
  });
});
