// One region as the rules see it: what they keep themselves, what they can ask the emulator, and one lock.
import { randomBytes } from 'node:crypto';
import { History } from './history.ts';
import { Lookup } from './lookup.ts';
import type { Settings } from './settings.ts';
import { emptyState, type State } from './state.ts';

/** moto's account, unless a role was assumed. */
export const account = '123456789012';

export class Cloud {
  readonly region: string;
  readonly settings: Settings;
  readonly lookup: Lookup;
  readonly state: State = emptyState();
  readonly history = new History();
  /** Security groups that deleted load balancers still hold, until performance.now() reaches `untilMs`. */
  held: { readonly securityGroups: readonly string[]; readonly untilMs: number }[] = [];
  #seq = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(region: string, endpoint: string, settings: Settings) {
    this.region = region;
    this.settings = settings;
    this.lookup = new Lookup({ endpoint, region });
  }

  /** Runs work that changes something, one at a time in the order of asking. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  /** To be told of the security groups of a load balancer that is gone: they stay in use for as long as set. */
  release(securityGroups: readonly string[]): void {
    const { securityGroupReleaseMs } = this.settings;
    if (securityGroupReleaseMs <= 0) return;
    this.held.push({ securityGroups, untilMs: performance.now() + securityGroupReleaseMs });
  }

  /** A number greater than any before. */
  nextSeq(): number {
    return ++this.#seq;
  }

  /** A new ARN of Elastic Load Balancing; the resource gets a random id appended, 16 hex digits as in AWS. */
  newArn(resource: string): { readonly arn: string; readonly id: string } {
    const id = randomBytes(8).toString('hex');
    return { arn: `arn:aws:elasticloadbalancing:${this.region}:${account}:${resource}/${id}`, id };
  }
}
