// What else is installed in the cluster that has to do with Services of type LoadBalancer, for those who may read it: service
// controllers, webhooks that change Services, and our own admission policy. Pure.
import type { KubeObject } from '../kube/types.ts';
import type { Finding } from '../provider/provider.ts';
import { some } from '../provider/wording.ts';
import { failure, ok, warning } from './check.ts';

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

const MANAGER = /cloud-controller-manager/;
/** How its service controller is called on the command line, now and in the past. */
const SWITCHED_OFF = /(?:^|,)-(?:service-lb-controller|service)(?:,|$)/;

/** Cloud controller managers whose service controller is on. */
export function judgeWorkloads(workloads: readonly Workload[], ourClass: string | undefined): readonly Finding[] {
  const managers = workloads.filter((one) => words(one).some((word) => MANAGER.test(word)));
  const on = managers.filter((one) => !words(one).some((word) => word.startsWith('--controllers') && isOff(word)));
  if (managers.length === 0)
    return [ok('service controllers', 'No cloud-controller-manager is installed in kube-system.')];
  if (on.length === 0) {
    return [ok('service controllers', `The service controller of ${some(managers.map(nameOf))} is switched off.`)];
  }
  const message = `The service controller of ${some(on.map(nameOf))} is on and works on all Services without a class.`;
  const byClass =
    ourClass === undefined ? '' : `, or run Fairlead with --claim-classless=false and use class ${ourClass}`;
  return [failure('service controllers', message, `Run it with --controllers=*,-service-lb-controller${byClass}.`)];
}

function isOff(word: string): boolean {
  return SWITCHED_OFF.test(word.slice(word.indexOf('=') + 1));
}

/** Webhooks that may change Services as they are created; the one of aws-load-balancer-controller gives them its own class. */
export function judgeWebhooks(all: readonly Webhooks[]): readonly Finding[] {
  const about = 'webhooks';
  const names = all.flatMap(({ webhooks = [] }) =>
    webhooks.filter(({ rules = [] }) => rules.some(isForServices)).map(({ name }) => name),
  );
  if (names.length === 0) return [ok(about, 'No webhook changes Services.')];
  const message = `${some(names)} may change Services as they are created, and so give them a class of another controller.`;
  const remedy =
    'Look what it does; in aws-load-balancer-controller the value enableServiceMutatorWebhook=false switches it off.';
  return [warning(about, message, remedy)];
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
