// All that compiling needs to know of the cloud, as plain JSON: it is what a test's facts.json holds. Reads only, and none
// at all once it is known.
import type { Scope } from '../../src/engine/kind.ts';
import type { Input } from '../../src/provider/provider.ts';
import type { AnnotationValues } from './annotations.ts';
import type { SimulatorConnection } from './connection.ts';
import { marksOf } from './naming.ts';
import type { OptionValues } from './options.ts';

export interface Existing {
  readonly name: string;
  readonly tier: string;
  readonly internal: boolean;
}

export interface Facts {
  /** What the cloud offers. */
  readonly tiers: readonly string[];
  /** By the Service's UID: its load balancers, since what cannot be changed on them decides which is meant. */
  readonly existing: Readonly<Record<string, readonly Existing[]>>;
}

export async function gather(
  inputs: readonly Input<AnnotationValues, OptionValues>[],
  cloud: SimulatorConnection,
  scope: Scope,
): Promise<Facts> {
  const [tiers, all] = await Promise.all([cloud.tiers(scope), cloud.seenLoadBalancers(scope)]);
  const uids = new Set(inputs.map(({ request }) => request.owner.uid));
  const ours = all.flatMap(({ name, tier, internal, tags }) =>
    marksOf(tags).flatMap(({ uid }) => (uid !== undefined && uids.has(uid) ? [{ uid, name, tier, internal }] : [])),
  );
  const groups = Object.entries(Object.groupBy(ours, ({ uid }) => uid));
  const existing = groups.map(([uid, list = []]) => [uid, list.map(({ uid: _, ...rest }) => rest)] as const);
  return { tiers, existing: Object.fromEntries(existing) };
}
