// Documents that repeat what the code says must say the same.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CODES } from '../src/engine/errors.ts';
import { createMetrics } from '../src/metrics.ts';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe('docs/errors.md', () => {
  it('lists every code with its family, meaning and ambiguity, and no other', () => {
    const rows = [...read('docs/errors.md').matchAll(/^\| `([a-z-]+)` \| (\w+) \| (.+) \| (yes|no) \|$/gm)];
    const listed = rows.map(([, code, family, meaning, ambiguous]) => ({ code, family, meaning, ambiguous }));
    const known = Object.entries(CODES).map(([code, info]) => ({
      code,
      family: info.family,
      meaning: info.meaning,
      ambiguous: 'ambiguous' in info ? 'yes' : 'no',
    }));
    expect(listed).toEqual(known);
  });
});

describe('docs/metrics.md', () => {
  it('lists every metric with its labels, and no other', async () => {
    const metrics = createMetrics('0.0.0');
    metrics.watch({
      isLeader: () => true,
      claims: () => ({ ensure: 1 }),
      oldestVerificationMs: () => 0,
      orphans: () => [{ provider: 'aws', kind: 'LoadBalancer', count: 1 }],
    });
    const declared = await metrics.registry.getMetricsAsJSON();
    const known = declared.map((metric) => metric.name).sort();
    const rows = [...read('docs/metrics.md').matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, name]) => name).sort();
    expect(rows).toEqual(known);
  });
});

describe('docs/aws.md', () => {
  it('lists every call that the adapter can make, and no other', () => {
    const table = read('docs/aws.md').split('## Permissions')[1] ?? '';
    const listed = [...table.matchAll(/`(?:elasticloadbalancing:|ec2:)?(\w+)`/g)].map(([, name]) => name);
    const source = read('providers/aws/cloud/sdk.ts');
    const sent = [...source.matchAll(/new (?:ec2|elb(?:v2)?)\.(\w+)Command\(/g)].map(([, name]) => name);
    expect([...new Set(listed)].sort()).toEqual([...new Set(sent)].sort());
  });
});
