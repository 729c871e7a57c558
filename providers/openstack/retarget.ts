// The members of a Service that cannot be compiled now, from the pools that exist for it. Pure.
import type { Graph, GraphBuilder } from '../../src/engine/graph.ts';
import type { Listed } from '../../src/engine/kind.ts';
import type { Input } from '../../src/provider/provider.ts';
import type { AnnotationValues } from './annotations.ts';
import type { Facts } from './facts.ts';
import { addMembers } from './members.ts';
import type { OptionValues } from './options.ts';
import { POOL } from './resources.ts';

export function retarget(
  graph: GraphBuilder,
  input: Input<AnnotationValues, OptionValues>,
  { version }: Pick<Facts, 'version'>,
  existing: readonly (Listed & { kind: string })[],
): Graph {
  const { request } = input;
  // Of what is wrong there is no value: then the option's, or none.
  const annotations: Partial<AnnotationValues> = input.annotations;
  const monitored = annotations.enableHealthMonitor ?? input.options.createMonitor;
  const isLocal = request.externalTrafficPolicy === 'Local' && request.healthCheckNodePort > 0;
  const local = { port: request.healthCheckNodePort, path: '/healthz', codes: '200' } as const;
  const isAsked = monitored && isLocal && input.options.lbProvider !== 'ovn';
  const behind = {
    family: request.families[0] ?? 'IPv4',
    nodeSelector: annotations.nodeSelector === '' ? {} : (annotations.nodeSelector ?? input.options.nodeSelector ?? {}),
    ...(isAsked && { monitor: { delay: 0, timeout: 0, maxRetries: 0, maxRetriesDown: 0, local } }),
  };
  for (const { kind, id } of existing) {
    const [protocol, port] = kind === POOL.name ? id.split('/').slice(-3) : [];
    const found = request.ports.find((one) => one.protocol.toLowerCase() === protocol && String(one.port) === port);
    if (found && found.nodePort > 0) addMembers(graph, input, behind, version, id, found);
  }
  return graph.build();
}
