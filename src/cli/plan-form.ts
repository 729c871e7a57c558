// What `fairlead plan -o json` prints: the form that programs may rely on.
import { type Counts, type Item, type Outline, outlineOf } from '../engine/outline.ts';
import type { Plan } from '../engine/plan.ts';
import type { Severity } from '../schema/index.ts';

/** The whole document. Within `v1` fields are only ever added. */
export interface PlanList {
  readonly apiVersion: 'plan.fairlead.dev/v1';
  readonly kind: 'PlanList';
  /** offline: nothing exists yet. live: compared with what exists. */
  readonly mode: 'offline' | 'live';
  /** imagined: region, subnets, nodes and whatever the Services name are made up. Absent where `mode` is live. */
  readonly facts?: 'imagined' | 'given';
  /** Of the cluster that the plan is for; made up where the facts are. */
  readonly cluster: { readonly name: string; readonly uid: string };
  readonly items: readonly PlanItem[];
  /** Of all items together. */
  readonly summary: PlanSummary;
}

export interface PlanSummary extends Counts {
  readonly services: number;
  /** How many calls to the cloud's API; absent: not known of every step. */
  readonly calls?: number;
}

/**
 * ours: this controller makes its load balancer. elsewhere: an annotation hands it to another controller. other-class: its
 * class does, or nobody claims Services without one. none: it asks for no load balancer. deleting: it is on its way out.
 * left-over: an earlier Service of this name, or one that is another provider's now, left it.
 */
export type PlanStance = 'ours' | 'elsewhere' | 'other-class' | 'none' | 'deleting' | 'left-over';

/** One Service, or what is to be taken down for one. */
export interface PlanItem {
  /** `uid` is absent where it is made up. */
  readonly service: { readonly namespace: string; readonly name: string; readonly uid?: string };
  readonly source?: PlanPosition;
  readonly provider: string;
  readonly stance: PlanStance;
  /** The provider's word for the kind of load balancer that the Service asks for. */
  readonly loadBalancer?: string;
  readonly problems: readonly PlanProblem[];
  /** Sentences for people. */
  readonly notes: readonly string[];
  /** Why there is no plan, where that is no problem of the Service. */
  readonly error?: string;
  /** In the order in which they are done, but for what is replaced. Absent: there is no plan. Empty: nothing changes. */
  readonly steps?: readonly PlanStep[];
  readonly summary?: Counts;
  /** What the cloud has to permit for the plan, sorted. With `--show-iam` alone, and where the provider can tell. */
  readonly permissions?: readonly string[];
}

export interface PlanPosition {
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

export interface PlanProblem {
  readonly severity: Severity;
  /** A word for programs: `invalid-value`, `unknown-key`, `conflict` and so on. */
  readonly code: string;
  /** The annotation or field at fault. */
  readonly key: string;
  readonly value: string;
  readonly expected: string;
  readonly suggestion?: string;
  readonly message: string;
  readonly position?: PlanPosition;
}

/**
 * `action` is create, update, replace (`blocked`, or with `replaces`), delete, keep (`blocked`), or wait. In `changes`, what
 * only the cloud will know is `{ "$unknown": "Kind/id#field" }`. `calls` are `service:Operation`, in their order.
 */
export type PlanStep = Item;

/** A Service with its plan, as the command works with it. */
export interface Planned extends Omit<PlanItem, 'steps' | 'summary'> {
  readonly plan?: Plan;
}

export interface PlanHead {
  readonly mode: PlanList['mode'];
  readonly facts?: PlanList['facts'];
  readonly cluster: PlanList['cluster'];
}

export function planListOf(head: PlanHead, all: readonly Planned[]): PlanList {
  const { mode, facts, cluster } = head;
  const outlines = all.flatMap(({ plan }) => (plan ? outlineOf(plan) : []));
  return {
    apiVersion: 'plan.fairlead.dev/v1',
    kind: 'PlanList',
    mode,
    ...(facts && { facts }),
    cluster,
    items: all.map(itemOf),
    summary: summaryOf(all.length, outlines),
  };
}

export function summaryOf(services: number, outlines: readonly Outline[]): PlanSummary {
  const sum = (name: keyof Counts) => outlines.reduce((total, { counts }) => total + counts[name], 0);
  const calls = outlines.map((one) => one.calls?.length);
  return {
    services,
    create: sum('create'),
    change: sum('change'),
    replace: sum('replace'),
    delete: sum('delete'),
    blocked: sum('blocked'),
    ...(calls.every((one) => one !== undefined) && { calls: calls.reduce((total, one) => total + one, 0) }),
  };
}

function itemOf({ plan, ...rest }: Planned): PlanItem {
  if (!plan) return rest;
  const { items, counts } = outlineOf(plan);
  return { ...rest, steps: items, summary: counts };
}
