// The Services of type LoadBalancer as they stand: which are ours and how far they are, and which nobody seems to serve. Pure.
import { type ClaimRules, claimOf } from '../controller/claim.ts';
import { ACCEPTED, conditionOf, DELETION_BLOCKED, PROGRAMMED } from '../controller/conditions.ts';
import type { Condition, Service } from '../kube/types.ts';
import type { Finding } from '../provider/provider.ts';
import { count, some } from '../provider/wording.ts';
import { ok, warning } from './check.ts';

const ABOUT = 'Services';
/** A load balancer takes a few minutes at most; who waits longer waits in vain. */
const PATIENCE_MS = 10 * 60_000;
const MOST_TOLD = 5;
const MOST_TEXT = 300;

const UNTOUCHED = { reason: 'NotTakenUp', message: 'No controller has taken it up yet.' };

type State = 'programmed' | 'invalid' | 'deletion blocked' | 'not programmed' | 'new';

/** `nowMs`: since 1970. */
export function judgeServices(services: readonly Service[], rules: ClaimRules, nowMs: number): readonly Finding[] {
  const wanting = services.filter(({ spec }) => spec.type === 'LoadBalancer');
  const ours = services.filter((service) => isOurs(service, rules));
  const states = Map.groupBy(ours, stateOf);
  const parts = [...states].map(([state, all]) => `${all.length} ${state}`).sort();
  const summary = parts.length === 0 ? '' : `: ${parts.join(', ')}`;
  const told = ok(
    ABOUT,
    `${count(ours.length, 'Service')} of ${wanting.length} with type LoadBalancer ${ours.length === 1 ? 'is' : 'are'} for this controller${summary}.${byProvider(ours, rules)}`,
  );
  const troubled = ours.filter((service) => troubleOf(service, nowMs) !== undefined);
  const troubles = troubled.slice(0, MOST_TOLD).map((service) => {
    const { reason, message } = troubleOf(service, nowMs) ?? { reason: '', message: '' };
    const remedy = `Its events tell more:\nkubectl --namespace ${service.metadata.namespace} describe service ${service.metadata.name}`;
    return warning(ABOUT, `${nameOf(service)}: ${reason}: ${cut(message)}`, remedy);
  });
  const rest = troubled.length - troubles.length;
  const more =
    rest > 0
      ? [
          warning(
            ABOUT,
            `${count(rest, 'more Service')} of this controller ${rest === 1 ? 'has' : 'have'} troubles.`,
            'Their events tell more:\nkubectl get events --all-namespaces --field-selector type=Warning,involvedObject.kind=Service',
          ),
        ]
      : [];
  return [told, ...troubles, ...more, ...left(wanting, rules), ...unserved(wanting, rules, nowMs)];
}

/** How many each provider has, where there are several. */
function byProvider(ours: readonly Service[], rules: ClaimRules): string {
  const names = [...new Set(rules.classes.values())];
  if (names.length < 2) return '';
  const home = ({ spec: { loadBalancerClass } }: Service) =>
    loadBalancerClass === undefined ? rules.classless : rules.classes.get(loadBalancerClass);
  return ` By provider: ${names.map((name) => `${ours.filter((one) => home(one) === name).length} ${name}`).join(', ')}.`;
}

/** Those that were served once, and that an option has given to another since: whether that one came is not known here. */
function left(wanting: readonly Service[], rules: ClaimRules): readonly Finding[] {
  const all = wanting.filter((service) => !isOurs(service, rules) && conditionOf(service, PROGRAMMED) !== undefined);
  if (all.length === 0) return [];
  const message =
    `${some(all.map(nameOf))}: with conditions of Fairlead and not for this controller any more. Unless another one has taken ` +
    'over, nothing follows their nodes, and a deletion waits.';
  const remedy =
    'See that another controller serves them, and let go of them, with the options that they were served with:\n' +
    'fairlead drain --release\n' +
    'Or set --claim-classless, or the provider that they were served by.';
  return [warning('Services left', message, remedy)];
}

function isOurs(service: Service, rules: ClaimRules): boolean {
  const { stance } = claimOf(service, rules);
  return stance === 'ensure' || stance === 'release';
}

function stateOf(service: Service): State {
  if (service.metadata.deletionTimestamp !== undefined) return 'deletion blocked';
  if (conditionOf(service, ACCEPTED)?.status === 'False') return 'invalid';
  const programmed = conditionOf(service, PROGRAMMED);
  if (!programmed) return 'new';
  return programmed.status === 'True' ? 'programmed' : 'not programmed';
}

/** The condition that tells what is wrong; undefined: nothing, or not for long. */
function troubleOf(service: Service, nowMs: number): Pick<Condition, 'reason' | 'message'> | undefined {
  const blocked = conditionOf(service, DELETION_BLOCKED);
  if (service.metadata.deletionTimestamp !== undefined || blocked?.status === 'True') {
    return blocked && isOld(blocked.lastTransitionTime, nowMs) ? blocked : undefined;
  }
  const accepted = conditionOf(service, ACCEPTED);
  if (accepted?.status === 'False') return accepted;
  const programmed = conditionOf(service, PROGRAMMED);
  if (!programmed && isOld(service.metadata.creationTimestamp, nowMs)) return UNTOUCHED;
  if (programmed?.status !== 'False') return undefined;
  return programmed.reason !== 'Progressing' || isOld(programmed.lastTransitionTime, nowMs) ? programmed : undefined;
}

/** Those that have no address for long, of a class that we do not serve, or of none where we leave them. */
function unserved(wanting: readonly Service[], rules: ClaimRules, nowMs: number): readonly Finding[] {
  const waiting = wanting.filter(
    (service) =>
      !isOurs(service, rules) &&
      (service.status?.loadBalancer?.ingress ?? []).length === 0 &&
      isOld(service.metadata.creationTimestamp, nowMs),
  );
  return [...Map.groupBy(waiting, ({ spec }) => spec.loadBalancerClass ?? '')].map(([name, all]) => {
    const names = some(all.map(nameOf));
    if (name === '') {
      const message = `${names}: without a class and without an address; with --claim-classless=false this controller leaves them to another.`;
      const remedy = `Set --claim-classless, or create them anew with spec.loadBalancerClass ${[...rules.classes.keys()].join(' or ')}.`;
      return warning('Services of nobody', message, remedy);
    }
    const message = `${names}: of class ${name}, which this controller does not serve, and without an address.`;
    const remedy = `See that whoever serves ${name} runs; a class cannot be changed, so otherwise create them anew.`;
    return warning('Services of nobody', message, remedy);
  });
}

function isOld(time: string | undefined, nowMs: number): boolean {
  return nowMs - Date.parse(time ?? '') > PATIENCE_MS;
}

function nameOf({ metadata }: Service): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

function cut(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT - 1)}…`;
}
