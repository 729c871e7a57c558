// The one file that the parts of a bundle are put into runs as the parts would.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack } from '../../pack.ts';

const run = promisify(execFile);
const PARTS = {
  'main.js': `#!/usr/bin/env node
import { shout } from './shared.js';
import { basename } from 'node:path';
console.log(shout('started'), basename(process.argv[1]), basename(import.meta.filename));
if (process.argv[2] === 'late') {
  const late = await_late();
  late.then((words) => console.log(words));
}
async function await_late() {
  const { say } = await import('./late.js');
  return say();
}
`,
  'shared.js': `
let count = 0;
export function shout(text) { count++; return text.toUpperCase().replace(/x*/g, '') + count; }
`,
  'late.js': `
import { shout } from './shared.js';
console.log('late is loaded');
export function say() {
  if (process.argv[3] === 'fail') {

    throw new Error('late failed');
  }
  return shout('*/ Grüße \u0000');
}
`,
};

describe('the packed file', () => {
  let folder = '';
  let file = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fairlead-pack-'));
    file = join(folder, 'packed.js');
    await mkdir(join(folder, 'parts'));
    for (const [name, code] of Object.entries(PARTS)) await writeFile(join(folder, 'parts', name), code);
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await pack(join(folder, 'parts'), 'main.js', file);
    await rm(join(folder, 'parts'), { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('loads a part when it is asked for, and no sooner', async () => {
    expect((await run(process.execPath, [file])).stdout).toBe('STARTED1 packed.js packed.js\n');
    expect((await run(process.execPath, [file, 'late'])).stdout).toBe(
      'STARTED1 packed.js packed.js\nlate is loaded\n*/ GRÜSSE \u00002\n',
    );
  });

  it('can be run by itself, under any name', async () => {
    await symlink(file, join(folder, 'other-name'));
    const env = { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env.PATH}` };
    expect((await run(join(folder, 'other-name'), [], { env })).stdout).toBe('STARTED1 other-name packed.js\n');
  });

  it('says where in the file something failed', async () => {
    const failure = await run(process.execPath, [file, 'late', 'fail']).catch((error) => error);
    const [, line] = /packed\.js:(\d+):\d+\)/.exec(failure.stderr) ?? [];
    const text = await readFile(file, 'utf8');
    expect(text.split('\n')[Number(line) - 1]).toContain('late failed');
  });
});
