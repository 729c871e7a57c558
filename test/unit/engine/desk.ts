// An engine on a fake cloud, with short words for what tests of the engine do all the time.
import { type Converge, type Converged, Engine, type EngineOptions } from '../../../src/engine/engine.ts';
import type { Graph } from '../../../src/engine/graph.ts';
import type { AnyKind } from '../../../src/engine/kind.ts';
import type { Owner } from '../../../src/engine/owner.ts';
import { FakeCloud, owner, SCOPE } from './fake-cloud.ts';

export type Wish = readonly (readonly [kind: string, id: string, spec: object])[];

export function graphOf(wish: Wish, holds: readonly string[] = []): Graph {
  return { resources: wish.map(([kind, id, spec]) => ({ kind, id, spec })), holds };
}

export class Desk {
  readonly cloud: FakeCloud;
  readonly engine: Engine<FakeCloud>;
  /** The arguments with which `beforeFirstWrite` was called. */
  readonly announced: boolean[] = [];
  readonly owner: Owner = owner();

  constructor(
    kinds: readonly AnyKind<FakeCloud>[],
    more: Partial<Pick<EngineOptions<FakeCloud>, 'policy' | 'onStep'>> & { readonly cloud?: FakeCloud } = {},
  ) {
    const { cloud = new FakeCloud(), ...options } = more;
    this.cloud = cloud;
    this.engine = new Engine({ kinds, cloud, ...options });
  }

  converge(wish: Wish | Graph | undefined, more: Partial<Converge> = {}): Promise<Converged> {
    const graph = wish && ('resources' in wish ? wish : graphOf(wish));
    return this.engine.converge(
      {
        owner: this.owner,
        graph,
        beforeFirstWrite: async (structural) => {
          this.announced.push(structural);
        },
        ...more,
      },
      SCOPE,
    );
  }

  /** Converges, and forgets the calls of it. */
  async settled(wish: Wish | Graph | undefined, more: Partial<Converge> = {}): Promise<Converged> {
    const converged = await this.converge(wish, more);
    this.cloud.take();
    this.announced.length = 0;
    return converged;
  }
}
