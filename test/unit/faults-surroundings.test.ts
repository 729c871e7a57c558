// What the process needs of its surroundings, and what they can do to it: files, plugins, packages, whoever reaches its
// port.

import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serveHealth } from '../../src/http.ts';
import { findCredentials } from '../../src/kube/config.ts';
import { createMetrics } from '../../src/metrics.ts';

const root = join(import.meta.dirname, '..', '..');
const sourceOf = (file: string) => readFileSync(join(root, file), 'utf8');

/** What the controller can load: other commands write files where they are asked to, and start a browser. */
const controller = reachableFrom('src/cli/run.ts');

function reachableFrom(entry: string): readonly string[] {
  const seen = new Set([entry]);
  for (const file of seen) {
    for (const [, path = ''] of sourceOf(file).matchAll(/(?:from |import\()'(\.[^']+)'/g))
      seen.add(join(dirname(file), path));
  }
  return [...seen];
}

describe('the disk', () => {
  it('is only read: a full or read-only one changes nothing', () => {
    const writes = /\b(?:writeFile|appendFile|createWriteStream|mkdir|mkdtemp|rename|unlink|copyFile|open)(?:Sync)?\b/;
    const imports = controller.flatMap((file) =>
      [...sourceOf(file).matchAll(/import (.+) from 'node:fs(?:\/promises)?'/g)].map(
        ([, names]) => `${file}: ${names}`,
      ),
    );
    expect(controller.length).toBeGreaterThan(150);
    expect(imports.length).toBeGreaterThan(2);
    expect(imports.filter((line) => writes.test(line) || line.includes('* as'))).toEqual([]);
  });
});

describe('programs', () => {
  it('are started by nothing but the credentials of a kubeconfig, and text of users is never run', () => {
    const starts = /node:child_process|node:vm|\beval\(|new Function\(|node:worker_threads/;
    expect(controller.filter((file) => starts.test(sourceOf(file)))).toEqual([]);
  });

  it('of a kubeconfig are run without a shell: their arguments mean nothing to one', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'fairlead-'));
    try {
      const plugin = join(directory, 'plugin');
      const seen = join(directory, 'seen');
      const token = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t"}}';
      await writeFile(plugin, `#!/bin/sh\nprintf '%s' "$1" > "${seen}"\nprintf '%s' '${token}'\n`);
      await chmod(plugin, 0o700);
      const argument = `$(touch ${join(directory, 'run')}); touch ${join(directory, 'run')} #`;
      const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, args: [argument] };
      const config = {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'one',
        clusters: [{ name: 'one', cluster: { server: 'https://one.example' } }],
        users: [{ name: 'one', user: { exec } }],
        contexts: [{ name: 'one', context: { cluster: 'one', user: 'one' } }],
      };
      const path = join(directory, 'config');
      await writeFile(path, JSON.stringify(config));
      const credentials = await findCredentials({ kubeconfig: path, env: {}, home: directory });
      expect((await credentials.access()).headers.authorization).toBe('Bearer t');
      expect(await readFile(seen, 'utf8')).toBe(argument);
      await expect(readFile(join(directory, 'run'))).rejects.toThrow('ENOENT');
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe('packages', () => {
  const lock = JSON.parse(sourceOf('package-lock.json')) as {
    readonly packages: Readonly<
      Record<string, { integrity?: string; resolved?: string; hasInstallScript?: boolean; dev?: boolean }>
    >;
  };
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '');

  it('are pinned by their content, and come from the registry only', () => {
    const loose = packages.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path);
    expect(loose).toEqual([]);
    const elsewhere = packages.filter(
      ([, { resolved }]) => resolved && !resolved.startsWith('https://registry.npmjs.org/'),
    );
    expect(elsewhere).toEqual([]);
    const { dependencies, devDependencies } = JSON.parse(sourceOf('package.json')) as Record<
      string,
      Record<string, string>
    >;
    const versions = Object.values({ ...dependencies, ...devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('that run a script when they are installed are none of those that go into the image', () => {
    const scripts = packages.filter(([, { hasInstallScript }]) => hasInstallScript);
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter(([, { dev }]) => dev !== true)).toEqual([]);
  });
});

describe('the port for health and metrics', () => {
  it('has three pages to read, takes nothing, and tells no name of a Service and no secret', async () => {
    const metrics = createMetrics('0.0.0');
    const nothing = () => undefined;
    const options = { host: '127.0.0.1', port: 0, registry: metrics.registry, unhealthy: nothing, unready: nothing };
    const server = await serveHealth(options);
    try {
      const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${server.port}${path}`, init);
      for (const path of ['/healthz', '/livez', '/readyz', '/metrics']) expect((await ask(path)).status).toBe(200);
      for (const path of ['/', '/debug/pprof', '/config', '/metrics/', '/..%2f..%2fetc/passwd', '/json/list'])
        expect((await ask(path)).status, path).toBe(404);
      for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
        expect((await ask('/metrics', { method })).status, method).toBe(405);
      const labels = [...(await (await ask('/metrics')).text()).matchAll(/(\w+)="/g)].map(([, label]) => label);
      for (const label of ['service_name', 'uid', 'token', 'account', 'arn']) expect(labels).not.toContain(label);
    } finally {
      await server.close();
    }
  });
});
