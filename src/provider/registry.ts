// Which providers there are. Explicit and lazy: a cloud's SDK is loaded only where that cloud is used.
import type { AnyProvider } from './provider.ts';

const PROVIDERS: Readonly<Record<string, () => Promise<AnyProvider>>> = {
  aws: async () => (await import('../../providers/aws/index.ts')).awsProvider as unknown as AnyProvider,
  simulator: async () =>
    (await import('../../providers/simulator/index.ts')).simulatorProvider as unknown as AnyProvider,
};

export const PROVIDER_NAMES: readonly string[] = Object.keys(PROVIDERS);

/** Loads a provider; undefined if there is none of that name. */
export async function loadProvider(name: string): Promise<AnyProvider | undefined> {
  return Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name]?.() : undefined;
}
