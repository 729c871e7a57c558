// What exists in OpenStack, read by its administrator past the proxy: what the end-to-end tests compare with what was asked.
import type { CloudObject, ProjectContent } from '../../localstack/openstack/inspect.ts';
import type { Service } from '../../src/kube/types.ts';
import type { Stack } from '../stack/stack.ts';

export const STEM = 'loadbalancer.openstack.org/';
export const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';

interface Named extends CloudObject {
  readonly name: string;
  readonly tags: readonly string[];
  readonly description: string;
}
export interface LoadBalancer extends Named {
  readonly vip_address: string;
  readonly vip_port_id: string;
  readonly provisioning_status: string;
}
export interface Listener extends Named {
  readonly protocol: string;
  readonly protocol_port: number;
  readonly default_pool_id: string;
  readonly allowed_cidrs: readonly string[] | null;
}
export interface Pool extends Named {
  readonly protocol: string;
  readonly session_persistence: { readonly type: string } | null;
}
export interface Member extends CloudObject {
  readonly pool_id: string;
  readonly name: string;
  readonly address: string;
  readonly protocol_port: number;
}
export interface FloatingIp extends CloudObject {
  readonly floating_ip_address: string;
  readonly port_id: string | null;
  readonly description: string;
}

/** A load balancer with all that belongs to it. */
export interface BalancerView {
  readonly balancer: LoadBalancer;
  /** By port. */
  readonly listeners: readonly Listener[];
  readonly pools: readonly Pool[];
  readonly members: readonly Member[];
  readonly floatingIp: FloatingIp | undefined;
}

/** The project of the controller. */
export class OpenStackView {
  readonly #stack: Stack<'openstack'>;

  constructor(stack: Stack<'openstack'>) {
    this.#stack = stack;
  }

  content(): Promise<ProjectContent> {
    const { admin, demo } = this.#stack.openstack;
    return admin.content(demo.id);
  }

  async all(): Promise<readonly BalancerView[]> {
    const all = await this.content();
    const inside = ({ loadbalancers }: CloudObject, id: string) =>
      (loadbalancers as readonly { readonly id: string }[]).some((one) => one.id === id);
    return (all.loadBalancers as readonly LoadBalancer[]).map((balancer) => {
      const pools = (all.pools as readonly Pool[]).filter((one) => inside(one, balancer.id));
      const members = (all.members as readonly Member[]).filter((one) => pools.some(({ id }) => id === one.pool_id));
      const listeners = (all.listeners as readonly Listener[]).filter((one) => inside(one, balancer.id));
      const floatingIps = all.floatingIps as readonly FloatingIp[];
      return {
        balancer,
        listeners: [...listeners].sort((a, b) => a.protocol_port - b.protocol_port),
        pools,
        members: [...members].sort((a, b) => (a.address < b.address ? -1 : 1)),
        floatingIp: floatingIps.find(({ port_id }) => port_id === balancer.vip_port_id),
      };
    });
  }

  /** The load balancer of a Service by the official controller's name formula; undefined: there is none. */
  async of({ metadata: { namespace, name } }: Service): Promise<BalancerView | undefined> {
    const wanted = `kube_service_${this.#stack.clusterName}_${namespace}_${name}`;
    return (await this.all()).find(({ balancer }) => balancer.name === wanted);
  }

  /** How many of each there are that a Service could have left behind. */
  async left(): Promise<Readonly<Record<string, number>>> {
    const { loadBalancers, listeners, pools, members, healthMonitors, floatingIps } = await this.content();
    const kinds = { loadBalancers, listeners, pools, members, healthMonitors, floatingIps };
    return Object.fromEntries(
      Object.entries(kinds).flatMap(([kind, { length }]) => (length === 0 ? [] : [[kind, length]])),
    );
  }

  /** The operations that may have changed something, in the order of their names, since the recording was cleared. */
  writes(): readonly string[] {
    return this.#stack.openstack.proxy
      .find({ write: true })
      .map(({ operation }) => operation)
      .sort();
  }

  /** Addresses of the machines of these Nodes, sorted. */
  addresses(count: number): readonly string[] {
    const { nodes } = this.#stack.openstack.fixtures;
    return nodes
      .slice(0, count)
      .map(({ ip }) => ip)
      .sort();
  }
}

/** The address that the Service was given. */
export function addressOf(one: Service): string | undefined {
  return one.status?.loadBalancer?.ingress?.[0]?.ip;
}
