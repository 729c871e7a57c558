// What we hold of a Service that is to be let go: finalizer, conditions, objects in the clouds; and whether another service
// controller may be the one that needs them now. Pure: it asks nobody.
import type { Entry } from '../engine/inventory.ts';
import type { Owner } from '../engine/owner.ts';
import { foreignWriters } from '../kube/field-owners.ts';
import { CLEANUP_FINALIZER, FIELD_MANAGER } from '../kube/patch.ts';
import type { Event, Service } from '../kube/types.ts';
import type { ClusterIdentity } from '../provider/provider.ts';
import type { EligibleNode } from '../provider/request.ts';
import { type ClaimRules, claimOf } from './claim.ts';
import { ACCEPTED, conditionOf, DELETION_BLOCKED, PROGRAMMED, REPLACING, reasonOf } from './conditions.ts';
import { requestOf } from './request.ts';
import type { Runtime } from './runtime.ts';

/** Everything of ours that one Service has. */
export interface Hold {
  readonly service: Service;
  readonly owner: Owner;
  /** Whose Service it is; undefined: nobody's any more, or somebody else's. */
  readonly home: Runtime | undefined;
  /** What exists for it, by cloud: never an empty list. */
  readonly stocks: readonly Stock[];
  /** True: the finalizer on it is ours, and so is its address. */
  readonly isOurs: boolean;
  /** Another service controller may work on it; undefined: nothing speaks for that. */
  readonly other?: Other;
}

export interface Other {
  readonly why: string;
  /** True: nothing says that we ever worked on it, so what it has is the other one's. */
  readonly isSole: boolean;
}

export interface Stock {
  readonly runtime: Runtime;
  /** Without those that go with another of them. */
  readonly entries: readonly Entry[];
}

export interface Surroundings {
  readonly cluster: ClusterIdentity;
  readonly rules: ClaimRules;
  readonly runtimes: readonly Runtime[];
  readonly nodes: readonly EligibleNode[];
  /** What service controllers of cloud-controller-managers told about Services. */
  readonly told: readonly Event[];
}

const TYPES = [ACCEPTED, PROGRAMMED, DELETION_BLOCKED, REPLACING] as const;
/** The reason of Programmed from the first delete on: what goes missing from then on is meant to. */
export const DRAINING = 'Draining';

/** True if we have told anything on the Service's status. */
export function isTold(service: Service): boolean {
  return TYPES.some((type) => conditionOf(service, type));
}

/** Undefined: there is nothing of ours, and nothing that could be. The Service as the API server sent it, with all fields. */
export function holdOf(service: Service, around: Surroundings): Hold | undefined {
  const { cluster, rules, runtimes, nodes } = around;
  const claim = claimOf(service, rules);
  if (claim.stance === 'ignore') return undefined;
  const home =
    claim.stance === 'ensure' ? runtimes.find(({ provider }) => provider.name === claim.provider) : undefined;
  const { owner } = requestOf(service, cluster.uid);
  const stocks = runtimes
    .map((runtime) => ({ runtime, entries: roots(runtime, owner) }))
    .filter(({ entries }) => entries.length > 0);
  const isHeld = service.metadata.finalizers?.includes(CLEANUP_FINALIZER) === true;
  const wasTold = isTold(service);
  // What the annotations give to another is ours only as far as it was ours before.
  const isElsewhere = home?.read(service, nodes).elsewhere === true && stocks.length === 0 && !wasTold;
  const isOurs = (home !== undefined || claim.stance === 'release') && !isElsewhere;
  const isGoing = service.metadata.deletionTimestamp !== undefined;
  const hasTraces = (isHeld && isOurs) || (wasTold && !isGoing);
  if (!hasTraces && stocks.length === 0) return undefined;
  const other = otherAt(service, wasTold, around.told);
  return { service, owner, home, stocks, isOurs, ...(other !== undefined && { other }) };
}

/** What clients see comes first, what it stands on later: as it would go. */
function roots(runtime: Runtime, owner: Owner): readonly Entry[] {
  const kinds = runtime.provider.kinds.filter(({ parent }) => parent === undefined).map(({ name }) => name);
  const place = ({ kind }: Entry) => kinds.indexOf(kind);
  const entries = runtime.owned(owner).filter(({ kind }) => kinds.includes(kind));
  return [...entries].sort((a, b) => place(b) - place(a));
}

/** True if something of its own exists, and not only a part in what others share: a rule alone tells little. */
export function hasOwnObject({ stocks }: Hold): boolean {
  return stocks.some(({ runtime, entries }) => {
    const shared = new Set(runtime.provider.kinds.flatMap(({ name, merge }) => (merge ? name : [])));
    return entries.some(({ kind }) => !shared.has(kind));
  });
}

/** Service controllers leave Services of a class alone; of all others each has the same finalizer and the same marks. */
function otherAt(service: Service, wasTold: boolean, told: readonly Event[]): Other | undefined {
  const { metadata, spec } = service;
  if (spec.loadBalancerClass !== undefined) return undefined;
  const ours = ownWrites(metadata.managedFields);
  if (!wasTold && !ours.holds) {
    return { isSole: true, why: 'nothing on it says that Fairlead has worked on it' };
  }
  for (const type of [PROGRAMMED, DELETION_BLOCKED]) {
    const condition = conditionOf(service, type);
    if (condition?.reason === reasonOf('other-controller')) return { isSole: false, why: condition.message };
  }
  const writer = foreignWriters(metadata.managedFields).find(({ time }) => Date.parse(time) > ours.lastMs);
  if (writer) {
    return other(`${writer.manager} wrote status.loadBalancer or the finalizer at ${writer.time}`);
  }
  const event = told
    .filter(({ involvedObject }) => involvedObject.uid === metadata.uid)
    .find(({ lastTimestamp }) => Date.parse(lastTimestamp ?? '') > ours.lastMs);
  return event && other(`service-controller told ${event.reason} at ${event.lastTimestamp}`);
}

function other(did: string): Other {
  return { isSole: false, why: `${did}, later than Fairlead wrote anything` };
}

/** `lastMs`: when we last wrote anything there, by the API server's clock; Infinity where it keeps no record of that. */
function ownWrites(managedFields: readonly unknown[] = []): { readonly lastMs: number; readonly holds: boolean } {
  const entries = managedFields.filter(isOwn);
  const times = entries.map(({ time }) => Date.parse(time ?? '')).filter((time) => !Number.isNaN(time));
  return {
    lastMs: times.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...times),
    holds: entries.some(({ fieldsV1 }) => FINALIZER_FIELD in (fieldsV1?.['f:metadata']?.['f:finalizers'] ?? {})),
  };
}

const FINALIZER_FIELD = `v:${JSON.stringify(CLEANUP_FINALIZER)}`;

interface OwnEntry {
  readonly time?: string;
  readonly fieldsV1?: { readonly 'f:metadata'?: { readonly 'f:finalizers'?: object } };
}

function isOwn(entry: unknown): entry is OwnEntry {
  return typeof entry === 'object' && entry !== null && 'manager' in entry && entry.manager === FIELD_MANAGER;
}
