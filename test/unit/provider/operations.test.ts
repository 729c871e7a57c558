// What providers say of themselves holds together, and nothing outside of them knows a cloud.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operationsOf } from '../../../src/provider/operations.ts';
import { FIRST_PROVIDER, loadCompilers, loadProvider, PROVIDER_NAMES } from '../../../src/provider/registry.ts';
import { parseCidr } from '../../../src/schema/cidr.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const compilers = await loadCompilers();

describe('the registry', () => {
  it('has the same names everywhere: keys, compilers, providers', async () => {
    expect(compilers.map(({ name }) => name)).toEqual(PROVIDER_NAMES);
    for (const name of PROVIDER_NAMES) expect((await loadProvider(name))?.name).toBe(name);
    expect(PROVIDER_NAMES[0]).toBe(FIRST_PROVIDER);
  });

  it('has no class that two answer to', () => {
    const classes = compilers.flatMap((one) => one.classes);
    expect(new Set(classes).size).toBe(classes.length);
  });

  it('has no option that two have', () => {
    const keys = compilers.flatMap(({ options }) => Object.values(options.fields as Record<string, { key: string }>));
    expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
  });
});

describe.each(compilers.map((one) => [one.name, one] as const))('the operation of %s', (name, compiler) => {
  const { title, egress = [], competitors = [], examples = [], pretence, accountAnnotations } = operationsOf(compiler);

  it('has a title, sentences that end, and rules that a NetworkPolicy takes', () => {
    expect(title).not.toBe('');
    for (const text of [pretence, accountAnnotations, ...competitors.map(({ remedy }) => remedy)]) {
      if (text !== undefined) expect(text).toMatch(/^[A-Z`].*\.$/);
    }
    for (const { what, cidrs = [], ports } of egress) {
      expect(what).toMatch(/[^.]$/);
      expect(ports.length).toBeGreaterThan(0);
      for (const cidr of cidrs) expect(parseCidr(cidr), cidr).toBeDefined();
    }
  });

  it('is the same for its other half', async () => {
    const provider = await loadProvider(name);
    expect(provider && operationsOf(provider)).toBe(operationsOf(compiler));
  });

  it('has examples of names of their own', () => {
    const ids = examples.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^[a-z0-9-]+$/.test(id))).toBe(true);
  });
});

describe('a provider that says nothing', () => {
  it('is called by its name', () => {
    expect(operationsOf({ name: 'quiet' })).toEqual({ title: 'quiet' });
  });
});

describe('nothing outside of providers/ knows a cloud', () => {
  const CLOUDS =
    /\b(?:aws|amazon\w*|elbv?2?|nlb|irsa|ec2|eks|openstack|octavia|keystone|neutron|barbican|simulator)|169\.254\.|fd00:ec2/i;
  // The registry lists them. The rest is generated from what providers say.
  const LISTS = ['src/provider/registry.ts', 'helm/fairlead/templates/_settings.tpl'];
  const files = globSync(
    ['src/**/*.{ts,css}', 'helm/generate/*.ts', 'helm/fairlead/templates/**/*', 'docs.ts', 'build.ts', 'licences.ts'],
    { cwd: root, withFileTypes: true },
  )
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(root.length + 1))
    .filter((file) => !LISTS.includes(file));

  it('looks at files at all', () => {
    expect(files.length).toBeGreaterThan(250);
  });

  // In comments a cloud may stand as an example.
  it.each(files)('%s', (file) => {
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    const code = lines.map((line) => line.replace(/^\s*(?:\/\/|\/?\*).*$|\s\/\/ .*$|^\s*\/\*\*.*\*\/$/, ''));
    expect(code.filter((line) => CLOUDS.test(line))).toEqual([]);
  });
});
