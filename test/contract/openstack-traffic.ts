// The calls that processes under test have on their way to OpenStack: what becomes of each, and whether any is without an
// answer. It sees them where they leave this process, and again where they reach the proxy.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { OpenStackProxy } from '../../localstack/openstack/proxy.ts';
import type { Call } from '../../localstack/openstack/proxy-call.ts';
import type { Mishap } from '../../localstack/openstack/proxy-faults.ts';
import type { Fate, SeenCall, Traffic } from './harness.ts';

type Ask = (call: SeenCall) => Fate;

/** Whoever dies hears of a broken connection and nothing more: every later call of his breaks too, without effect. */
const MISHAPS: Readonly<Record<Exclude<Fate, 'answered'>, Mishap>> = {
  'dies-before': { phase: 'before', effect: 'reset' },
  'dies-after': { phase: 'after', effect: 'reset' },
  'answer-lost': { phase: 'after', effect: 'reset' },
  throttled: { phase: 'before', effect: { status: 429 } },
  unavailable: { phase: 'before', effect: { status: 503 } },
};

const CREATED = 'http.client.request.created';

export class OpenstackTraffic implements Traffic {
  readonly #live = new Set<ClientRequest>();
  readonly #askers = new Map<string, Ask>();
  readonly #host: string;
  #newcomer: Ask | undefined;
  #silence = Promise.withResolvers<void>();

  constructor(proxy: OpenStackProxy) {
    this.#host = new URL(proxy.url).host;
    proxy.intercept((call) => this.#mishapOf(call));
    subscribe(CREATED, this.#begun);
  }

  get busy(): boolean {
    return this.#live.size > 0;
  }

  async quiet(): Promise<void> {
    while (this.busy) await this.#silence.promise;
  }

  /** Whatever logs in during `connect` is asked about from then on. One at a time. */
  async admit<T>(ask: Ask, connect: () => Promise<T>): Promise<T> {
    this.#newcomer = ask;
    try {
      return await connect();
    } finally {
      this.#newcomer = undefined;
    }
  }

  close(): void {
    unsubscribe(CREATED, this.#begun);
  }

  readonly #begun = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest };
    if (request.getHeader('host') !== this.#host) return;
    this.#live.add(request);
    request.once('close', () => {
      this.#live.delete(request);
      if (this.busy) return;
      this.#silence.resolve();
      this.#silence = Promise.withResolvers();
    });
  };

  #mishapOf(call: Call): Mishap | undefined {
    const { token, write } = call;
    if (token === undefined) return undefined;
    const ask = this.#askers.get(token) ?? this.#newcomer;
    if (!ask) return undefined;
    this.#askers.set(token, ask);
    const fate = ask({ operation: operationOf(call), write });
    return fate === 'answered' ? undefined : MISHAPS[fate];
  }
}

const NOUNS: Readonly<Record<string, string>> = {
  floatingips: 'FloatingIp',
  healthmonitors: 'HealthMonitor',
  listeners: 'Listener',
  loadbalancers: 'LoadBalancer',
  members: 'Member',
  networks: 'Network',
  pools: 'Pool',
  ports: 'Port',
  'security-group-rules': 'SecurityGroupRule',
  'security-groups': 'SecurityGroup',
  subnets: 'Subnet',
};

const OF_ONE: Readonly<Record<string, string>> = { GET: 'Get', PUT: 'Update', DELETE: 'Delete' };

/** As plans name it: `CreateLoadBalancer`. */
function operationOf({ method, operation }: Call): string {
  const parts = operation.slice(method.length + 1).split('/');
  const noun = NOUNS[parts.findLast((part) => part !== '*') ?? ''];
  if (noun === undefined) return operation;
  if (parts.at(-1) === '*') return `${OF_ONE[method]}${noun}`;
  if (method === 'POST') return `Create${noun}`;
  return `${method === 'GET' ? 'List' : 'Update'}${noun}s`;
}
