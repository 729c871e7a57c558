// A table of Services that is redrawn in place on a terminal, and printed once a change elsewhere.
import type { Service } from '../../src/kube/types.ts';

const COLUMNS = ['SERVICE', 'ACCEPTED', 'PROGRAMMED', 'ADDRESS'] as const;

function rowOf(service: Service): readonly string[] {
  const condition = (type: string) => service.status?.conditions?.find((one) => one.type === `fairlead.dev/${type}`);
  const { hostname, ip, ipMode } = service.status?.loadBalancer?.ingress?.[0] ?? {};
  const address = ipMode === 'Proxy' ? `${ip} (Proxy)` : (hostname ?? ip);
  return [
    `${service.metadata.namespace}/${service.metadata.name}`,
    condition('Accepted')?.reason ?? '…',
    condition('Programmed')?.reason ?? '…',
    address ?? '-',
  ];
}

/** The table as lines of text. */
export function tableOf(services: readonly Service[]): readonly string[] {
  const rows = [COLUMNS, ...services.map(rowOf)];
  const widths = COLUMNS.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Draws one table again and again. */
export class LiveTable {
  readonly #out: NodeJS.WriteStream;
  #drawn = 0;
  #last = '';

  constructor(out: NodeJS.WriteStream = process.stdout) {
    this.#out = out;
  }

  draw(services: readonly Service[]): void {
    const lines = tableOf(services);
    const text = `${lines.join('\n')}\n`;
    if (text === this.#last) return;
    if (this.#out.isTTY && this.#drawn > 0) this.#out.write(`\u001b[${this.#drawn}A\u001b[J`);
    else if (this.#last !== '') this.#out.write('\n');
    this.#out.write(text);
    this.#last = text;
    this.#drawn = lines.length;
  }
}
