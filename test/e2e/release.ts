// A release of the chart on the stack: helm puts it there, and the pods of its Deployment are run as the API server has them.

import type { KubeObject } from '../../src/kube/types.ts';
import { CHART, helm, type Ran } from '../chart/helm.ts';
import type { PodSpec } from '../pod/pod-spec.ts';
import { type ImageRoot, startPod } from '../pod/start-pod.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import type { Stack } from '../stack/stack.ts';

interface Deployment extends KubeObject {
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly metadata: Partial<KubeObject['metadata']>; readonly spec: PodSpec };
  };
}

/** A Pod as the API server has it. */
export interface Pod extends KubeObject {
  readonly spec: PodSpec;
}

export interface ReleaseOptions {
  /** Values of the chart besides the cluster's name and the way to the emulator. */
  readonly values?: object;
  /** Default `fairlead`. */
  readonly namespace?: string;
}

/** How many pods this process has run. Each has an address of its own, which no pod of another process has. */
let made = 0;

export class Release {
  readonly name = 'fairlead';
  readonly namespace: string;
  readonly #stack: Stack;
  readonly #values: object;
  readonly #running = new Map<string, ControllerProcess>();

  constructor(stack: Stack, { values = {}, namespace = 'fairlead' }: ReleaseOptions = {}) {
    this.#stack = stack;
    this.namespace = namespace;
    const { emulator, clusterName } = stack;
    const extraEnv = Object.entries(emulator.env).map(([name, value]) => ({ name, value }));
    // A value that is undefined is left out.
    this.#values = { clusterName, extraEnv, ...values };
  }

  /** `helm install` of the checkout's chart, or another one. */
  install(chart: string = CHART, args: readonly string[] = ['--create-namespace']): Promise<Ran> {
    return this.#ok(['install', this.name, chart, ...args], this.#values);
  }

  /** `helm upgrade` with these values over what the release has. */
  change(values: object): Promise<Ran> {
    return this.#ok(['upgrade', this.name, CHART, '--reuse-values'], values);
  }

  /** `helm upgrade` to the checkout's chart, as the documents say it. */
  upgrade(): Promise<Ran> {
    return this.#ok(['upgrade', this.name, CHART, '--reset-then-reuse-values']);
  }

  /** Another command of helm on this release. Rejects if it fails. */
  do(command: 'rollback' | 'uninstall' | 'status'): Promise<Ran> {
    return this.#ok([command, this.name]);
  }

  /** `helm test`, passed or not; the pods have to be run by somebody. */
  test(): Promise<Ran> {
    return this.#helm(['test', this.name, '--timeout', '90s']);
  }

  deployment(): Promise<Deployment> {
    return this.#stack.request('GET', `/apis/apps/v1/namespaces/${this.namespace}/deployments/${this.name}`);
  }

  /** Makes one more pod of the Deployment, as its controllers would, and runs it. */
  async startReplica(root: ImageRoot, onLine?: (line: string) => void): Promise<ControllerProcess> {
    const { template } = (await this.deployment()).spec;
    const metadata = { ...template.metadata, namespace: this.namespace, name: `${this.name}-${made}` };
    const pod = await this.#stack.create<Pod>({ ...template, apiVersion: 'v1', kind: 'Pod', metadata });
    return this.runPod(pod, root, onLine);
  }

  /** Runs the first container of a pod that exists, with a token that is bound to that pod. */
  async runPod(pod: Pod, root: ImageRoot, onLine?: (line: string) => void): Promise<ControllerProcess> {
    made += 1;
    const { name } = pod.metadata;
    const address = `127.${(process.pid >> 8) & 255}.${process.pid & 255}.${made}`;
    const running = startPod({
      spec: pod.spec,
      cluster: this.#stack.cluster,
      token: await this.#tokenFor(pod),
      namespace: this.namespace,
      name,
      address,
      root,
      ...(onLine && { onLine }),
    });
    this.#running.set(name, running);
    void running.exited.then(() => this.#running.delete(name));
    return running;
  }

  /** Ends all pods in good order. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map((one) => one.stop()));
  }

  async #tokenFor({ metadata, spec }: Pod): Promise<string> {
    const account = spec.serviceAccountName ?? 'default';
    const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name: metadata.name, uid: metadata.uid };
    const answer = await this.#stack.request<{ status: { token: string } }>(
      'POST',
      `/api/v1/namespaces/${this.namespace}/serviceaccounts/${account}/token`,
      {
        ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' },
        spec: { expirationSeconds: 3607, boundObjectRef },
      },
    );
    return answer.status.token;
  }

  async #ok(args: readonly string[], values?: object): Promise<Ran> {
    const ran = await this.#helm(args, values);
    if (ran.code !== 0) throw new Error(`helm ${args.join(' ')} ended with ${ran.code}: ${ran.err}`);
    return ran;
  }

  #helm(args: readonly string[], values?: object): Promise<Ran> {
    const { kubeconfig } = this.#stack.cluster;
    return helm([...args, '--namespace', this.namespace], { kubeconfig, ...(values && { values }) });
  }
}
