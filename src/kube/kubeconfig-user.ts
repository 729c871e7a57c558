// What the official client leaves out of a kubeconfig's user: `tokenFile`, and the cluster information that exec
// plugins are promised. Changes user entries only; reads and runs nothing.

import { isAbsolute, join } from 'node:path';

/** An entry of `users` as it stands in the file. */
export interface KubeconfigUser {
  readonly name: string;
  readonly user?: { readonly tokenFile?: string } | null;
}

interface LoadedUser {
  readonly name: string;
  readonly exec?: unknown;
  readonly authProvider?: unknown;
  readonly token?: string;
}

interface LoadedCluster {
  readonly server: string;
  readonly caData?: string;
  readonly skipTLSVerify: boolean;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
}

interface Exec {
  readonly apiVersion?: string;
  readonly command: string;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly provideClusterInfo?: boolean;
}

/** Resolves what is relative to the kubeconfig, and makes `tokenFile` (https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/) the client's own kind of rotated file. */
export function localUser<U extends LoadedUser>(user: U, raw: readonly KubeconfigUser[], directory: string): U {
  const file = raw.find((each) => each.name === user.name)?.user?.tokenFile;
  const resolved = resolveCommand(user, directory);
  if (!file) return resolved;
  const { token: _, ...rest } = resolved;
  const tokenFile = isAbsolute(file) ? file : join(directory, file);
  return { ...rest, authProvider: { name: 'tokenFile', config: { tokenFile } } } as unknown as U;
}

/** A plugin's path is relative to the kubeconfig that names it; a bare name is looked up in PATH. */
function resolveCommand<U extends LoadedUser>(user: U, directory: string): U {
  const exec = user.exec as Exec | null | undefined;
  if (!exec?.command?.includes('/') || isAbsolute(exec.command)) return user;
  return { ...user, exec: { ...exec, command: join(directory, exec.command) } };
}

/** Adds KUBERNETES_EXEC_INFO (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins). */
export function execUser<U extends LoadedUser>(user: U, cluster: LoadedCluster): U {
  const exec = user.exec as Exec | null | undefined;
  if (!exec) return user;
  const info = {
    apiVersion: exec.apiVersion ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      ...(exec.provideClusterInfo && {
        cluster: {
          server: cluster.server,
          'certificate-authority-data': cluster.caData,
          'insecure-skip-tls-verify': cluster.skipTLSVerify,
          'tls-server-name': cluster.tlsServerName,
          'proxy-url': cluster.proxyUrl,
        },
      }),
    },
  };
  const env = [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }];
  return { ...user, exec: { ...exec, env } };
}
