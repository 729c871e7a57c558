// What the kinds and gather work with: the session, and what is known of the load balancers from lists, reads and writes.
import type { ClusterIdentity } from '../../../src/provider/provider.ts';
import type { Session } from '../client/session.ts';
import type { ApiVersion } from '../client/types.ts';
import { LoadBalancerBook } from './load-balancers.ts';
import { Lookups } from './lookups.ts';

export class Cloud {
  readonly session: Session;
  readonly cluster: ClusterIdentity;
  /** Of Octavia; what it can do depends on it. */
  readonly version: ApiVersion;
  /** Whether security groups are made, and looked for. */
  readonly managesGroups: boolean;
  readonly loadBalancers: LoadBalancerBook;
  readonly lookups: Lookups;

  constructor(session: Session, cluster: ClusterIdentity, version: ApiVersion, managesGroups: boolean) {
    this.session = session;
    this.cluster = cluster;
    this.version = version;
    this.managesGroups = managesGroups;
    this.loadBalancers = new LoadBalancerBook(session, cluster);
    this.lookups = new Lookups(session);
  }
}
