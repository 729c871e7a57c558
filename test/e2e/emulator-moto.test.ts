// How moto is built and run: once, visibly, never outliving its parent. The builds use a stand-in for Python.
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startMoto } from '../../localstack/moto.ts';
import { pythonWithMoto } from '../../localstack/python.ts';

describe('with a stand-in for Python', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fairlead-moto-'));
    vi.stubEnv('XDG_CACHE_HOME', folder);
    vi.stubEnv('PATH', [join(folder, 'bin'), process.env.PATH].join(delimiter));
    await mkdir(join(folder, 'bin'));
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  const program = async (path: string, lines: string[]) => {
    await writeFile(path, ['#!/bin/sh', `echo "$@" >> ${folder}/calls`, ...lines].join('\n'));
    await chmod(path, 0o755);
  };
  /** A python3 whose environments hold the given interpreter. */
  const standIn = async (interpreter: string[]) => {
    await program(join(folder, 'interpreter'), interpreter);
    await program(join(folder, 'bin', 'python3'), [
      'if [ "$1" = -c ]; then echo "3.0 stand-in"; exit; fi',
      `mkdir -p "$3/bin" && cp ${folder}/interpreter "$3/bin/python"`,
    ]);
  };
  const calls = async (pattern: RegExp) =>
    (await readFile(join(folder, 'calls'), 'utf8')).split('\n').filter((line) => pattern.test(line)).length;

  it('builds the environment once, telling so, also when two want it', async () => {
    await standIn(['echo "Collecting moto==5.2.5"', 'sleep 0.2']);
    const lines: string[] = [];
    const both = await Promise.all([1, 2].map(() => pythonWithMoto((line) => lines.push(line))));
    expect(both[0]).toBe(both[1]);
    expect(await pythonWithMoto(() => {})).toBe(both[0]);
    expect([await calls(/venv/), await calls(/pip install/)]).toEqual([1, 1]);
    expect(lines.join('\n')).toMatch(/building[\s\S]*waiting[\s\S]*Collecting moto==5\.2\.5[\s\S]*ready/);
  });

  it('leaves nothing behind of a build that failed, and builds again', async () => {
    await standIn(['echo "no such package" >&2', 'exit 1']);
    await expect(pythonWithMoto(() => {})).rejects.toThrow(/no such package/);
    await standIn(['exit 0']);
    await pythonWithMoto(() => {});
  });

  it('shows the end of the output when moto does not start', async () => {
    await standIn(['if [ "$1" = -c ]; then echo "cannot import moto" >&2; exit 3; fi']);
    await expect(startMoto({ log: () => {} })).rejects.toThrow(/did not start: it ended with 3\ncannot import moto/);
  });
});

describe('the real one', () => {
  it('dies with its parent, however that dies', async () => {
    const parent = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { startMoto } from '${new URL('../../localstack/moto.ts', import.meta.url)}';
         console.log((await startMoto({ log: () => {} })).url); setInterval(() => {}, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [url] = await new Promise<[string]>((resolve) => {
      createInterface({ input: parent.stdout }).once('line', (line) => resolve([line]));
    });
    const alive = () =>
      fetch(`${url}/moto-api/`).then(
        () => true,
        () => false,
      );
    expect(await alive()).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(alive, { interval: 50, timeout: 20_000 }).toBe(false);
  }, 300_000);

  it('stops when told', async () => {
    const moto = await startMoto({ log: () => {} });
    await moto.stop();
    await expect(fetch(moto.url)).rejects.toThrow();
  }, 300_000);
});
