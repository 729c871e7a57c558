// The other half of the simulated cloud: firewalls, documents of rules that are guarded by a version, so that nobody writes
// over what he has not seen.
import { ApiError, type FirewallRule, type FirewallView, type Tags } from './api.ts';

interface Firewall extends FirewallView {
  readonly visibleAt: number;
}

export class SimulatorFirewalls {
  readonly #visibleAfterMs: number;
  readonly #firewalls = new Map<string, Firewall>();

  constructor(visibleAfterMs: number) {
    this.#visibleAfterMs = visibleAfterMs;
  }

  list(): readonly FirewallView[] {
    return [...this.#firewalls.values()].filter((one) => one.visibleAt <= Date.now());
  }

  /** Those that reads do not show yet, too. */
  all(): readonly FirewallView[] {
    return [...this.#firewalls.values()];
  }

  get(name: string): FirewallView {
    const found = this.#firewalls.get(name);
    if (!found || found.visibleAt > Date.now()) throw new ApiError('not-found', `there is no firewall ${name}`);
    return found;
  }

  create(name: string, tags: Tags, rules: readonly FirewallRule[]): FirewallView {
    if (this.#firewalls.has(name)) throw new ApiError('exists', `firewall ${name} exists already`);
    const visibleAt = Date.now() + this.#visibleAfterMs;
    return this.#keep({ name, tags, rules, version: 1, visibleAt });
  }

  update(name: string, version: number, rules: readonly FirewallRule[]): FirewallView {
    const found = this.#atVersion(name, version);
    return this.#keep({ ...found, rules, version: version + 1 });
  }

  delete(name: string, version: number): void {
    this.#atVersion(name, version);
    this.#firewalls.delete(name);
  }

  #keep(firewall: Firewall): FirewallView {
    this.#firewalls.set(firewall.name, firewall);
    return firewall;
  }

  #atVersion(name: string, version: number): Firewall {
    const found = this.#firewalls.get(name);
    if (!found) throw new ApiError('not-found', `there is no firewall ${name}`);
    if (found.version !== version) throw new ApiError('version-mismatch', `firewall ${name} was changed meanwhile`);
    return found;
  }
}
