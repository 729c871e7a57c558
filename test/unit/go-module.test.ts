// Where the programs of a go.mod belong: one directory for each set of pinned sources.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type GoModule, readPinned } from '../go/module.ts';

let module: GoModule<'tool'>;

beforeEach(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-module-'));
  vi.stubEnv('XDG_CACHE_HOME', '/cache');
  module = {
    directory,
    cache: 'x',
    main: 'example.com/tool',
    programs: { tool: 'v2' },
    text: 'a tool',
    stamp: () => ({}),
  };
  await write('go.mod', 'module example.com/x\n\ngo 1.26.0\n\nrequire (\n\texample.com/tool v2.0.1 // indirect\n)\n');
  await write('go.sum', 'example.com/tool v2.0.1 h1:one=\n');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(module.directory, { recursive: true, force: true });
});

const write = (name: string, text: string) => writeFile(join(module.directory, name), text);

test('the version of the main module names it, and so does the content of both files', async () => {
  const before = await readPinned(module);
  expect(before).toMatchObject({ version: 'v2.0.1', go: '1.26.0' });
  expect(before.directory).toMatch(/^\/cache\/fairlead\/x\/v2\.0\.1-[0-9a-f]{12}$/);
  expect(await readPinned(module)).toEqual(before);
  await write('go.sum', 'example.com/tool v2.0.1 h1:two=\n');
  expect((await readPinned(module)).directory).not.toBe(before.directory);
});

test('a go.mod without the main module is refused', async () => {
  await write('go.mod', 'module example.com/x\n');
  await expect(readPinned(module)).rejects.toThrow('does not require example.com/tool');
});
