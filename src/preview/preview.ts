// The plan of a Service with no cluster and no cloud at hand: what would be made, or what would change from one version of
// it to the next. Pure; runs in a browser.
import { withCalls } from '../engine/calls.ts';
import type { Graph } from '../engine/graph.ts';
import { withLate } from '../engine/late.ts';
import type { Owner } from '../engine/owner.ts';
import { blockedSteps, type KindInfo, makePlan, type Plan, type World } from '../engine/plan.ts';
import type { Service } from '../kube/types.ts';
import type { AnyCompiler, Input, Scene } from '../provider/provider.ts';
import { type Judged, judge, type Setting } from './judge.ts';
import { EMPTY_WORLD, worldOf } from './world.ts';

export interface Preview extends Judged {
  /** With the calls that it takes. Absent where there is no graph. */
  readonly plan?: Plan;
}

/** What would be made for the Service where nothing of it exists. */
export function preview(setting: Setting, service: Service, scene?: Scene<object>): Preview {
  const judged = judge(setting, service, scene);
  return withPlan(setting, judged, EMPTY_WORLD);
}

export interface PreviewedChange {
  readonly before: Judged;
  /** Its plan is absent where either version has no graph. */
  readonly after: Preview;
}

/** What would change for a Service whose version `before` is in force. Both have the same UID, namespace and name. */
export function previewChange(
  setting: Setting,
  before: Service,
  after: Service,
  scene?: Scene<object>,
): PreviewedChange {
  // One scene for both: what either names exists all the time.
  const inputs = [before, after].flatMap((service) => judge(setting, service, scene).input ?? []);
  const stage = scene ?? setting.compiler.imagine(inputs);
  const first = judge(setting, before, stage);
  if (!first.graph || !first.input) return { before: first, after: judge(setting, after, stage) };
  const { owner } = first.input.request;
  const facts = setting.compiler.assume(stage.facts, owner, first.graph);
  const second = judge(setting, after, { ...stage, facts });
  return { before: first, after: withPlan(setting, second, worldOf(setting.compiler.kinds, owner, first.graph)) };
}

function withPlan({ compiler }: Setting, judged: Judged, world: World): Preview {
  const { graph, input, scene } = judged;
  if (!graph || !input || !scene) return judged;
  const { kinds } = compiler;
  const next = nextGraph(compiler, input, scene.facts, graph);
  const plan = planIn(kinds, input.request.owner, graph, world);
  return { ...judged, plan: withCalls(next ? withLate(plan, kinds, graph, next, world) : plan, kinds, world) };
}

/** What the Service will have once all that the graph replaces is gone. Undefined: it replaces nothing. */
export function nextGraph(
  compiler: AnyCompiler,
  input: Input<object, object>,
  facts: object,
  graph: Graph,
): Graph | undefined {
  if (!graph.replaces) return undefined;
  return compiler.compile([input], compiler.assume(facts, input.request.owner, graph)).graph;
}

/** As if the owner were alone in the cluster. */
function planIn(kinds: readonly KindInfo[], owner: Owner, graph: Graph, world: World): Plan {
  const shared = new Set(kinds.filter(({ merge }) => merge).map(({ name }) => name));
  const owned = world.ownedBy(owner).filter(({ kind }) => shared.has(kind));
  const plan = makePlan({
    kinds,
    owner,
    graph,
    world,
    shares: (_key, own, phase) => (own === undefined ? [] : [{ owner, spec: own, ...(phase && { phase }) }]),
    sharedKeys: owned.map(({ kind, id }) => `${kind}/${id}`),
    trusts: () => false,
  });
  return { ...plan, steps: [...plan.steps, ...blockedSteps(graph)] };
}
