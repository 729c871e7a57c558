// Everything that exists in this AWS, and the one door through which it changes.
// It knows no rule of a service; the folders beside it do.

import { createEc2Tables, type Ec2Tables } from './ec2/tables.ts';
import { createElbTables, type ElbTables } from './elb/tables.ts';
import { createElbv2Tables, type Elbv2Tables } from './elbv2/tables.ts';
import { Ids } from './ids.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { Journal } from './table.ts';

export type Partition = 'aws' | 'aws-cn';

/** Where this AWS is. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
  readonly partition: Partition;
}

/** How long the past can be looked at by stale and lagging reads. */
const REMEMBER_MS = 60 * 60_000;

export class World {
  readonly place: Place;
  readonly settings: Settings = defaultSettings();
  readonly ids = new Ids();
  readonly #journal = new Journal();
  readonly ec2: Ec2Tables = createEc2Tables(this.#journal, REMEMBER_MS);
  readonly elb: ElbTables = createElbTables(this.#journal, REMEMBER_MS);
  readonly elbv2: Elbv2Tables = createElbv2Tables(this.#journal, REMEMBER_MS);
  /** ARNs of server certificates (ACM, IAM) and names of buckets that load balancers may write logs to. */
  readonly certificates = new Set<string>();
  readonly buckets = new Set<string>();
  /** Targets (instance ids, addresses) whose health checks fail by the will of the test, in both kinds of load balancer. */
  readonly unhealthy = new Set<string>();

  constructor(place: Place) {
    this.place = place;
  }

  /** The end of public names: `amazonaws.com`, in China `amazonaws.com.cn`. */
  get dnsSuffix(): string {
    return this.place.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  }

  /** `arn:aws:<service>:<region>:<account>:<resource>`. */
  arn(service: string, resource: string): string {
    const { partition, region, accountId } = this.place;
    return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  }

  /** Does `work` wholly or not at all; then calls `changed` if any row was touched. Changes can be nested. */
  change<T>(work: () => T, changed: () => void): T {
    if (this.#journal.open) return work();
    const outcome = this.#journal.run(work);
    if (outcome.changed) changed();
    return outcome.result;
  }
}
