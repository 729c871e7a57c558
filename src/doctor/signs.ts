// Signs of another service controller at work on Services that are ours, and of another Fairlead: who wrote the fields that
// only one may write, and who told events. Pure.
import { SIGN_LASTS_MS } from '../controller/coexistence.ts';
import type { Event, ForeignWriter, Service } from '../kube/types.ts';
import type { Finding } from '../provider/provider.ts';
import { some } from '../provider/wording.ts';
import { failure, ok, warning } from './check.ts';
import { duration } from './lease.ts';

/** The component that the service controller of every cloud-controller-manager names in its events. */
export const PEER_COMPONENT = 'service-controller';
export const OWN_COMPONENT = 'fairlead';

export interface Scene {
  /** Ours, and without a class: no other service controller leaves these alone. */
  readonly services: readonly (Service & { readonly foreignWriters?: readonly ForeignWriter[] })[];
  /** Of both components; empty where they may not be read. */
  readonly events: readonly Event[];
  /** When the present leader began, and who it is. Absent: none is at work, or nobody knows. */
  readonly leader?: { readonly sinceMs: number; readonly identity: string };
  /** The class that makes a Service ours alone. */
  readonly ourClass: string | undefined;
  /** Since 1970. */
  readonly nowMs: number;
}

const ABOUT = 'other controllers';
/** What is told after a handover may have been on its way before it. */
const HANDOVER_MS = 60_000;

interface Sign {
  readonly who: string;
  readonly service: string;
  readonly atMs: number;
}

export function judgeSigns(scene: Scene): readonly Finding[] {
  return [...peers(scene), ...twins(scene)];
}

function peers({ services, events, leader, ourClass, nowMs }: Scene): readonly Finding[] {
  const uids = new Set(services.map(({ metadata }) => metadata.uid));
  const written = services.flatMap((service) =>
    (service.foreignWriters ?? []).map(({ manager, time }) => sign(manager, nameOf(service.metadata), time)),
  );
  const told = events
    .filter(({ source, involvedObject }) => source?.component === PEER_COMPONENT && uids.has(involvedObject.uid))
    .map((event) => sign(PEER_COMPONENT, nameOf(event.involvedObject), stampOf(event)));
  const recent = [...written, ...told].filter(({ atMs }) => nowMs - atMs < SIGN_LASTS_MS);
  if (recent.length === 0) {
    const minutes = SIGN_LASTS_MS / 60_000;
    return [ok(ABOUT, `No other service controller has worked on Services of this controller for ${minutes} minutes.`)];
  }
  const last = Math.max(...recent.map(({ atMs }) => atMs));
  const who = [...new Set(recent.map((one) => one.who))].sort().join(' and ');
  const names = some([...new Set(recent.map(({ service }) => service))].sort());
  const isContest = leader !== undefined && last > leader.sinceMs + HANDOVER_MS;
  const message = `${who} worked on ${names}, last ${duration(nowMs - last)} ago${isContest ? ', while a leader of this controller was at work' : ''}.`;
  const byClass =
    ourClass === undefined ? '' : `, or serve Services of class ${ourClass} alone (--claim-classless=false)`;
  const remedy = `Switch its service controller off with --controllers=*,-service-lb-controller (cloud-controller-manager)${byClass}.`;
  return [(isContest ? failure : warning)(ABOUT, message, remedy)];
}

/** Another release with a Lease of its own tells events too, under another name than the holder's. */
function twins({ events, leader }: Scene): readonly Finding[] {
  if (!leader) return [];
  const others = events.filter(
    ({ source, reportingInstance = '', ...event }) =>
      source?.component === OWN_COMPONENT &&
      reportingInstance !== '' &&
      reportingInstance !== leader.identity &&
      at(stampOf(event)) > leader.sinceMs + HANDOVER_MS,
  );
  if (others.length === 0) return [];
  const who = some([...new Set(others.map(({ reportingInstance = '' }) => reportingInstance))].sort());
  const names = some([...new Set(others.map(({ involvedObject }) => nameOf(involvedObject)))].sort());
  const message = `Another Fairlead, ${who}, works on ${names}, while ${leader.identity} holds the Lease.`;
  const remedy =
    'Remove one of the two releases, or give each Services of its own (--watch-namespace, --claim-classless).';
  return [failure('another Fairlead', message, remedy)];
}

function sign(who: string, service: string, stamp: string | undefined): Sign {
  return { who, service, atMs: at(stamp) };
}

function at(stamp: string | undefined): number {
  const time = Date.parse(stamp ?? '');
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
}

function stampOf({ lastTimestamp, metadata }: Pick<Event, 'lastTimestamp' | 'metadata'>): string | undefined {
  return lastTimestamp ?? metadata.creationTimestamp;
}

function nameOf({ namespace = 'default', name }: { readonly namespace?: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
