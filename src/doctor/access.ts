// Who is asking, and what an account may do, by the API server's own word. Reviews are no writes: nothing is kept of them.
import type { KubeApi } from '../kube/api.ts';

export interface Account {
  /** As RBAC knows it: `system:serviceaccount:fairlead:fairlead`, or a person's name. */
  readonly name: string;
  readonly isServiceAccount: boolean;
}

/** One thing that may be done. */
export interface Deed {
  readonly verb: string;
  readonly apiGroup: string;
  /** With its subresource: `services/status`. */
  readonly resource: string;
  /** Absent: any. */
  readonly name?: string;
  /** '' : in all of them, or in the cluster as a whole. */
  readonly namespace: string;
}

/** Whether the account may do that. Rejects with a KubeError. */
export type May = (deed: Deed, signal: AbortSignal) => Promise<boolean>;

const GROUP = '/apis/authorization.k8s.io/v1';
const PREFIX = 'system:serviceaccount:';

/** The account that the connection uses. */
export async function whoAmI(api: KubeApi, signal: AbortSignal): Promise<Account> {
  const kinds = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  const answer = await api.request<{ readonly status?: { readonly userInfo?: { readonly username?: string } } }>({
    method: 'POST',
    path,
    body: kinds,
    signal,
  });
  return accountOf(answer.status?.userInfo?.username ?? '');
}

/** `namespace:name` of a ServiceAccount as RBAC knows it. */
export function serviceAccountName(account: string): string {
  return `${PREFIX}${account}`;
}

export function accountOf(name: string): Account {
  return { name, isServiceAccount: name.startsWith(PREFIX) };
}

/** Asks for ourselves: everybody may. Each question is sent once. */
export function mayI(api: KubeApi): May {
  return remembered((deed, signal) =>
    review(api, 'selfsubjectaccessreviews', 'SelfSubjectAccessReview', {}, deed, signal),
  );
}

/** Asks for a ServiceAccount by the name that RBAC knows; only who may create SubjectAccessReviews gets an answer. */
export function mayServiceAccount(api: KubeApi, name: string): May {
  const namespace = name.slice(PREFIX.length).split(':')[0] ?? '';
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  const subject = { user: name, groups };
  return remembered((deed, signal) =>
    review(api, 'subjectaccessreviews', 'SubjectAccessReview', subject, deed, signal),
  );
}

async function review(
  api: KubeApi,
  path: string,
  kind: string,
  subject: object,
  { verb, apiGroup, resource, name, namespace }: Deed,
  signal: AbortSignal,
): Promise<boolean> {
  const [main, subresource] = resource.split('/');
  const resourceAttributes = {
    ...{ verb, group: apiGroup, resource: main, namespace },
    ...(subresource !== undefined && { subresource }),
    ...(name !== undefined && { name }),
  };
  const body = { apiVersion: 'authorization.k8s.io/v1', kind, spec: { ...subject, resourceAttributes } };
  const answer = await api.request<{ readonly status?: { readonly allowed?: boolean } }>({
    method: 'POST',
    path: `${GROUP}/${path}`,
    body,
    signal,
  });
  return answer.status?.allowed === true;
}

function remembered(ask: May): May {
  const answers = new Map<string, Promise<boolean>>();
  return (deed, signal) => {
    const key = JSON.stringify([deed.verb, deed.apiGroup, deed.resource, deed.name, deed.namespace]);
    const known = answers.get(key);
    if (known) return known;
    const answer = ask(deed, signal);
    answers.set(key, answer);
    answer.catch(() => answers.delete(key));
    return answer;
  };
}
