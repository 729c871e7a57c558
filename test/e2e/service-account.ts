// A ServiceAccount with exactly the rights that the controller uses, and a token for it.
import { rightsOf, type Where } from '../../src/kube/rights.ts';
import type { Stack } from '../stack/stack.ts';

const NAME = 'fairlead';
const NAMESPACE = 'kube-system';
const RBAC = 'rbac.authorization.k8s.io/v1';

const RIGHTS = rightsOf({ policy: 'sync', leaderElect: true, leaderElectionId: NAME, watchNamespace: undefined });
const rulesWhere = (...places: readonly Where[]) =>
  RIGHTS.filter(({ where }) => places.includes(where)).map(({ apiGroup, resource, names, verbs }) => ({
    apiGroups: [apiGroup],
    resources: [resource],
    ...(names && { resourceNames: names }),
    verbs,
  }));

/** What the controller may do in the whole cluster. */
export const CLUSTER_RULES = rulesWhere('cluster', 'services');
/** And in the namespace of its Lease. */
const LEASE_RULES = rulesWhere('lease');

/** Creates all of it. Answers the path of a kubeconfig with a bound token. */
export async function leastPrivilege(stack: Stack): Promise<string> {
  const subjects = [{ kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE }];
  const roleRef = (kind: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name: NAME });
  const rbac = `/apis/${RBAC}`;
  const inside = `${rbac}/namespaces/${NAMESPACE}`;
  const metadata = { name: NAME };
  await stack.request('POST', `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, { metadata });
  await stack.request('POST', `${rbac}/clusterroles`, { metadata, rules: CLUSTER_RULES });
  await stack.request('POST', `${rbac}/clusterrolebindings`, { metadata, subjects, roleRef: roleRef('ClusterRole') });
  await stack.request('POST', `${inside}/roles`, { metadata, rules: LEASE_RULES });
  await stack.request('POST', `${inside}/rolebindings`, { metadata, subjects, roleRef: roleRef('Role') });
  const answer = await stack.request<{ status: { token: string } }>(
    'POST',
    `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${NAME}/token`,
    { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
  );
  return stack.cluster.kubeconfigFor(answer.status.token, NAME);
}
