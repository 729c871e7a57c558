// Runs a container of a PodSpec on this machine without a container engine: the image's files as root, the spec's user,
// command, environment and volumes. The network is the machine's own; seccomp and limits are not enforced.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControllerProcess } from '../stack/controller-process.ts';
import { commandOf, environmentOf } from './environment.ts';
import type { Container, PodSpec } from './pod-spec.ts';
import { mountsOf } from './volumes.ts';

/** An image laid out in a directory, and what it says of how it is run. */
export interface ImageRoot {
  readonly dir: string;
  readonly entrypoint: readonly string[];
  /** Arguments where the container has neither command nor arguments of its own. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
  readonly user: { readonly uid: number; readonly gid: number };
}

export interface PodOptions {
  readonly spec: PodSpec;
  /** Name of the container; the first one where unset. */
  readonly container?: string;
  readonly cluster: { readonly url: string; readonly caFile: string };
  /** Token of the ServiceAccount for the API server. */
  readonly token: string;
  /** Tokens for other audiences, by audience. */
  readonly tokens?: Readonly<Record<string, string>>;
  /** Data of the ConfigMaps and Secrets that the spec mounts, by `configmap/NAME` and `secret/NAME`. */
  readonly objects?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly namespace: string;
  /** Name and hostname. Default `fairlead-0`. */
  readonly name?: string;
  /** The pod's address, which takes the place of 0.0.0.0 in arguments. Any of 127.0.0.0/8; default 127.0.0.2. */
  readonly address?: string;
  readonly root: ImageRoot;
  /** What the container reads; nothing where unset. */
  readonly input?: string;
  readonly onLine?: (line: string) => void;
}

/** Starts the container. Throws for what of the spec cannot be done here; what the kernel refuses is in the process's output. */
export function startPod(options: PodOptions): ControllerProcess {
  const { spec, root, cluster, namespace, name = 'fairlead-0', address = '127.0.0.2' } = options;
  if (spec.initContainers?.length) throw new Error('a pod with init containers is not supported here');
  const container = containerOf(spec, options.container);
  const user = userOf(spec, container, root);
  const facts = { name, namespace, ip: address, serviceAccount: spec.serviceAccountName ?? 'default' };
  const env = environmentOf(container, facts, {
    ...root.env,
    HOSTNAME: name,
    ...serviceVariables(cluster.url),
  });
  const image = container.command || container.args ? root.entrypoint : [...root.entrypoint, ...root.command];
  const argv = commandOf(container, { entrypoint: image }, env);
  const contents = {
    pod: facts,
    tokens: { ...options.tokens, '': options.token },
    objects: options.objects ?? {},
    ca: readFileSync(cluster.caFile, 'utf8'),
  };
  const work = mkdtempSync(join(tmpdir(), 'fairlead-pod-'));
  const plan = {
    root: root.dir,
    work,
    hostname: name,
    ...user,
    groups: groupsOf(spec),
    readOnlyRoot: container.securityContext?.readOnlyRootFilesystem === true,
    cwd: container.workingDir ?? root.workingDir,
    argv: argv.map((word) => word.replaceAll('0.0.0.0', address)),
    env,
    mounts: mountsOf(spec, container, contents, user.uid),
    files: [
      { path: 'etc/hosts', text: `127.0.0.1 localhost\n${address} ${name}\n`, mode: 0o644 },
      { path: 'etc/hostname', text: `${name}\n`, mode: 0o644 },
    ],
  };
  const order = join(work, 'pod.json');
  writeFileSync(order, JSON.stringify(plan), { mode: 0o600 });
  const started = new ControllerProcess({
    command: ['python3', '-I', join(import.meta.dirname, 'init.py'), order],
    // Python is looked for where the caller has it; the container sees none of this.
    env: { PATH: process.env.PATH ?? '' },
    isWrapper: true,
    leftover: work,
    ...(spec.terminationGracePeriodSeconds !== undefined && { graceMs: spec.terminationGracePeriodSeconds * 1000 }),
    ...(options.input !== undefined && { input: options.input }),
    ...(options.onLine && { onLine: options.onLine }),
  });
  void started.exited.then(() => rmSync(work, { recursive: true, force: true }));
  return started;
}

function containerOf(spec: PodSpec, name: string | undefined): Container {
  const found = name === undefined ? spec.containers[0] : spec.containers.find((one) => one.name === name);
  if (!found) throw new Error(`the pod has no container ${name ?? ''}`);
  return found;
}

function userOf(spec: PodSpec, container: Container, root: ImageRoot): { uid: number; gid: number } {
  const wanted = { ...spec.securityContext, ...container.securityContext };
  const uid = wanted.runAsUser ?? root.user.uid;
  if (uid === 0 && wanted.runAsNonRoot) throw new Error(`container ${container.name} must not run as root, but would`);
  return { uid, gid: wanted.runAsGroup ?? root.user.gid };
}

function groupsOf({ securityContext }: PodSpec): number[] {
  const { fsGroup, supplementalGroups = [] } = securityContext ?? {};
  return fsGroup === undefined ? [...supplementalGroups] : [fsGroup, ...supplementalGroups];
}

/** What the kubelet tells every container of the Service `kubernetes`. */
function serviceVariables(url: string): Record<string, string> {
  const { hostname, port } = new URL(url);
  return { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port, KUBERNETES_SERVICE_PORT_HTTPS: port };
}
