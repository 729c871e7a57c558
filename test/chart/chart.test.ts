// The chart as a whole: the same bytes every time, on every release of Kubernetes that it is for, linted, packed.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { version } from '../../src/version.ts';
import { CHART, helm, renderText } from './helm.ts';
import { RELEASES } from './schemas/releases.ts';
import { MUCH } from './values.ts';

const base = { clusterName: 'demo' };

describe('rendering', () => {
  it.each([
    ['little', base],
    ['much', MUCH],
  ])('%s gives the same bytes twice', async (_, values) => {
    const [once, twice] = [await renderText(values), await renderText(values)];
    expect(twice).toBe(once);
    expect(once.length).toBeGreaterThan(1000);
  });

  it.each([
    ['little', base],
    ['much', MUCH],
  ])('%s gives the same for every release of Kubernetes', async (_, values) => {
    const texts = await Promise.all(RELEASES.map((kubeVersion) => renderText(values, { kubeVersion })));
    expect(new Set(texts).size).toBe(1);
  });

  it('asks the cluster nothing, so that it is the same in a pipeline', async () => {
    const files = await readdir(join(CHART, 'templates'), { recursive: true });
    const texts = await Promise.all(
      files
        .filter((file) => /\.(tpl|yaml|txt)$/.test(file))
        .map((file) => readFile(join(CHART, 'templates', file), 'utf8')),
    );
    expect(texts.join('')).not.toMatch(
      /\b(lookup|now|randAlphaNum|randBytes|uuidv4|genCA|genSelfSignedCert|Capabilities)\b/,
    );
  });

  it('leaves no trailing space and no line of nothing but a dash', async () => {
    const text = await renderText(MUCH);
    const ugly = text.split('\n').filter((line) => /[ \t]$/.test(line) || /^ *-$/.test(line));
    expect(ugly).toEqual([]);
  });

  it('is one value among those of another chart', async () => {
    // What Helm hands to a chart that another one depends on.
    expect(await renderText({ ...base, global: { a: 1 }, enabled: true })).toBe(await renderText(base));
  });
});

describe('helm lint --strict', () => {
  it.each([
    ['little', base],
    ['much', MUCH],
  ])('finds nothing with %s', async (_, values) => {
    const { code, out, err } = await helm(['lint', '--strict', CHART], { values });
    expect(code, out + err).toBe(0);
    expect(out).not.toMatch(/WARNING|ERROR/);
  });
});

describe('helm package', () => {
  it('packs what installs and nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fairlead-chart-'));
    try {
      const { code, err } = await helm(['package', CHART, '--destination', folder]);
      expect(code, err).toBe(0);
      const archive = join(folder, `fairlead-${version()}.tgz`);
      const { stdout } = await promisify(execFile)('tar', ['-tzf', archive]);
      const packed = stdout
        .trim()
        .split('\n')
        .map((line) => line.replace(/^fairlead\//, ''));
      const folders = new Set(packed.map((file) => file.replace(/[^/]+$/, '')));
      expect(folders).toEqual(new Set(['', 'files/', 'files/admission/', 'templates/', 'templates/tests/']));
      expect(packed).toEqual(
        expect.arrayContaining(['Chart.yaml', 'README.md', 'values.yaml', 'values.schema.json', 'templates/NOTES.txt']),
      );
      expect(packed.filter((file) => !/\.(yaml|json|md|tpl|txt)$/.test(file) && file !== '.helmignore')).toEqual([]);
      // A release keeps the whole chart in a Secret, which holds one MiB.
      expect((await readFile(archive)).length).toBeLessThan(200_000);
      expect(await renderText(base, { chart: archive })).toBe(await renderText(base));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
