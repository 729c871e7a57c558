// Keeps the doors between the rooms (docs/design.md, Rooms), and the size of what is in them.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const files = globSync(['src/**/*.ts', 'providers/**/*.ts', 'localstack/**/*.ts', 'test/**/*.ts'], { cwd: root });
const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[^'"();]*?\sfrom\s+)?'([^']+)'|import\('([^']+)'\)/g;

interface Import {
  readonly file: string;
  /** A path from the root, or the name of a package. */
  readonly to: string;
  readonly typeOnly: boolean;
  /** By a call, when it is needed. */
  readonly lazy: boolean;
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(IMPORT)].map((match) => {
    const raw = match[2] ?? match[3] ?? '';
    const to = raw.startsWith('.') ? normalize(join(dirname(file), raw)) : raw;
    return { file, to, typeOnly: match[1] !== undefined, lazy: match[3] !== undefined };
  });
}

const imports = files.flatMap(importsOf);
const of = (folder: string) => imports.filter((one) => one.file.startsWith(folder));
const names = (list: readonly Import[]) => list.map((one) => `${one.file} -> ${one.to}`);
const isPackage = (one: Import) => !/^(src|providers|test|localstack)\//.test(one.to) && !one.to.endsWith('.json');

describe('the doors between the rooms', () => {
  it('finds the imports at all', () => {
    expect(imports.length).toBeGreaterThan(200);
    expect(of('src/engine/').length).toBeGreaterThan(20);
  });

  it('src/engine imports nothing of the project outside itself, and one library', () => {
    const others = of('src/engine/').filter((one) => !one.to.startsWith('src/engine/'));
    expect(names(others.filter((one) => !one.to.startsWith('@noble/hashes/')))).toEqual([]);
  });

  it('src/schema knows no other room', () => {
    expect(names(of('src/schema/').filter((one) => !one.to.startsWith('src/schema/')))).toEqual([]);
  });

  it('src/provider knows the engine and the schema only', () => {
    const allowed = /^(src\/(provider|engine|schema)\/|p-retry$|providers\/[a-z]+\/(index|compiler|options)\.ts$)/;
    expect(names(of('src/provider/').filter((one) => !allowed.test(one.to)))).toEqual([]);
    const lazy = of('src/provider/').filter((one) => one.to.startsWith('providers/'));
    expect(lazy.every((one) => one.file === 'src/provider/registry.ts')).toBe(true);
  });

  it('src/kube knows neither engine nor provider nor controller', () => {
    expect(names(of('src/kube/').filter((one) => /^(src\/(?!kube\/)|providers\/)/.test(one.to)))).toEqual([]);
  });

  it('the controller knows no provider', () => {
    expect(names(of('src/controller/').filter((one) => one.to.startsWith('providers/')))).toEqual([]);
  });

  it('a provider imports the contract, itself and its own SDK', () => {
    const strangers = of('providers/').filter((one) => {
      const own = one.file.split('/').slice(0, 2).join('/');
      return !one.to.startsWith(`${own}/`) && !/^src\/(provider|engine|schema)\//.test(one.to);
    });
    const packages = /^(@aws-sdk\/|@smithy\/|@noble\/hashes\/|yaml$|node:(https?|path|fs\/promises)$)/;
    expect(names(strangers.filter((one) => !packages.test(one.to)))).toEqual([]);
    expect(names(strangers.filter((one) => one.file.startsWith('providers/simulator/')))).toEqual([]);
  });

  it('one file imports the Kubernetes client, and one p-retry', () => {
    const importers = (name: string) => [
      ...new Set(
        of('src/')
          .concat(of('providers/'))
          .filter((one) => one.to.split('/').slice(0, name.split('/').length).join('/') === name)
          .map((one) => one.file),
      ),
    ];
    expect(importers('@kubernetes/client-node')).toEqual(['src/kube/config.ts']);
    expect(importers('p-retry')).toEqual(['src/provider/gate.ts']);
  });

  it('what needs no cloud and no cluster runs in a browser, with all that it imports', () => {
    const seen = new Set<string>();
    // All of src/reference but what makes it of files and imports that are there in a process only.
    const rooms =
      /^(providers\/[a-z]+\/compiler\.ts|src\/(manifest|preview)\/|src\/reference\/(?!load\.ts)[a-z-]+\.ts)/;
    const open = files.filter((file) => rooms.test(file));
    expect(open).not.toEqual([]);
    const bad: string[] = [];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      for (const one of importsOf(file).filter((each) => !each.typeOnly)) {
        if (!isPackage(one)) open.push(one.to);
        else if (!/^(@noble\/hashes\/|yaml$|minisearch$)/.test(one.to)) bad.push(`${one.file} -> ${one.to}`);
      }
    }
    expect(bad).toEqual([]);
  });
});

describe('what is loaded', () => {
  it('fairlead explain loads neither the Kubernetes client, nor an SDK, nor the settings of the controller', () => {
    const seen = new Set<string>();
    const open = [
      'src/main.ts',
      'src/cli/explain.ts',
      ...files.filter((one) => /^providers\/\w+\/compiler\.ts$/.test(one)),
    ];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      if (files.includes(file))
        open.push(...importsOf(file).flatMap((one) => (one.typeOnly || one.lazy ? [] : one.to)));
    }
    const allowed = /^(node:[a-z/]+|commander|minisearch|@noble\/hashes\/[a-z0-9.]+)$/;
    const strange = [...seen].filter((one) => !one.endsWith('.ts') && !one.endsWith('.json') && !allowed.test(one));
    expect(strange).toEqual([]);
    expect(seen).not.toContain('src/settings.ts');
    expect(seen).toContain('providers/aws/compile.ts');
  });
});

describe('the size of things', () => {
  const lines = (file: string) => readFileSync(join(root, file), 'utf8').split('\n').length;

  it('no file of the product is longer than 350 lines, and the median is below 130', () => {
    const sizes = files.filter((file) => /^(src|providers)\//.test(file)).map((file) => ({ file, lines: lines(file) }));
    expect(sizes.filter((one) => one.lines > 350)).toEqual([]);
    const sorted = sizes.map((one) => one.lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(130);
  });
});

describe('the tools', () => {
  it('run on Node 24', () => {
    expect(process.versions.node.split('.')[0]).toBe('24');
  });
});
