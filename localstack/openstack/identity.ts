// What a new Keystone lacks: the services' users, their endpoints behind the proxy, and the role that Octavia asks for.
import { PASSWORD, REGION } from './configuration.ts';
import type { Session } from './rest.ts';

/** What ordinary users of load balancers have; it implies `member` and `reader`. */
export const USER_ROLE = 'load-balancer_member';

/** Kinds of services in the catalog, with their prefixes. Clients append the API's version themselves. */
const catalog = { network: 'network', 'load-balancer': 'load-balancer', 'key-manager': 'key-manager' };

/** Roles by name, once everything is there. `url` is the proxy's. */
export async function prepareIdentity(admin: Session, url: string): Promise<ReadonlyMap<string, string>> {
  const post = <T>(path: string, body: unknown) => admin.call<T>('POST', 'identity', `/v3/${path}`, body);
  const { project } = await post<{ project: { id: string } }>('projects', { project: { name: 'service' } });
  await post('roles', { role: { name: USER_ROLE } });
  const listed = await admin.call<{ roles: { id: string; name: string }[] }>('GET', 'identity', '/v3/roles');
  const roles = new Map(listed.roles.map(({ name, id }) => [name, id]));
  // One grant instead of three for each project: `member` in its turn implies `reader`.
  const implied = `/v3/roles/${roles.get(USER_ROLE)}/implies/${roles.get('member')}`;
  await admin.call('PUT', 'identity', implied);
  for (const name of ['neutron', 'octavia']) {
    const { user } = await post<{ user: { id: string } }>('users', { user: { name, password: PASSWORD } });
    for (const role of ['admin', 'service']) {
      const path = `/v3/projects/${project.id}/users/${user.id}/roles/${roles.get(role)}`;
      await admin.call('PUT', 'identity', path);
    }
  }
  for (const [type, prefix] of Object.entries(catalog)) {
    const { service } = await post<{ service: { id: string } }>('services', { service: { type, name: type } });
    for (const where of ['public', 'internal', 'admin']) {
      const endpoint = { service_id: service.id, interface: where, region_id: REGION, url: `${url}/${prefix}` };
      await post('endpoints', { endpoint });
    }
  }
  return roles;
}
