// A real etcd and kube-apiserver for demo, bench and end-to-end tests: one call up, one call down, nothing left over.
// No kubelet, no scheduler, no controllers: what a test needs of their work it does itself.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureAssets } from './assets.ts';
import { ControlPlane } from './control-plane.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { clusterFiles } from './server-arguments.ts';

/** What a caller may choose. */
export type ClusterOptions = {
  /** Progress, and the end of the log of a server that dies unasked. */
  log?: (line: string) => void;
  /** Write an audit log: one JSON line a finished request, without bodies. */
  audit?: boolean;
  extraApiserverArgs?: readonly string[];
};

/** A running cluster. Everything it wrote is in `dir`, logs included, and goes with `stop`. */
export type Cluster = {
  readonly url: string;
  /** The server's certificate and its authority, PEM. */
  readonly caFile: string;
  /** Path of a kubeconfig whose user is in system:masters. */
  readonly kubeconfig: string;
  readonly dir: string;
  /** As the server says it, for instance `v1.36.3`. */
  readonly version: string;
  /** Path of the audit log, where asked for. */
  readonly auditLog?: string;
  /** Writes a kubeconfig for a bearer token and returns its path. `name` is a label and part of the file's name. */
  kubeconfigFor(token: string, name: string): Promise<string>;
  /** Freezes the server: connections stay open and nothing answers. */
  pauseApiserver(): void;
  resumeApiserver(): void;
  /** Ends the server, in good order (the default) or at once, and brings it back on the same port with the same data. */
  restartApiserver(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Ends both servers and removes `dir`; a second call does nothing. */
  stop(): Promise<void>;
};

/** Starts both servers, building them first where need be. Rejects with the end of the log of what failed. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { log = () => undefined, audit = false, extraApiserverArgs = [] } = options;
  const assets = await ensureAssets(log);
  const startMs = performance.now();
  const adminToken = randomBytes(24).toString('hex');
  const dir = await mkdtemp(join(tmpdir(), 'fairlead-cluster-'));
  const settings = { adminToken, audit, extraArgs: extraApiserverArgs };
  const controlPlane = new ControlPlane(assets, dir, settings, log);
  const stop = async () => {
    await controlPlane.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const version = await controlPlane.start();
    const { url } = controlPlane;
    const { caFile, auditLog } = clusterFiles(dir);
    const kubeconfigFor = async (token: string, name: string) => {
      const path = join(dir, `kubeconfig-${encodeURIComponent(name)}`);
      await writeKubeconfig(path, { url, caFile, token, name });
      return path;
    };
    const kubeconfig = await kubeconfigFor(adminToken, 'admin');
    log(`kube-apiserver ${version} is ready at ${url} after ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
    return {
      url,
      caFile,
      kubeconfig,
      dir,
      version,
      ...(audit ? { auditLog } : {}),
      kubeconfigFor,
      pauseApiserver: () => controlPlane.pauseApiserver(),
      resumeApiserver: () => controlPlane.resumeApiserver(),
      restartApiserver: (signal = 'SIGTERM') => controlPlane.restartApiserver(signal),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
