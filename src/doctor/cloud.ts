// One provider and its cloud: the connection, what the provider itself finds, and what made-up Services would get there. Every
// write is refused at the gate.
import { Runtime } from '../controller/runtime.ts';
import { FairleadError } from '../engine/errors.ts';
import type { Scope } from '../engine/kind.ts';
import { outlineOf } from '../engine/outline.ts';
import { Gate } from '../provider/gate.ts';
import type { AnyProvider, ClusterIdentity, Finding, Host } from '../provider/provider.ts';
import type { EligibleNode } from '../provider/request.ts';
import { count } from '../provider/wording.ts';
import { type Check, failure, messageOf, ok, unknown, warning } from './check.ts';
import { type SampleService, sampleServices } from './sample-services.ts';

export interface Wanted {
  readonly provider: AnyProvider;
  readonly options: object;
}

export interface Ground {
  readonly cluster: ClusterIdentity;
  /** The eligible ones; undefined: nobody knows. */
  readonly nodes: readonly EligibleNode[] | undefined;
  /** Where the made-up Services are. */
  readonly namespace: string;
}

const CLOUD_MS = 90_000;
const DRY_RUN = 'dry run';
const ABOVE = 'Mend what is said above, then run this again.';

export function cloudChecks({ provider, options }: Wanted, ground: () => Ground): readonly Check[] {
  const section = provider.name;
  let reached: { readonly cloud: object; readonly host: Host } | undefined;
  let isFaulty = false;
  return [
    {
      ...{ section, about: 'connection' },
      async find(signal) {
        const { cluster, nodes = [] } = ground();
        const host = { cluster, gate: new Gate({ readOnly: true }), nodes: () => nodes };
        try {
          reached = { cloud: await provider.connect(options, host, signal), host };
          return [];
        } catch (thrown) {
          const remedy = 'Without a connection nothing in the cloud can be looked at.';
          return [failure('connection', `${messageOf(thrown)}.`, remedy)];
        }
      },
    },
    {
      ...{ section, about: 'cloud', timeoutMs: CLOUD_MS },
      async find(signal) {
        if (!reached || !provider.examine) return [];
        const findings = await provider.examine(reached.cloud, reached.host, options, { signal, lane: 'change' });
        isFaulty = findings.some(({ state }) => state === 'error');
        return findings;
      },
    },
    {
      ...{ section, about: DRY_RUN, timeoutMs: CLOUD_MS },
      async find(signal) {
        const { nodes, namespace } = ground();
        if (!reached) return [];
        if (!nodes) {
          return [unknown(DRY_RUN, 'What a Service would get depends on the nodes, and they are not known.', ABOVE)];
        }
        const { cloud, host } = reached;
        const known = { ...provider, connect: async () => cloud };
        const runtime = new Runtime({ provider: known, options, host, policy: 'observe-only' });
        const findings = await dryRun(runtime, sampleServices(provider, namespace), nodes, { signal, lane: 'change' });
        const isTold = findings.some(({ state }) => state !== 'unknown');
        // Why, was said where the cloud was looked at.
        return isTold || !isFaulty
          ? findings
          : [unknown(DRY_RUN, 'What a Service would get cannot be told yet.', ABOVE)];
      },
    },
  ];
}

async function dryRun(
  runtime: Runtime,
  samples: readonly SampleService[],
  nodes: readonly EligibleNode[],
  scope: Scope,
): Promise<readonly Finding[]> {
  try {
    await runtime.connect(scope.signal);
    await runtime.engine.sync(scope);
    const findings: Finding[] = [];
    for (const sample of samples) findings.push(...(await tryOut(runtime, sample, nodes, scope)));
    return findings;
  } catch (thrown) {
    if (!(thrown instanceof FairleadError)) throw thrown;
    const message = `What a Service would get cannot be told: ${messageOf(thrown)}.`;
    return [unknown(DRY_RUN, message, ABOVE)];
  }
}

async function tryOut(
  runtime: Runtime,
  { service, loadBalancer }: SampleService,
  nodes: readonly EligibleNode[],
  scope: Scope,
): Promise<readonly Finding[]> {
  const reading = runtime.read(service, nodes);
  const { graph, problems } = await runtime.compile(reading, scope);
  const remedy = 'Mend it, or say in the annotations of each Service what is right for it.';
  const told = problems.map(({ severity, message }) =>
    (severity === 'error' ? failure : warning)(DRY_RUN, `For ${loadBalancer}: ${message}`, remedy),
  );
  if (!graph) return told;
  const plan = await runtime.engine.examine(reading.input.request.owner, graph, scope);
  const { counts, calls } = outlineOf(plan);
  const cost = calls === undefined ? '' : `, in ${count(calls.length, 'call')}`;
  const changes = counts.change === 0 ? '' : ` and change ${counts.change}`;
  const message = `A Service of one port that asks for ${loadBalancer} would create ${count(counts.create, 'object')}${changes}${cost}.`;
  return [...told, ok(DRY_RUN, message)];
}
