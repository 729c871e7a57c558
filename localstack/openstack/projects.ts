// Projects with a user of their own, so that each test has a cloud that is empty. Networks are shared, and not made here.
import { randomBytes } from 'node:crypto';
import { PASSWORD, REGION } from './configuration.ts';
import { USER_ROLE } from './identity.ts';
import { openSession, type Service, type Session } from './rest.ts';

/** A project and the one user in it, who is an ordinary user of load balancers. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly userId: string;
  /** OS_* variables of the user, with the proxy as the address. */
  readonly env: Readonly<Record<string, string>>;
  /** Requests as that user, past the proxy. */
  readonly session: Session;
  /** A token of that user, issued past the proxy. */
  token(): Promise<string>;
  /** Makes an application credential of the user; OS_* variables that log in with it. */
  applicationCredential(name?: string): Promise<Readonly<Record<string, string>>>;
}

export interface ProjectMaker {
  readonly admin: Session;
  /** Ids of roles by name. */
  readonly roles: ReadonlyMap<string, string>;
  /** The address for clients. */
  readonly authUrl: string;
  readonly urlOf: (service: Service) => string;
}

interface Identified {
  readonly id: string;
}

/** A new project; its user is called `username`, or like the project. */
export async function makeProject(maker: ProjectMaker, name: string, username = name): Promise<Project> {
  const { admin, roles, authUrl, urlOf } = maker;
  const [{ project }, { user }] = await Promise.all([
    admin.call<{ project: Identified }>('POST', 'identity', '/v3/projects', { project: { name } }),
    admin.call<{ user: Identified }>('POST', 'identity', '/v3/users', { user: { name: username, password: PASSWORD } }),
  ]);
  const role = roles.get(USER_ROLE);
  await admin.call('PUT', 'identity', `/v3/projects/${project.id}/users/${user.id}/roles/${role}`);
  const session = openSession(urlOf, { username, password: PASSWORD, project: name });
  const where = { OS_AUTH_URL: authUrl, OS_REGION_NAME: REGION, OS_IDENTITY_API_VERSION: '3' };
  return {
    id: project.id,
    name,
    userId: user.id,
    env: {
      ...where,
      ...{ OS_USERNAME: username, OS_PASSWORD: PASSWORD, OS_USER_DOMAIN_ID: 'default' },
      ...{ OS_PROJECT_NAME: name, OS_PROJECT_DOMAIN_ID: 'default' },
    },
    session,
    token: () => session.token(),
    async applicationCredential(credential = `key-${randomBytes(4).toString('hex')}`) {
      const path = `/v3/users/${user.id}/application_credentials`;
      const body = { application_credential: { name: credential } };
      type Answer = { readonly application_credential: Identified & { readonly secret: string } };
      const answer = await session.call<Answer>('POST', 'identity', path, body);
      const { id, secret } = answer.application_credential;
      return {
        ...where,
        OS_AUTH_TYPE: 'v3applicationcredential',
        OS_APPLICATION_CREDENTIAL_ID: id,
        OS_APPLICATION_CREDENTIAL_SECRET: secret,
      };
    },
  };
}
