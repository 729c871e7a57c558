// What an operation gets besides its input: the world, the instant, and the lagging eyes of a read.
// It holds no state of its own.

import type { Kind, Table } from './table.ts';
import type { World } from './world.ts';

export class Context {
  readonly world: World;
  /** When the call takes effect, epoch milliseconds. */
  readonly now: number;
  readonly #staleMs: number;

  constructor(world: World, staleMs: number) {
    this.world = world;
    this.now = Date.now();
    this.#staleMs = staleMs;
  }

  /** The instant whose state a read of this kind of object shows. Writes look at the present and never ask. */
  seenAt(kind: Kind): number {
    const { consistencyMs } = this.world.settings;
    return this.now - Math.max(this.#staleMs, consistencyMs[kind] ?? consistencyMs.default);
  }

  /** The rows that a read sees. */
  seen<Row extends object>(table: Table<Row>): ReadonlyMap<string, Row> {
    return table.at(this.seenAt(table.kind));
  }
}
