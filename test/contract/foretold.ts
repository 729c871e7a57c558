// Compares what a plan says that it costs with what it does cost.
import { withCalls } from '../../src/engine/calls.ts';
import { withLate } from '../../src/engine/late.ts';
import { type Bench, OWNER } from './bench.ts';
import type { Sample, SeenCall } from './harness.ts';
import type { Process } from './process.ts';

export interface Foretold {
  /** `service:Operation`, as the plan has them. */
  readonly calls: readonly string[];
  /** In the order in which they were made. */
  readonly made: readonly SeenCall[];
}

/** Brings the Service of the bench from one state to the other; throws where a step does not say what it costs. */
export async function foretell(bench: Bench, from: Sample | undefined, to: Sample | undefined): Promise<Foretold> {
  return foretellBy(from ? await bench.startWith(from) : await bench.start(), to);
}

/** The same by a process that is at work already. */
export async function foretellBy(process: Process, to: Sample | undefined, owner = OWNER): Promise<Foretold> {
  await process.sync();
  const { engine, kinds } = process;
  const { graph, next } = to ? await process.foresee(owner, to) : {};
  const plan = engine.plan(owner, graph);
  const whole = graph && next ? withLate(plan, kinds, graph, next, engine.inventory) : plan;
  const { steps } = withCalls(whole, kinds, engine.inventory);
  const silent = steps.filter((step) => step.calls === undefined);
  if (silent.length > 0) throw new Error(`nobody says what these cost: ${JSON.stringify(silent)}`);
  process.expect();
  await process.settle(owner, to);
  return { calls: steps.flatMap(({ calls = [] }) => calls), made: [...process.calls] };
}

/** Without the service, sorted. No operation is one of two services, so nothing is lost. */
export function operations(calls: readonly (string | SeenCall)[]): readonly string[] {
  return calls.map((call) => (typeof call === 'string' ? call.slice(call.indexOf(':') + 1) : call.operation)).sort();
}
