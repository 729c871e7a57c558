// What compiling needs of Neutron and Barbican besides load balancers: asked for in batches, and kept for a while.
import type { Scope } from '../../../src/engine/kind.ts';
import { getSecretContainer } from '../client/barbican.ts';
import { isAbsent } from '../client/errors.ts';
import { listFloatingIps, listNetworks, listPorts, listSubnets } from '../client/neutron.ts';
import type { Session } from '../client/session.ts';
import type { FloatingIp, Network, Port, Subnet } from '../client/types.ts';

/** Networks and subnets are made by people. */
const NETWORKS_KEPT_MS = 5 * 60_000;
/** A node that has no port yet gets one soon; one that has it keeps it. */
const PORTS_MISSED_MS = 30_000;
const SECRETS_KEPT_MS = 5 * 60_000;
/** Filters of one request; longer addresses are refused by some proxies. */
const BATCH = 50;

interface Kept<T> {
  readonly value: T;
  readonly at: number;
}

const isFresh = (kept: Kept<unknown> | undefined, forMs: number): boolean =>
  kept !== undefined && performance.now() - kept.at < forMs;

export class Lookups {
  readonly #session: Session;
  readonly #floatingIps = new Map<string, FloatingIp>();
  #isListed = false;
  readonly #ranges = new Map<string, string>();
  #external: Kept<Promise<readonly Network[]>> | undefined;
  readonly #subnets = new Map<string, Kept<Promise<readonly Subnet[]>>>();
  /** By server id. */
  readonly #ports = new Map<string, Kept<readonly Port[]>>();
  readonly #secrets = new Map<string, Kept<boolean>>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** All of the project. */
  sawFloatingIps(all: readonly FloatingIp[]): void {
    this.#floatingIps.clear();
    this.#isListed = true;
    for (const one of all) this.sawFloatingIp(one);
  }

  sawFloatingIp(one: FloatingIp): void {
    this.#floatingIps.set(one.id, one);
  }

  sawFloatingIpGone(id: string): void {
    this.#floatingIps.delete(id);
  }

  floatingIp(id: string): FloatingIp | undefined {
    return this.#floatingIps.get(id);
  }

  /** As lists, reads and writes have last shown them; asked for only if nobody has yet. */
  async floatingIps(scope: Scope): Promise<readonly FloatingIp[]> {
    if (!this.#isListed) this.sawFloatingIps(await listFloatingIps(this.#session, {}, scope));
    return [...this.#floatingIps.values()];
  }

  /** The network ranges of subnets: they never change. */
  async ranges(
    ids: readonly string[],
    find: (ids: readonly string[]) => Promise<readonly Subnet[]>,
  ): Promise<Readonly<Record<string, string>>> {
    const missing = ids.filter((id) => !this.#ranges.has(id));
    if (missing.length > 0) for (const { id, cidr } of await find(missing)) this.#ranges.set(id, cidr);
    return Object.fromEntries(ids.flatMap((id) => (this.#ranges.has(id) ? [[id, this.#ranges.get(id) ?? '']] : [])));
  }

  /** The networks that floating IPs come from. */
  externalNetworks(scope: Scope): Promise<readonly Network[]> {
    if (!this.#external || !isFresh(this.#external, NETWORKS_KEPT_MS)) {
      const value = listNetworks(this.#session, { 'router:external': 'true' }, scope);
      value.catch(() => {
        this.#external = undefined;
      });
      this.#external = { value, at: performance.now() };
    }
    return this.#external.value;
  }

  subnetsOf(networkId: string, scope: Scope): Promise<readonly Subnet[]> {
    const kept = this.#subnets.get(networkId);
    if (kept && isFresh(kept, NETWORKS_KEPT_MS)) return kept.value;
    const value = listSubnets(this.#session, { network_id: networkId }, scope);
    value.catch(() => this.#subnets.delete(networkId));
    this.#subnets.set(networkId, { value, at: performance.now() });
    return value;
  }

  /** The Neutron ports of servers. */
  async portsOf(servers: readonly string[], scope: Scope): Promise<ReadonlyMap<string, readonly Port[]>> {
    const isKnown = (server: string) => {
      const kept = this.#ports.get(server);
      return kept !== undefined && (kept.value.length > 0 || isFresh(kept, PORTS_MISSED_MS));
    };
    const missing = [...new Set(servers)].filter((server) => !isKnown(server)).sort();
    for (let start = 0; start < missing.length; start += BATCH) {
      const batch = missing.slice(start, start + BATCH);
      const ports = await listPorts(this.#session, { device_id: batch }, scope);
      const at = performance.now();
      for (const server of batch) {
        this.#ports.set(server, { value: ports.filter(({ device_id }) => device_id === server), at });
      }
    }
    return new Map(servers.map((server) => [server, this.#ports.get(server)?.value ?? []]));
  }

  /** Whether Barbican knows the reference. */
  async hasSecret(reference: string, scope: Scope): Promise<boolean> {
    const kept = this.#secrets.get(reference);
    if (kept && isFresh(kept, kept.value ? SECRETS_KEPT_MS : PORTS_MISSED_MS)) return kept.value;
    let value = true;
    try {
      await getSecretContainer(this.#session, reference, scope);
    } catch (thrown) {
      if (!isAbsent(thrown)) throw thrown;
      value = false;
    }
    this.#secrets.set(reference, { value, at: performance.now() });
    return value;
  }
}
