// Finds the API server and the right to use it: a kubeconfig, or the pod's service account. The only file that imports
// the official client, lazily and only its KubeConfig: exec plugins and OIDC are security code not to be written twice.

import { constants } from 'node:fs';
import { access as probe, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { KubeConnection } from './api.ts';
import { inClusterCredentials, SERVICE_ACCOUNT_DIRECTORY } from './in-cluster.ts';
import { execUser, type KubeconfigUser, localUser } from './kubeconfig-user.ts';
import { type RestOptions, restApi } from './rest.ts';
import type { Access, Credentials, TlsMaterial } from './transport.ts';
import { withDeadline } from './wait.ts';

export interface ConnectOptions extends RestOptions {
  /** Path of a kubeconfig. */
  readonly kubeconfig?: string;
  /** Name of a context; the kubeconfig's current one where unset. */
  readonly context?: string;
  /** `process.env` where unset. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
  readonly serviceAccountDirectory?: string;
}

/** Files and exec plugins are asked again at most this often, as long as the server takes what they gave. */
const ACCESS_MS = 5_000;
/** After a 401 everything is loaded anew, at most this often: an exec plugin may take seconds. */
const REFUSED_RELOAD_MS = 10_000;
const PLUGIN_TIMEOUT_MS = 60_000;

/**
 * Looks for, in this order: the given kubeconfig, the files in KUBECONFIG, the pod's service account (unless a context
 * is asked for), ~/.kube/config. Sends nothing. Rejects with an Error that names what was tried.
 */
export async function connect(options: ConnectOptions = {}): Promise<KubeConnection> {
  return restApi(await findCredentials(options), options);
}

/** As `connect`, but only the credentials. */
export async function findCredentials(options: ConnectOptions = {}): Promise<Credentials> {
  const env = options.env ?? process.env;
  if (options.kubeconfig !== undefined) {
    if (!(await exists(options.kubeconfig))) throw new Error(`cannot read the kubeconfig ${options.kubeconfig}`);
    return kubeconfigCredentials([options.kubeconfig], options.context);
  }
  if (env.KUBECONFIG) {
    const files = await existing(env.KUBECONFIG.split(delimiter).filter((file) => file !== ''));
    if (files.length === 0) throw new Error(`KUBECONFIG is ${env.KUBECONFIG}, but no such file can be read`);
    return kubeconfigCredentials(files, options.context);
  }
  const directory = options.serviceAccountDirectory ?? SERVICE_ACCOUNT_DIRECTORY;
  const host = env.KUBERNETES_SERVICE_HOST;
  if (options.context === undefined && host && (await exists(join(directory, 'token')))) {
    return inClusterCredentials({ host, port: env.KUBERNETES_SERVICE_PORT, directory });
  }
  const file = join(options.home ?? homedir(), '.kube', 'config');
  if (await exists(file)) return kubeconfigCredentials([file], options.context);
  throw new Error(
    'no way to a Kubernetes API server; tried: a kubeconfig option (not given), KUBECONFIG (not set), ' +
      `the service account of a pod (${host ? `no ${join(directory, 'token')}` : 'KUBERNETES_SERVICE_HOST is not set'}), ` +
      `${file} (cannot be read)`,
  );
}

async function kubeconfigCredentials(files: readonly string[], context: string | undefined): Promise<Credentials> {
  let config: KubeConfig | undefined = await load(files, context);
  let loadedAtMs = performance.now();
  let cached: { readonly access: Promise<Access>; readonly atMs: number } | undefined;
  const cluster = config.getCurrentCluster()!;
  if (cluster.proxyUrl && !/^https?:/.test(cluster.proxyUrl)) {
    throw new Error(`the kubeconfig's proxy-url ${cluster.proxyUrl} is not supported: only http and https are`);
  }

  async function ask(): Promise<Access> {
    if (config === undefined) {
      loadedAtMs = performance.now();
      config = await load(files, context);
    }
    return accessOf(config);
  }

  return {
    server: cluster.server,
    ...(cluster.proxyUrl && { proxyUrl: cluster.proxyUrl }),
    access: () => {
      if (cached !== undefined && performance.now() - cached.atMs < ACCESS_MS) return cached.access;
      const access = withDeadline(PLUGIN_TIMEOUT_MS, new AbortController().signal, 'kubeconfig credentials', ask);
      const entry = { access, atMs: performance.now() };
      cached = entry;
      access.catch(() => {
        if (cached === entry) cached = undefined;
      });
      return access;
    },
    refused: () => {
      if (performance.now() - loadedAtMs < REFUSED_RELOAD_MS) return false;
      config = undefined;
      cached = undefined;
      return true;
    },
  };
}

/** Reads and joins the files as kubectl does: the first to name a thing wins. */
async function load(files: readonly string[], context: string | undefined): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const { parse } = await import('./yaml.ts');
  const config = new KubeConfig();
  for (const file of files) {
    const part = new KubeConfig();
    try {
      part.loadFromFile(file);
      const raw = parse(await readFile(file, 'utf8')) as { users?: readonly KubeconfigUser[] };
      const withFiles = part.users.map((user) => localUser(user, raw.users ?? [], dirname(file)));
      config.users = firstOfEachName([...config.users, ...withFiles]);
    } catch (error) {
      throw new Error(`cannot load the kubeconfig ${file}: ${(error as Error).message}`, { cause: error });
    }
    config.clusters = firstOfEachName([...config.clusters, ...part.clusters]);
    config.contexts = firstOfEachName([...config.contexts, ...part.contexts]);
    config.currentContext ||= part.currentContext;
  }
  if (context !== undefined) config.currentContext = context;
  const names = files.join(', ');
  if (!config.currentContext) throw new Error(`no current-context in ${names}, and none was asked for`);
  if (config.getContextObject(config.currentContext) === null) {
    const known = config.contexts.map((each) => each.name).join(', ') || 'none';
    throw new Error(`no context "${config.currentContext}" in ${names}; there are: ${known}`);
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error(`the cluster of context "${config.currentContext}" is not in ${names}`);
  // KubeConfig refuses plain http (a local `kubectl proxy`) unless told not to verify the certificate that is not there.
  config.clusters = config.clusters.map((each) =>
    each.server.startsWith('http:') ? { ...each, skipTLSVerify: true } : each,
  );
  config.users = config.users.map((user) => execUser(user, cluster));
  return config;
}

async function accessOf(config: KubeConfig): Promise<Access> {
  const given: Parameters<KubeConfig['applyToHTTPSOptions']>[0] & Record<string, unknown> = {};
  await config.applyToHTTPSOptions(given);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given.headers ?? {})) headers[name.toLowerCase()] = String(value).trim();
  if (typeof given.auth === 'string') headers.authorization = `Basic ${Buffer.from(given.auth).toString('base64')}`;
  const tls: Record<string, unknown> = {};
  for (const name of ['ca', 'cert', 'key'] as const) if (given[name]) tls[name] = String(given[name]);
  if (typeof given.servername === 'string') tls.servername = given.servername;
  if (given.rejectUnauthorized === false) tls.rejectUnauthorized = false;
  return { headers, tls: tls as TlsMaterial };
}

function firstOfEachName<T extends { readonly name: string }>(things: readonly T[]): T[] {
  return things.filter((thing, index) => things.findIndex((other) => other.name === thing.name) === index);
}

async function existing(files: readonly string[]): Promise<string[]> {
  const found = await Promise.all(files.map(exists));
  return files.filter((_, index) => found[index]);
}

function exists(file: string): Promise<boolean> {
  return probe(file, constants.R_OK).then(
    () => true,
    () => false,
  );
}
