// `fairlead run` as a process of its own, on a fake API server behind HTTP: for what only a process can show.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeApiServer } from '../fake/kube/api-server.ts';
import { type FakeHttpServer, serve } from '../fake/kube/http-server.ts';
import { ControllerProcess } from '../stack/controller-process.ts';

export interface Run {
  readonly api: FakeApiServer;
  readonly http: FakeHttpServer;
  readonly controller: ControllerProcess;
  /** Everything that it wrote, whatever it is. */
  readonly written: string[];
  /** Asks one of its pages. */
  ask(path: string, timeoutMs?: number): Promise<{ readonly status: number; readonly body: string }>;
  close(): Promise<void>;
}

export interface RunOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The user of the kubeconfig. */
  readonly user?: object;
  /** Further fields of the kubeconfig's cluster. */
  readonly cluster?: object;
  readonly tls?: Parameters<typeof serve>[1];
  /** Before it starts. */
  readonly before?: (run: Pick<Run, 'api' | 'http'>) => void;
}

const NODE = {
  kind: 'Node',
  metadata: { name: 'node', labels: { 'topology.kubernetes.io/region': 'eu-west-1' } },
  spec: { providerID: 'aws:///eu-west-1a/i-0123456789abcdef0' },
  status: {
    addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
    conditions: [{ type: 'Ready', status: 'True' }],
  },
};

export async function startRun(options: RunOptions = {}): Promise<Run> {
  const api = new FakeApiServer();
  api.create(NODE);
  const http = await serve(api.session('http'), options.tls);
  options.before?.({ api, http });
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-run-'));
  const kubeconfig = join(directory, 'config');
  const one = { cluster: 'one', user: 'one' };
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'one',
      contexts: [{ name: 'one', context: one }],
      clusters: [{ name: 'one', cluster: { server: http.url, ...options.cluster } }],
      users: [{ name: 'one', user: options.user ?? {} }],
    }),
  );
  const written: string[] = [];
  const common = ['--cluster-name', 'demo', '--kubeconfig', kubeconfig, '--metrics-address', '127.0.0.1:0'];
  const controller = new ControllerProcess({
    args: [...common, ...(options.args ?? ['--provider', 'simulator'])],
    env: options.env ?? {},
    onLine: (line) => written.push(line),
  });
  return {
    api,
    http,
    controller,
    written,
    async ask(path, timeoutMs = 10_000) {
      const response = await fetch(`${await controller.healthUrl()}${path}`, {
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: response.status, body: await response.text() };
    },
    async close() {
      controller.kill('SIGCONT');
      await controller.stop();
      await http.close();
      await rm(directory, { recursive: true });
    },
  };
}
