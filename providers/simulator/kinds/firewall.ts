// One document of rules for all nodes, in which every Service has a part: the pattern of a shared object. The engine
// brings the parts together with `merge` and lets one stack at a time write.
import { FairleadError } from '../../../src/engine/errors.ts';
import { defineKind, type Listed, type Observed, type Reading } from '../../../src/engine/kind.ts';
import type { FirewallRule, FirewallView } from '../api.ts';
import type { SimulatorConnection } from '../connection.ts';
import { isAbsent } from '../errors.ts';
import { clusterTags, isOfCluster, stem } from '../naming.ts';

export interface FirewallSpec {
  /** Sorted by owner and port. In a Service's own part all are of that Service. */
  readonly rules: readonly FirewallRule[];
}

export interface FirewallOut {
  readonly version: number;
}

export const Firewall = defineKind<SimulatorConnection, FirewallSpec, FirewallOut>({
  name: 'Firewall',

  calls({ action }) {
    if (action === 'create') return ['simulator:CreateFirewall'];
    return [action === 'update' ? 'simulator:UpdateFirewall' : 'simulator:DeleteFirewall'];
  },

  // Without `spec`, as if rules cost a call of their own; the marks are what a list must show.
  async list(cloud, scope) {
    const all = await cloud.read('ListFirewalls', '', scope, (api) => api.firewalls.list());
    return all.filter(({ name }) => name.startsWith(stem(cloud.cluster))).map((one) => listed(cloud, one));
  },

  read(cloud, wanted, scope) {
    return Promise.all(
      wanted.map(async ({ id }): Promise<Reading<FirewallSpec, FirewallOut>> => {
        try {
          const found = await cloud.read('GetFirewall', id, scope, (api) => api.firewalls.get(id));
          return { id, state: 'known', object: observed(cloud, found) };
        } catch (error) {
          // Only the cloud's own "not found" means gone. A foreign document lands here too: unknown, with its error.
          return isAbsent(error) ? { id, state: 'gone' } : { id, state: 'unknown', error };
        }
      }),
    );
  },

  async create(cloud, _owners, id, spec, scope) {
    const tags = clusterTags(cloud.cluster);
    return observed(
      cloud,
      await cloud.write('CreateFirewall', scope, (api) => api.firewalls.create(id, tags, spec.rules)),
    );
  },

  // The version makes the write fail where another process was faster; the engine then looks and merges again.
  async update(cloud, now, spec, _changed, scope) {
    const { version } = now.out;
    return observed(
      cloud,
      await cloud.write('UpdateFirewall', scope, (api) => api.firewalls.update(now.id, version, spec.rules)),
    );
  },

  async delete(cloud, now, scope) {
    try {
      await cloud.write('DeleteFirewall', scope, (api) => api.firewalls.delete(now.id, now.out.version));
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
    return 'gone';
  },

  merge(shares, leaving, have) {
    const settled = shares.filter((share) => share.spec !== 'frozen' && !share.phase).map((share) => share.owner);
    const decided = new Set([...settled, ...leaving].map((owner) => owner.uid));
    // Rules stay as they are where a Service is frozen, or nobody here has heard of it yet; and where it is changing, as
    // long as its listeners may still send to the old ports.
    const kept = (have?.rules ?? []).filter((rule) => !decided.has(rule.owner));
    // Of one that is unsettled and not at work now, that is all: its own next pass brings its part.
    const working = shares.filter((share) => share.phase !== 'unsettled');
    const given = working.flatMap((share) => (share.spec === 'frozen' ? [] : share.spec.rules));
    const rules = sortedRules([...kept, ...given]);
    // Without a rule it would be an object with our mark and no owner: it goes.
    return rules.length === 0 ? undefined : { rules };
  },
});

/** Each rule once. */
export function sortedRules(rules: readonly FirewallRule[]): readonly FirewallRule[] {
  const order = ({ owner, port }: FirewallRule) => `${owner} ${String(port).padStart(5, '0')}`;
  const byOrder = new Map(rules.map((rule) => [order(rule), rule]));
  return [...byOrder].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => rule);
}

/** Whose parts are in it. No marks: a stranger's document with a name of our shape. */
function listed(cloud: SimulatorConnection, one: FirewallView): Listed<FirewallOut, FirewallSpec> {
  const owners = isOfCluster(one.tags, cloud.cluster) ? [...new Set(one.rules.map(({ owner }) => owner))] : [];
  const marks = owners.map((uid) => ({ cluster: cloud.cluster.uid, uid }));
  return { id: one.name, marks, out: { version: one.version } };
}

/** Throws 'name-taken' for a stranger's: of a shared object the engine cannot tell by the marks. */
function observed(cloud: SimulatorConnection, one: FirewallView): Observed<FirewallSpec, FirewallOut> {
  if (!isOfCluster(one.tags, cloud.cluster)) {
    throw new FairleadError('name-taken', `there is a firewall ${one.name} that is not ours; rename or remove it`);
  }
  const { id, marks, out } = listed(cloud, one);
  return { id, marks, out, spec: { rules: sortedRules(one.rules) }, settled: true };
}
