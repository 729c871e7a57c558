// Anything may happen, in any order; in the end every rule holds. More runs: SCENARIO_RUNS=1000. A failure prints how to
// play it again, which shrinks it to what matters.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Service } from '../../src/kube/types.ts';
import { type Deed, deeds, VALUES } from './deeds.ts';
import { Doer, DRIFT_MS } from './doer.ts';
import { doorsOf } from './doors.ts';
import { faultsAtRest } from './rules/rest.ts';
import { inWorld } from './scenario.ts';
import { AWS, isWanted, kindOf, mayReplace, rangesOf, schemeOf } from './wishes.ts';
import type { World } from './world.ts';

const { SCENARIO_RUNS, SCENARIO_SEED, SCENARIO_PATH } = process.env;
const RUNS = Number(SCENARIO_RUNS ?? 60);
/** The same in each run of all tests, so that a red one is the fault of a change; who asks for more runs gets other ones. */
const SEED = SCENARIO_SEED ?? (SCENARIO_RUNS === undefined ? 1 : undefined);

async function play(list: readonly Deed[]): Promise<void> {
  await inWorld(async (world) => {
    // A slow call may act on what the user asked for some minutes ago.
    world.rules.ranges.graceMs = 10 * 60_000;
    const doer = new Doer(world);
    await doer.start();
    for (const deed of list) await doer.do(deed);
    await doer.heal();
    // Backoffs, verification, and the age at which orphans may go.
    await world.pass(5 * DRIFT_MS);
    if (!doer.leader?.isAlive) await doer.start();
    await world.pass(5 * DRIFT_MS);
    const refused = faulty(world);
    const blocked = blockedIn(world).filter((name) => !refused.includes(name));
    const lostRules = [...world.ledger.forced].some((uid) => world.ledger.live(uid) === undefined);
    const faults = faultsAtRest(world, { blocked, refused, events: false, lostRules });
    expect(faults, `${world.tail()}\n${faults.join('\n')}`).toEqual([]);
    await checkStill(world, doer);
  });
}

/** A fault in any value is an error on the Service, and no fault is none. Answers the names of those with faults. */
function faulty(world: World): readonly string[] {
  return world.ledger.all().flatMap((service) => {
    const { name, annotations = {} } = service.metadata;
    // An event can be lost with the process that was about to send it; the condition cannot.
    if (`${AWS}intrenal` in annotations && isWanted(service)) {
      expect(world.conditionMessage(name, 'Accepted')).toContain(`${AWS}intrenal`);
    }
    const isClassic = kindOf(service, world.defaultKind) === 'classic';
    const bad = Object.entries(annotations).some(([key, value]) => {
      const { bad: wrong = [], classicOnly = false } = VALUES[key] ?? {};
      return wrong.includes(value) && (isClassic || !classicOnly);
    });
    const datagrams = service.spec.ports?.some(({ protocol }) => protocol === 'UDP') === true;
    const unfit = datagrams && isClassic;
    return isWanted(service) && (bad || unfit || rangesOf(service) === undefined) ? [name] : [];
  });
}

/** Services that need another load balancer than they have, and do not allow it to be replaced. */
function blockedIn(world: World): readonly string[] {
  const isBlocked = (service: Service) => {
    const doors = doorsOf(world.aws.state, service.metadata.uid);
    const [kind, scheme] = [kindOf(service, world.defaultKind), schemeOf(service)];
    const fits = doors.some((door) => door.kind === kind && door.scheme === scheme);
    return doors.length > 0 && !fits && !mayReplace(service);
  };
  const services = world.ledger.all().filter((one) => isWanted(one) && isBlocked(one));
  return services.map(({ metadata }) => metadata.name);
}

/** A new process has nothing to write. */
async function checkStill(world: World, doer: Doer): Promise<void> {
  doer.leader?.kill();
  const before = world.kubeWrites().length;
  const calls = await world.awsCallsDuring(async () => {
    await doer.start();
    await world.pass(2 * 60_000);
  });
  expect(calls.filter(({ write }) => write).map(({ operation }) => operation)).toEqual([]);
  // Orphans that cannot go are told by each process, on its lease.
  const aboutLease = /"involvedObject":\{[^}]*"kind":"Lease"/;
  const told = world
    .kubeWrites()
    .slice(before)
    .filter(({ body }) => !aboutLease.test(JSON.stringify(body)));
  expect(told).toEqual([]);
}

describe('anything may happen', () => {
  it(`and the rules hold (${RUNS} runs)`, { timeout: 20 * 60_000 }, async () => {
    const parameters = {
      numRuns: RUNS,
      // Shrinking takes minutes: it is for who plays a failure again.
      endOnFailure: SCENARIO_PATH === undefined,
      ...(SEED !== undefined && { seed: Number(SEED) }),
      ...(SCENARIO_PATH !== undefined && { path: SCENARIO_PATH }),
    };
    const details = await fc.check(fc.asyncProperty(deeds, play), parameters);
    if (!details.failed) return;
    const { seed, counterexamplePath, counterexample, errorInstance } = details;
    const again = `SCENARIO_SEED=${seed} SCENARIO_PATH=${counterexamplePath} npx vitest run test/scenario/property.test.ts`;
    const list = counterexample?.[0].map((deed) => `  ${JSON.stringify(deed)}`).join('\n');
    throw new Error(`to play it again: ${again}\n${list}\n${String(errorInstance)}`);
  });
});
