// What is in a project, as the administrator sees it, in the services' own JSON. For tests and demo to look at; it goes
// past the proxy and changes nothing.
import type { Service, Session } from './rest.ts';

/** One object as its service shows it. */
export type CloudObject = Readonly<Record<string, unknown>> & { readonly id: string; readonly name?: string };

/** Everything that a project owns. Members carry the id of their pool as `pool_id`. */
export interface ProjectContent {
  readonly loadBalancers: readonly CloudObject[];
  readonly listeners: readonly CloudObject[];
  readonly pools: readonly CloudObject[];
  readonly members: readonly CloudObject[];
  readonly healthMonitors: readonly CloudObject[];
  readonly floatingIps: readonly CloudObject[];
  readonly securityGroups: readonly CloudObject[];
  readonly ports: readonly CloudObject[];
}

/** What Octavia calls its kinds, in paths and in answers. */
type OctaviaKind = 'loadbalancers' | 'listeners' | 'pools' | 'healthmonitors';
type NeutronKind = 'floatingips' | 'security_groups' | 'ports';

/** Reads all that a project owns. */
export async function projectContent(admin: Session, projectId: string): Promise<ProjectContent> {
  const list = async (service: Service, path: string, key: string) => {
    const query = `?project_id=${projectId}`;
    const answer = await admin.call<Record<string, CloudObject[]>>('GET', service, `${path}${query}`);
    return answer[key] ?? [];
  };
  const octavia = (kind: OctaviaKind) => list('load-balancer', `/v2/lbaas/${kind}`, kind);
  const neutron = (kind: NeutronKind) => list('network', `/v2.0/${kind.replace('_', '-')}`, kind);
  const [loadBalancers, listeners, pools, healthMonitors] = await Promise.all([
    octavia('loadbalancers'),
    octavia('listeners'),
    octavia('pools'),
    octavia('healthmonitors'),
  ]);
  const [floatingIps, securityGroups, ports] = await Promise.all([
    neutron('floatingips'),
    neutron('security_groups'),
    neutron('ports'),
  ]);
  const members = await Promise.all(
    pools.map(async ({ id }) => {
      const path = `/v2/lbaas/pools/${id}/members`;
      const answer = await admin.send<{ members?: CloudObject[] }>('GET', 'load-balancer', path);
      // A pool may go while this is read, and its members with it.
      const there = answer.status === 404 ? [] : answer.body.members;
      if (!there) throw new Error(`GET ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return there.map((member) => ({ ...member, pool_id: id }));
    }),
  );
  return {
    ...{ loadBalancers, listeners, pools, healthMonitors },
    members: members.flat(),
    floatingIps,
    securityGroups,
    ports,
  };
}
