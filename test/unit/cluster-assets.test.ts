// Where the test cluster's binaries come from when the environment names a directory.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ensureAssets } from '../cluster/assets.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fairlead-assets-'));
  vi.stubEnv('KUBEBUILDER_ASSETS', directory);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true, force: true });
});

test('a named directory is used as it is, in silence', async () => {
  const kubeApiserver = join(directory, 'kube-apiserver');
  const etcd = join(directory, 'etcd');
  const kubectl = join(directory, 'kubectl');
  for (const path of [kubeApiserver, etcd, kubectl]) await writeFile(path, '', { mode: 0o755 });
  const log = vi.fn();
  expect(await ensureAssets(log)).toEqual({ kubeApiserver, etcd, kubectl });
  expect(log).not.toHaveBeenCalled();
});

test('what a named directory lacks is said, and nothing is built instead', async () => {
  await writeFile(join(directory, 'etcd'), '', { mode: 0o755 });
  const message = `KUBEBUILDER_ASSETS=${directory} has no executable kube-apiserver and no kubectl`;
  await expect(ensureAssets(vi.fn())).rejects.toThrow(message);
});
