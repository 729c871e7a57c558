// One look at a cluster and at the clouds behind it, as a command takes it: everything complete, or an error. It works on
// no Service.
import { type ClaimRules, rulesOf } from '../controller/claim.ts';
import { heldBy } from '../controller/held.ts';
import { Liveness } from '../controller/liveness.ts';
import { eligibleNodes } from '../controller/nodes.ts';
import { Runtime } from '../controller/runtime.ts';
import type { Owner } from '../engine/owner.ts';
import type { Step } from '../engine/plan.ts';
import type { KubeApi } from '../kube/api.ts';
import { listAll } from '../kube/list.ts';
import type { KubeObject, Node, Service } from '../kube/types.ts';
import { Gate } from '../provider/gate.ts';
import type { ClusterIdentity } from '../provider/provider.ts';
import type { EligibleNode } from '../provider/request.ts';
import { keepSecret } from '../redact.ts';
import type { Chosen } from './choice.ts';

export interface ClusterView {
  readonly liveness: Liveness;
  /** Connected, listed, and told of what every live Service needs of shared objects. */
  readonly runtimes: readonly Runtime[];
  /** All of the cluster. */
  readonly services: readonly Service[];
  readonly nodes: readonly EligibleNode[];
  readonly rules: ClaimRules;
  readonly cluster: ClusterIdentity;
}

export interface LookOptions {
  /** False: every write is refused. */
  readonly mayWrite: boolean;
  /** For how long a write may still be sent, from now. Default: for ever. */
  readonly mayWriteForMs?: () => number;
  readonly onStep: (owner: Owner, step: Step) => void;
  readonly signal: AbortSignal;
}

/**
 * The clouds are listed before the Services: whatever a cloud shows then had its Service before, so one that is not in
 * the list of Services is gone. Rejects with a KubeError or a FairleadError.
 */
export async function viewCluster(chosen: Chosen, api: KubeApi, options: LookOptions): Promise<ClusterView> {
  const { mayWrite, mayWriteForMs, onStep, signal } = options;
  const { settings, providers } = chosen;
  const scope = { signal, lane: 'change' as const };
  const path = '/api/v1/namespaces/kube-system';
  const { uid } = (await api.request<KubeObject>({ method: 'GET', path, signal })).metadata;
  const all = await listAll<Node>(api, '/api/v1/nodes', signal);
  const nodes = eligibleNodes(all, settings.nodeUnreadyAfterMs, Date.now());
  const gate = new Gate({ readOnly: !mayWrite, ...(mayWriteForMs && { mayWriteForMs }) });
  const host = { cluster: { name: settings.clusterName, uid }, gate, nodes: () => nodes, secret: keepSecret };
  const runtimes = providers.map(({ provider, options: own }) => {
    return new Runtime({ provider, options: own, host, policy: mayWrite ? 'sync' : 'observe-only', onStep });
  });
  for (const runtime of runtimes) {
    await runtime.connect(signal);
    await runtime.engine.sync(scope);
  }
  const services = await listAll<Service>(api, '/api/v1/services', signal);
  const rules = rulesOf({ providers, claimClassless: settings.claimClassless });
  for (const runtime of runtimes) await runtime.prime(heldBy(runtime, services, rules, nodes), scope);
  const { cluster } = host;
  return { liveness: new Liveness(services, uid), runtimes, services, nodes, rules, cluster };
}
