// What else is installed in the cluster that has to do with Services of type LoadBalancer, for those who may read it: service
// controllers, webhooks that change Services, and our own admission policy. Pure.
import type { KubeObject, Lease } from '../kube/types.ts';
import type { Competitor } from '../provider/operations.ts';
import type { Finding } from '../provider/provider.ts';
import { some } from '../provider/wording.ts';
import { failure, ok, warning } from './check.ts';
import { leadsSince } from './lease.ts';

export interface Workload extends KubeObject {
  readonly spec?: {
    readonly template?: {
      readonly spec?: {
        readonly containers?: readonly {
          readonly image?: string;
          readonly command?: readonly string[];
          readonly args?: readonly string[];
        }[];
      };
    };
  };
}

export interface Webhooks extends KubeObject {
  readonly webhooks?: readonly {
    readonly name: string;
    readonly rules?: readonly { readonly apiGroups?: readonly string[]; readonly resources?: readonly string[] }[];
  }[];
}

export interface AdmissionPolicy extends KubeObject {
  readonly status?: { readonly typeChecking?: { readonly expressionWarnings?: readonly object[] } };
}

/** What Kubernetes calls the program that holds a cloud's service controller, whatever the cloud; and its Lease. */
const MANAGER = 'cloud-controller-manager';
/** How its service controller is called on the command line, now and in the past. */
const SERVICE_CONTROLLER: readonly string[] = ['service-lb-controller', 'service'];
const SERVICE_CONTROLLERS = 'service controllers';
const KUBE_SYSTEM = 'kube-system';

export interface Surroundings {
  /** Those of kube-system. */
  readonly workloads: readonly Workload[];
  /** Of all namespaces; empty where they may not be read. */
  readonly leases: readonly Lease[];
  /** What the chosen providers say of others. */
  readonly competitors: readonly Competitor[];
  /** The class by which Services without one would be told from those of others. */
  readonly ourClass: string | undefined;
  /** Since 1970. */
  readonly nowMs: number;
}

/** Controllers that work on the same Services: cloud controller managers whose service controller is on, and competitors. */
export function judgeControllers(around: Surroundings): readonly Finding[] {
  return [...managers(around), ...around.competitors.flatMap((one) => competitor(one, around))];
}

function managers({ workloads, leases, ourClass, nowMs }: Surroundings): readonly Finding[] {
  const found = workloads.filter((one) => isOf(one, MANAGER));
  const on = found.filter((one) => !words(one).some((word) => word.startsWith('--controllers') && isOff(word)));
  const byClass =
    ourClass === undefined ? '' : `, or run Fairlead with --claim-classless=false and use class ${ourClass}`;
  if (on.length > 0) {
    const message = `The service controller of ${some(on.map(nameOf))} is on and works on all Services without a class.`;
    return [failure(SERVICE_CONTROLLERS, message, `Run it with --controllers=*,-service-lb-controller${byClass}.`)];
  }
  if (found.length > 0) {
    return [ok(SERVICE_CONTROLLERS, `The service controller of ${some(found.map(nameOf))} is switched off.`)];
  }
  const holder = holderOf(leases, MANAGER, nowMs);
  if (holder === undefined) return [ok(SERVICE_CONTROLLERS, `No ${MANAGER} is installed in ${KUBE_SYSTEM}.`)];
  const message =
    `A ${MANAGER} runs outside of what can be seen here: ${holder} holds Lease ${KUBE_SYSTEM}/${MANAGER}. ` +
    'If its service controller is on, it works on all Services without a class.';
  const remedy = `Ask who runs the control plane. See that it runs with --controllers=*,-service-lb-controller${byClass}.`;
  return [warning(SERVICE_CONTROLLERS, message, remedy)];
}

/** Nothing where there is no sign of it. */
function competitor(
  { name, lease, takesClassless, remedy }: Competitor,
  { workloads, leases, nowMs }: Surroundings,
): readonly Finding[] {
  const found = workloads.filter((one) => isOf(one, name)).map(nameOf);
  const holder = lease === undefined ? undefined : holderOf(leases, lease, nowMs);
  if (found.length === 0 && holder === undefined) return [];
  const sign = found.length > 0 ? `${some(found)} is installed` : `${holder} holds Lease ${KUBE_SYSTEM}/${lease}`;
  if (takesClassless) {
    return [failure(SERVICE_CONTROLLERS, `${name} works on all Services without a class: ${sign}.`, remedy)];
  }
  return [ok(SERVICE_CONTROLLERS, `${name} works on Services of its own alone: ${sign}.`)];
}

/** Who leads by this Lease of kube-system now; undefined: nobody does, or nobody knows. */
function holderOf(leases: readonly Lease[], name: string, nowMs: number): string | undefined {
  const lease = leases.find(({ metadata }) => metadata.namespace === KUBE_SYSTEM && metadata.name === name);
  return leadsSince(lease, nowMs) === undefined ? undefined : lease?.spec?.holderIdentity;
}

function isOf(workload: Workload, program: string): boolean {
  return words(workload).some((word) => word.includes(program));
}

function isOff(word: string): boolean {
  const names = word.slice(word.indexOf('=') + 1).split(',');
  if (SERVICE_CONTROLLER.some((name) => names.includes(`-${name}`))) return true;
  // A list without the star is of those that are on.
  const isList = word.startsWith('--controllers=') && !names.includes('*');
  return isList && !SERVICE_CONTROLLER.some((name) => names.includes(name));
}

/** Webhooks that may change Services as they are created: one may give them the class of its own controller. */
export function judgeWebhooks(all: readonly Webhooks[], competitors: readonly Competitor[]): readonly Finding[] {
  const about = 'webhooks';
  const names = all.flatMap(({ webhooks = [] }) =>
    webhooks.filter(({ rules = [] }) => rules.some(isForServices)).map(({ name }) => name),
  );
  if (names.length === 0) return [ok(about, 'No webhook changes Services.')];
  const message = `${some(names)} may change Services as they are created, and so give them a class of another controller.`;
  const known = competitors.filter(({ webhooks = [] }) => webhooks.some((name) => names.includes(name)));
  const isKnown = (name: string) => known.some(({ webhooks = [] }) => webhooks.includes(name));
  const remedies = [
    ...known.map(({ name, remedy }) => `${name}: ${remedy}`),
    ...(names.every(isKnown) ? [] : ['Look what it does, and switch off what gives Services a class.']),
  ];
  return [warning(about, message, remedies.join('\n'))];
}

function isForServices({
  apiGroups = [],
  resources = [],
}: {
  apiGroups?: readonly string[];
  resources?: readonly string[];
}) {
  return (
    (apiGroups.includes('') || apiGroups.includes('*')) && (resources.includes('services') || resources.includes('*'))
  );
}

const NAME = 'app.kubernetes.io/name';
const PART_OF = 'app.kubernetes.io/part-of';
const VERSION = 'app.kubernetes.io/version';

/** Those that our chart made, and what version it was of. Nothing where there are none: the controller may run anywhere. */
export function judgeVersions(deployments: readonly Workload[], own: string): readonly Finding[] {
  const about = 'version';
  const ours = deployments.filter(({ metadata: { labels = {} } }) => labels[PART_OF] === 'fairlead' && labels[VERSION]);
  if (ours.length === 0) return [];
  const others = ours.filter(({ metadata }) => metadata.labels?.[VERSION] !== own);
  if (others.length === 0) return [ok(about, `Deployment ${some(ours.map(nameOf))} and this command are both ${own}.`)];
  const told = some(others.map(({ metadata }) => `${metadata.name} is ${metadata.labels?.[VERSION]}`));
  const message = `Deployment ${told}, and this command is ${own}: it may need what is not looked at here.`;
  return [warning(about, message, 'Run fairlead doctor of its version, or helm test.')];
}

/** Ours have one of the labels that `fairlead policy` and the chart give them. */
export function judgePolicies(policies: readonly AdmissionPolicy[]): readonly Finding[] {
  const about = 'admission policy';
  const ours = policies.filter(({ metadata: { labels = {} } }) => [labels[NAME], labels[PART_OF]].includes('fairlead'));
  if (ours.length === 0) {
    const message =
      'It is not installed: mistakes in annotations are told by events and conditions alone. fairlead policy prints it.';
    return [ok(about, message)];
  }
  const faulty = ours.filter(({ status }) => (status?.typeChecking?.expressionWarnings ?? []).length > 0);
  if (faulty.length === 0) return [ok(about, `${some(ours.map(({ metadata }) => metadata.name))}: installed.`)];
  const names = some(faulty.map(({ metadata }) => metadata.name));
  return [
    warning(about, `The API server finds fault with expressions of ${names}.`, 'Install the policies of this version.'),
  ];
}

function words(workload: Workload): readonly string[] {
  const containers = workload.spec?.template?.spec?.containers ?? [];
  // One argument may be all of a shell's command line.
  return containers.flatMap(({ image = '', command = [], args = [] }) =>
    [image, ...command, ...args].flatMap((word) => word.split(/\s+/)),
  );
}

function nameOf({ metadata }: Workload): string {
  return metadata.name;
}
