// The documents about permissions say what the table says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FEATURES } from '../../../providers/aws/grants/features.ts';
import { grants } from '../../../providers/aws/grants/policy.ts';
import { loadCompiler, PROVIDER_NAMES } from '../../../src/provider/registry.ts';
import { grantsPage } from '../../../src/reference/grants-page.ts';
import { parseOptions } from '../../../src/schema/index.ts';
import { optionsOf } from '../aws/stage.ts';

const read = (file: string) => readFileSync(join(import.meta.dirname, '../../../docs', file), 'utf8');

describe('docs/iam-policy.md', () => {
  it('is what npm run docs writes', async () => {
    const compilers = (await Promise.all(PROVIDER_NAMES.map(loadCompiler))).filter((one) => one !== undefined);
    const plain = compilers.map((compiler) => ({
      compiler,
      options: parseOptions(compiler.options, { flags: {}, env: {} }).values,
    }));
    expect(read('iam-policy.md')).toBe(grantsPage(plain));
  });
});

describe('docs/iam.md', () => {
  it('has a row for each statement of the policy, in its order', () => {
    const wish = { features: Object.keys(FEATURES), partition: 'aws', clusterName: 'demo', options: optionsOf() };
    const sids = grants.document(wish).Statement.map(({ Sid }) => Sid);
    const rows = [...read('iam.md').matchAll(/^\| `([A-Z]\w+)` \|/gm)].map(([, sid]) => sid);
    expect(rows).toEqual(sids);
  });

  it('names each feature', () => {
    for (const feature of Object.keys(FEATURES)) expect(read('iam.md')).toContain(`\`${feature}\``);
  });
});
