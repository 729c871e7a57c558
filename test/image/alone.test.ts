// The image's files and nothing else: what the commands do that need no cluster, as the image's user, with a read-only root.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PodOptions, startPod } from '../pod/start-pod.ts';
import { type LaidOut, layOutImage } from './image-root.ts';

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: { service.beta.kubernetes.io/aws-load-balancer-typ: nlb }
spec: { type: LoadBalancer, ports: [{ port: 80 }] }
`;

let image: LaidOut;
beforeAll(async () => {
  image = await layOutImage();
});
afterAll(() => image?.[Symbol.asyncDispose]());

interface Wish {
  readonly input?: string;
  readonly uid?: number;
}

async function fairlead(args: readonly string[], { input, uid }: Wish = {}) {
  const securityContext = { readOnlyRootFilesystem: true, ...(uid !== undefined && { runAsUser: uid }) };
  return run({ name: 'fairlead', args, securityContext }, input);
}

async function run(container: PodOptions['spec']['containers'][number], input?: string) {
  const process = startPod({
    spec: { containers: [container], automountServiceAccountToken: false },
    // Nobody is there: these commands ask nobody.
    cluster: { url: 'https://127.0.0.1:9', caFile: join(image.dir, 'etc/ssl/certs/ca-certificates.crt') },
    ...{ token: '', namespace: 'default', root: image },
    ...(input !== undefined && { input }),
  });
  const code = await process.exited;
  return { code, out: process.other.join('\n'), json: process.lines[0] };
}

describe('the files', () => {
  it('are one over the base, and nobody but root may change any of them', async () => {
    expect(image.added).toEqual(['/app/fairlead.mjs']);
    expect(await readdir(join(image.dir, 'app'))).toEqual(['fairlead.mjs']);
    const { mode } = await stat(join(image.dir, 'app/fairlead.mjs'));
    expect((mode & 0o777).toString(8)).toBe('444');
  });

  it('carry the licences of all that is in them', async () => {
    const [bundle, licences] = await Promise.all([
      readFile(join(image.dir, 'app/fairlead.mjs'), 'latin1'),
      readFile(join(import.meta.dirname, '../../dist/third-party-licences.txt'), 'utf8'),
    ]);
    const packages = [...licences.matchAll(/^\S+ \d\S* \(([^)]+)\)$/gm)];
    expect(packages.length).toBeGreaterThan(40);
    for (const [line] of packages) expect(bundle).toContain(`// ${line}\n`);
    // Any other may come with conditions that a person has to read first.
    const known = ['Apache-2.0', 'MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0'];
    expect(packages.map(([, licence]) => licence).filter((licence) => !known.includes(licence!))).toEqual([]);
  });

  it('are ASCII, so that Node keeps one byte a character', async () => {
    const bundle = await readFile(join(image.dir, 'app/fairlead.mjs'));
    expect(bundle.findIndex((byte) => byte > 0x7e)).toBe(-1);
  });
});

describe('commands', () => {
  it('say the version', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect(await fairlead(['--version'])).toMatchObject({ code: 0, out: version });
  });

  it('explain an annotation', async () => {
    const { code, out } = await fairlead(['explain', 'backend-protocol']);
    expect(out).toContain('service.beta.kubernetes.io/aws-load-balancer-backend-protocol');
    expect(code).toBe(0);
  });

  it('validate what comes on standard input', async () => {
    const { code, out } = await fairlead(['validate', '-f', '-', '--provider', 'aws'], { input: SERVICE });
    expect(out).toContain('service.beta.kubernetes.io/aws-load-balancer-type');
    expect(code).toBe(0);
  });

  it('print the help of the controller, for a user that no file knows too', async () => {
    const { code, out } = await fairlead(['run', '--provider', 'aws', '--help'], { uid: 1_000_710_000 });
    expect(out).toContain('--aws-region');
    expect(code).toBe(0);
  });

  it('print the admission policy', async () => {
    const { code, out } = await fairlead(['policy', '--provider', 'aws']);
    expect(out).toContain('kind: ValidatingAdmissionPolicy');
    expect(code).toBe(0);
  });

  it('say that the reference pages are not in the image', async () => {
    const { code, out } = await fairlead(['reference']);
    expect(out).toMatch(/image/);
    expect(code).toBe(1);
  });
});

describe('what surrounds the program', () => {
  const script = `
    const { readFileSync, readdirSync, writeFileSync } = require('node:fs');
    const attempt = (act) => { try { act(); return 'done'; } catch (error) { return error.code; } };
    const writes = ['/x', '/app/x', '/app/fairlead.mjs', '/etc/x', '/dev/x', '/run/x', '/proc/sys/kernel/hostname'];
    console.log(JSON.stringify({
      user: [process.getuid(), process.getgid(), process.getgroups()],
      status: readFileSync('/proc/self/status', 'utf8').match(/^(Cap\\w+|NoNewPrivs):\\s+\\w+$/gm),
      root: readdirSync('/').filter((name) => !/^(lib\\w*|usr)$/.test(name)),
      processes: readdirSync('/proc').filter((name) => /^\\d+$/.test(name)),
      env: process.env,
      writes: writes.map((path) => attempt(() => writeFileSync(path, ''))),
    }));`;

  it('has no rights, no other process, nothing of this machine, and nothing that can be written', async () => {
    const securityContext = { readOnlyRootFilesystem: true };
    const { json } = await run({ name: 'look', command: ['/nodejs/bin/node', '-e', script], securityContext });
    const none = '0000000000000000';
    const status = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((name) => `${name}:\t${none}`);
    expect(json).toEqual({
      user: [65532, 65532, expect.toSatisfy((groups: number[]) => groups.every((group) => group === 65532))],
      status: [...status, 'NoNewPrivs:\t1'],
      root: ['app', 'dev', 'etc', 'nodejs', 'proc', 'run', 'var'],
      processes: ['1'],
      env: {
        ...image.env,
        HOSTNAME: 'fairlead-0',
        ...{ KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: '9', KUBERNETES_SERVICE_PORT_HTTPS: '9' },
      },
      writes: [...Array(6).fill('EROFS'), 'EACCES'],
    });
  });

  it('ends with who started it, even if that is killed', async () => {
    const script = `
      import { startPod } from ${JSON.stringify(join(import.meta.dirname, '../pod/start-pod.ts'))};
      const forever = 'setInterval(() => {}, 1000); console.log("up")';
      const container = { name: 'c', command: ['/nodejs/bin/node', '-e', forever] };
      const pod = startPod({
        spec: { containers: [container], automountServiceAccountToken: false },
        cluster: { url: 'https://127.0.0.1:9', caFile: '/dev/null' },
        ...{ token: '', namespace: 'default', root: ${JSON.stringify(image)} },
        onLine: () => console.log(pod.pid),
      });`;
    const starter = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines = createInterface({ input: starter.stdout });
    const [pid] = (await once(lines, 'line')) as [string];
    const isThere = () => existsSync(`/proc/${pid}`);
    expect(isThere()).toBe(true);
    starter.kill('SIGKILL');
    await expect.poll(isThere, { timeout: 20_000 }).toBe(false);
  });
});
