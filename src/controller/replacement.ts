// The last act of a replacement: the new load balancer is there; it has to serve before the Service gets its address, and
// the old one serves on for a while, for the clients that still know the old address. What is reached is kept in the
// Service's own status, so that a restart goes on from there.
import type { Graph } from '../engine/graph.ts';
import type { RetryAfter, Scope } from '../engine/kind.ts';
import { drainedAt } from './conditions.ts';
import type { Report } from './report.ts';
import type { Runtime } from './runtime.ts';

export class Replacement {
  /** True once the Service has the new address. */
  isSwitched = false;
  readonly #home: Runtime;
  readonly #graph: Graph;
  readonly #report: Report;
  readonly #drainMs: number;
  readonly #scope: Scope;

  constructor(home: Runtime, graph: Graph, report: Report, drainMs: number, scope: Scope) {
    this.#home = home;
    this.#graph = graph;
    this.#report = report;
    this.#drainMs = drainMs;
    this.#scope = scope;
  }

  /** True if what was replaced may go. */
  async retire(outputs: ReadonlyMap<string, object>): Promise<true | RetryAfter> {
    const replaced = this.#graph.replaces ?? [];
    const ingress = this.#home.ingress(this.#graph, outputs);
    let until = drainedAt(this.#report.service, replaced);
    if (until === undefined) {
      const serving = await this.#home.serves(this.#graph, this.#scope);
      if (serving !== true) return serving;
      if (ingress.length === 0) return { retryAfterMs: 5_000, why: 'the new load balancer has no address yet' };
      until = Date.now() + this.#drainMs;
      await this.#report.switched(replaced, until, ingress, this.#scope.signal);
    }
    this.isSwitched = true;
    // A clock that jumped back must not keep the old one for ever.
    const leftMs = Math.min(until - Date.now(), this.#drainMs);
    if (leftMs <= 0) return true;
    return { retryAfterMs: leftMs, why: `${replaced.join(', ')} was replaced and drains` };
  }
}
