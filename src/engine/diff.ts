// Field-by-field comparison of a wanted spec with the observed one, in the spec's own vocabulary.
import { canonical, isUnresolved } from './graph.ts';

/** One field that differs. */
export interface Change {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
  /** 'drifted': the cloud left what we last applied. 'changed': the wish changed, or we never applied it. */
  readonly reason: 'changed' | 'drifted';
}

type Equalities = Readonly<Record<string, ((want: unknown, have: unknown) => boolean) | undefined>>;

interface Comparison {
  readonly equal?: object | undefined;
}

/**
 * The fields of `want` whose value in `have` differs. Fields that only `have` holds are nobody's wish and are not
 * compared. `applied` is the spec of our last write to the object, if this process made one.
 */
export function diff(kind: Comparison, want: object, have: object, applied: object | undefined): readonly Change[] {
  const changes: Change[] = [];
  for (const [field, to] of Object.entries(want)) {
    const from = (have as Record<string, unknown>)[field];
    const equal = (kind.equal as Equalities | undefined)?.[field];
    // A kind's own equality knows only values of the spec; a ref that is still open equals nothing.
    const own = equal && from !== undefined && !isUnresolved(to);
    const same = own ? equal(to, from) : canonical(to) === canonical(from);
    if (same) continue;
    const last = (applied as Record<string, unknown> | undefined)?.[field];
    const drifted = last !== undefined && canonical(last) === canonical(to);
    changes.push({ field, from, to, reason: drifted ? 'drifted' : 'changed' });
  }
  return changes;
}
