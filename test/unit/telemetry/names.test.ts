// Dashboard and alerts ask for metrics, labels and values that exist, in a way that fits their type. Parsed, not searched.
import { describe, expect, it } from 'vitest';
import { alerts, dashboard } from '../../telemetry/files.ts';
import { type Matcher, questionOf } from '../../telemetry/promql.ts';
import { registered, TARGET_LABELS, VALUES, vocabulary } from '../../telemetry/vocabulary.ts';

const words = vocabulary();
const panels = dashboard().panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ refId, expr, legendFormat }) => ({ name: `${title} ${refId}`, expr, legend: legendFormat })),
);
const rules = alerts().map(({ alert, expr, annotations }) => ({
  name: alert,
  expr,
  legend: Object.values(annotations).join('\n'),
}));
const marks = dashboard().annotations.list.map(({ expr }) => ({ name: 'annotation', expr, legend: '' }));
const questions = [...panels, ...rules, ...marks];

/** Whether some value that the label can have fits, and some does not: else the condition says nothing. */
function saysSomething({ op, value }: Matcher, values: readonly string[]): boolean {
  const isRegex = op === '=~' || op === '!~';
  const fits = (one: string) => (isRegex ? new RegExp(`^(?:${value})$`).test(one) : one === value);
  const parts = isRegex ? value.split('|') : [value];
  const known = parts.every((part) =>
    values.some((one) => (isRegex ? new RegExp(`^(?:${part})$`).test(one) : one === part)),
  );
  return known && (values.length === 1 || values.some((one) => !fits(one)));
}

describe('what dashboard and alerts ask for', () => {
  it.each(questions)('$name: its metrics exist, with these labels and values', ({ expr }) => {
    const { selectors } = questionOf(expr);
    expect(selectors.length).toBeGreaterThan(0);
    for (const { metric, matchers } of selectors) {
      const word = words.get(metric);
      expect(word, `there is no metric ${metric}`).toBeDefined();
      for (const matcher of matchers) {
        expect([...TARGET_LABELS, ...(word?.labels ?? [])], `${metric} has no such label`).toContain(matcher.label);
        const values = VALUES[metric]?.[matcher.label];
        const isTarget = TARGET_LABELS.includes(matcher.label) && !values;
        const isName = matcher.label === 'alertname';
        if (isTarget || isName) continue;
        expect(values, `nothing is known of the values of ${matcher.label} on ${metric}`).toBeDefined();
        expect(saysSomething(matcher, values ?? []), `${metric}: ${matcher.label}${matcher.op}${matcher.value}`).toBe(
          true,
        );
      }
    }
  });

  it.each(questions)('$name: what it groups by, joins by and shows are labels of its metrics', ({ expr, legend }) => {
    const { selectors, labels } = questionOf(expr);
    const known = new Set([...TARGET_LABELS, ...selectors.flatMap(({ metric }) => words.get(metric)?.labels ?? [])]);
    expect([...known]).toEqual(expect.arrayContaining([...labels]));
    const shown = [...legend.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}/g)].map(([, label = '']) => label);
    // What is aggregated as a whole keeps what it names and nothing else.
    const kept = /^(sum|max|min|count|histogram_quantile)\b/.test(expr) ? labels : [...known];
    expect(kept).toEqual(expect.arrayContaining(shown));
  });

  it.each(questions)('$name: counters are asked for their growth, gauges for their value', ({ expr }) => {
    for (const { metric, within } of questionOf(expr).selectors) {
      const type = words.get(metric)?.type;
      const grows = within.some((name) => name === 'rate' || name === 'increase');
      if (type !== 'other') expect(grows, metric).toBe(type === 'counter' || type === 'bucket');
      if (type === 'bucket') expect(within).toContain('histogram_quantile');
    }
  });

  it('takes no label that a ServiceMonitor overwrites', () => {
    for (const { expr } of questions) {
      const { selectors, labels } = questionOf(expr);
      expect([...labels, ...selectors.flatMap(({ matchers }) => matchers.map(({ label }) => label))]).not.toContain(
        'service',
      );
    }
  });

  it('leaves no metric of ours out of the dashboard', () => {
    const asked = new Set(panels.flatMap(({ expr }) => questionOf(expr).selectors.map(({ metric }) => metric)));
    const ours = registered().filter(({ name }) => !/^(nodejs|process)_/.test(name));
    const left = ours.filter(({ name }) => ![name, `${name}_bucket`].some((one) => asked.has(one)));
    expect(left.map(({ name }) => name)).toEqual([]);
  });
});

describe('the reader of expressions', () => {
  it('tells metrics, conditions, surroundings and labels', () => {
    expect(questionOf('max by (pod) (rate(a_total{b!~"c|d"}[$__rate_interval])) * on (pod) group_left (e) f')).toEqual({
      selectors: [
        { metric: 'a_total', matchers: [{ label: 'b', op: '!~', value: 'c|d' }], within: ['rate', 'max'] },
        { metric: 'f', matchers: [], within: [] },
      ],
      labels: ['pod', 'pod', 'e'],
    });
  });

  it.each(['sum by (a) (b', 'rate(a[5x])', '1 +'])('refuses %s', (text) => {
    expect(() => questionOf(text)).toThrow();
  });
});
