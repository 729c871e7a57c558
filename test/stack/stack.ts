// A whole world for the controller: the real API server, clouds (AWS unless others are named), and Nodes for the machines of
// the first of them. Demo, bench and end-to-end tests stand on it.
import type { EnforcedPolicy } from '../../localstack/iam/enforcement.ts';
import type { KubeConnection } from '../../src/kube/api.ts';
import { connect } from '../../src/kube/config.ts';
import type { KubeObject, Node, Service } from '../../src/kube/types.ts';
import { type Cluster, startCluster } from '../cluster/start.ts';
import { type AwsPart, type CloudName, type Ground, grounds, type OpenStackPart } from './clouds.ts';
import { ControllerProcess } from './controller-process.ts';

export interface StackOptions<Name extends CloudName = 'aws'> {
  /** How many Nodes there are, and machines in each cloud. */
  readonly nodes: number;
  /** Default: AWS alone. */
  readonly clouds?: readonly Name[];
  readonly clusterName?: string;
  readonly log?: (line: string) => void;
  readonly audit?: boolean;
  /** What controllers and commands may do in AWS. Default: everything. */
  readonly iam?: EnforcedPolicy;
}

/** A world with the clouds of these names. */
export type Stack<Name extends CloudName = 'aws'> = World &
  ('aws' extends Name ? AwsPart : unknown) &
  ('openstack' extends Name ? OpenStackPart : unknown);

/** What is the same on every cloud. */
export interface World {
  readonly cluster: Cluster;
  readonly clusterName: string;
  readonly api: KubeConnection;
  /** Starts a controller with the arguments that every one of them needs, and these. */
  controller(args?: readonly string[], options?: ControllerStart): ControllerProcess;
  /** Creates an object from its plain JSON. */
  create<T extends KubeObject>(object: object): Promise<T>;
  service(name: string, namespace?: string): Promise<Service | undefined>;
  services(): Promise<readonly Service[]>;
  /** Looks again and again until `fits` answers something. Rejects with `what` after the time. */
  until<T>(what: string, look: () => Promise<T | undefined | false>, timeoutMs?: number): Promise<T>;
  addNode(index: number): Promise<Node>;
  removeNode(index: number): Promise<void>;
  request<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T>;
  stop(): Promise<void>;
}

export interface ControllerStart {
  /** Default: those of the stack's clouds. */
  readonly providers?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly built?: boolean;
  readonly kubeconfig?: string;
  readonly onLine?: (line: string) => void;
}

/** Starts everything but the controller. */
export async function startStack<Name extends CloudName = 'aws'>(options: StackOptions<Name>): Promise<Stack<Name>> {
  const { log = () => {}, clusterName = 'demo', nodes, iam } = options;
  const clouds: readonly CloudName[] = options.clouds ?? ['aws'];
  // One after the other where something may have to be built first: two builds at once help nobody on two cores.
  const cluster = await startCluster({ log, ...(options.audit && { audit: true }) });
  const stops: (() => Promise<void>)[] = [() => cluster.stop()];
  try {
    const ground: Ground[] = [];
    for (const name of clouds) {
      const one = await grounds[name]({ log, nodes, clusterName, ...(iam && { iam }) });
      stops.unshift(() => one.stop());
      ground.push(one);
    }
    const api = await connect({ kubeconfig: cluster.kubeconfig });
    stops.unshift(() => api.close());
    const stack = world(cluster, ground, clusterName, api, stops);
    for (let index = 0; index < nodes; index++) await stack.addNode(index);
    return Object.assign(stack, ...ground.map(({ part }) => part)) as Stack<Name>;
  } catch (error) {
    for (const stop of stops) await stop();
    throw error;
  }
}

function world(
  cluster: Cluster,
  ground: readonly Ground[],
  clusterName: string,
  api: KubeConnection,
  stops: (() => Promise<void>)[],
): World {
  const { signal } = new AbortController();
  const running: ControllerProcess[] = [];
  const request: World['request'] = (method, path, body) => {
    const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    return api.request({ method, path, signal, ...(body !== undefined && { body, contentType }) });
  };
  const nameOf = (index: number) => `node-${index}`;
  const cloudEnv = Object.assign({}, ...ground.map(({ env }) => env)) as Readonly<Record<string, string>>;
  return {
    cluster,
    clusterName,
    api,
    request,
    controller(args = [], { env = {}, built = false, kubeconfig = cluster.kubeconfig, onLine, ...rest } = {}) {
      const { providers = ground.map(({ name }) => name) } = rest;
      const named = providers.flatMap((name) => ['--provider', name]);
      const common = [...named, '--cluster-name', clusterName, '--metrics-address', '127.0.0.1:0'];
      const process = new ControllerProcess({
        args: [...common, '--kubeconfig', kubeconfig, ...args],
        env: { ...cloudEnv, ...env },
        built,
        ...(onLine && { onLine }),
      });
      running.push(process);
      return process;
    },
    create: (object) => request('POST', pathFor(object as KubeObject), object),
    async service(name, namespace = 'default') {
      const all = await request<{ items: Service[] }>('GET', `/api/v1/namespaces/${namespace}/services`);
      return all.items.find((one) => one.metadata.name === name);
    },
    services: async () => (await request<{ items: Service[] }>('GET', '/api/v1/services')).items,
    async until(what, look, timeoutMs = 60_000) {
      const end = performance.now() + timeoutMs;
      for (;;) {
        const found = await look();
        if (found !== undefined && found !== false) return found as Exclude<typeof found, false | undefined>;
        if (performance.now() > end) throw new Error(`waited ${timeoutMs / 1000} s in vain: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    addNode: (index) => request('POST', '/api/v1/nodes', ground[0]?.node(index, nameOf(index))),
    removeNode: (index) => request('DELETE', `/api/v1/nodes/${nameOf(index)}`),
    async stop() {
      await Promise.all(running.map((process) => process.stop()));
      for (const stop of stops) await stop();
    },
  };
}

/** The collection that an object belongs to. */
function pathFor(object: KubeObject): string {
  const { apiVersion = 'v1', kind = '', metadata } = object;
  const group = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const scope = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
  return `${group}${scope}/${kind.toLowerCase().replace(/y$/, 'ie')}s`;
}
