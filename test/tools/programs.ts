// helm and kubeconform at the versions that go.mod pins, built from source on first use. Runs neither.
import { ensurePrograms, type Programs } from '../go/ensure.ts';
import type { GoModule } from '../go/module.ts';

/** Absolute paths. */
export type Tools = Programs<'helm' | 'kubeconform'>;

const tools: GoModule<'helm' | 'kubeconform'> = {
  directory: import.meta.dirname,
  cache: 'tools',
  main: 'helm.sh/helm/v4',
  programs: { helm: 'helm', kubeconform: 'kubeconform' },
  text: 'helm and kubeconform',
  stamp: (version) => ({ 'helm.sh/helm/v4/internal/version.version': version }),
};

/** Both, built on first use (some minutes; progress goes to `log` line by line). Rejects if there is no Go that can. */
export function ensureTools(log: (line: string) => void): Promise<Tools> {
  return ensurePrograms(tools, log);
}
