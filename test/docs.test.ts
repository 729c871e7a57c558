// Documents that repeat what the code says must say the same.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { STATES } from '../src/controller/census.ts';
import { STAGES } from '../src/controller/hooks.ts';
import { CODES } from '../src/engine/errors.ts';
import { createMetrics } from '../src/metrics.ts';

/** A metric as prom-client keeps it, which its types do not say. */
interface Declared {
  readonly name: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

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
  it('lists every metric with its type and labels, and no other', () => {
    const declared = createMetrics('0.0.0').registry.getMetricsAsArray() as unknown as readonly Declared[];
    const known = declared.map(({ name, type, labelNames }) => [name, type, labelNames.join(', ')].join(' | ')).sort();
    const rows = [
      ...read('docs/metrics.md').matchAll(/^\| `([a-z0-9_]+)` \| (counter|gauge|histogram) \| (.*?) ?\| /gm),
    ];
    expect(rows.map(([, name, type, labels]) => [name, type, labels].join(' | ')).sort()).toEqual(known);
  });

  it('names the states and stages that there are', () => {
    const page = read('docs/metrics.md');
    const states = [...page.matchAll(/^\| `([a-z-]+)` \| (?!counter|gauge|histogram)/gm)].map(([, state]) => state);
    expect(states.sort()).toEqual([...STATES].sort());
    for (const stage of STAGES) expect(page).toContain(`\`${stage}\``);
  });
});
