// What is looked at in Kubernetes, and in which order: each question asks the API server only for what the account may read,
// so that a look with the controller's own rights is never refused.
import { claimOf, rulesOf } from '../controller/claim.ts';
import { elsewhereBy } from '../controller/elsewhere.ts';
import type { KubeApi } from '../kube/api.ts';
import { type LeaseName, readLease } from '../kube/lease-view.ts';
import { listAll } from '../kube/list.ts';
import { rightsOf } from '../kube/rights.ts';
import { trimService } from '../kube/trim.ts';
import type { Event, KubeObject, Lease, Node, Service } from '../kube/types.ts';
import { type Competitor, operationsOf } from '../provider/operations.ts';
import type { AnyProvider, Finding } from '../provider/provider.ts';
import type { Settings } from '../settings.ts';
import { version } from '../version.ts';
import {
  type Account,
  accountOf,
  type Deed,
  type May,
  mayI,
  mayServiceAccount,
  serviceAccountName,
  whoAmI,
} from './access.ts';
import { checkApiServer } from './api-server.ts';
import { type Check, failure, messageOf, ok, unknown } from './check.ts';
import {
  type AdmissionPolicy,
  judgeControllers,
  judgePolicies,
  judgeVersions,
  judgeWebhooks,
  type Webhooks,
  type Workload,
} from './installed.ts';
import { judgeLease, judgeOtherLeases, leadsSince, leaseMeant } from './lease.ts';
import { judgeNodes } from './nodes.ts';
import { checkExcess, checkRights } from './rights.ts';
import { judgeServices } from './services.ts';
import { judgeSigns, OWN_COMPONENT, PEER_COMPONENT } from './signs.ts';

export interface Subject {
  readonly api: KubeApi;
  readonly settings: Settings;
  readonly providers: readonly { readonly provider: AnyProvider; readonly options: object }[];
  /** Of the Lease, unless another one is meant. */
  readonly leaseNamespace: string;
  /** `namespace:name`: whose rights are looked at. Absent: those of the one who looks. */
  readonly serviceAccount: string | undefined;
}

/** What to do where there is no way to the API server. */
export const UNREACHED =
  'Check the network, and the kubeconfig (--kubeconfig, --context) or the ServiceAccount of the pod. What depends on the cluster was not looked at.';
const KUBERNETES = 'Kubernetes';
const AT_WORK = 'At work';
const KUBE_SYSTEM = 'kube-system';

/** What the questions learn, for each other and for the clouds. Undefined: not known. */
export class ClusterChecks {
  readonly #subject: Subject;
  readonly #may: May;
  #account: Account | undefined;
  #isReached = false;
  #lease: { readonly lease: Lease | undefined } | undefined;
  #services: readonly Service[] | undefined;
  /** UID of the kube-system namespace. */
  uid: string | undefined;
  nodes: readonly Node[] | undefined;

  constructor(subject: Subject) {
    this.#subject = subject;
    this.#may = mayI(subject.api);
  }

  /** In their order: later ones build on earlier ones. */
  all(): readonly Check[] {
    return [
      { section: KUBERNETES, about: 'API server', find: (signal) => this.#reach(signal) },
      { section: KUBERNETES, about: 'rights', find: this.#reached((signal) => this.#rights(signal)) },
      { section: KUBERNETES, about: 'cluster', find: this.#reached((signal) => this.#cluster(signal)) },
      { section: KUBERNETES, about: 'nodes', find: this.#reached((signal) => this.#nodes(signal)) },
      { section: KUBERNETES, about: 'admission policy', find: this.#reached((signal) => this.#policies(signal)) },
      { section: AT_WORK, about: 'leader', find: this.#reached((signal) => this.#leader(signal)) },
      { section: AT_WORK, about: 'version', find: this.#reached((signal) => this.#version(signal)) },
      { section: AT_WORK, about: 'Services', find: this.#reached((signal) => this.#read(signal)) },
      { section: AT_WORK, about: 'other controllers', find: this.#reached((signal) => this.#signs(signal)) },
      { section: AT_WORK, about: 'service controllers', find: this.#reached((signal) => this.#workloads(signal)) },
      { section: AT_WORK, about: 'webhooks', find: this.#reached((signal) => this.#webhooks(signal)) },
    ];
  }

  #reached(find: Check['find']): Check['find'] {
    return async (signal) => (this.#isReached ? find(signal) : []);
  }

  async #reach(signal: AbortSignal): Promise<readonly Finding[]> {
    try {
      const findings = await checkApiServer(this.#subject.api, signal);
      this.#isReached = true;
      return findings;
    } catch (thrown) {
      signal.throwIfAborted();
      return [failure('API server', `It does not answer: ${messageOf(thrown)}.`, UNREACHED)];
    }
  }

  async #rights(signal: AbortSignal): Promise<readonly Finding[]> {
    const { api, settings, serviceAccount } = this.#subject;
    this.#account = await whoAmI(api, signal);
    const asked = serviceAccount === undefined ? undefined : serviceAccountName(serviceAccount);
    const isSelf = asked === undefined || asked === this.#account.name;
    const account = isSelf ? this.#account : accountOf(asked);
    const create = {
      verb: 'create',
      apiGroup: 'authorization.k8s.io',
      resource: 'subjectaccessreviews',
      namespace: '',
    };
    if (!isSelf && !(await this.#may(create, signal))) {
      const message = `${this.#account.name} may not ask what ${account.name} may do.`;
      return [unknown('rights', message, 'Run this as somebody who may create subjectaccessreviews.')];
    }
    const may = isSelf ? this.#may : mayServiceAccount(api, account.name);
    const lease = await this.#leaseName(signal);
    const places = { services: settings.watchNamespace ?? '', lease: lease.namespace };
    const rights = rightsOf({ ...settings, leaderElectionId: lease.name });
    const missing = await checkRights(rights, places, { account, may, isSelf }, signal);
    return [...missing, ...(await checkExcess(account, may, signal))];
  }

  async #cluster(signal: AbortSignal): Promise<readonly Finding[]> {
    const deed = { verb: 'get', apiGroup: '', resource: 'namespaces', name: KUBE_SYSTEM, namespace: '' };
    if (!(await this.#may(deed, signal))) return [this.#hidden('cluster', `get namespace ${KUBE_SYSTEM}`)];
    const path = `/api/v1/namespaces/${KUBE_SYSTEM}`;
    this.uid = (await this.#subject.api.request<KubeObject>({ method: 'GET', path, signal })).metadata.uid;
    return [ok('cluster', `It is called ${this.#subject.settings.clusterName} and has the UID ${this.uid}.`)];
  }

  async #nodes(signal: AbortSignal): Promise<readonly Finding[]> {
    if (!(await this.#mayList('', 'nodes', '', signal))) return [this.#hidden('nodes', 'list nodes')];
    this.nodes = await listAll<Node>(this.#subject.api, '/api/v1/nodes', signal);
    return judgeNodes(this.nodes, this.#subject.settings.nodeUnreadyAfterMs, Date.now());
  }

  async #leader(signal: AbortSignal): Promise<readonly Finding[]> {
    const { api, settings } = this.#subject;
    if (!settings.leaderElect) return [];
    const name = await this.#leaseName(signal);
    const { namespace } = name;
    const deed = { verb: 'get', apiGroup: 'coordination.k8s.io', resource: 'leases', ...name };
    if (!(await this.#may(deed, signal))) return [this.#hidden('leader', `get Lease ${namespace}/${name.name}`)];
    const lease = await readLease(api, name, signal);
    this.#lease = { lease };
    const findings = judgeLease(lease, name, Date.now());
    return [...findings, ...judgeOtherLeases(await this.#leases(signal), name, Date.now())];
  }

  /** A person need not say where the controller was installed, where there is one alone. */
  async #leaseName(signal: AbortSignal): Promise<LeaseName> {
    const { settings, leaseNamespace: namespace } = this.#subject;
    const named = { namespace, name: settings.leaderElectionId };
    if (!settings.leaderElect || settings.leaderElectionNamespace !== undefined) return named;
    return leaseMeant(await this.#leases(signal), named, Date.now());
  }

  /** Of all namespaces; none where they may not be read. */
  async #leases(signal: AbortSignal): Promise<readonly Lease[]> {
    if (!(await this.#mayList('coordination.k8s.io', 'leases', '', signal))) return [];
    return listAll<Lease>(this.#subject.api, '/apis/coordination.k8s.io/v1/leases', signal);
  }

  /** The pod of `helm test` may not read this, and need not: it is of the controller's version. */
  async #version(signal: AbortSignal): Promise<readonly Finding[]> {
    const { api } = this.#subject;
    const { namespace } = await this.#leaseName(signal);
    if (!(await this.#mayList('apps', 'deployments', namespace, signal))) return [];
    return judgeVersions(
      await listAll<Workload>(api, `/apis/apps/v1${scope(namespace)}/deployments`, signal),
      version(),
    );
  }

  async #read(signal: AbortSignal): Promise<readonly Finding[]> {
    const { api, settings, providers } = this.#subject;
    const namespace = settings.watchNamespace ?? '';
    if (!(await this.#mayList('', 'services', namespace, signal))) return [this.#hidden('Services', 'list services')];
    const all = await listAll<Service>(api, `/api/v1${scope(namespace)}/services`, signal);
    const rules = rulesOf({ providers, claimClassless: settings.claimClassless });
    const isElsewhere = elsewhereBy(providers, rules);
    this.#services = all.map(trimService).filter((service) => !isElsewhere(service));
    return judgeServices(this.#services, rules, Date.now());
  }

  async #signs(signal: AbortSignal): Promise<readonly Finding[]> {
    if (!this.#services) return [];
    const { api, settings, providers } = this.#subject;
    const namespace = settings.watchNamespace ?? '';
    const rules = rulesOf({ providers, claimClassless: settings.claimClassless });
    const ours = this.#services.filter((one) => {
      return one.spec.loadBalancerClass === undefined && claimOf(one, rules).stance === 'ensure';
    });
    const mayRead = await this.#mayList('', 'events', namespace, signal);
    const events = mayRead ? await serviceEvents(api, namespace, signal) : [];
    const nowMs = Date.now();
    const lease = this.#lease?.lease;
    const sinceMs = leadsSince(lease, nowMs);
    const identity = lease?.spec?.holderIdentity ?? '';
    return judgeSigns({
      ...{ services: ours, events, nowMs, ourClass: [...rules.classes.keys()][0] },
      ...(sinceMs !== undefined && { leader: { sinceMs, identity } }),
    });
  }

  async #workloads(signal: AbortSignal): Promise<readonly Finding[]> {
    const { settings, providers } = this.#subject;
    const about = 'service controllers';
    if (!settings.claimClassless) return [];
    const kinds = ['deployments', 'daemonsets'];
    const mayRead = await Promise.all(kinds.map((kind) => this.#mayList('apps', kind, KUBE_SYSTEM, signal)));
    if (mayRead.includes(false)) {
      const remedy = `See that no other works on Services without a class:\nkubectl --namespace ${KUBE_SYSTEM} get deployments,daemonsets`;
      return [unknown(about, `Which are installed ${CANNOT}`, remedy)];
    }
    const path = `/apis/apps/v1/namespaces/${KUBE_SYSTEM}`;
    const lists = await Promise.all(
      kinds.map((kind) => listAll<Workload>(this.#subject.api, `${path}/${kind}`, signal)),
    );
    return judgeControllers({
      workloads: lists.flat(),
      leases: await this.#leases(signal),
      competitors: competitorsOf(providers),
      ourClass: providers[0]?.provider.classes[0],
      nowMs: Date.now(),
    });
  }

  async #webhooks(signal: AbortSignal): Promise<readonly Finding[]> {
    const resource = 'mutatingwebhookconfigurations';
    if (!(await this.#mayList(ADMISSION, resource, '', signal))) {
      const message = `Whether any changes Services ${CANNOT}`;
      return [unknown('webhooks', message, `Look as somebody who may:\nkubectl get ${resource}`)];
    }
    const { api, providers } = this.#subject;
    const all = await listAll<Webhooks>(api, `/apis/${ADMISSION}/v1/${resource}`, signal);
    return judgeWebhooks(all, competitorsOf(providers));
  }

  async #policies(signal: AbortSignal): Promise<readonly Finding[]> {
    const resource = 'validatingadmissionpolicies';
    if (!(await this.#mayList(ADMISSION, resource, '', signal))) {
      const message = `Whether it is installed ${CANNOT}`;
      return [unknown('admission policy', message, `Look as somebody who may:\nkubectl get ${resource}`)];
    }
    const path = `/apis/${ADMISSION}/v1/${resource}`;
    return judgePolicies(await listAll<AdmissionPolicy>(this.#subject.api, path, signal));
  }

  #mayList(apiGroup: string, resource: string, namespace: string, signal: AbortSignal): Promise<boolean> {
    return this.#may({ verb: 'list', apiGroup, resource, namespace } satisfies Deed, signal);
  }

  #hidden(about: string, right: string): Finding {
    const message = `This could not be looked at: ${this.#account?.name ?? 'this account'} may not ${right}.`;
    return unknown(about, message, 'Grant the right, as the chart does, or run this as somebody who has it.');
  }
}

const ADMISSION = 'admissionregistration.k8s.io';
const CANNOT = 'cannot be read with these rights, and the controller does not need it.';

function competitorsOf(providers: Subject['providers']): readonly Competitor[] {
  return providers.flatMap(({ provider }) => operationsOf(provider).competitors ?? []);
}

function scope(namespace: string): string {
  return namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
}

/** What service controllers and controllers like us told of Services within the last hour. */
async function serviceEvents(api: KubeApi, namespace: string, signal: AbortSignal): Promise<readonly Event[]> {
  const lists = [PEER_COMPONENT, OWN_COMPONENT].map((component) => {
    const fieldSelector = `involvedObject.kind=Service,source=${component}`;
    return listAll<Event>(api, `/api/v1${scope(namespace)}/events`, signal, { fieldSelector });
  });
  return (await Promise.all(lists)).flat();
}
