import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesNamed } from '../../../src/cli/validate-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-files-'));
  for (const name of [
    'b.yaml',
    'a.yml',
    'c.JSON',
    'd.txt',
    'sub/e.yaml',
    'sub/deep/f.yaml',
    '.hidden/g.yaml',
    '.h.yaml',
  ]) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), '');
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

const shown = (...names: readonly string[]) =>
  filesNamed(names.map((name) => (name === '-' ? name : join(folder, name)))).map(({ path, fault }) => {
    const short = path.replace(`${folder}/`, '');
    return fault === undefined ? short : `${short} ${fault}`;
  });

describe('the files of a directory', () => {
  it('are its manifests, sorted, with those below', () => {
    expect(shown('')).toEqual(['.h.yaml', 'a.yml', 'b.yaml', 'c.JSON', 'sub/deep/f.yaml', 'sub/e.yaml']);
  });

  it('are taken once, whatever links lead to them', () => {
    symlinkSync(folder, join(folder, 'sub', 'loop'));
    symlinkSync(join(folder, 'sub'), join(folder, 'again'));
    symlinkSync(join(folder, 'b.yaml'), join(folder, 'z.yaml'));
    symlinkSync(join(folder, 'd.txt'), join(folder, 'text.yaml'));
    expect(shown('')).toEqual([
      '.h.yaml',
      'a.yml',
      'again/deep/f.yaml',
      'again/e.yaml',
      'b.yaml',
      'c.JSON',
      'text.yaml',
    ]);
    expect(shown('sub', 'sub/e.yaml', 'sub')).toContain('sub/e.yaml');
  });

  it('may be links to nothing, or none at all', () => {
    symlinkSync(join(folder, 'nothing'), join(folder, 'sub', 'x.yaml'));
    mkdirSync(join(folder, 'empty'));
    expect(shown('sub', 'empty')).toEqual([
      'sub/deep/f.yaml',
      'sub/e.yaml',
      'sub/x.yaml is a link to nothing',
      'empty holds no file named *.yaml, *.yml or *.json',
    ]);
  });
});

describe('a file', () => {
  it('may have any name, and is taken once', () => {
    expect(shown('d.txt', '-', 'd.txt', '-', 'b.yaml')).toEqual(['d.txt', '-', 'b.yaml']);
  });

  it('that is not there is told', () => {
    expect(shown('nope.yaml', 'b.yaml')).toEqual(['nope.yaml does not exist', 'b.yaml']);
  });
});
