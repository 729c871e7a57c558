// What a ServiceAccount may do and what it did: the rules that are bound to it, and the API server's audit log.
import { readFile } from 'node:fs/promises';
import type { KubeObject } from '../../src/kube/types.ts';
import type { Stack } from '../stack/stack.ts';

/** One finished request of the account. */
export interface Asked {
  readonly verb: string;
  readonly status: number;
  /** '' for what is no object, such as `/version`. */
  readonly resource: string;
  readonly apiGroup: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

/** One verb on one resource, as a rule that is bound to the account allows it. */
export interface Grant {
  readonly verb: string;
  readonly apiGroup: string;
  readonly resource: string;
  /** The only object; '' : any. */
  readonly name: string;
  /** '' : in the whole cluster. */
  readonly namespace: string;
}

interface AuditLine {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly responseStatus?: { readonly code?: number };
  readonly objectRef?: {
    readonly resource?: string;
    readonly subresource?: string;
    readonly apiGroup?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
}

export interface Account {
  readonly namespace: string;
  readonly name: string;
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

interface Binding extends KubeObject {
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
  readonly roleRef: { readonly kind: 'Role' | 'ClusterRole'; readonly name: string };
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/** Every request of the account so far, in order. Long ones, such as watches, are there from their start. */
export async function askedBy(stack: Stack, { namespace, name }: Account): Promise<readonly Asked[]> {
  const username = `system:serviceaccount:${namespace}:${name}`;
  const text = await readFile(stack.cluster.auditLog ?? '', 'utf8');
  const lines = text.split('\n').filter((line) => line.includes(username));
  return lines
    .map((line) => JSON.parse(line) as AuditLine)
    .filter(({ user }) => user.username === username)
    .map(({ verb, requestURI, responseStatus, objectRef = {} }) => ({
      ...{ verb, path: requestURI, status: responseStatus?.code ?? 0, apiGroup: objectRef.apiGroup ?? '' },
      ...{ namespace: objectRef.namespace ?? '', name: objectRef.name ?? '' },
      resource: [objectRef.resource ?? '', objectRef.subresource ?? ''].filter((part) => part !== '').join('/'),
    }));
}

/** Every right that a role of the chart gives to the account. */
export async function grantedTo(stack: Stack, account: Account): Promise<readonly Grant[]> {
  const grants: Grant[] = [];
  for (const kind of ['clusterrolebindings', 'rolebindings']) {
    const { items } = await stack.request<{ items: Binding[] }>('GET', `${RBAC}/${kind}`);
    for (const { metadata, subjects = [], roleRef } of items) {
      const { namespace = '' } = metadata;
      const isIt = (one: { kind: string; name: string; namespace?: string }) =>
        one.kind === 'ServiceAccount' && one.name === account.name && one.namespace === account.namespace;
      if (!subjects.some(isIt)) continue;
      const place = roleRef.kind === 'Role' ? `${RBAC}/namespaces/${namespace}/roles` : `${RBAC}/clusterroles`;
      const { rules } = await stack.request<{ rules: Rule[] }>('GET', `${place}/${roleRef.name}`);
      grants.push(...rules.flatMap((rule) => grantsOf(rule, namespace)));
    }
  }
  return grants;
}

function grantsOf({ apiGroups, resources, resourceNames = [''], verbs }: Rule, namespace: string): Grant[] {
  return apiGroups.flatMap((apiGroup) =>
    resources.flatMap((resource) =>
      resourceNames.flatMap((name) => verbs.map((verb) => ({ verb, apiGroup, resource, name, namespace }))),
    ),
  );
}

/** Those that no request needed, as text. */
export function unusedOf(grants: readonly Grant[], asked: readonly Asked[]): readonly string[] {
  return grants.filter((grant) => !asked.some((one) => covers(grant, one))).map(textOf);
}

/** Those that the API server refused for lack of a right, as text. */
export function deniedIn(asked: readonly Asked[]): readonly string[] {
  return asked.filter(({ status }) => status === 403 || status === 401).map(({ verb, path }) => `${verb} ${path}`);
}

function covers(grant: Grant, asked: Asked): boolean {
  return (
    grant.verb === asked.verb &&
    grant.apiGroup === asked.apiGroup &&
    grant.resource === asked.resource &&
    (grant.name === '' || grant.name === asked.name) &&
    (grant.namespace === '' || grant.namespace === asked.namespace)
  );
}

function textOf({ verb, apiGroup, resource, name, namespace }: Grant): string {
  const object = [apiGroup, resource, name].filter((part) => part !== '').join('/');
  return `${verb} ${object}${namespace === '' ? '' : ` in ${namespace}`}`;
}
