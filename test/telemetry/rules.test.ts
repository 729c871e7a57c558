// The alerts by Prometheus' own tool: each fires on a series that shows its trouble, in time and not before, alone; and none
// fires while things are well, just started, or another program has such series.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ensurePrometheus } from '../tools/prometheus.ts';
import { ALERTS_FILE, alerts } from './files.ts';
import { healthy, type SeriesSet } from './healthy.ts';
import { passing, type Trouble, troubles } from './troubles.ts';

const run = promisify(execFile);
const cases = troubles(healthy);
let promtool: string;
let directory: string;

beforeAll(async () => {
  ({ promtool } = await ensurePrometheus((line) => console.error(line)));
  directory = await mkdtemp(join(tmpdir(), 'fairlead-rules-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Rejects with what promtool says where something else fires at one of the minutes. */
async function expectFiring(
  differs: Trouble['differs'],
  minutes: ReadonlyMap<number, readonly string[]>,
): Promise<void> {
  const merged: Record<string, string | null> = { ...healthy, ...differs };
  const set: SeriesSet = Object.fromEntries(Object.entries(merged).flatMap(([k, v]) => (v === null ? [] : [[k, v]])));
  const firing = [...minutes].map(([minute, names]) => ({
    expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
    eval_time: `${minute}m`,
    exp_samples: names.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
  }));
  const test = {
    rule_files: [ALERTS_FILE],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(set).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: firing,
      },
    ],
  };
  const file = join(directory, 'test.yaml');
  await writeFile(file, stringify(test));
  await run(promtool, ['test', 'rules', file]).catch((error: Error & { stdout?: string }) => {
    throw new Error(`${error.message}\n${error.stdout ?? ''}`);
  });
}

describe('the alerts', () => {
  it('are a rules file that Prometheus takes as it is', async () => {
    const { stdout } = await run(promtool, ['check', 'rules', ALERTS_FILE]);
    expect(stdout).toContain(`SUCCESS: ${alerts().length} rules found`);
  });

  it('have a case each', () => {
    expect(Object.keys(cases).sort()).toEqual(
      alerts()
        .map(({ alert }) => alert)
        .sort(),
    );
  });

  it.each(Object.entries(cases))('%s is told of its trouble, in time, and nothing else is', async (name, trouble) => {
    const { differs, at, notYet, also = [] } = trouble;
    const minutes = new Map([[at, [name, ...also]]]);
    if (notYet !== undefined) minutes.set(notYet, []);
    await expectFiring(differs, minutes);
  });

  it.each(Object.entries(passing(healthy)))('none is told of: %s', async (_what, differs) => {
    await expectFiring(differs, new Map(Array.from({ length: 290 }, (_, minute) => [minute, []])));
  });

  it('would be told of as a failure if another one fired', async () => {
    const { differs, at } = cases.FairleadNoLeader as Trouble;
    await expect(expectFiring(differs, new Map([[at, ['FairleadTwoLeaders']]]))).rejects.toThrow(/FairleadNoLeader/);
  });
});
