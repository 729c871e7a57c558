// What commands that look at files take for granted, so that they work with nothing at hand.
import { PROVIDER_NAMES } from '../provider/registry.ts';
import type { Env, Flags } from './choice.ts';

/** The name of the cluster that is made up. */
export const SAMPLE_CLUSTER = 'demo';

/** The flags, with a provider and a name of the cluster where neither flag nor environment has them. */
export function withDefaults(flags: Flags, env: Env): Flags {
  const { provider, 'cluster-name': name } = flags;
  return {
    ...flags,
    provider: provider ?? (env.FAIRLEAD_PROVIDER ? undefined : PROVIDER_NAMES[0]),
    'cluster-name': name ?? (env.FAIRLEAD_CLUSTER_NAME ? undefined : SAMPLE_CLUSTER),
  };
}
