// One scenario as one test: a world on a virtual clock, what happens in it, and in the end every rule.
import { expect, it } from 'vitest';
import { KubeError } from '../../src/kube/api.ts';
import { enterVirtualTime, leaveVirtualTime } from './clock.ts';
import type { LogLine } from './process.ts';
import { faultsAtRest, type RestOptions } from './rules/rest.ts';
import { World, type WorldOptions } from './world.ts';

/** Runs `play` in a world of its own; what it leaves behind must keep the rules that are watched at every step. */
export async function inWorld(play: (world: World) => Promise<void>, options: WorldOptions = {}): Promise<void> {
  enterVirtualTime();
  const world = new World(options);
  try {
    await play(world);
    world.aws.assertSound();
    expect(world.rules.broken, `${world.tail()}\n${world.rules.broken.join('\n')}`).toEqual([]);
    expect(bugs(world), `${world.tail()}\n${bugs(world).join('\n')}`).toEqual([]);
  } catch (error) {
    if (process.env.SCENARIO_DIARY) console.error(world.tail(1000));
    throw error;
  } finally {
    leaveVirtualTime();
  }
}

/** A test of this name. */
export function scenario(name: string, play: (world: World) => Promise<void>, options: WorldOptions = {}): void {
  it(name, () => inWorld(play, options));
}

/** Everything is at rest and as it should be. */
export function expectRest(world: World, options: RestOptions = {}): void {
  expect(faultsAtRest(world, options), world.tail()).toEqual([]);
}

/** Errors of the controller's own, which it logs and survives. */
function bugs(world: World): readonly string[] {
  const lines = world.processes.flatMap(({ log }) => log);
  const isBug = ({ fields, message }: LogLine) =>
    fields.code === 'bug' || (/could not be reported|threw/.test(message) && !(fields.err instanceof KubeError));
  return lines.filter(isBug).map(({ message, fields }) => `${message} ${stackOf(fields.err)}`);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : '';
}
