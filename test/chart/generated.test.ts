// The generated files of the chart say what the tables say, and values.yaml is right by the schema's own words.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CHART, chartFiles } from '../../helm/generate/chart.ts';
import { networkSections } from '../../helm/generate/network-values.ts';
import { commonSettings, providerSettings } from '../../helm/generate/settings.ts';
import { settingsTemplate } from '../../helm/generate/settings-template.ts';
import type { Operations } from '../../src/provider/operations.ts';
import { loadCompilers } from '../../src/provider/registry.ts';
import { settings } from '../../src/settings.ts';
import { version } from '../../src/version.ts';
import { helm } from './helm.ts';

const files = await chartFiles(version());
const all = await loadCompilers();

describe('npm run docs', () => {
  it.each([...files.keys()])('has been run since the tables of %s changed', (file) => {
    const path = join(CHART, file);
    expect(existsSync(path) ? readFileSync(path, 'utf8') : '').toBe(files.get(file));
  });

  it('gives the chart the version of the package', async () => {
    const { out } = await helm(['show', 'chart', CHART]);
    expect(parse(out)).toMatchObject({ version: version(), appVersion: version() });
  });
});

describe('the values', () => {
  const values = parse(files.get('values.yaml') ?? '') as Record<string, unknown>;

  it('have every setting of the controller but those that the chart makes', () => {
    const flags = Object.values(settings.fields as Record<string, { readonly key: string }>).map(({ key }) => key);
    const made = ['kubeconfig', 'context', 'leader-election-namespace', 'leader-election-id', 'metrics-address'];
    const known = commonSettings(all).map(({ flag }) => flag);
    expect([...known, ...made, 'shutdown-timeout'].sort()).toEqual([...flags].sort());
  });

  it.each(all.map((one) => [one.name, one] as const))('have every option of %s', (name, compiler) => {
    const flags = Object.values(compiler.options.fields as unknown as Record<string, { readonly key: string }>);
    const known = providerSettings(compiler, all);
    expect(known.map(({ flag }) => flag).sort()).toEqual(flags.map(({ key }) => key).sort());
    expect(known.every(({ path }) => path.startsWith(`${name}.`))).toBe(true);
  });

  it('pass nothing on by default but the provider', () => {
    const set = commonSettings(all).filter(({ path }) => values[path] !== null);
    expect(set.map(({ path }) => path)).toEqual(['provider']);
    for (const { name } of all) {
      const under = values[name] as Record<string, unknown>;
      expect(Object.values(under).every((value) => value === null)).toBe(true);
    }
  });

  it('each say above themselves what they mean', () => {
    const lines = (files.get('values.yaml') ?? '').split('\n');
    const keys = lines.flatMap((line, index) => (/^ *[A-Za-z]+: .+$/.test(line) ? [index] : []));
    const bare = keys.filter(
      (index) => !/^ *#/.test(lines[index - 1] ?? '') && !/^ {2,}(cpu|memory|grafana)/.test(lines[index] ?? ''),
    );
    expect(bare.map((index) => lines[index])).toEqual([]);
  });

  it('are all in the table of the README', () => {
    const rows = [...(files.get('README.md') ?? '').matchAll(/^\| `([A-Za-z.]+)` \|.*\|.*\|.*\|$/gm)].map(
      ([, path]) => path,
    );
    const leaves = (object: Record<string, unknown>, prefix: string): readonly string[] =>
      Object.entries(object).flatMap(([key, value]) => {
        const path = prefix + key;
        const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value) && !rows.includes(path);
        return isGroup ? leaves(value as Record<string, unknown>, `${path}.`) : [path];
      });
    expect(
      rows
        .filter((path) => path !== undefined && path !== '')
        .slice(-leaves(values, '').length)
        .sort(),
    ).toEqual([...leaves(values, '')].sort());
  });

  it('name no flag: they speak of values', () => {
    expect(files.get('values.yaml')).not.toMatch(/ --[a-z]/);
    expect(files.get('README.md')?.split('## Values')[1]).not.toMatch(/`--[a-z]/);
  });
});

describe('what a provider says of its operation', () => {
  const operations: Operations = {
    title: 'Other',
    egress: [{ what: 'the APIs', ports: [5000, 9876] }],
    pretence: 'It is none.',
  };
  const other = { ...all[0]!, name: 'other', operations };

  it('becomes rules of the NetworkPolicy, to anywhere where no address is said', () => {
    const text = settingsTemplate([], [{ compiler: other, settings: [] }]);
    const rule = {
      ports: [
        { port: 5000, protocol: 'TCP' },
        { port: 9876, protocol: 'TCP' },
      ],
    };
    expect(text).toContain(JSON.stringify({ other: [{ what: 'the APIs', rule }] }));
    expect(text).toContain('{"other":"It is none."}');
  });

  it('is told with the value', () => {
    const values = networkSections([other]).flatMap((section) => section.values);
    expect(values.find(({ path }) => path === 'networkPolicy.egress.enabled')?.doc).toContain('(Other: the APIs)');
  });
});
