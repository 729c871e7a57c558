// The simulated cloud itself: objects in memory, with the habits of real clouds. Names are unique; a load balancer takes
// one write at a time and is at work for a while after each; new objects take a moment to be seen by reads. It knows nothing
// of Kubernetes or of marks, and nothing of it needs to be copied for a new provider: elsewhere this is the cloud.
import {
  ApiError,
  type ListenerBody,
  type LoadBalancerBody,
  type LoadBalancerSummary,
  type LoadBalancerView,
} from './api.ts';
import { SimulatorFirewalls } from './firewalls.ts';

export interface SimulatorSettings {
  /** How long a load balancer is at work after a write, by Date.now(). */
  readonly settleMs: number;
  /** How long reads and lists do not show a new object; a second create of its name is refused all the same. */
  readonly visibleAfterMs: number;
  readonly maxLoadBalancers: number;
  readonly tiers: readonly string[];
}

const DEFAULTS: SimulatorSettings = {
  settleMs: 0,
  visibleAfterMs: 0,
  maxLoadBalancers: 1000,
  tiers: ['standard', 'premium'],
};

interface LoadBalancer {
  readonly name: string;
  readonly address: string;
  body: LoadBalancerBody;
  readonly listeners: Map<string, ListenerBody>;
  members: readonly string[];
  deleting: boolean;
  busyUntil: number;
  readonly visibleAt: number;
}

export class SimulatorCloud {
  readonly #settings: SimulatorSettings;
  readonly #loadBalancers = new Map<string, LoadBalancer>();
  readonly firewalls: SimulatorFirewalls;
  #addresses = 0;

  constructor(settings: Partial<SimulatorSettings> = {}) {
    this.#settings = { ...DEFAULTS, ...settings };
    this.firewalls = new SimulatorFirewalls(this.#settings.visibleAfterMs);
  }

  listTiers(): readonly string[] {
    return this.#settings.tiers;
  }

  listLoadBalancers(): readonly LoadBalancerSummary[] {
    return this.#alive()
      .filter((one) => one.visibleAt <= Date.now())
      .map(({ name, address, body }) => ({ name, address, tier: body.tier, internal: body.internal, tags: body.tags }));
  }

  getLoadBalancer(name: string): LoadBalancerView {
    const found = this.#alive().find((one) => one.name === name && one.visibleAt <= Date.now());
    if (!found) throw new ApiError('not-found', `there is no load balancer ${name}`);
    return view(found);
  }

  createLoadBalancer(name: string, body: LoadBalancerBody): LoadBalancerView {
    const alive = this.#alive();
    if (alive.some((one) => one.name === name)) throw new ApiError('exists', `load balancer ${name} exists already`);
    if (alive.length >= this.#settings.maxLoadBalancers)
      throw new ApiError('quota', 'there are too many load balancers');
    if (!this.#settings.tiers.includes(body.tier)) throw new ApiError('invalid', `there is no tier ${body.tier}`);
    this.#addresses++;
    const made: LoadBalancer = {
      name,
      address: `192.0.2.${this.#addresses}`,
      body,
      listeners: new Map(),
      members: [],
      deleting: false,
      busyUntil: 0,
      visibleAt: Date.now() + this.#settings.visibleAfterMs,
    };
    this.#loadBalancers.set(name, made);
    return this.#changed(made);
  }

  updateLoadBalancer(name: string, patch: Partial<Pick<LoadBalancerBody, 'idleTimeoutSeconds' | 'tags'>>) {
    const found = this.#writable(name);
    found.body = { ...found.body, ...patch };
    return this.#changed(found);
  }

  putListener(name: string, key: string, body: ListenerBody): LoadBalancerView {
    const found = this.#writable(name);
    found.listeners.set(key, body);
    return this.#changed(found);
  }

  deleteListener(name: string, key: string): LoadBalancerView {
    const found = this.#writable(name);
    if (!found.listeners.delete(key)) throw new ApiError('not-found', `load balancer ${name} has no listener ${key}`);
    return this.#changed(found);
  }

  putMembers(name: string, addresses: readonly string[]): LoadBalancerView {
    const found = this.#writable(name);
    found.members = addresses;
    return this.#changed(found);
  }

  /** Takes the listeners and members along, after a while. */
  deleteLoadBalancer(name: string): void {
    if (this.#alive().some((one) => one.name === name && one.deleting)) return;
    const found = this.#writable(name);
    found.deleting = true;
    this.#changed(found);
  }

  /** Everything there is, by kind and name, without addresses, versions and times: for tests and for the curious. */
  inspect(): Record<string, object> {
    const loadBalancers = this.#alive().map(({ name, body, listeners, members, deleting }) => {
      const ports = Object.fromEntries([...listeners].sort(([a], [b]) => (a < b ? -1 : 1)));
      return [`LoadBalancer/${name}`, { ...body, listeners: ports, members, deleting }] as const;
    });
    const firewalls = this.firewalls
      .all()
      .map(({ name, tags, rules }) => [`Firewall/${name}`, { tags, rules }] as const);
    return structuredClone(Object.fromEntries([...loadBalancers, ...firewalls]));
  }

  /** All but those whose deletion is through. */
  #alive(): readonly LoadBalancer[] {
    for (const one of [...this.#loadBalancers.values()]) {
      if (one.deleting && one.busyUntil <= Date.now()) this.#loadBalancers.delete(one.name);
    }
    return [...this.#loadBalancers.values()];
  }

  #writable(name: string): LoadBalancer {
    const found = this.#alive().find((one) => one.name === name);
    if (!found) throw new ApiError('not-found', `there is no load balancer ${name}`);
    const busyMs = found.busyUntil - Date.now();
    if (busyMs > 0) throw new ApiError('busy', `load balancer ${name} is still at work`, busyMs);
    return found;
  }

  #changed(one: LoadBalancer): LoadBalancerView {
    one.busyUntil = Date.now() + this.#settings.settleMs;
    return view(one);
  }
}

function view(one: LoadBalancer): LoadBalancerView {
  const readyInMs = Math.max(0, one.busyUntil - Date.now());
  const status = one.deleting ? 'deleting' : readyInMs > 0 ? 'pending' : 'active';
  const listeners = Object.fromEntries(one.listeners);
  return { ...one.body, name: one.name, address: one.address, status, readyInMs, listeners, members: one.members };
}
