// Credentials of the pod we run in: the service account's token and CA, read again as they rotate. It needs no client
// library, which saves the controller the memory of one.

import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import type { Access, Credentials } from './transport.ts';

/** Where the kubelet mounts the service account. */
export const SERVICE_ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The kubelet rotates tokens at 80 % of their life, so a minute late is early enough. */
const REREAD_MS = 60_000;
/** After a 401 the files are read at once, but not more often than this. */
const REFUSED_REREAD_MS = 1_000;

export interface InClusterOptions {
  /** `KUBERNETES_SERVICE_HOST`. */
  readonly host: string;
  /** `KUBERNETES_SERVICE_PORT`; 443 where unset. */
  readonly port?: string | undefined;
  readonly directory?: string;
}

export function inClusterCredentials(options: InClusterOptions): Credentials {
  const directory = options.directory ?? SERVICE_ACCOUNT_DIRECTORY;
  const host = isIPv6(options.host) ? `[${options.host}]` : options.host;
  let cached: { readonly access: Promise<Access>; readonly readAtMs: number } | undefined;

  async function read(): Promise<Access> {
    const [token, ca] = await Promise.all([
      readFile(`${directory}/token`, 'utf8'),
      readFile(`${directory}/ca.crt`, 'utf8'),
    ]);
    return { headers: { authorization: `Bearer ${token.trim()}` }, tls: { ca } };
  }

  /** A failed read is not kept: the next request tries again. */
  function reread(): Promise<Access> {
    const access = read();
    const entry = { access, readAtMs: performance.now() };
    cached = entry;
    access.catch(() => {
      if (cached === entry) cached = undefined;
    });
    return access;
  }

  return {
    server: `https://${host}:${options.port ?? '443'}`,
    access: () => {
      if (cached !== undefined && performance.now() - cached.readAtMs < REREAD_MS) return cached.access;
      return reread();
    },
    refused: () => {
      if (cached !== undefined && performance.now() - cached.readAtMs < REFUSED_REREAD_MS) return false;
      cached = undefined;
      return true;
    },
  };
}
