// Makes helm/fairlead/files/dashboard.json: the table of rows and panels as a Grafana dashboard (schema 39, Grafana 10.4 and
// later). Deterministic; no data source and no cluster is named in it, both are chosen in Grafana.
import type { Panel, Query, Row } from './dashboard-panel.ts';
import { ROWS } from './dashboard-rows.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const DATASOURCE = { type: 'prometheus', uid: '$datasource' } as const;
const COLUMNS = 24;

/** The file's text. */
export function dashboardFile(): string {
  return `${JSON.stringify(dashboard(), undefined, 2)}\n`;
}

function dashboard(): Json {
  const all = { text: 'All', value: '$__all' };
  return {
    uid: 'fairlead',
    title: 'Fairlead',
    description:
      'The load balancers of Services, for the person on call. From the top: is it working, and if not, where.',
    tags: ['fairlead', 'kubernetes', 'load-balancer'],
    schemaVersion: 39,
    version: 1,
    editable: false,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    timezone: 'browser',
    links: [],
    annotations: { list: [leaderChanges()] },
    templating: {
      list: [
        {
          name: 'datasource',
          label: 'Data source',
          type: 'datasource',
          query: 'prometheus',
          regex: '',
          hide: 0,
          multi: false,
          includeAll: false,
          refresh: 1,
        },
        // A Prometheus without the operator sets no namespace: then only `.*` finds anything.
        variable('namespace', 'Namespace', 'label_values(fairlead_build_info, namespace)', '.*', all),
        variable('job', 'Job', 'label_values(fairlead_build_info{namespace=~"$namespace"}, job)', '.+', all),
        variable(
          'instance',
          'Instance',
          'label_values(fairlead_build_info{namespace=~"$namespace", job=~"$job"}, instance)',
          '.+',
          all,
        ),
      ],
    },
    panels: layOut(ROWS),
  };
}

function variable(name: string, label: string, query: string, allValue: string, current: Json): Json {
  return {
    name,
    label,
    type: 'query',
    datasource: DATASOURCE,
    definition: query,
    query,
    regex: '',
    hide: 0,
    multi: true,
    includeAll: true,
    allValue,
    current,
    refresh: 2,
    sort: 1,
  };
}

/** A line in every graph where a replica began to lead. */
function leaderChanges(): Json {
  return {
    name: 'A replica begins to lead',
    datasource: DATASOURCE,
    enable: true,
    iconColor: 'purple',
    expr: 'leader_election_master_status{namespace=~"$namespace", job=~"$job", instance=~"$instance"} == 1 unless leader_election_master_status offset 1m == 1',
    step: '60s',
    titleFormat: 'leads',
    textFormat: '{{instance}}',
  };
}

/** Panels from left to right, as many as fit beside each other; ids in the order of the table. */
function layOut(rows: readonly Row[]): readonly Json[] {
  const panels: Json[] = [];
  let y = 0;
  for (const row of rows) {
    panels.push({
      ...{ id: panels.length + 1, type: 'row', title: row.title, collapsed: false },
      ...{ gridPos: { x: 0, y, w: COLUMNS, h: 1 }, panels: [] },
    });
    y++;
    let x = 0;
    let height = 0;
    for (const panel of row.panels) {
      const { width, height: own } = panel;
      if (x + width > COLUMNS) {
        y += height;
        x = 0;
        height = 0;
      }
      panels.push(panelJson(panel, panels.length + 1, { x, y, w: width, h: own }));
      x += width;
      height = Math.max(height, own);
    }
    y += height;
  }
  return panels;
}

function panelJson(panel: Panel, id: number, gridPos: Json): Json {
  const { title, description, kind } = panel;
  return {
    ...{ id, type: kind, title, description, datasource: DATASOURCE, gridPos },
    targets: panel.queries.map((query, index) => targetJson(query, index, kind)),
    fieldConfig: { defaults: fieldDefaults(panel), overrides: [] },
    options: OPTIONS[kind],
    ...(kind === 'table' && {
      transformations: [
        { id: 'organize', options: { excludeByName: { Time: true }, indexByName: {}, renameByName: {} } },
      ],
    }),
  };
}

function targetJson({ expr, legend }: Query, index: number, kind: Panel['kind']): Json {
  const instant = kind !== 'timeseries';
  return {
    refId: String.fromCharCode('A'.charCodeAt(0) + index),
    datasource: DATASOURCE,
    editorMode: 'code',
    expr,
    legendFormat: legend,
    ...{ range: !instant, instant, format: kind === 'table' ? 'table' : 'time_series' },
  };
}

function fieldDefaults({ kind, unit, decimals, steps, stacked, most }: Panel): Json {
  const colored = steps.length > 1;
  return {
    unit,
    ...(decimals !== undefined && { decimals }),
    min: 0,
    ...(most !== undefined && { max: most }),
    color: { mode: kind === 'stat' ? 'thresholds' : 'palette-classic' },
    thresholds: { mode: 'absolute', steps: steps.map(([value, color]) => ({ color, value })) },
    ...(kind === 'timeseries' && {
      custom: {
        ...{ drawStyle: 'line', lineInterpolation: 'linear', lineWidth: 1, fillOpacity: stacked ? 30 : 10 },
        ...{ showPoints: 'auto', spanNulls: false, axisSoftMin: 0 },
        stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
        thresholdsStyle: { mode: colored ? 'line' : 'off' },
      },
    }),
  };
}

const OPTIONS: Readonly<Record<Panel['kind'], Json>> = {
  stat: {
    ...{ colorMode: 'background', graphMode: 'none', justifyMode: 'auto', orientation: 'auto', textMode: 'auto' },
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    wideLayout: true,
  },
  timeseries: {
    legend: { calcs: ['lastNotNull', 'max'], displayMode: 'table', placement: 'bottom', showLegend: true },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
  table: {
    cellHeight: 'sm',
    showHeader: true,
    footer: { show: false, reducer: ['sum'], countRows: false, fields: '' },
  },
};
