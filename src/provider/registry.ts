// Which providers there are. Explicit and lazy: a cloud's SDK is loaded only where that cloud is used, and no more than its
// compiler where no cloud is.
import type { AnyCompiler, AnyProvider } from './provider.ts';

interface Entry {
  readonly provider: () => Promise<AnyProvider>;
  readonly compiler: () => Promise<AnyCompiler>;
}

const PROVIDERS: Readonly<Record<string, Entry>> = {
  aws: {
    provider: async () => (await import('../../providers/aws/index.ts')).awsProvider as unknown as AnyProvider,
    compiler: async () => (await import('../../providers/aws/compiler.ts')).awsCompiler as unknown as AnyCompiler,
  },
  simulator: {
    provider: async () =>
      (await import('../../providers/simulator/index.ts')).simulatorProvider as unknown as AnyProvider,
    compiler: async () =>
      (await import('../../providers/simulator/compiler.ts')).simulatorCompiler as unknown as AnyCompiler,
  },
};

export const PROVIDER_NAMES: readonly string[] = Object.keys(PROVIDERS);

/** Loads a provider; undefined if there is none of that name. */
export async function loadProvider(name: string): Promise<AnyProvider | undefined> {
  return Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name]?.provider() : undefined;
}

/** Loads the half of a provider that needs no cloud; undefined if there is none of that name. */
export async function loadCompiler(name: string): Promise<AnyCompiler | undefined> {
  return Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name]?.compiler() : undefined;
}
