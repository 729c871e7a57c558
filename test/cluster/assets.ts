// Finds kube-apiserver, etcd and kubectl: in KUBEBUILDER_ASSETS if that is set, else in the cache of what go.mod pins, filled
// once from source. Must never pick up binaries from PATH: their version would be anybody's guess.
import { ensurePrograms, missingIn, type Programs, programsIn } from '../go/ensure.ts';
import type { GoModule } from '../go/module.ts';

/** Absolute paths of the two binaries a cluster consists of, and of the one that people use it with. */
export type Assets = { readonly kubeApiserver: string; readonly etcd: string; readonly kubectl: string };

const kube: GoModule<'kube-apiserver' | 'etcd' | 'kubectl'> = {
  directory: import.meta.dirname,
  cache: 'kube',
  main: 'k8s.io/kubernetes',
  programs: { 'kube-apiserver': 'kube-apiserver', etcd: 'server', kubectl: 'kubectl' },
  text: 'kube-apiserver, etcd and kubectl',
  stamp: stampOf,
  instead: 'or set KUBEBUILDER_ASSETS to a directory that has all three',
};

/**
 * The binaries, built on first use (some minutes; progress goes to `log` line by line). Rejects if KUBEBUILDER_ASSETS
 * lacks one of them, if Go is missing or too old, or if the build fails.
 */
export async function ensureAssets(log: (line: string) => void): Promise<Assets> {
  const given = process.env.KUBEBUILDER_ASSETS;
  if (!given) return assetsOf(await ensurePrograms(kube, log));
  const missing = await missingIn(kube, given);
  if (missing.length > 0) throw new Error(`KUBEBUILDER_ASSETS=${given} has no executable ${missing.join(' and no ')}`);
  return assetsOf(programsIn(kube, given));
}

function assetsOf({ etcd, kubectl, ...others }: Programs<'kube-apiserver' | 'etcd' | 'kubectl'>): Assets {
  return { kubeApiserver: others['kube-apiserver'], etcd, kubectl };
}

/** What `GET /version` answers; a release build sets the same variables. */
function stampOf(version: string): Record<string, string | undefined> {
  const [major, minor] = version.slice(1).split('.');
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean', gitCommit: 'unknown' };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`k8s.io/component-base/version.${name}`, value]),
  );
}
