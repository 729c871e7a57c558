// What the chart renders for a few sets of values, to the letter, so that a change of the output is seen in its review. What
// matters in it is asserted by the other tests. Policies, alerts and dashboard are left out: they are files of their own.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { version } from '../../src/version.ts';
import { renderText } from './helm.ts';
import { MUCH } from './values.ts';

const few = { admissionPolicy: { action: 'off' } };
const sets: Readonly<Record<string, object>> = {
  aws: { clusterName: 'demo', ...few },
  simulator: { clusterName: 'demo', provider: 'simulator', ...few },
  'observing-one-namespace': {
    ...{ clusterName: 'demo', policy: 'observe-only', watchNamespace: 'team-a', leaderElect: false, replicas: 1 },
    ...few,
  },
  much: { ...MUCH, ...few, metrics: { ...MUCH.metrics, prometheusRule: {}, dashboard: {} } },
};

describe('what is rendered', () => {
  it.each(Object.entries(sets))('for %s', async (name, values) => {
    const text = (await renderText(values)).replaceAll(version(), 'VERSION');
    await expect(text).toMatchFileSnapshot(join(import.meta.dirname, 'snapshots', `${name}.yaml`));
  });
});
