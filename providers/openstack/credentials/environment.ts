// The OS_* variables of the openstack command line, as far as logging in goes.
import type { Draft, Key, Said } from './draft.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Of several, the first that is set counts; OS_TENANT_* and OS_ENDPOINT_TYPE are older names. */
const VARIABLES: Readonly<Partial<Record<Key, readonly string[]>>> = {
  authUrl: ['OS_AUTH_URL'],
  authType: ['OS_AUTH_TYPE'],
  identityApiVersion: ['OS_IDENTITY_API_VERSION'],
  username: ['OS_USERNAME'],
  userId: ['OS_USER_ID'],
  password: ['OS_PASSWORD'],
  token: ['OS_TOKEN', 'OS_AUTH_TOKEN'],
  applicationCredentialId: ['OS_APPLICATION_CREDENTIAL_ID'],
  applicationCredentialName: ['OS_APPLICATION_CREDENTIAL_NAME'],
  applicationCredentialSecret: ['OS_APPLICATION_CREDENTIAL_SECRET'],
  trustId: ['OS_TRUST_ID'],
  projectId: ['OS_PROJECT_ID', 'OS_TENANT_ID'],
  projectName: ['OS_PROJECT_NAME', 'OS_TENANT_NAME'],
  userDomainId: ['OS_USER_DOMAIN_ID'],
  userDomainName: ['OS_USER_DOMAIN_NAME'],
  projectDomainId: ['OS_PROJECT_DOMAIN_ID'],
  projectDomainName: ['OS_PROJECT_DOMAIN_NAME'],
  domainId: ['OS_DOMAIN_ID'],
  domainName: ['OS_DOMAIN_NAME'],
  region: ['OS_REGION_NAME'],
  interface: ['OS_INTERFACE', 'OS_ENDPOINT_TYPE'],
  caFile: ['OS_CACERT'],
  certFile: ['OS_CERT'],
  keyFile: ['OS_KEY'],
  insecure: ['OS_INSECURE'],
};

export function fromEnvironment(env: Environment): Draft {
  const draft: Partial<Record<Key, Said>> = {};
  for (const [key, names] of Object.entries(VARIABLES) as [Key, readonly string[]][]) {
    const name = names.find((one) => (env[one] ?? '') !== '');
    if (name !== undefined) draft[key] = { value: env[name] ?? '', from: name };
  }
  return draft;
}
