// What logging in to an OpenStack cloud takes, whatever it was read from. Holds secrets: it is never shown or logged.

/** A user, project or domain by its id or by its name; a name needs the domain that it is unique in. */
export type Named =
  | { readonly id: string }
  | { readonly name: string; readonly domain: { readonly id: string } | { readonly name: string } };

export type Method =
  | { readonly kind: 'password'; readonly user: Named; readonly password: string }
  | {
      readonly kind: 'application-credential';
      /** A name needs the user that it is unique of. */
      readonly credential: { readonly id: string } | { readonly name: string; readonly user: Named };
      readonly secret: string;
    }
  | { readonly kind: 'token'; readonly token: string };

/** Absent with application credentials, which have theirs; else Keystone takes the user's default project. */
export type LoginScope =
  | { readonly project: Named }
  | { readonly domain: { readonly id: string } | { readonly name: string } }
  | { readonly trustId: string };

/** Which of a service's endpoints in the catalog. */
export type Interface = 'public' | 'internal' | 'admin';

/** PEM text. */
export interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** No certificate is checked. */
  readonly insecure: boolean;
}

export interface Login {
  /** Keystone, with or without `/v3`. */
  readonly authUrl: string;
  readonly method: Method;
  readonly scope?: LoginScope;
  /** Absent: the only one that the catalog has. */
  readonly region?: string;
  readonly interface: Interface;
  readonly tls: Tls;
  /** For one request, from sending it to the end of the answer. */
  readonly requestTimeoutMs: number;
}

/** Environment variables that hold secrets. */
export const secretVariables: readonly string[] = ['OS_PASSWORD', 'OS_APPLICATION_CREDENTIAL_SECRET', 'OS_TOKEN'];

/**
 * What OpenStack's secrets look like in text; each keeps what `$1` names. Fernet tokens, the headers that carry tokens, and
 * values whose names say what they are, in variables, YAML, INI and JSON.
 */
export const secretForms: readonly RegExp[] = [
  /()(?<![\w-])gAAAAA[\w-]{40,}={0,2}/g,
  /\b(X-(?:Auth|Subject|Service)-Token\\?["']?\s*[:=]\s*\\?["']?)[^\s"'&<\\,]+/gi,
  /((?:application[_-]credential[_-]secret|trustee[_-]password|OS_PASSWORD|OS_TOKEN)\\?["']?\s*[:=]\s*\\?["']?)[^\s"'&<\\,]+/gi,
];

/** The secrets in it, each with a name to keep it by: for those who take them out of what is told. */
export function secretsOf({ method, tls }: Login): Readonly<Record<string, string>> {
  const key: Record<string, string> = tls.key === undefined ? {} : { 'openstack-tls-key': tls.key };
  switch (method.kind) {
    case 'password':
      return { ...key, 'openstack-password': method.password };
    case 'application-credential':
      return { ...key, 'openstack-application-credential-secret': method.secret };
    case 'token':
      return { ...key, 'openstack-token': method.token };
  }
}
