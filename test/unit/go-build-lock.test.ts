// The lock under which tools are built from source: one owner, and none for ever.
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireBuildLock } from '../go/build-lock.ts';

let root: string;
let lockDirectory: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'fairlead-lock-'));
  lockDirectory = join(root, 'x.building');
});

afterEach(() => rm(root, { recursive: true, force: true }));

const never = async () => false;
const notExpected = () => {
  throw new Error('nobody else owns the lock');
};

async function leaveLockOf(owner: { host: string; pid: number }): Promise<void> {
  await mkdir(lockDirectory);
  await writeFile(join(lockDirectory, 'owner'), JSON.stringify(owner));
  await writeFile(join(lockDirectory, 'half-finished'), '');
}

test('what the lock protects is there: no lock is taken', async () => {
  expect(await acquireBuildLock(lockDirectory, async () => true, notExpected)).toBeUndefined();
  expect(await readdir(root)).toEqual([]);
});

test('a free lock is signed, and releasing it leaves nothing', async () => {
  const lock = await acquireBuildLock(lockDirectory, never, notExpected);
  const owner: unknown = JSON.parse(await readFile(join(lockDirectory, 'owner'), 'utf8'));
  expect(owner).toEqual({ host: hostname(), pid: process.pid });
  await lock?.release();
  expect(await readdir(root)).toEqual([]);
});

test('a second one waits until the first releases', async () => {
  const first = await acquireBuildLock(lockDirectory, never, notExpected);
  const order: string[] = [];
  const second = await acquireBuildLock(lockDirectory, never, () => {
    order.push('waited');
    first?.release().then(() => order.push('released'));
  });
  expect(order).toEqual(['waited', 'released']);
  await second?.release();
});

test('the owner died: its half-finished work goes and the lock is taken without waiting', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  await leaveLockOf({ host: hostname(), pid });
  const lock = await acquireBuildLock(lockDirectory, never, notExpected);
  expect(await readdir(lockDirectory)).toEqual(['owner']);
  await lock?.release();
});

test('an owner on another host counts as alive while it touches the directory, and no longer', async () => {
  await leaveLockOf({ host: 'another-host', pid: 2 ** 30 });
  let looks = 0;
  const longAgo = new Date(Date.now() - 60_000);
  const lock = await acquireBuildLock(lockDirectory, never, () => {
    looks += 1;
    void utimes(lockDirectory, longAgo, longAgo);
  });
  expect(looks).toBe(1);
  expect(await readdir(lockDirectory)).toEqual(['owner']);
  await lock?.release();
});
