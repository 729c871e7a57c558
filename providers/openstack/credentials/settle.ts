// Makes a login of what the sources say: every check that needs no cloud, and all problems at once. It shows no secret.
import { quote } from '../../../src/schema/escape.ts';
import { authTypes, type Draft, type Key, type MethodKind, merged, methodOf } from './draft.ts';
import type { Interface, Login, LoginScope, Method, Named, Tls } from './login.ts';

/** A login without what is read from files. */
export type Settled = Omit<Login, 'tls'> & {
  readonly files: Readonly<Partial<Record<'ca' | 'cert' | 'key', string>>>;
  readonly insecure: Tls['insecure'];
};

/** Told of every problem, as a sentence without its end. */
export interface Told {
  wrong(problem: string): void;
  /** Something that no source says. */
  missing(problem: string): void;
}

type DomainRef = { readonly id: string } | { readonly name: string };

const DEFAULT_TIMEOUT_MS = 20_000;
const INTERFACES: readonly Interface[] = ['public', 'internal', 'admin'];
const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
};

/** The strongest source first. Undefined: something is wrong, and was told. */
export function settled(drafts: readonly Draft[], told: Told): Settled | undefined {
  let sound = true;
  const fault: Told = {
    wrong(problem) {
      sound = false;
      told.wrong(problem);
    },
    missing(problem) {
      sound = false;
      told.missing(problem);
    },
  };
  const draft = merged(drafts);
  const kind = methodOf(drafts);
  const authUrl = authUrlOf(draft, fault);
  const method = methodFrom(kind, draft, fault);
  const scope = kind === 'application-credential' ? undefined : scopeOf(draft, fault);
  const rest = {
    interface: interfaceOf(draft, fault),
    insecure: insecureOf(draft, fault),
    requestTimeoutMs: timeoutOf(draft, fault),
    files: filesOf(draft, fault),
    ...(draft.region && { region: draft.region.value }),
  };
  if (draft.identityApiVersion !== undefined && !/^v?3(\.\d+)?$/.test(draft.identityApiVersion.value)) {
    fault.wrong(
      `${draft.identityApiVersion.from} is ${quote(draft.identityApiVersion.value)}, only version 3 is supported`,
    );
  }
  if (!sound || authUrl === undefined || method === undefined) return undefined;
  return { authUrl, method, ...(scope && { scope }), ...rest };
}

function authUrlOf({ authUrl }: Draft, told: Told): string | undefined {
  if (authUrl === undefined) {
    const where = 'OS_AUTH_URL, auth_url in clouds.yaml, or auth-url in [Global] of cloud.conf';
    told.missing(`the address of Keystone is missing: give ${where}`);
    return undefined;
  }
  const url = URL.canParse(authUrl.value) ? new URL(authUrl.value) : undefined;
  // Shown if it cannot be a secret only.
  if (authUrl.value.includes('@')) {
    told.wrong(`${authUrl.from} holds a user or a password, which do not belong there`);
  } else if (url === undefined || !/^https?:$/.test(url.protocol)) {
    told.wrong(
      `${authUrl.from} is ${quote(authUrl.value)}, expected an address such as https://keystone.example.com:5000/v3`,
    );
  } else return authUrl.value;
  return undefined;
}

function methodFrom(kind: ReturnType<typeof methodOf>, draft: Draft, told: Told): Method | undefined {
  if (kind === undefined) {
    told.missing(
      'there is nothing to log in with: give OS_APPLICATION_CREDENTIAL_ID and OS_APPLICATION_CREDENTIAL_SECRET, ' +
        'OS_USERNAME and OS_PASSWORD, or OS_TOKEN, or the like in clouds.yaml or cloud.conf',
    );
    return undefined;
  }
  if (typeof kind === 'object') {
    told.wrong(`${kind.unknown.from} is ${quote(kind.unknown.value)}, expected one of ${authTypes.join(', ')}`);
    return undefined;
  }
  return byKind[kind](draft, told);
}

const byKind: Readonly<Record<MethodKind, (draft: Draft, told: Told) => Method | undefined>> = {
  password(draft, told) {
    // Who acts for somebody else by a trust may have keys of its own.
    const trusted = draft.trustId !== undefined;
    const trustee = trusted && draft.trusteeId ? { id: draft.trusteeId.value } : undefined;
    const user = trustee ?? userOf(draft, told);
    const password = (trusted && draft.trusteePassword) || draft.password;
    if (password === undefined) told.missing('the password is missing: give OS_PASSWORD, or password in the file');
    return user && password && { kind: 'password', user, password: password.value };
  },
  'application-credential'(draft, told) {
    const { applicationCredentialId: id, applicationCredentialName: name, applicationCredentialSecret: secret } = draft;
    if (secret === undefined) {
      told.missing('the secret of the application credential is missing: give OS_APPLICATION_CREDENTIAL_SECRET');
    }
    if (id === undefined && name === undefined) {
      told.missing('the id of the application credential is missing: give OS_APPLICATION_CREDENTIAL_ID');
      return undefined;
    }
    // A name is unique among the credentials of one user only.
    const user = id === undefined ? userOf(draft, told) : undefined;
    if (secret === undefined || (id === undefined && user === undefined)) return undefined;
    const credential = id === undefined ? { name: name!.value, user: user! } : { id: id.value };
    return { kind: 'application-credential', credential, secret: secret.value };
  },
  token(draft, told) {
    if (draft.token === undefined) told.missing('the token is missing: give OS_TOKEN');
    return draft.token && { kind: 'token', token: draft.token.value };
  },
};

function userOf(draft: Draft, told: Told): Named | undefined {
  const { userId, username } = draft;
  if (userId !== undefined) return { id: userId.value };
  if (username === undefined) {
    told.missing('the user is missing: give OS_USERNAME with OS_USER_DOMAIN_NAME, or OS_USER_ID');
    return undefined;
  }
  const domain = domainOf(draft, 'user') ?? domainOf(draft, 'any') ?? domainOf(draft, 'project');
  if (domain !== undefined) return { name: username.value, domain };
  told.missing(`the user of ${username.from} is of an unknown domain: give OS_USER_DOMAIN_NAME (often "Default")`);
  return undefined;
}

function scopeOf(draft: Draft, told: Told): LoginScope | undefined {
  const { trustId, projectId, projectName } = draft;
  if (trustId !== undefined) return { trustId: trustId.value };
  if (projectId !== undefined) return { project: { id: projectId.value } };
  const own = domainOf(draft, 'any');
  if (projectName === undefined) return own && { domain: own };
  const domain = domainOf(draft, 'project') ?? own ?? domainOf(draft, 'user');
  if (domain !== undefined) return { project: { name: projectName.value, domain } };
  told.missing(
    `the project of ${projectName.from} is of an unknown domain: give OS_PROJECT_DOMAIN_NAME (often "Default")`,
  );
  return undefined;
}

function domainOf(draft: Draft, whose: 'user' | 'project' | 'any'): DomainRef | undefined {
  const keys: Readonly<Record<typeof whose, readonly [Key, Key]>> = {
    user: ['userDomainId', 'userDomainName'],
    project: ['projectDomainId', 'projectDomainName'],
    any: ['domainId', 'domainName'],
  };
  const [id, name] = keys[whose].map((key) => draft[key]?.value);
  if (id !== undefined) return { id };
  return name === undefined ? undefined : { name };
}

function interfaceOf({ interface: said }: Draft, told: Told): Interface {
  if (said === undefined) return 'public';
  // Older files have publicURL.
  const found = INTERFACES.find((one) => one === said.value.toLowerCase().replace(/url$/, ''));
  if (found === undefined) told.wrong(`${said.from} is ${quote(said.value)}, expected one of ${INTERFACES.join(', ')}`);
  return found ?? 'public';
}

function insecureOf({ insecure }: Draft, told: Told): boolean {
  if (insecure === undefined) return false;
  const lower = insecure.value.toLowerCase();
  if (Object.hasOwn(BOOLEANS, lower)) return BOOLEANS[lower] === true;
  told.wrong(`${insecure.from} is ${quote(insecure.value)}, expected true or false`);
  return false;
}

function timeoutOf({ timeoutSeconds }: Draft, told: Told): number {
  if (timeoutSeconds === undefined) return DEFAULT_TIMEOUT_MS;
  const seconds = Number(timeoutSeconds.value);
  if (seconds >= 1 && seconds <= 600) return Math.round(seconds * 1000);
  told.wrong(`${timeoutSeconds.from} is ${quote(timeoutSeconds.value)}, expected seconds, from 1 to 600`);
  return DEFAULT_TIMEOUT_MS;
}

function filesOf({ caFile, certFile, keyFile }: Draft, told: Told): Settled['files'] {
  if (certFile !== undefined && keyFile === undefined)
    told.missing(`${certFile.from} is there without a key: give OS_KEY`);
  if (keyFile !== undefined && certFile === undefined)
    told.missing(`${keyFile.from} is there without a certificate: give OS_CERT`);
  return {
    ...(caFile && { ca: caFile.value }),
    ...(certFile && { cert: certFile.value }),
    ...(keyFile && { key: keyFile.value }),
  };
}
