// The ten safety rules of docs/design.md as checks. Those of this file are watched at every step of AWS and at every call;
// what must hold once nothing moves any more is in rules/rest.ts.
import type { Call } from '../fake/aws/call.ts';
import type { Process } from './process.ts';
import { ForeignRule } from './rules/foreign.ts';
import { RangesRule } from './rules/ranges.ts';
import { ReleaseRule } from './rules/release.ts';
import { TrafficRule } from './rules/traffic.ts';
import { WriterRule } from './rules/writer.ts';
import type { World } from './world.ts';

export class Rules {
  /** Every violation so far, with the number of its rule. */
  readonly broken: string[] = [];
  readonly ranges: RangesRule;
  readonly #writer: WriterRule;
  readonly #traffic: TrafficRule;

  constructor(world: World) {
    const report = (what: string) => {
      const line = `${String(world.clock.now).padStart(8)} RULE ${what}`;
      this.broken.push(line);
      world.diary.push(line);
    };
    this.#writer = new WriterRule(world, report);
    this.ranges = new RangesRule(world, report);
    this.#traffic = new TrafficRule(world, report);
    new ReleaseRule(world, report);
    const foreign = new ForeignRule(world, report);
    world.aws.onStep((step) => {
      foreign.step(step);
      this.ranges.step(step);
      this.#traffic.step(step);
    });
  }

  sending(call: Call, process: Process): void {
    this.#writer.sending(call, process);
  }

  /** Nothing moves: what is served now is what nobody may be cut off from later. */
  rest(): void {
    this.#traffic.rest();
  }
}
