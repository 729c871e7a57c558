// The peers' figures on the same kind of stack, as measured (docs/design.md, Cheap). Calls per Service unless said
// otherwise; undefined: not measured.

export interface Row {
  readonly operation: string;
  readonly lbc?: string;
  readonly ccm?: string;
}

export const ROWS = {
  first: { operation: 'first Service after start (calls)', lbc: '30', ccm: '16' },
  create: { operation: 'create', lbc: '21.7', ccm: '14.4' },
  createSeconds: { operation: 'seconds until 50 have an ingress', lbc: '7.4–11', ccm: '6.1' },
  annotation: { operation: 'unrelated annotation', lbc: '16', ccm: '11' },
  port: { operation: 'port added', lbc: '28', ccm: '16' },
  node: { operation: 'node leaves', lbc: '2.3', ccm: '13' },
  restart: { operation: 'restart', lbc: '16.4', ccm: '14.4' },
  limited: { operation: 'restart under read limits (s, throttled)', lbc: '56 s, 161', ccm: '38 s, 138' },
  remove: { operation: 'delete', lbc: '12', ccm: '8–10' },
  memory: { operation: 'resident memory (MiB)', lbc: '72–76', ccm: '83–92' },
} as const satisfies Record<string, Row>;

export type Operation = keyof typeof ROWS;

/** The measured figures beside the peers'. */
export function table(measured: Readonly<Partial<Record<Operation, string>>>): string {
  const head = ['operation', 'Fairlead', 'LBC 3.5.0', 'CCM 1.37.0 NLB'];
  const rows = Object.entries(ROWS).map(([name, row]) => [
    row.operation,
    measured[name as Operation] ?? 'not measured',
    row.lbc,
    row.ccm,
  ]);
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}
