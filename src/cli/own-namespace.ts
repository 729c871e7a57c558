// The namespace of the pod that this process runs in.
import { readFile } from 'node:fs/promises';

const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/** `kube-system` outside of a pod. */
export async function ownNamespace(): Promise<string> {
  try {
    return (await readFile(NAMESPACE_FILE, 'utf8')).trim();
  } catch {
    return 'kube-system';
  }
}
