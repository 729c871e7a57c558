// Worlds to plan against that no cloud has told of: an empty one, and one in which a graph is in force. Pure.
import { type Graph, outputText, resolve } from '../engine/graph.ts';
import type { Entry } from '../engine/inventory.ts';
import type { Owner } from '../engine/owner.ts';
import type { KindInfo, World } from '../engine/plan.ts';

export const EMPTY_WORLD: World = {
  state: () => 'absent',
  get: () => undefined,
  ownedBy: () => [],
  suspects: () => [],
};

/** All of the graph exists as it asks, and nothing else does. What only the cloud knows is text that says so. */
export function worldOf(kinds: readonly KindInfo[], owner: Owner, graph: Graph): World {
  const entries = new Map<string, Entry>();
  for (const { kind, id, spec: draft } of graph.resources) {
    const info = kinds.find(({ name }) => name === kind);
    const { spec } = resolve(draft, outputs);
    const whole = info?.merge ? info.merge([{ owner, spec }], [], undefined) : spec;
    if (!whole) continue;
    entries.set(`${kind}/${id}`, {
      kind,
      id,
      marks: [owner],
      out: outputs(`${kind}/${id}`),
      spec: whole,
      settled: true,
      applied: whole,
      verifiedAt: 0,
    });
  }
  return {
    state: (kind, id) => (entries.has(`${kind}/${id}`) ? 'present' : 'absent'),
    get: (kind, id) => entries.get(`${kind}/${id}`),
    ownedBy: () => [...entries.values()],
    suspects: () => [],
  };
}

/** Whatever field is asked for is there. */
function outputs(key: string): object {
  return new Proxy(
    {},
    {
      has: (_, field) => typeof field === 'string',
      get: (_, field) => (typeof field === 'string' ? outputText(key, field) : undefined),
    },
  );
}
