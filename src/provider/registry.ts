// Which providers there are, and nothing else of the project lists them: docs, pages, the chart and the playground go by this.
// Explicit and lazy: a cloud's SDK is loaded only where that cloud is used, and no more than its compiler where no cloud is.
import type { AnyCompiler, AnyProvider } from './provider.ts';

interface Entry {
  readonly provider: () => Promise<AnyProvider>;
  readonly compiler: () => Promise<AnyCompiler>;
}

/** Of each its folder under providers/; the first is what examples name, and what is taken where nobody says. */
const PROVIDERS: Readonly<Record<string, Entry>> = {
  aws: {
    provider: async () => (await import('../../providers/aws/index.ts')).awsProvider as unknown as AnyProvider,
    compiler: async () => (await import('../../providers/aws/compiler.ts')).awsCompiler as unknown as AnyCompiler,
  },
  openstack: {
    provider: async () =>
      (await import('../../providers/openstack/index.ts')).openstackProvider as unknown as AnyProvider,
    compiler: async () =>
      (await import('../../providers/openstack/compiler.ts')).openstackCompiler as unknown as AnyCompiler,
  },
  simulator: {
    provider: async () =>
      (await import('../../providers/simulator/index.ts')).simulatorProvider as unknown as AnyProvider,
    compiler: async () =>
      (await import('../../providers/simulator/compiler.ts')).simulatorCompiler as unknown as AnyCompiler,
  },
};

export const PROVIDER_NAMES: readonly string[] = Object.keys(PROVIDERS);

/** For examples, and where files are looked at and nobody says for which. */
export const FIRST_PROVIDER = PROVIDER_NAMES[0]!;

/** Loads a provider; undefined if there is none of that name. */
export async function loadProvider(name: string): Promise<AnyProvider | undefined> {
  return Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name]?.provider() : undefined;
}

/** The halves that need no cloud of all providers, in their order. */
export async function loadCompilers(): Promise<readonly AnyCompiler[]> {
  return Promise.all(Object.values(PROVIDERS).map(({ compiler }) => compiler()));
}

/** Loads the half of a provider that needs no cloud; undefined if there is none of that name. */
export async function loadCompiler(name: string): Promise<AnyCompiler | undefined> {
  return Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name]?.compiler() : undefined;
}
