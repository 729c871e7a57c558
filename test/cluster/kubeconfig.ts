// Writes kubeconfig files for bearer tokens. Everything is inside the file, so that it can be mounted or copied.
import { readFile, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';

/** Where the API server is and whom to be. `name` is only a label. */
export type Access = { url: string; caFile: string; token: string; name: string };

/** Writes a kubeconfig with one context to `path`, readable by its owner only. */
export async function writeKubeconfig(path: string, access: Access): Promise<void> {
  const authority = await readFile(access.caFile);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'fairlead-test',
        cluster: { server: access.url, 'certificate-authority-data': authority.toString('base64') },
      },
    ],
    users: [{ name: access.name, user: { token: access.token } }],
    contexts: [{ name: access.name, context: { cluster: 'fairlead-test', user: access.name } }],
    'current-context': access.name,
  };
  await writeFile(path, stringify(config), { mode: 0o600 });
}
