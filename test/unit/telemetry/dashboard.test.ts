// The dashboard is one that Grafana can take anywhere: no data source by name, panels in their places, and each says what is
// normal. Whether its queries answer is shown by test/telemetry.
import { describe, expect, it } from 'vitest';
import { dashboardFile } from '../../../helm/generate/dashboard.ts';
import { dashboard } from '../../telemetry/files.ts';

const { panels, templating, uid } = dashboard();
const shown = panels.filter(({ type }) => type !== 'row');

describe('the dashboard', () => {
  it('is the same bytes whenever it is made', () => {
    expect(dashboardFile()).toBe(dashboardFile());
    expect(JSON.parse(dashboardFile())).toEqual(dashboard());
  });

  it('names no data source, and no cluster', () => {
    const sources = [...JSON.stringify(dashboard()).matchAll(/"datasource":\{"type":"prometheus","uid":"([^"]*)"\}/g)];
    expect(sources.length).toBeGreaterThan(shown.length);
    expect(new Set(sources.map(([, one]) => one))).toEqual(new Set(['$datasource']));
    expect(templating.list.map(({ name }) => name)).toEqual(['datasource', 'namespace', 'job', 'instance']);
    expect(uid).toBe('fairlead');
  });

  it('has ids that differ, and panels that do not overlap', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
  });

  it.each(shown)('$title: says what it is, in a unit, for whatever is chosen above', (panel) => {
    const { description = '', fieldConfig, targets = [], datasource } = panel;
    expect(description).toMatch(/[Nn]ormal|^ensure: /);
    expect(description).toMatch(/\.$/);
    expect(fieldConfig?.defaults.unit).toMatch(/^(short|s|ops|bytes|percentunit)$/);
    expect(datasource?.uid).toBe('$datasource');
    expect(targets.length).toBeGreaterThan(0);
    for (const { expr, legendFormat } of targets) {
      if (expr.includes('ALERTS{')) continue;
      const metrics = expr.match(/\{/g)?.length ?? 0;
      expect(expr.match(/namespace=~"\$namespace", job=~"\$job", instance=~"\$instance"/g)).toHaveLength(metrics);
      expect(panel.type === 'table' || legendFormat.length > 0).toBe(true);
    }
  });
});
