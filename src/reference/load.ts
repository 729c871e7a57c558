// The reference of some providers, or of all, in a process: loads their compilers, and nothing of a cloud.
import type { AnyCompiler } from '../provider/provider.ts';
import { loadCompiler, PROVIDER_NAMES } from '../provider/registry.ts';
import { version } from '../version.ts';
import type { Reference } from './entry.ts';

declare const FAIRLEAD_REFERENCE: Reference | undefined;

/** Unknown names of providers are passed over. The bundler puts the whole reference in place of what would make it anew. */
export async function loadReference(names: readonly string[] = PROVIDER_NAMES, kind?: string): Promise<Reference> {
  const isWhole = names === PROVIDER_NAMES && kind === undefined;
  if (isWhole && typeof FAIRLEAD_REFERENCE === 'object') return FAIRLEAD_REFERENCE;
  const { buildReference } = await import('./entries.ts');
  const compilers = await Promise.all(names.map((name) => loadCompiler(name)));
  const known = compilers.filter((one): one is AnyCompiler => one !== undefined);
  return buildReference(known, { version: version(), kind });
}
