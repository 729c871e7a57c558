// What `fairlead orphans` shows: one row an orphan, with why it counts as one.
import type { Liveness } from '../controller/liveness.ts';
import { orphansOf } from '../controller/orphan-removal.ts';
import type { Runtime } from '../controller/runtime.ts';
import type { Orphan } from '../engine/orphans.ts';
import { printable } from '../kube/printable.ts';
import type { ClusterView } from './cluster-view.ts';
import { renderTable, shortDuration } from './table.ts';

export interface FoundOrphan extends Orphan {
  readonly runtime: Runtime;
}

/** The form of `-o json`; a name of the interface. */
export interface OrphanRow {
  readonly provider: string;
  readonly kind: string;
  readonly id: string;
  /** `namespace/name` of the Service as the mark says; absent: it does not say. */
  readonly owner?: string;
  /** UID of the Service, or the beginning of it. */
  readonly uid?: string;
  readonly why: string;
  /** RFC 3339; absent where the cloud does not tell. */
  readonly createdAt?: string;
  /** True if its owner is told beyond doubt, and of this cluster: `--delete` takes it without its being named. */
  readonly ours: boolean;
}

/** All orphans in order of their providers, owners and kinds. */
export function findAll({ runtimes, liveness }: ClusterView): readonly FoundOrphan[] {
  return runtimes.flatMap((runtime) => {
    const kinds = runtime.provider.kinds.map(({ name }) => name);
    const place = ({ entry }: Orphan) => kinds.indexOf(entry.kind);
    return orphansOf(runtime, liveness)
      .map((orphan) => ({ ...orphan, runtime }))
      .sort((a, b) => compare(ownerText(a), ownerText(b)) || place(b) - place(a) || compare(a.key, b.key));
  });
}

export function rowOf({ runtime, entry, key, mark, owner }: FoundOrphan, liveness: Liveness): OrphanRow {
  // A part of a shared object says little of its owner; the owner's other things say more.
  const { namespace, name, uid } = owner ?? mark;
  return {
    provider: runtime.provider.name,
    kind: entry.kind,
    id: key.slice(entry.kind.length + 1),
    ...(namespace && name && { owner: `${namespace}/${name}` }),
    ...(uid !== undefined && { uid }),
    why: liveness.why(owner ?? mark),
    ...(entry.createdAt !== undefined && { createdAt: new Date(entry.createdAt).toISOString() }),
    ours: owner !== undefined,
  };
}

/** For people: the rows, and a line that counts. `now` is in ms since 1970. */
export function renderRows(rows: readonly OrphanRow[], now: number): string {
  if (rows.length === 0) return 'No orphans: everything with our mark has its Service.\n';
  const cells = rows.map(({ kind, id, owner = 'unknown', createdAt, why }) => {
    const age = createdAt === undefined ? 'unknown' : shortDuration(now - Date.parse(createdAt));
    return [kind, id, owner, age, why].map((cell) => printable(cell, MAX_CELL_BYTES));
  });
  const others = rows.filter(({ ours }) => !ours).length;
  const count = `${rows.length} ${rows.length === 1 ? 'orphan' : 'orphans'}`;
  const how = others === 0 ? '' : `; ${others} of them --delete takes only if named as KIND/ID`;
  return `${renderTable(['KIND', 'ID', 'OWNER', 'AGE', 'WHY'], cells)}\n${count}${how}.\n`;
}

const MAX_CELL_BYTES = 512;

function ownerText({ mark, owner }: Orphan): string {
  const { namespace = '', name = '', uid = '' } = owner ?? mark;
  return `${namespace}/${name}/${uid}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
