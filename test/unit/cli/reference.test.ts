import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferenceHost, type ReferenceWish, reference } from '../../../src/cli/reference.ts';
import { type SiteServer, serveSite } from '../../../src/cli/reference-server.ts';

let folder: string;
let site: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-reference-'));
  site = join(folder, 'reference');
  await mkdir(site);
  await writeFile(join(folder, 'secret.js'), 'secret');
  await writeFile(join(site, 'index.html'), '<title>x</title>');
  await writeFile(join(site, 'style.css'), 'p {}');
  await writeFile(join(site, 'notes.txt'), 'not a page');
  await symlink(join(folder, 'secret.js'), join(site, 'link.js'));
});
afterAll(() => rm(folder, { recursive: true }));

function host(over: Partial<ReferenceHost> = {}): ReferenceHost & { out: (text: string) => void; said: string[] } {
  const said: string[] = [];
  const note = (text: string) => void said.push(text);
  return {
    said,
    out: note,
    err: note,
    folder: site,
    show: async () => true,
    stopped: async () => {},
    ...over,
  };
}
const wish: ReferenceWish = { open: false, serve: false, port: 0 };

describe('reference', () => {
  it('prints where the page is', async () => {
    const it = host();
    expect(await reference(wish, it)).toBe(0);
    expect(it.said).toEqual([`${join(site, 'index.html')}\n`]);
  });

  it('opens it, or says what to open', async () => {
    const shown: string[] = [];
    const fine = host({ show: async (address) => shown.push(address) > 0 });
    expect(await reference({ ...wish, open: true }, fine)).toBe(0);
    expect(shown[0]).toMatch(/^file:\/\/.*\/index\.html$/);
    const none = host({ show: async () => false });
    expect(await reference({ ...wish, open: true }, none)).toBe(0);
    expect(none.said.join('')).toContain(`Open this: ${shown[0]}`);
  });

  it('says how to build it where it is not there', async () => {
    const it = host({ folder: join(folder, 'none') });
    expect(await reference(wish, it)).toBe(1);
    expect(it.said.join('')).toContain('npm run build');
  });

  it('serves it until it is stopped', async () => {
    const answers: string[] = [];
    const it = host({
      stopped: async () => {
        answers.push(await (await fetch(it.said[0]!.trim())).text());
      },
    });
    expect(await reference({ ...wish, serve: true }, it)).toBe(0);
    expect(answers).toEqual(['<title>x</title>']);
    await expect(fetch(it.said[0]!.trim())).rejects.toThrow();
  });

  it('a port that is taken is a mistake of the arguments', async () => {
    const server = await serveSite(site, 0);
    const port = Number(new URL(server.url).port);
    await expect(reference({ ...wish, serve: true, port }, host())).rejects.toThrow(
      `port ${port} of 127.0.0.1 is taken`,
    );
    await server.close();
  });
});

describe('the server', () => {
  let server: SiteServer;
  beforeAll(async () => {
    server = await serveSite(site, 0);
  });
  afterAll(() => server.close());

  /** The request line as it is, which fetch would tidy up. */
  function raw(line: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      let answer = '';
      socket.on('data', (chunk) => {
        answer += String(chunk);
      });
      socket.on('end', () => resolve(answer));
      socket.on('error', reject);
      socket.write(`${line}\r\nHost: x\r\nConnection: close\r\n\r\n`);
    });
  }

  it('answers its files with the same policy as the pages', async () => {
    const answer = await fetch(`${server.url}style.css?x=1`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('p {}');
    expect(answer.headers.get('content-type')).toContain('text/css');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    '/../secret.js',
    '/..%2fsecret.js',
    '/%2e%2e/secret.js',
    '//etc/passwd',
    '/./style.css',
    '/link.js',
    '/notes.txt',
    '/style.css%00',
    '/constructor',
  ])('has no %s', async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1`);
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).not.toContain('secret');
  });

  it('only reads', async () => {
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(405);
    const head = await fetch(server.url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('listens on this machine alone', () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });
});
