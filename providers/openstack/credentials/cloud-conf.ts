// The [Global] section of cloud-provider-openstack's configuration file: how that controller logs in. It reads nothing else of
// the file, and of what is wrong it tells errors only: warnings are the options' to tell.
import { lastText, partsOf, sectionOf, type Tell } from '../../../src/provider/gcfg.ts';
import type { Draft, Key, Said } from './draft.ts';

const KEYS: Readonly<Record<string, Key>> = {
  'auth-url': 'authUrl',
  'os-endpoint-type': 'interface',
  'ca-file': 'caFile',
  'cert-file': 'certFile',
  'key-file': 'keyFile',
  username: 'username',
  'user-id': 'userId',
  password: 'password',
  'tenant-id': 'projectId',
  'tenant-name': 'projectName',
  'tenant-domain-id': 'projectDomainId',
  'tenant-domain-name': 'projectDomainName',
  'domain-id': 'domainId',
  'domain-name': 'domainName',
  'user-domain-id': 'userDomainId',
  'user-domain-name': 'userDomainName',
  'trust-id': 'trustId',
  'trustee-id': 'trusteeId',
  'trustee-password': 'trusteePassword',
  region: 'region',
  'application-credential-id': 'applicationCredentialId',
  'application-credential-name': 'applicationCredentialName',
  'application-credential-secret': 'applicationCredentialSecret',
  'tls-insecure': 'insecure',
};

/** All keys of [Global], as they are spelt there. */
export const GLOBAL_KEYS: readonly string[] = [...Object.keys(KEYS), 'use-clouds', 'clouds-file', 'cloud'];

/** How gcfg spells a true boolean. */
const TRUE: readonly string[] = ['true', 'yes', 'on', '1'];

export interface CloudConf {
  readonly draft: Draft;
  /** Present where `use-clouds` is on. */
  readonly clouds?: { readonly file?: Said; readonly cloud?: Said };
}

export function fromCloudConf(text: string, file: string, problems: string[]): CloudConf {
  const tell: Tell = (severity, _key, _value, message) => {
    if (severity === 'error') problems.push(`${file}: ${message}`);
  };
  const values = new Map<string, (string | true)[]>();
  for (const { lines } of partsOf(text, [{ name: 'Global' }], tell)) {
    for (const [key, more] of sectionOf('[Global]', lines, GLOBAL_KEYS, tell)) {
      values.set(key, [...(values.get(key) ?? []), ...more]);
    }
  }
  const only = (key: string): Said | undefined => {
    const value = lastText(`[Global] ${key}`, values.get(key) ?? [], tell);
    return value === undefined ? undefined : { value, from: `${file}: [Global] ${key}` };
  };
  const draft: Partial<Record<Key, Said>> = {};
  for (const [spelt, key] of Object.entries(KEYS)) {
    const said = only(spelt);
    if (said !== undefined) draft[key] = said;
  }
  const use = values.get('use-clouds')?.at(-1);
  if (use !== true && !TRUE.includes(String(use).toLowerCase())) return { draft };
  const [cloudsFile, cloud] = [only('clouds-file'), only('cloud')];
  return { draft, clouds: { ...(cloudsFile && { file: cloudsFile }), ...(cloud && { cloud }) } };
}
