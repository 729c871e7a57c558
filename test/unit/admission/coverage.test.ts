// The page of checks: it says of every check of a table who makes it, and docs/admission-checks.md is what it says now.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { admissionChecks, admissionChecksPage } from '../../../src/admission/coverage.ts';
import { loadCompiler, PROVIDER_NAMES } from '../../../src/provider/registry.ts';
import type { Relation } from '../../../src/schema/field.ts';

const compilers = (await Promise.all(PROVIDER_NAMES.map(loadCompiler))).filter((one) => one !== undefined);

describe.each(compilers)('the checks of $name', (compiler) => {
  const page = admissionChecks(compiler);
  const [judged = '', advised = '', left = ''] = page.split(/Only ever a warning|Left to the controller/);
  const rows = (part: string, key: string) =>
    part
      .split('\n')
      .filter((line) => line.startsWith(`| \`${key}\` `))
      .join('\n');
  const fields = Object.values(compiler.annotations.fields) as readonly {
    readonly key: string;
    readonly shape: { readonly grammar: string };
    readonly requires?: readonly Relation[];
    readonly conflicts?: readonly Relation[];
  }[];

  it('name every annotation with its grammar among those that are judged', () => {
    for (const { key, shape } of fields) expect(rows(judged, key)).toContain(shape.grammar);
  });

  it('name every relation, under the severity that it has', () => {
    for (const { key, requires = [], conflicts = [] } of fields) {
      for (const { severity, because } of [...requires, ...conflicts]) {
        expect(rows(severity === 'error' ? judged : advised, key)).toContain(because);
      }
    }
  });

  it('leave every check that is code to the controller', () => {
    for (const { doc } of compiler.annotations.checks) expect(left).toContain(doc);
  });

  it('name every key that is not read', () => {
    for (const key of Object.keys(compiler.annotations.notRead)) expect(rows(advised, key)).not.toBe('');
  });
});

it('are in docs/admission-checks.md (npm run docs writes it)', async () => {
  const file = join(import.meta.dirname, '../../../docs/admission-checks.md');
  expect(await readFile(file, 'utf8')).toBe(admissionChecksPage(compilers));
});
