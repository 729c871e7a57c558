// The provider as the contract wants it: everything above, in one object. The simulator is a real adapter in front of a
// cloud that happens to live in memory; to start a provider for another cloud, copy this folder, delete cloud.ts and
// put that cloud's SDK behind connection.ts.
import { GraphBuilder } from '../../src/engine/graph.ts';
import { defineProvider } from '../../src/provider/provider.ts';
import { SimulatorCloud } from './cloud.ts';
import { addMembers } from './compile.ts';
import { simulatorCompiler } from './compiler.ts';
import { SimulatorConnection, type Wire } from './connection.ts';
import { examine } from './examine.ts';
import { gather } from './gather.ts';
import { LoadBalancer, type LoadBalancerOut } from './kinds/load-balancer.ts';

/** The provider in front of one cloud; without one, every connection gets a cloud of its own. */
export function simulatorOn(world: { readonly cloud?: SimulatorCloud; readonly wire?: Wire } = {}) {
  return defineProvider({
    ...simulatorCompiler,

    async connect({ settle }, host) {
      return new SimulatorConnection(world.cloud ?? new SimulatorCloud({ settleMs: settle }), host, world.wire);
    },

    gather,
    examine,

    // Whatever is wrong with the Service, its load balancers follow the nodes.
    retarget({ nodes }, _facts, existing) {
      const graph = new GraphBuilder();
      for (const { kind, id } of existing) if (kind === LoadBalancer.name) addMembers(graph, id, nodes);
      return graph.build();
    },

    ingress(graph, outputs) {
      const ids = graph.resources.filter(({ kind }) => kind === LoadBalancer.name).map(({ id }) => id);
      return ids.flatMap((id) => {
        const out = outputs.get(`${LoadBalancer.name}/${id}`) as LoadBalancerOut | undefined;
        return out ? [{ ip: out.address }] : [];
      });
    },
  });
}

export const simulatorProvider = simulatorOn();
