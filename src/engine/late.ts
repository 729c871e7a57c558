// What a graph keeps only until what it replaces is gone: it goes in the end, by a plan that is made then. Pure.
import type { Graph } from './graph.ts';
import type { KindInfo, Plan, Step, World } from './plan.ts';

/**
 * The plan with what goes after it: `next` is the graph as it is once nothing is left to be replaced. What lives inside
 * another object goes with that, and what others have parts in is not ours to foretell.
 */
export function withLate(plan: Plan, kinds: readonly KindInfo[], graph: Graph, next: Graph, world: World): Plan {
  const stays = new Set(next.resources.map(({ kind, id }) => `${kind}/${id}`));
  const late = kinds.toReversed().flatMap(({ name: kind, parent, merge }): readonly Step[] => {
    if (parent !== undefined || merge || next.holds.includes(kind)) return [];
    const going = graph.resources.filter((one) => one.kind === kind && !stays.has(`${kind}/${one.id}`));
    return going
      .filter(({ id }) => world.state(kind, id) === 'present')
      .map(({ id }) => ({
        action: 'delete',
        kind,
        id,
        spec: undefined,
        removal: true,
        changes: [],
        missing: [],
      }));
  });
  return late.length === 0 ? plan : { ...plan, steps: [...plan.steps, ...late] };
}
