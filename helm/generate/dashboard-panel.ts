// The words in which panels of the dashboard are written down. Knows nothing of Grafana's JSON.

/** A question to Prometheus; `legend` may name labels as `{{label}}`. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

/** From this value on, this colour; the first has null. In a graph the others are drawn as lines. */
export type Step = readonly [value: number | null, color: 'green' | 'orange' | 'red' | 'blue'];

export interface Panel {
  readonly kind: 'stat' | 'timeseries' | 'table';
  readonly title: string;
  /** What is normal, and what to do when it is not. */
  readonly description: string;
  /** Grafana's id of a unit, such as `s`, `bytes`, `ops`, `percentunit`, `short`. */
  readonly unit: string;
  readonly queries: readonly Query[];
  readonly steps: readonly Step[];
  /** Of 24 columns. */
  readonly width: number;
  readonly height: number;
  readonly decimals?: number;
  readonly stacked?: boolean;
  /** The end of the scale. */
  readonly most?: number;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

type Extra = Partial<Pick<Panel, 'steps' | 'decimals' | 'stacked' | 'most' | 'width' | 'height'>>;
type Questions = string | readonly (readonly [expr: string, legend: string])[];

const PLAIN: readonly Step[] = [[null, 'green']];

/** One number, coloured by its steps. */
export function stat(title: string, unit: string, expr: string, description: string, extra: Extra = {}): Panel {
  return panel('stat', { width: 4, height: 4 }, title, unit, [[expr, title]], description, extra);
}

/** Lines over time. */
export function graph(title: string, unit: string, queries: Questions, description: string, extra: Extra = {}): Panel {
  return panel('timeseries', { width: 8, height: 8 }, title, unit, queries, description, extra);
}

/** A row a series, with its labels. */
export function table(title: string, unit: string, expr: string, description: string, extra: Extra = {}): Panel {
  return panel('table', { width: 8, height: 8 }, title, unit, [[expr, '']], description, extra);
}

function panel(
  kind: Panel['kind'],
  size: Pick<Panel, 'width' | 'height'>,
  title: string,
  unit: string,
  questions: Questions,
  description: string,
  extra: Extra,
): Panel {
  const pairs = typeof questions === 'string' ? [[questions, title] as const] : questions;
  const queries = pairs.map(([expr, legend]) => ({ expr, legend }));
  return { kind, title, description, unit, queries, steps: PLAIN, ...size, ...extra };
}

/** The series of a metric in the chosen namespaces, jobs and instances, and of them those that fit `also`. */
export function of(metric: string, also = ''): string {
  const chosen = 'namespace=~"$namespace", job=~"$job", instance=~"$instance"';
  return `${metric}{${chosen}${also && `, ${also}`}}`;
}

/** How often a second, summed by these labels. */
export function perSecond(metric: string, by: string, also = ''): string {
  return `sum by (${by}) (rate(${of(metric, also)}[$__rate_interval]))`;
}

/** The value of a histogram below which this part of the observations lies, by these labels. */
export function quantile(part: number, metric: string, by = '', also = ''): string {
  const labels = by ? `le, ${by}` : 'le';
  return `histogram_quantile(${part}, sum by (${labels}) (rate(${of(`${metric}_bucket`, also)}[$__rate_interval])))`;
}

/** Median, and what one in ten and one in a hundred exceed. */
export function spread(metric: string, also = ''): readonly (readonly [string, string])[] {
  return [
    [quantile(0.5, metric, '', also), 'half are quicker'],
    [quantile(0.9, metric, '', also), '9 of 10 are quicker'],
    [quantile(0.99, metric, '', also), '99 of 100 are quicker'],
  ];
}
