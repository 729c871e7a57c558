// An in-memory Kubernetes API server for scenario tests: no I/O, no clock of its own. Controllers talk to it through a
// session each; the test is the user, whose hands (`create`, `patch`, `delete`) are quick and never fail.

import type { KubeObject } from '../../../src/kube/types.ts';
import type { Call, FaultHook } from './faults.ts';
import type { Json } from './json.ts';
import { RESOURCES, type Resource } from './paths.ts';
import { Requests } from './requests.ts';
import { FakeSession } from './session.ts';
import { Storage } from './storage.ts';

export type Kind = 'Service' | 'Node' | 'Event' | 'Namespace' | 'Lease';

export class FakeApiServer {
  readonly storage = new Storage();
  /** Every call of every session, in order of arrival. */
  readonly calls: Call[] = [];
  /** Asked in order for each call; the first fault counts. */
  readonly faults: FaultHook[] = [];
  /** How late watches learn of writes, milliseconds. */
  watchLagMs = 0;
  readonly #requests = new Requests(this.storage);

  /** Comes with the namespaces `kube-system` and `default`. */
  constructor() {
    for (const name of ['kube-system', 'default']) this.create({ kind: 'Namespace', metadata: { name } });
  }

  /** A controller connects. */
  session(name = 'controller'): FakeSession {
    const server = this;
    return new FakeSession(name, {
      storage: this.storage,
      get watchLagMs() {
        return server.watchLagMs;
      },
      arrive: (call) => {
        this.calls.push(call);
        for (const hook of this.faults) {
          const fault = hook(call);
          if (fault !== undefined) return fault;
        }
        return undefined;
      },
      answer: (asked, behind) => this.#requests.answer(asked, behind),
    });
  }

  /** Creates an object; it needs `kind`, `metadata.name`, and a namespace where it is not `default`. */
  create<T extends KubeObject>(object: Json): T {
    const resource = resourceOf(String(object.kind) as Kind);
    const metadata = object.metadata as Json;
    const namespace = resource.namespaced ? String(metadata.namespace ?? 'default') : undefined;
    return this.#requests.answer({ method: 'POST', path: pathOf(resource, namespace), body: object }) as unknown as T;
  }

  /** The live object; undefined if there is none. The key is `namespace/name`, or `name`. */
  get<T extends KubeObject>(kind: Kind, key: string): T | undefined {
    return this.storage.get(resourceOf(kind).name, key) as unknown as T | undefined;
  }

  list<T extends KubeObject>(kind: Kind): readonly T[] {
    return this.storage.list(resourceOf(kind).name) as unknown as readonly T[];
  }

  /** A merge patch by the user; of the status subresource where so said. */
  patch<T extends KubeObject>(kind: Kind, key: string, patch: Json, subresource: '' | '/status' = ''): T {
    const path = this.#path(kind, key) + subresource;
    const contentType = 'application/merge-patch+json';
    return this.#requests.answer({ method: 'PATCH', path, body: patch, contentType }) as unknown as T;
  }

  /** Deletes, or marks as deleted if there are finalizers. */
  delete(kind: Kind, key: string): void {
    this.#requests.answer({ method: 'DELETE', path: this.#path(kind, key) });
  }

  /** Takes all finalizers off by force. */
  unfinalize(kind: Kind, key: string): void {
    this.patch(kind, key, { metadata: { finalizers: null } });
  }

  /** Forgets history, so that older watches and continue tokens get 410. */
  compact(): void {
    this.storage.compact();
  }

  /** A backup is restored: all writes after that version are undone. Watches must be broken by the caller. */
  rewind(version: number): void {
    this.storage.rewind(version);
  }

  #path(kind: Kind, key: string): string {
    const [first, second] = key.split('/');
    const resource = resourceOf(kind);
    return `${pathOf(resource, resource.namespaced ? first : undefined)}/${resource.namespaced ? second : first}`;
  }
}

function resourceOf(kind: Kind): Resource {
  const resource = RESOURCES.find((each) => each.kind === kind);
  if (resource === undefined) throw new Error(`the fake API server knows no ${kind}`);
  return resource;
}

function pathOf(resource: Resource, namespace: string | undefined): string {
  const group = resource.apiVersion.includes('/') ? `/apis/${resource.apiVersion}` : `/api/${resource.apiVersion}`;
  return `${group}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${resource.name}`;
}
