// One node sync: from a change of the eligible nodes until every Service that it concerns was looked at once. A change that
// comes meanwhile makes it longer. It only keeps the account.
import type { NodeSyncHooks } from './hooks.ts';

export class NodeSync {
  readonly #hooks: NodeSyncHooks | undefined;
  readonly #open = new Set<string>();
  #sinceMs = 0;

  constructor(hooks: NodeSyncHooks | undefined) {
    this.#hooks = hooks;
  }

  /** These keys have to be looked at. */
  begin(keys: Iterable<string>): void {
    if (this.#open.size === 0) this.#sinceMs = performance.now();
    for (const key of keys) this.#open.add(key);
  }

  /** A key that was to be looked at for its targets was, well or not. */
  looked(key: string, seconds: number, failed: boolean): void {
    if (!this.#open.delete(key)) return;
    this.#hooks?.updated(seconds, failed);
    if (this.#open.size === 0) this.#hooks?.ended((performance.now() - this.#sinceMs) / 1000);
  }
}
