// The two processes of a cluster and their life: start together, freeze, restart, end. Writes no client configuration.
import { join } from 'node:path';
import type { Assets } from './assets.ts';
import { Daemon } from './daemon.ts';
import { freePort } from './free-port.ts';
import { untilReady } from './readiness.ts';
import { type ApiserverSettings, clusterFiles, etcdArguments, prepareApiserver } from './server-arguments.ts';

/** Generous: a busy machine needs many times the usual few seconds. */
const readyTimeoutMs = 120_000;
const portAttempts = 3;

/** etcd and kube-apiserver in one directory. `start` comes first and only once; `stop` may come at any time. */
export class ControlPlane {
  readonly #assets: Assets;
  readonly #dir: string;
  readonly #settings: ApiserverSettings;
  readonly #log: (line: string) => void;
  #etcd: Daemon | undefined;
  #apiserver: Daemon | undefined;
  #arguments: readonly string[] = [];
  #port = 0;

  constructor(assets: Assets, dir: string, settings: ApiserverSettings, log: (line: string) => void) {
    this.#assets = assets;
    this.#dir = dir;
    this.#settings = settings;
    this.#log = log;
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  /** Resolves with the API server's version when it is ready; rejects with the end of the log of what failed. */
  async start(): Promise<string> {
    this.#arguments = await prepareApiserver(this.#dir, this.#settings);
    this.#etcd = await this.#spawn('etcd', this.#assets.etcd, etcdArguments(this.#dir));
    for (let attempt = 1; ; attempt += 1) {
      this.#port = await freePort();
      try {
        const version = await this.#startApiserver(this.#etcd);
        this.#report(this.#etcd);
        return version;
      } catch (error) {
        const isTaken = (error as Error).message.includes('address already in use');
        if (!isTaken || attempt === portAttempts) throw error;
      }
    }
  }

  /** Freezes the API server: connections stay open and nothing answers. */
  pauseApiserver(): void {
    this.#apiserver?.signal('SIGSTOP');
  }

  resumeApiserver(): void {
    this.#apiserver?.signal('SIGCONT');
  }

  /** Ends the API server with `signal` and starts it again on the same port, data and certificate. */
  async restartApiserver(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.#apiserver?.stop(signal);
    if (this.#etcd === undefined) throw new Error('the control plane was not started');
    await this.#startApiserver(this.#etcd);
  }

  /** Ends both at once, without saving anything. */
  async stop(): Promise<void> {
    await Promise.all([this.#apiserver?.stop('SIGKILL'), this.#etcd?.stop('SIGKILL')]);
  }

  async #startApiserver(etcd: Daemon): Promise<string> {
    const path = this.#assets.kubeApiserver;
    const apiserver = await this.#spawn('kube-apiserver', path, [`--secure-port=${this.#port}`, ...this.#arguments]);
    this.#apiserver = apiserver;
    const polling = new AbortController();
    const endpoint = { url: this.url, caFile: clusterFiles(this.#dir).caFile, token: this.#settings.adminToken };
    const ready = untilReady(endpoint, readyTimeoutMs, polling.signal).catch(async (error: Error) => {
      throw new Error(`${error.message}\n${await apiserver.logTail()}`, { cause: error });
    });
    try {
      const version = await Promise.race([ready, apiserver.failure(), etcd.failure()]);
      this.#report(apiserver);
      return version;
    } finally {
      polling.abort();
    }
  }

  #spawn(name: string, path: string, args: readonly string[]): Promise<Daemon> {
    return Daemon.start({ name, path, args, dir: this.#dir, logFile: join(this.#dir, `${name}.log`) });
  }

  /** From here on nobody waits for the daemon, so its failure is at least said. */
  #report(daemon: Daemon): void {
    daemon.failure().catch((error: Error) => this.#log(error.message));
  }
}
