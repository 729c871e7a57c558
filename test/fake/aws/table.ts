// A table of immutable rows that remembers its past, so that a read can be answered as of an earlier instant.
// It knows no AWS rule: what a row means, and who may change it, is the business of the operations.

/** The kinds of object that the fake keeps; eventual consistency can be set for each of them. */
export type Kind =
  | 'address'
  | 'availabilityZone'
  | 'classicLoadBalancer'
  | 'instance'
  | 'listener'
  | 'loadBalancer'
  | 'networkInterface'
  | 'prefixList'
  | 'routeTable'
  | 'securityGroup'
  | 'subnet'
  | 'targetGroup'
  | 'vpc';

/** Takes back what was done since it was opened: one call takes effect wholly or not at all. */
export class Journal {
  #undo: (() => void)[] | undefined;

  /** Whether a change is under way. */
  get open(): boolean {
    return this.#undo !== undefined;
  }

  note(undo: () => void): void {
    this.#undo?.push(undo);
  }

  /** Runs `work`; when it throws, every row that it touched is as before. Answers whether any row was touched. */
  run<T>(work: () => T): { readonly result: T; readonly changed: boolean } {
    const undo: (() => void)[] = [];
    this.#undo = undo;
    try {
      return { result: work(), changed: undo.length > 0 };
    } catch (thrown) {
      for (const back of undo.reverse()) back();
      throw thrown;
    } finally {
      this.#undo = undefined;
    }
  }
}

interface Version<Row> {
  readonly at: number;
  readonly row: Row | undefined;
}

export class Table<Row extends object> {
  readonly kind: Kind;
  readonly #journal: Journal;
  readonly #rememberMs: number;
  readonly #rows = new Map<string, Row>();
  readonly #past = new Map<string, Version<Row>[]>();
  #changedAt = Number.NEGATIVE_INFINITY;

  constructor(kind: Kind, journal: Journal, rememberMs: number) {
    this.kind = kind;
    this.#journal = journal;
    this.#rememberMs = rememberMs;
  }

  /** The rows as they are now, by id. */
  get rows(): ReadonlyMap<string, Row> {
    return this.#rows;
  }

  get(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  /** `at` is since when the row is so, epoch milliseconds; minus infinity for what was there from the beginning. */
  put(id: string, row: Row, at: number = Date.now()): void {
    this.#write(id, freeze(row), at);
  }

  delete(id: string): void {
    if (this.#rows.has(id)) this.#write(id, undefined, Date.now());
  }

  /** The rows as they were at `time` (epoch milliseconds). The past is kept for `rememberMs`. */
  at(time: number): ReadonlyMap<string, Row> {
    if (time >= this.#changedAt) return this.#rows;
    const then = new Map<string, Row>();
    for (const [id, versions] of this.#past) {
      const row = versions.findLast((version) => version.at <= time)?.row;
      if (row !== undefined) then.set(id, row);
    }
    return then;
  }

  #write(id: string, row: Row | undefined, at: number): void {
    const before = this.#rows.get(id);
    const versions = this.#past.get(id) ?? [];
    // Of one instant only the last version counts; of the time before what is remembered, only the last one too.
    const kept = versions.filter((version, index) => {
      const next = versions[index + 1];
      return version.at !== at && (next === undefined || next.at > at - this.#rememberMs);
    });
    this.#set(id, row);
    this.#past.set(id, [...kept, { at, row }]);
    this.#changedAt = Math.max(this.#changedAt, at);
    this.#journal.note(() => {
      this.#set(id, before);
      this.#past.set(id, versions);
    });
  }

  #set(id: string, row: Row | undefined): void {
    if (row === undefined) this.#rows.delete(id);
    else this.#rows.set(id, row);
  }
}

/** Freezes plain data all the way down; a test that changes the state by accident fails at once. */
function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}
