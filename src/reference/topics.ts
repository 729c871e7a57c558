// The order in which people think of annotations: which belong together, by what each provider says of its own. Pure.
import { operationsOf, type Topic } from '../provider/operations.ts';
import type { AnyCompiler } from '../provider/provider.ts';
import type { Entry, EntryTopic } from './entry.ts';

const TITLES: Readonly<Record<Topic, string>> = {
  placement: 'Kind, scheme and place',
  access: 'Who may connect',
  tls: 'TLS and protocols',
  health: 'Health checks',
  connections: 'Connections and targets',
  records: 'Access logs and tags',
};

/** Of annotations that all providers have. */
const COMMON: Readonly<Partial<Record<Topic, readonly RegExp[]>>> = {
  placement: [/^allow-replacement$/],
  access: [/^load-balancer-source-ranges$/],
};

/**
 * All entries, each in the first topic that one of its providers puts it in, in that provider's order; what nobody puts
 * anywhere comes last, under 'Other'. Those of another provider than the first come after its own.
 */
export function topicsOf(entries: readonly Entry[], compilers: readonly AnyCompiler[]): readonly EntryTopic[] {
  const left = new Set(entries);
  const isOther = (entry: Entry) => Number(isOtherProvider(entry, entries));
  const topics = (Object.keys(TITLES) as Topic[]).map((id) => {
    const take = (suffixes: readonly RegExp[] = [], provider?: string) =>
      suffixes.flatMap((suffix) => {
        const isIn = (one: Entry) => provider === undefined || one.providers.includes(provider);
        const fitting = [...left].filter((entry) => isIn(entry) && suffix.test(entry.suffix));
        for (const entry of fitting) left.delete(entry);
        return fitting;
      });
    const own = compilers.flatMap((compiler) => take(operationsOf(compiler).topics?.[id], compiler.name));
    return { id, title: TITLES[id], entries: [...own, ...take(COMMON[id])] };
  });
  return [...topics, { id: 'other', title: 'Other', entries: [...left] }]
    .filter((topic) => topic.entries.length > 0)
    .map(({ id, title, entries: some }) => {
      const sorted = some.toSorted((a, b) => isOther(a) - isOther(b));
      return { id, title, anchors: sorted.map(({ anchor }) => anchor) };
    });
}

/** True where it has to be said whose it is: the first provider does not read it. */
export function isOtherProvider({ providers }: Entry, entries: readonly Entry[]): boolean {
  const first = entries[0]?.providers[0];
  return first !== undefined && !providers.includes(first);
}
