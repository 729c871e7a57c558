// As much of Barbican as references to certificates need: containers and secrets can be looked at, and a test puts them
// there. No payload, nothing can be made through the API.
import { randomUUID } from 'node:crypto';
import type { Answer } from '../proxy-answer.ts';
import type { Call } from './proxy-call.ts';
import { jsonAnswer, refusal } from './proxy-refusal.ts';

export interface KeyManager {
  /** Makes a certificate container with its secrets; answers its reference, as annotations have it. */
  addContainer(name: string): string;
  /** Makes a secret (a PKCS#12 bundle); answers its reference. */
  addSecret(name: string): string;
  /** From now on the reference is unknown. */
  remove(reference: string): void;
}

export class FakeBarbican implements KeyManager {
  readonly #url: () => string;
  /** By path below the service, such as `/v1/secrets/{id}`. */
  readonly #objects = new Map<string, object>();

  /** `url`: its address with the prefix. */
  constructor(url: () => string) {
    this.#url = url;
  }

  addContainer(name: string): string {
    const secrets = ['certificate', 'private_key'].map((part) => ({
      name: part,
      secret_ref: this.addSecret(`${name}-${part}`),
    }));
    return this.#add('containers', (reference) => ({
      ...{ container_ref: reference, name, type: 'certificate', status: 'ACTIVE', secret_refs: secrets, consumers: [] },
      ...times(),
    }));
  }

  addSecret(name: string): string {
    return this.#add('secrets', (reference) => ({
      ...{ secret_ref: reference, name, secret_type: 'opaque', status: 'ACTIVE', algorithm: null, bit_length: null },
      ...{ mode: null, expiration: null, content_types: { default: 'application/octet-stream' } },
      ...times(),
    }));
  }

  remove(reference: string): void {
    this.#objects.delete(reference.slice(this.#url().length));
  }

  answer(call: Call): Answer {
    const { method, path } = call;
    if (path === '/') {
      const links = [{ rel: 'self', href: `${this.#url()}/v1/` }];
      return jsonAnswer(300, { versions: { values: [{ id: 'v1', status: 'stable', links }] } });
    }
    if (call.token === undefined && call.http.headers['x-from'] === undefined) return refusal(call, 401);
    if (method !== 'GET') return refusal(call, 405);
    const object = this.#objects.get(path.replace(/\/$/, ''));
    return object ? jsonAnswer(200, object) : refusal(call, 404);
  }

  #add(kind: 'containers' | 'secrets', make: (reference: string) => object): string {
    const path = `/v1/${kind}/${randomUUID()}`;
    const reference = this.#url() + path;
    this.#objects.set(path, make(reference));
    return reference;
  }
}

function times() {
  const now = new Date().toISOString().slice(0, 19);
  return { created: now, updated: now };
}
