// What one source says about logging in, key by key with where it stands, and how several sources become one. It judges
// nothing: settle.ts does.

export interface Said {
  readonly value: string;
  /** Where it stands, for people: `OS_USERNAME`, `/etc/cloud.conf: [Global] username`. */
  readonly from: string;
}

export const KEYS = [
  'authUrl',
  'authType',
  'identityApiVersion',
  'username',
  'userId',
  'password',
  'token',
  'applicationCredentialId',
  'applicationCredentialName',
  'applicationCredentialSecret',
  'trustId',
  'trusteeId',
  'trusteePassword',
  'projectId',
  'projectName',
  'userDomainId',
  'userDomainName',
  'projectDomainId',
  'projectDomainName',
  'domainId',
  'domainName',
  'region',
  'interface',
  'caFile',
  'certFile',
  'keyFile',
  'insecure',
  'timeoutSeconds',
] as const;

export type Key = (typeof KEYS)[number];

/** An empty value is as if not given. */
export type Draft = Readonly<Partial<Record<Key, Said>>>;

/** Two ways to say one thing: where a stronger source uses one, a weaker one's other does not count. */
const ALTERNATIVES: readonly (readonly Key[])[] = [
  ['userId', 'username'],
  ['projectId', 'projectName'],
  ['userDomainId', 'userDomainName'],
  ['projectDomainId', 'projectDomainName'],
  ['domainId', 'domainName'],
  ['applicationCredentialId', 'applicationCredentialName'],
];

export type MethodKind = 'password' | 'application-credential' | 'token';

const AUTH_TYPES: Readonly<Record<string, MethodKind>> = {
  password: 'password',
  v3password: 'password',
  v3applicationcredential: 'application-credential',
  token: 'token',
  v3token: 'token',
};

/** The strongest source first. Of one thing, the strongest that says anything counts. */
export function merged(drafts: readonly Draft[]): Draft {
  const all: Partial<Record<Key, Said>> = {};
  for (const draft of drafts) {
    const taken = new Set(ALTERNATIVES.filter((pair) => pair.some((key) => all[key] !== undefined)).flat());
    for (const key of KEYS) {
      const said = draft[key];
      if (said !== undefined && all[key] === undefined && !taken.has(key)) all[key] = said;
    }
  }
  return all;
}

/** How to log in: as the strongest source has it that says so, outright or by a secret or credential that it gives. */
export function methodOf(drafts: readonly Draft[]): MethodKind | { readonly unknown: Said } | undefined {
  for (const draft of drafts) {
    const type = draft.authType;
    if (type !== undefined) return AUTH_TYPES[type.value.toLowerCase()] ?? { unknown: type };
    const { applicationCredentialId: id, applicationCredentialName: name, applicationCredentialSecret: secret } = draft;
    if (id ?? name ?? secret) return 'application-credential';
    if (draft.password ?? draft.trusteePassword) return 'password';
    if (draft.token) return 'token';
  }
  return undefined;
}

export const authTypes: readonly string[] = Object.keys(AUTH_TYPES);
