// One cloud of clouds.yaml, with what secure.yaml adds. Every value is taken as text, as it is written (a password of digits
// stays what it is); no text of the file gets into a message, since there are secrets in it.
import { LineCounter, parseDocument } from 'yaml';
import { quote } from '../../../src/schema/escape.ts';
import type { Draft, Key, Said } from './draft.ts';

export interface YamlFile {
  readonly file: string;
  readonly text: string;
}

type Mapping = Readonly<Record<string, unknown>>;

/** Keys of a cloud's `auth`; those of older files stand in the cloud itself too. */
const AUTH_KEYS: Readonly<Record<string, Key>> = {
  auth_url: 'authUrl',
  username: 'username',
  user_id: 'userId',
  password: 'password',
  token: 'token',
  application_credential_id: 'applicationCredentialId',
  application_credential_name: 'applicationCredentialName',
  application_credential_secret: 'applicationCredentialSecret',
  trust_id: 'trustId',
  tenant_id: 'projectId',
  project_id: 'projectId',
  tenant_name: 'projectName',
  project_name: 'projectName',
  user_domain_id: 'userDomainId',
  user_domain_name: 'userDomainName',
  project_domain_id: 'projectDomainId',
  project_domain_name: 'projectDomainName',
  domain_id: 'domainId',
  domain_name: 'domainName',
};
const CLOUD_KEYS: Readonly<Record<string, Key>> = {
  auth_type: 'authType',
  identity_api_version: 'identityApiVersion',
  region_name: 'region',
  endpoint_type: 'interface',
  interface: 'interface',
  cacert: 'caFile',
  cert: 'certFile',
  key: 'keyFile',
  insecure: 'insecure',
  api_timeout: 'timeoutSeconds',
};
const MOST_NAMES = 20;

/** The cloud of that name; undefined: the only one. What is wrong is added to `problems`. */
export function fromCloudsYaml(
  clouds: YamlFile,
  secure: YamlFile | undefined,
  name: string | undefined,
  problems: string[],
): Draft {
  const all = cloudsOf(clouds, problems);
  const secrets = secure === undefined ? {} : cloudsOf(secure, problems);
  if (all === undefined || secrets === undefined) return {};
  const chosen = chosenOf(all, name, clouds.file, problems);
  if (chosen === undefined) return {};
  const cloud = ownOf(all, chosen);
  if (!isMapping(cloud)) {
    problems.push(`${clouds.file}: the cloud ${quote(chosen)} is no mapping, expected auth and other keys in it`);
    return {};
  }
  for (const key of ['profile', 'cloud'] as const) {
    if (ownOf(cloud, key) === undefined) continue;
    const what = `${clouds.file}: the cloud ${quote(chosen)} has a ${key}`;
    problems.push(`${what}, which is not supported: write what it stands for (auth_url and the like) into the cloud`);
  }
  const more = ownOf(secrets, chosen);
  const from = (file: string, key: string) => `${file}: ${key} of the cloud ${quote(chosen)}`;
  return {
    ...draftOf(cloud, (key) => from(clouds.file, key), problems),
    ...(secure !== undefined && isMapping(more) && draftOf(more, (key) => from(secure.file, key), problems)),
  };
}

function draftOf(cloud: Mapping, from: (key: string) => string, problems: string[]): Draft {
  const draft: Partial<Record<Key, Said>> = {};
  const take = (mapping: Mapping, keys: Readonly<Record<string, Key>>) => {
    for (const [spelt, key] of Object.entries(keys)) {
      const value = ownOf(mapping, spelt);
      if (value === undefined || value === '') continue;
      if (typeof value === 'string') draft[key] = { value, from: from(spelt) };
      else problems.push(`${from(spelt)} is a list or a mapping, expected text`);
    }
  };
  take(cloud, AUTH_KEYS);
  take(cloud, CLOUD_KEYS);
  const auth = ownOf(cloud, 'auth');
  if (isMapping(auth)) take(auth, AUTH_KEYS);
  else if (auth !== undefined && auth !== '') problems.push(`${from('auth')} is no mapping`);
  const verify = ownOf(cloud, 'verify');
  if (draft.insecure === undefined && typeof verify === 'string' && /^(false|no|off|0)$/i.test(verify)) {
    draft.insecure = { value: 'true', from: from('verify') };
  }
  return draft;
}

function chosenOf(all: Mapping, name: string | undefined, file: string, problems: string[]): string | undefined {
  const names = Object.keys(all);
  const list = names.slice(0, MOST_NAMES).map((one) => quote(one));
  const known = names.length === 0 ? 'there is no cloud in it' : `there are ${list.join(', ')}`;
  if (name !== undefined && names.includes(name)) return name;
  if (name !== undefined) problems.push(`${file}: there is no cloud ${quote(name)}, ${known}`);
  else if (names.length === 1) return names[0];
  else problems.push(`${file}: ${known}: say which by OS_CLOUD, or by cloud in [Global] of cloud.conf`);
  return undefined;
}

/** The mapping `clouds`. Undefined: it cannot be read. */
function cloudsOf({ file, text }: YamlFile, problems: string[]): Mapping | undefined {
  const lines = new LineCounter();
  const bad = (where: string, why: string) => {
    problems.push(`${file}: ${where}is no YAML that can be read (${why})`);
    return undefined;
  };
  const document = parseDocument(text, { schema: 'failsafe', merge: true, prettyErrors: false, lineCounter: lines });
  const fault = document.errors[0];
  if (fault !== undefined) return bad(`line ${lines.linePos(fault.pos[0]).line} `, fault.code);
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 100 });
  } catch {
    return bad('it ', 'its aliases');
  }
  const clouds = isMapping(content) ? ownOf(content, 'clouds') : undefined;
  if (isMapping(clouds)) return clouds;
  problems.push(`${file}: there is no mapping "clouds" in it`);
  return undefined;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function ownOf(mapping: Mapping, key: string): unknown {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}
