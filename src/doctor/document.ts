// What `fairlead doctor -o json` prints: the form that programs may rely on.
import type { Finding } from '../provider/provider.ts';
import type { Section } from './check.ts';

/** The whole document. Within `v1` fields are only ever added. */
export interface CheckUpDocument {
  readonly apiVersion: 'doctor.fairlead.dev/v1';
  readonly kind: 'CheckUp';
  /** Of the program that looked. */
  readonly version: string;
  readonly cluster: string;
  readonly providers: readonly string[];
  readonly sections: readonly Section[];
  readonly summary: Summary;
}

/** How many findings there are of each state. */
export type Summary = Readonly<Record<Finding['state'], number>>;

export function summaryOf(sections: readonly Section[]): Summary {
  const summary = { ok: 0, warning: 0, error: 0, unknown: 0 };
  for (const { findings } of sections) for (const { state } of findings) summary[state]++;
  return summary;
}

export function documentOf(
  head: Pick<CheckUpDocument, 'version' | 'cluster' | 'providers'>,
  sections: readonly Section[],
): CheckUpDocument {
  const { version, cluster, providers } = head;
  return {
    ...{ apiVersion: 'doctor.fairlead.dev/v1', kind: 'CheckUp', version, cluster, providers },
    ...{ sections, summary: summaryOf(sections) },
  };
}
