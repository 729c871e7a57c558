// The body of Keystone's POST /v3/auth/tokens (https://docs.openstack.org/api-ref/identity/v3/#authentication-and-token-management).
import type { Login, LoginScope, Method, Named } from '../credentials/login.ts';

/** Holds the secret: only ever sent to Keystone. */
export function authBody({ method, scope }: Login): object {
  return { auth: { identity: identityOf(method), ...(scope && { scope: scopeOf(scope) }) } };
}

function identityOf(method: Method): object {
  switch (method.kind) {
    case 'password':
      return {
        methods: ['password'],
        password: { user: { ...named(method.user), password: method.password } },
      };
    case 'token':
      return { methods: ['token'], token: { id: method.token } };
    case 'application-credential': {
      const { credential, secret } = method;
      const which =
        'id' in credential ? { id: credential.id } : { name: credential.name, user: named(credential.user) };
      return { methods: ['application_credential'], application_credential: { ...which, secret } };
    }
  }
}

function scopeOf(scope: LoginScope): object {
  if ('trustId' in scope) return { 'OS-TRUST:trust': { id: scope.trustId } };
  return 'project' in scope ? { project: named(scope.project) } : { domain: scope.domain };
}

function named(one: Named): object {
  return 'id' in one ? { id: one.id } : { name: one.name, domain: one.domain };
}
