// What a PromQL expression asks for: metrics, conditions on their labels, and labels that it groups and joins by. Says
// nothing of whether they exist.
import { parser } from '@prometheus-io/lezer-promql';

export interface Matcher {
  readonly label: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
  /** The functions and aggregations around it, the innermost first: `rate`, `sum`. */
  readonly within: readonly string[];
}

export interface Question {
  readonly selectors: readonly Selector[];
  /** Labels named by `by`, `without`, `on`, `ignoring`, `group_left` and `group_right`. */
  readonly labels: readonly string[];
}

/** Grafana puts a duration there. */
const INTERVAL = /\$__rate_interval/g;

/** Reads an expression of Prometheus or Grafana. Throws where it is not PromQL. */
export function questionOf(expression: string): Question {
  const text = expression.replace(INTERVAL, '5m');
  const selectors: Selector[] = [];
  const labels: string[] = [];
  parser.parse(text).iterate({
    enter: ({ type, node, from, to }) => {
      const said = text.slice(from, to);
      if (type.isError)
        throw new Error(`not PromQL at "${text.slice(Math.max(0, from - 20), from + 20)}": ${expression}`);
      if (node.parent?.name === 'GroupingLabels' && type.name === 'LabelName') labels.push(said);
      if (type.name !== 'VectorSelector') return;
      const within: string[] = [];
      for (let outer = node.parent; outer; outer = outer.parent) {
        const name = outer.getChild('FunctionIdentifier') ?? outer.getChild('AggregateOp');
        if (name) within.push(text.slice(name.from, name.to));
      }
      const metric = node.getChild('Identifier');
      const matchers = (node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []).map((one) =>
        matcherOf(text.slice(one.from, one.to)),
      );
      selectors.push({ metric: metric ? text.slice(metric.from, metric.to) : '', matchers, within });
    },
  });
  if (selectors.length === 0 && labels.length === 0) throw new Error(`asks for no metric: ${expression}`);
  return { selectors, labels };
}

function matcherOf(text: string): Matcher {
  const [, label, op, value] = /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/s.exec(text) ?? [];
  if (label === undefined || op === undefined || value === undefined) throw new Error(`not a matcher: ${text}`);
  return { label, op: op as Matcher['op'], value };
}
