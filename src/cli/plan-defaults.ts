// What commands that look at files take for granted, so that they work with nothing at hand.
import { SAMPLE_CLUSTER } from '../manifest/complete.ts';
import { FIRST_PROVIDER } from '../provider/registry.ts';
import { settings } from '../settings.ts';
import type { Env, Flags } from './choice.ts';

/** The flags, with a provider and a name of the cluster where neither flag nor environment has them. */
export function withDefaults(flags: Flags, env: Env): Flags {
  const { provider, 'cluster-name': name } = flags;
  return {
    ...flags,
    provider: provider ?? (env.FAIRLEAD_PROVIDER ? undefined : FIRST_PROVIDER),
    'cluster-name': name ?? (env.FAIRLEAD_CLUSTER_NAME ? undefined : SAMPLE_CLUSTER.name),
  };
}

const { providers, clusterName } = settings.fields;

/** The settings that a controller has to be given, as help shows them here. */
export const SAMPLE_FIELDS = {
  providers: { ...providers, required: false, default: [FIRST_PROVIDER] },
  clusterName: { ...clusterName, required: false, default: SAMPLE_CLUSTER.name },
} as const;

/** The arguments, with a provider where neither they nor the environment name one: for what depends on it before all is read. */
export function withSampleProvider(args: readonly string[], env: Env): readonly string[] {
  const isAsked = args.some((arg) => arg.startsWith('--provider')) || (env.FAIRLEAD_PROVIDER ?? '') !== '';
  return isAsked ? args : [...args, `--provider=${FIRST_PROVIDER}`];
}
