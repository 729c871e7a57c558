// What docs/install.md tells people to set is there, and installs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { chartFiles } from '../../helm/generate/chart.ts';
import { version } from '../../src/version.ts';
import { render } from './helm.ts';
import { deploymentOf } from './objects.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'install.md'), 'utf8');
const readme = (await chartFiles(version())).get('README.md') ?? '';
const paths = [...readme.matchAll(/^\| `([A-Za-z.]+)` \|/gm)].map(([, path = '']) => path);
const groups = new Set(paths.map((path) => path.split('.')[0] ?? ''));

describe('docs/install.md', () => {
  it('names values that there are', () => {
    const spans = [...page.matchAll(/`([A-Za-z]+(?:\.[A-Za-z]+)*)(?:: [^`]*)?`/g)].map(([, path = '']) => path);
    const named = spans.filter((path) => groups.has(path.split('.')[0] ?? ''));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => !paths.includes(path))).toEqual([]);
  });

  it('sets on command lines what there is', () => {
    const set = [...page.matchAll(/--set ([A-Za-z.]+)=/g)].map(([, path = '']) => path);
    expect(set).toContain('clusterName');
    expect(set.filter((path) => !paths.includes(path))).toEqual([]);
  });

  const blocks = [...page.matchAll(/^( *)```yaml\n([\s\S]*?)^ *```$/gm)];

  it.each(
    blocks.map(
      ([, indent = '', text = ''], index) => [index + 1, text.replaceAll(new RegExp(`^${indent}`, 'gm'), '')] as const,
    ),
  )('shows values that can be installed, in block %i', async (_, text) => {
    const objects = await render({
      clusterName: 'demo',
      admissionPolicy: { action: 'off' },
      ...(parse(text) as object),
    });
    expect(deploymentOf(objects).spec.replicas).toBe(2);
  });
});
