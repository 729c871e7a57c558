// The peers' figures on the same kind of stack, as measured (docs/design.md, Cheap). Calls per Service unless said
// otherwise; a dash: not measured.

export interface Row {
  readonly operation: string;
  readonly lbc: string;
  readonly ccm: string;
  readonly ccmClassic?: string;
}

/** The kinds of load balancer that are measured. */
export type Kind = 'nlb' | 'classic';

export const ROWS = {
  first: { operation: 'first Service after start (calls)', lbc: '30', ccm: '16', ccmClassic: '19' },
  create: { operation: 'create', lbc: '21.7', ccm: '14.4', ccmClassic: '17' },
  createSeconds: { operation: 'seconds until 50 have an ingress', lbc: '7.4–11', ccm: '6.1' },
  annotation: { operation: 'unrelated annotation', lbc: '16', ccm: '11', ccmClassic: '10' },
  port: { operation: 'port added', lbc: '28', ccm: '16', ccmClassic: '12' },
  node: { operation: 'node leaves', lbc: '2.3', ccm: '13', ccmClassic: '4' },
  restart: { operation: 'restart', lbc: '16.4', ccm: '14.4', ccmClassic: '10' },
  limited: { operation: 'restart under read limits (s, throttled)', lbc: '56 s, 161', ccm: '38 s, 138' },
  remove: { operation: 'delete', lbc: '12', ccm: '8–10', ccmClassic: '9' },
  memory: { operation: 'resident memory (MiB)', lbc: '72–76', ccm: '83–92' },
} as const satisfies Record<string, Row>;

export type Operation = keyof typeof ROWS;

export type Figures = Partial<Record<Operation, string>>;

/** The measured figures beside the peers'. */
export function table(measured: Readonly<Record<Kind, Figures>>): string {
  const head = ['operation', 'Fairlead, NLB', 'LBC 3.5.0', 'CCM 1.37.0 NLB', 'Fairlead, Classic', 'CCM 1.37.0 Classic'];
  const rows = Object.entries(ROWS).map(([name, row]: [string, Row]) => [
    row.operation,
    measured.nlb[name as Operation] ?? '–',
    row.lbc,
    row.ccm,
    measured.classic[name as Operation] ?? '–',
    row.ccmClassic ?? '–',
  ]);
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}
