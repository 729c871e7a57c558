// The order in which people think of annotations, by the words in their keys. A test fails when one falls into no group.
import type { Entry } from '../entry.ts';

interface Group {
  readonly id: string;
  readonly title: string;
  /** In the order of the page. */
  readonly suffixes: readonly RegExp[];
}

const GROUPS: readonly Group[] = [
  {
    id: 'placement',
    title: 'Kind, scheme and place',
    suffixes: [/^(type|tier)$/, /^internal$/, /^subnets$/, /^eip-/, /^private-/, /^cross-zone-/, /^allow-replacement$/],
  },
  { id: 'access', title: 'Who may connect', suffixes: [/source-ranges$/, /security-groups$/] },
  { id: 'tls', title: 'TLS and protocols', suffixes: [/^ssl-/, /^(backend|proxy)-protocol$/] },
  { id: 'health', title: 'Health checks', suffixes: [/^healthcheck-/] },
  { id: 'connections', title: 'Connections and targets', suffixes: [/^connection-|^idle-/, /^target-/] },
  { id: 'records', title: 'Access logs and tags', suffixes: [/^access-log-/, /tags$/] },
];

export interface Grouped {
  readonly id: string;
  readonly title: string;
  readonly entries: readonly Entry[];
}

/**
 * All entries, each in the first group that it fits, in that group's order; what fits none comes last, under 'Other'. Those
 * of another provider than the first come after its own.
 */
export function grouped(entries: readonly Entry[]): readonly Grouped[] {
  const left = new Set(entries);
  const isOther = (entry: Entry) => Number(isOtherProvider(entry, entries));
  const groups = GROUPS.map(({ id, title, suffixes }) => {
    const own = suffixes.flatMap((suffix) => {
      const fitting = [...left].filter((entry) => suffix.test(entry.suffix));
      for (const entry of fitting) left.delete(entry);
      return fitting;
    });
    return { id, title, entries: own.toSorted((a, b) => isOther(a) - isOther(b)) };
  });
  return [...groups, { id: 'other', title: 'Other', entries: [...left] }].filter((group) => group.entries.length > 0);
}

/** True where it has to be said whose it is: the first provider does not read it. */
export function isOtherProvider({ providers }: Entry, entries: readonly Entry[]): boolean {
  const first = entries[0]?.providers[0];
  return first !== undefined && !providers.includes(first);
}
