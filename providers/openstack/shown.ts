// How the result is shown on the Service: its address, and the annotations that say which load balancer it has. Pure.
import type { Graph } from '../../src/engine/graph.ts';
import type { Outputs } from '../../src/provider/provider.ts';
import type { Ingress } from '../../src/provider/request.ts';
import { FLOATING_IP, type FloatingIpOut, LOAD_BALANCER, type LoadBalancerOut } from './resources.ts';
import { KEY_OF_ADDRESS, KEY_OF_ID } from './written.ts';

/** What compile says of it. */
export interface Shown {
  /** Ids. */
  readonly loadBalancer: string;
  readonly floatingIp: string | null;
  /** The annotation with the load balancer's id asks for another one, and is left as it is. */
  readonly keepsId?: true;
  /** Whether the nodes are spoken to by the PROXY protocol. */
  readonly proxy: boolean;
  readonly hostname?: string;
  /** What follows the address, for a name that leads to it. */
  readonly suffix?: string;
}

function addressOf({ shown }: Graph, outputs: Outputs): string | undefined {
  const { loadBalancer, floatingIp } = shown as Shown;
  if (floatingIp !== null) {
    return (outputs.get(`${FLOATING_IP.name}/${floatingIp}`) as FloatingIpOut | undefined)?.address;
  }
  const out = outputs.get(`${LOAD_BALANCER.name}/${loadBalancer}`) as LoadBalancerOut | undefined;
  return out?.vipAddress ?? undefined;
}

export function ingress(graph: Graph, outputs: Outputs): readonly Ingress[] {
  const address = graph.shown && addressOf(graph, outputs);
  if (address === undefined) return [];
  const { hostname, suffix, proxy } = graph.shown as Shown;
  if (hostname !== undefined) return [{ hostname }];
  if (suffix !== undefined) return [{ hostname: `${address}.${suffix}` }];
  // Who comes from inside must not go round the load balancer, or the PROXY header would be missing.
  return [{ ip: address, ipMode: proxy ? 'Proxy' : 'VIP' }];
}

export function notes(graph: Graph, outputs: Outputs): Readonly<Record<string, string>> {
  if (!graph.shown) return {};
  const { loadBalancer, keepsId } = graph.shown as Shown;
  const out = outputs.get(`${LOAD_BALANCER.name}/${loadBalancer}`) as LoadBalancerOut | undefined;
  const address = addressOf(graph, outputs);
  return {
    ...(out && !keepsId && { [KEY_OF_ID]: out.uuid }),
    ...(address !== undefined && { [KEY_OF_ADDRESS]: address }),
  };
}
