// One Service and one provider under the real reconciler: the provider compiles whatever a test says, over a cloud that is a
// map. It asserts nothing.
import type { ClaimRules } from '../../../src/controller/claim.ts';
import { type Outcome, Reconciler } from '../../../src/controller/reconcile.ts';
import { Reporter } from '../../../src/controller/report.ts';
import { Runtime } from '../../../src/controller/runtime.ts';
import type { Graph } from '../../../src/engine/graph.ts';
import type { AnyKind } from '../../../src/engine/kind.ts';
import type { Service } from '../../../src/kube/types.ts';
import { Gate } from '../../../src/provider/gate.ts';
import type { AnyProvider, Outputs } from '../../../src/provider/provider.ts';
import type { Ingress } from '../../../src/provider/request.ts';
import { FakeApiServer } from '../../fake/kube/api-server.ts';
import { loadBalancer } from '../../fake/kube/objects.ts';
import { FakeCloud } from '../engine/fake-cloud.ts';

const CLUSTER = { name: 'prod', uid: 'cluster-1' };
const { signal } = new AbortController();

export interface Play {
  readonly kinds: readonly AnyKind<FakeCloud>[];
  /** Asked at every reconcile. */
  readonly compile: () => Graph;
  readonly ingress?: (graph: Graph, outputs: Outputs) => readonly Ingress[];
  readonly notes?: (graph: Graph, outputs: Outputs) => Readonly<Record<string, string>>;
}

export class Stage {
  readonly cloud = new FakeCloud();
  readonly server = new FakeApiServer();
  /** Type and reason of each, in order. */
  readonly events: string[] = [];
  #service: Service;
  readonly #reconciler: Reconciler;
  readonly #runtime: Runtime;

  constructor({ kinds, compile, ingress = () => [], notes }: Play) {
    this.#service = this.server.create<Service>(loadBalancer('web'));
    const provider = {
      name: 'fake',
      classes: ['example.com/fake'],
      kinds,
      annotations: {
        parse: () => ({ values: {}, problems: [], valid: true }),
        kindOf: () => '',
        isElsewhere: () => false,
      },
      connect: async () => this.cloud,
      gather: async () => ({}),
      compile: () => ({ graph: compile(), problems: [] }),
      ingress,
      ...(notes && { notes }),
    } as unknown as AnyProvider;
    const host = { cluster: CLUSTER, gate: new Gate(), nodes: () => [] };
    this.#runtime = new Runtime({ provider, options: {}, host, policy: 'sync' });
    const rules: ClaimRules = { classes: new Map(), classless: 'fake' };
    this.#reconciler = new Reconciler({
      api: this.server.session(),
      rules,
      runtimes: new Map([['fake', this.#runtime]]),
      awaited: new Set(),
      service: () => this.#service,
      learn: (service) => {
        this.#service = service;
      },
      nodes: () => [],
      reporter: new Reporter({ record: (_about, type, reason) => void this.events.push(`${type} ${reason}`) }),
      cluster: CLUSTER.uid,
      observeOnly: false,
      reportForeign: false,
      replacementDrainMs: 0,
      checkCap: () => {},
    });
  }

  async reconcile(): Promise<Outcome> {
    await this.#runtime.connect(signal);
    return this.#reconciler.reconcile('default/web', { lane: 'change', verify: false }, signal);
  }

  /** As the API server has it. */
  get service(): Service {
    return this.server.get<Service>('Service', 'default/web') as Service;
  }

  /** Somebody else's change, which the cache has seen. */
  annotate(annotations: Readonly<Record<string, string | null>>): void {
    this.#service = this.server.patch<Service>('Service', 'default/web', { metadata: { annotations } });
  }

  /** The writes to the API server since the last time this was asked. */
  takeWrites(): readonly object[] {
    const calls = this.server.calls.splice(0) as readonly { readonly method: string; readonly body?: object }[];
    return calls.filter(({ method }) => method !== 'GET').map(({ body = {} }) => body);
  }
}
