// Whether the account has every right that the controller uses with these settings, and which dangerous ones it has besides.
import type { Right } from '../kube/rights.ts';
import type { Finding } from '../provider/provider.ts';
import { count, some } from '../provider/wording.ts';
import type { Account, Deed, May } from './access.ts';
import { failure, ok, warning } from './check.ts';

export interface Places {
  /** '' : all namespaces. */
  readonly services: string;
  /** Of the Lease. */
  readonly lease: string;
}

const ABOUT = 'rights';

/** What must never be in the hands of a controller that does not need it. */
const DANGEROUS: readonly Omit<Deed, 'namespace'>[] = [
  { verb: 'get', apiGroup: '', resource: 'secrets' },
  { verb: 'update', apiGroup: '', resource: 'services' },
  { verb: 'delete', apiGroup: '', resource: 'services' },
  { verb: 'patch', apiGroup: '', resource: 'nodes' },
  { verb: 'create', apiGroup: '', resource: 'pods' },
  { verb: 'create', apiGroup: '', resource: 'pods/exec' },
  { verb: 'impersonate', apiGroup: '', resource: 'users' },
  { verb: 'create', apiGroup: 'rbac.authorization.k8s.io', resource: 'clusterrolebindings' },
  { verb: 'escalate', apiGroup: 'rbac.authorization.k8s.io', resource: 'clusterroles' },
];
const EVERYTHING: Deed = { verb: '*', apiGroup: '*', resource: '*', namespace: '' };

/** One finding for each right that is missing. `isSelf`: the account is the one that looks. */
export async function checkRights(
  rights: readonly Right[],
  places: Places,
  { account, may, isSelf }: { readonly account: Account; readonly may: May; readonly isSelf: boolean },
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const asked = await Promise.all(
    rights.map(async (right) => {
      const namespace = namespaceOf(right, places);
      const answers = await Promise.all(
        right.verbs.map(async (verb) => {
          const deeds = (right.names ?? [undefined]).map((name) => ({
            ...{ verb, apiGroup: right.apiGroup, resource: right.resource, namespace },
            ...(name !== undefined && { name }),
          }));
          const granted = await Promise.all(deeds.map((deed) => may(deed, signal)));
          return granted.every(Boolean) ? [] : [verb];
        }),
      );
      return { right, verbs: answers.flat() };
    }),
  );
  const missing = asked.filter(({ verbs }) => verbs.length > 0);
  const isPerson = isSelf && !account.isServiceAccount;
  if (missing.length === 0) {
    const hint = isPerson ? '; those of its own account are told with --as-service-account' : '';
    return [ok(ABOUT, `${account.name} has all ${count(rights.length, 'right')} that the controller needs${hint}.`)];
  }
  return missing.map(({ right, verbs }) => {
    const message = `${account.name} may not ${verbs.join(', ')} ${thing(right)} ${place(right, places)} (${right.why}).`;
    if (isPerson) {
      const remedy =
        'These are your own rights; ask for those of the controller with --as-service-account NAMESPACE:NAME.';
      return warning(ABOUT, message, remedy);
    }
    return failure(ABOUT, message, `Add to its ${role(right, places)}:\n${ruleText(right, verbs)}`);
  });
}

/** Rights of a ServiceAccount that the controller never uses and that would be worth stealing. */
export async function checkExcess(account: Account, may: May, signal: AbortSignal): Promise<readonly Finding[]> {
  const about = 'rights not needed';
  if (!account.isServiceAccount) return [];
  const remedy = 'Bind the ServiceAccount to the roles of the chart alone.';
  if (await may(EVERYTHING, signal)) {
    return [warning(about, `${account.name} may do everything in the cluster.`, remedy)];
  }
  const asked = await Promise.all(
    DANGEROUS.map(async (deed) => ((await may({ ...deed, namespace: '' }, signal)) ? [deed] : [])),
  );
  const found = asked.flat().map(({ verb, resource }) => `${verb} ${resource}`);
  if (found.length === 0) return [ok(about, 'None of the dangerous rights that were asked for is granted.')];
  const message = `${account.name} may do what the controller never does: ${some(found)}.`;
  return [warning(about, message, remedy)];
}

/** As RBAC has it. */
export function ruleText({ apiGroup, resource, names }: Right, verbs: readonly string[]): string {
  const list = (values: readonly string[]) => `[${values.map((value) => `"${value}"`).join(', ')}]`;
  const named = names === undefined ? '' : `, resourceNames: ${list(names)}`;
  return `{ apiGroups: ${list([apiGroup])}, resources: ${list([resource])}${named}, verbs: ${list(verbs)} }`;
}

function namespaceOf({ where }: Right, places: Places): string {
  return where === 'cluster' ? '' : places[where];
}

function thing({ resource, names }: Right): string {
  return names === undefined ? resource : `${resource} ${names.join(', ')}`;
}

function place(right: Right, places: Places): string {
  if (right.where === 'cluster') return 'in the cluster';
  const namespace = namespaceOf(right, places);
  return namespace === '' ? 'in all namespaces' : `in namespace ${namespace}`;
}

function role(right: Right, places: Places): string {
  const namespace = namespaceOf(right, places);
  return namespace === '' ? 'ClusterRole' : `Role in namespace ${namespace}`;
}
