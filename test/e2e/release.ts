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
  /** The third part of its pods' addresses, so that several releases do not meet: 127.0.<network>.<pod>. */
  readonly network?: number;
}

export class Release {
  readonly name = 'fairlead';
  readonly namespace: string;
  readonly #stack: Stack;
  readonly #values: object;
  readonly #network: number;
  readonly #running = new Map<string, ControllerProcess>();
  #made = 0;

  constructor(stack: Stack, { values = {}, namespace = 'fairlead', network = 40 }: ReleaseOptions = {}) {
    this.#stack = stack;
    this.#network = network;
    this.namespace = namespace;
    const { emulator, clusterName } = stack;
    const extraEnv = Object.entries(emulator.env).map(([name, value]) => ({ name, value }));
    this.#values = { clusterName, extraEnv, ...values };
  }

  /** `helm install` of the checkout's chart, or another one. */
  install(chart: string = CHART): Promise<Ran> {
    return this.#ok(['install', this.name, chart, '--create-namespace'], this.#values);
  }

  /** `helm upgrade` with `--reuse-values` and these values over them. */
  upgrade(values: object = {}, chart: string = CHART): Promise<Ran> {
    return this.#ok(['upgrade', this.name, chart, '--reuse-values'], values);
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
    const metadata = { ...template.metadata, namespace: this.namespace, name: `${this.name}-${this.#made}` };
    const pod = await this.#stack.create<Pod>({ ...template, apiVersion: 'v1', kind: 'Pod', metadata });
    return this.runPod(pod, root, onLine);
  }

  /** Runs the first container of a pod that exists, with a token that is bound to that pod. */
  async runPod(pod: Pod, root: ImageRoot, onLine?: (line: string) => void): Promise<ControllerProcess> {
    this.#made += 1;
    const { name } = pod.metadata;
    const process = startPod({
      spec: pod.spec,
      cluster: this.#stack.cluster,
      token: await this.#tokenFor(pod),
      namespace: this.namespace,
      name,
      address: `127.0.${this.#network}.${this.#made}`,
      root,
      ...(onLine && { onLine }),
    });
    this.#running.set(name, process);
    void process.exited.then(() => this.#running.delete(name));
    return process;
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
