// The simulator's side of the contract suite.
import { ApiError } from '../../providers/simulator/api.ts';
import { SimulatorCloud, type SimulatorSettings } from '../../providers/simulator/cloud.ts';
import type { Wire, WireCall } from '../../providers/simulator/connection.ts';
import { simulatorOn } from '../../providers/simulator/index.ts';
import { firewallName, loadBalancerName } from '../../providers/simulator/naming.ts';
import type { AnyProvider } from '../../src/provider/provider.ts';
import type { EligibleNode, Port } from '../../src/provider/request.ts';
import type { Change, Fate, Harness, Sample, SeenCall, World } from './harness.ts';
import { CLUSTER, ownerOf } from './process.ts';

const PREFIX = 'simulator.fairlead.dev/';
const STRANGER = 'somebody-elses';

/** How the simulated cloud shows a call that did not go well. */
function wireOf(fate: (call: SeenCall) => Fate): Wire {
  return async <T>(call: WireCall, effect: () => T): Promise<T> => {
    const met = fate(call);
    if (met === 'dies-before') return new Promise<T>(() => {});
    if (met === 'throttled') throw new ApiError('too-many-calls', 'slow down', 2000);
    if (met === 'unavailable') throw new ApiError('out-of-order', 'something broke');
    const answer = effect();
    if (met === 'dies-after') return new Promise<T>(() => {});
    if (met === 'answer-lost') throw new Error('connection reset');
    return answer;
  };
}

class SimulatorWorld implements World {
  readonly #cloud: SimulatorCloud;

  constructor(settings: Partial<SimulatorSettings>) {
    this.#cloud = new SimulatorCloud(settings);
    // Things of other people, in every world: one with a name of our shape, and one of another controller.
    const body = { tier: 'standard', internal: false, idleTimeoutSeconds: 60 };
    this.#cloud.createLoadBalancer(`${firewallName(CLUSTER)}-2`, { ...body, tags: {} });
    this.#cloud.createLoadBalancer(STRANGER, { ...body, tags: { 'fairlead.dev/owner': 'another-cluster/1' } });
    this.#cloud.firewalls.create(STRANGER, {}, [{ owner: 'x', port: 22 }]);
  }

  connect(host: Parameters<World['connect']>[0], fate: (call: SeenCall) => Fate): Promise<object> {
    const provider = simulatorOn({ cloud: this.#cloud, wire: wireOf(fate) });
    return provider.connect({ settle: 0 }, host, new AbortController().signal);
  }

  snapshot(): Record<string, unknown> {
    return this.#cloud.inspect();
  }

  targets(): readonly string[] {
    const all = Object.values(this.#cloud.inspect()) as { members?: readonly string[] }[];
    return [...new Set(all.flatMap(({ members = [] }) => members))].sort();
  }

  plantForeign({ annotations }: Sample): void {
    const fixed = { tier: annotations[`${PREFIX}tier`] ?? 'standard', internal: false };
    const name = loadBalancerName(CLUSTER, ownerOf(1), fixed);
    this.#cloud.createLoadBalancer(name, { ...fixed, idleTimeoutSeconds: 7, tags: { team: 'others' } });
  }
}

function node(number: number): EligibleNode {
  return { name: `node-${number}`, providerId: `sim:///${number}`, labels: {}, addresses: [`10.0.0.${number}`] };
}

function tcp(port: number, nodePort: number): Port {
  return { name: `p${port}`, protocol: 'TCP', port, nodePort };
}

const nodes = [node(1), node(2), node(3)];
const base: Sample = { annotations: {}, request: { ports: [tcp(80, 30080)] }, nodes };
const rich: Sample = {
  ...base,
  annotations: { [`${PREFIX}idle-timeout-seconds`]: '300', [`${PREFIX}tags`]: 'team=web,stage=test' },
  request: { ...base.request, sourceRanges: ['192.0.2.0/24', '10.0.0.0/8'], sessionAffinity: 'ClientIP' },
};
const wide: Sample = { ...base, request: { ports: [tcp(80, 30080), tcp(443, 30443), tcp(8080, 30880)] } };
const replaced: Sample = {
  ...base,
  annotations: { [`${PREFIX}tier`]: 'premium', 'fairlead.dev/allow-replacement': 'true' },
};

const changes: readonly Change[] = [
  { name: 'another port, another node port', from: base, to: { ...base, request: { ports: [tcp(81, 30081)] } } },
  { name: 'more ports', from: base, to: wide },
  { name: 'fewer ports', from: wide, to: base },
  { name: 'annotations and fields set', from: base, to: rich },
  { name: 'annotations and fields taken away', from: rich, to: base },
  { name: 'fewer nodes', from: base, to: { ...base, nodes: [node(2)] } },
  { name: 'more nodes', from: base, to: { ...base, nodes: [...nodes, node(4)] } },
  { name: 'no node left', from: base, to: { ...base, nodes: [] } },
  { name: 'a replacement', from: base, to: replaced },
];

const LISTS = ['ListLoadBalancers', 'ListFirewalls'];

export function simulatorHarness(settings: Partial<SimulatorSettings> = {}): Harness {
  return {
    provider: simulatorOn() as unknown as AnyProvider,
    options: { settle: 0 },
    makeWorld: () => new SimulatorWorld(settings),
    instant: Object.keys(settings).length === 0,
    isList: ({ operation }) => LISTS.includes(operation),
    base,
    // Firewall, load balancer, members, listener.
    createWrites: settings.settleMs === undefined ? 4 : undefined,
    changes,
    blocked: {
      sample: { ...base, annotations: { [`${PREFIX}internal`]: 'true' }, nodes: [node(2), node(9)] },
      code: 'replacement-blocked',
    },
    replacement: replaced,
    other: { ...base, request: { ports: [tcp(80, 31080)] } },
  };
}
