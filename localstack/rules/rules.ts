// Finds the rule for a call and runs it. Calls without a rule go through to the emulator.
import { type Answer, queryResult } from '../proxy-answer.ts';
import type { Call } from '../proxy-call.ts';
import type { Upstream } from '../proxy-upstream.ts';
import { classicOperations, classicRefusal } from './classic-operations.ts';
import { Cloud } from './cloud.ts';
import { guards } from './guards.ts';
import { type Operation, operations } from './operations.ts';
import { defaultSettings, type Settings } from './settings.ts';

/** What a call's rule may use besides the call. */
export interface Around {
  /** Passes a call on to the emulator. */
  readonly forward: (call: Call) => Promise<Answer>;
  /** True while the past must be kept for stale reads. */
  readonly remember: boolean;
  /** The read must be answered from the past. */
  readonly stale?: { readonly staleMs: number; readonly sinceMs: number };
}

/**
 * The rules of AWS. ELBv2 and Classic ELB are answered here in full, since moto differs from AWS in nearly every operation
 * of them; EC2 is moto's, with guards before the operations that moto lets pass and AWS refuses.
 */
export class Rules {
  readonly settings: Settings = defaultSettings();
  readonly #upstream: Upstream;
  readonly #clouds = new Map<string, Cloud>();

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  /** Answers a call. Throws AwsError for what AWS refuses. */
  async answer(call: Call, around: Around): Promise<Answer> {
    const cloud = this.cloud(call.region);
    if (call.service === 'elasticloadbalancing') {
      const operation = operations[call.operation];
      if (operation) {
        return queryResult(call.operation, await this.#run(call, cloud, around, operation), '2015-12-01');
      }
    }
    if (call.service === 'elasticloadbalancing-classic') {
      const operation = classicOperations[call.operation];
      if (operation) {
        const result = await this.#run(call, cloud, around, operation).catch((error: unknown) => {
          throw classicRefusal(error);
        });
        return queryResult(call.operation, result, '2012-06-01');
      }
    }
    if (call.service === 'ec2' && call.write) {
      const guard = guards[call.operation];
      const done = guard
        ? await cloud.exclusive(async () => around.forward(await guard(call, cloud)))
        : await around.forward(call);
      cloud.lookup.changed(call.operation);
      return done;
    }
    return around.forward(call);
  }

  close(): void {
    for (const cloud of this.#clouds.values()) cloud.lookup.close();
  }

  async #run(call: Call, cloud: Cloud, around: Around, operation: Operation) {
    const { stale, remember } = around;
    if (!call.write) {
      const state = stale ? cloud.history.asOf(cloud.state, stale.staleMs, stale.sinceMs) : cloud.state;
      return operation(call.params, cloud, state);
    }
    return cloud.exclusive(async () => {
      if (remember) cloud.history.remember(cloud.state);
      else cloud.history.forget();
      return operation(call.params, cloud, cloud.state);
    });
  }

  /** What exists in a region. */
  cloud(region: string): Cloud {
    const known = this.#clouds.get(region);
    if (known) return known;
    const made = new Cloud(region, this.#upstream.url, this.settings);
    this.#clouds.set(region, made);
    return made;
  }
}
