// What `fairlead drain` shows of the Services that are held: rows for people and programs, and what would become of each.

import { conditionOf, PROGRAMMED } from '../controller/conditions.ts';
import { DRAINING, type Hold, hasOwnObject } from '../controller/hold.ts';
import { listed } from '../engine/inventory.ts';
import { renderPlan } from '../engine/render.ts';
import { printable } from '../kube/printable.ts';
import type { ClusterView } from './cluster-view.ts';
import type { FoundLease } from './drain-lease.ts';
import type { DrainWish } from './drain-wish.ts';
import { renderTable } from './table.ts';

/** The form of `-o json`; a name of the interface. */
export interface DrainRow {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** True: it is deleted, and goes as soon as its finalizers do. */
  readonly deleting: boolean;
  /** What clients connect to. */
  readonly addresses: readonly string[];
  /** `80/TCP` */
  readonly ports: readonly string[];
  readonly objects: readonly { readonly provider: string; readonly kind: string; readonly id: string }[];
  /** Why the cloud's official controller could not take it over as it is; empty: it can. Absent: it is not known. */
  readonly obstacles?: readonly string[];
  /** Why another service controller may need it. */
  readonly otherController?: string;
  /** Why it may have been looked for in the wrong place. */
  readonly doubt?: string;
  readonly outcome?: 'released' | 'deleted' | 'left';
  /** Why it is left. */
  readonly why?: string;
}

export interface DrainList {
  readonly apiVersion: 'drain.fairlead.dev/v1';
  readonly kind: 'Drain';
  readonly cluster: string;
  readonly mode: DrainWish['mode'];
  readonly leases: readonly FoundLease[];
  readonly services: readonly DrainRow[];
  /** Services with the finalizer and the marks that all service controllers share, and nothing of Fairlead's. */
  readonly notOurs: number;
  /** Objects with our mark and no Service. */
  readonly orphans: number;
}

export function rowOf(hold: Hold, nodes: ClusterView['nodes']): DrainRow {
  const { service, stocks, other } = hold;
  const { namespace = '', name, uid, deletionTimestamp } = service.metadata;
  const obstacles = obstaclesOf(hold, nodes);
  const doubt = doubtOf(hold);
  return {
    namespace,
    name,
    uid,
    deleting: deletionTimestamp !== undefined,
    addresses: (service.status?.loadBalancer?.ingress ?? []).flatMap(({ hostname, ip }) => hostname ?? ip ?? []),
    ports: (service.spec.ports ?? []).map(({ port, protocol = 'TCP' }) => `${port}/${protocol}`),
    objects: stocks.flatMap(({ runtime: { provider }, entries }) =>
      entries.map(({ kind, id }) => ({ provider: provider.name, kind, id })),
    ),
    ...(obstacles && { obstacles }),
    ...(other && { otherController: other.why }),
    ...(doubt !== undefined && { doubt }),
  };
}

/** Those of the cloud come from its provider; what holds for every cloud is said here. */
function obstaclesOf({ service, home, stocks }: Hold, nodes: ClusterView['nodes']): readonly string[] | undefined {
  const { spec } = service;
  if (!home) return ['The Service asks for no load balancer any more.'];
  const ofClass =
    spec.loadBalancerClass === undefined
      ? []
      : [`It serves no Service of a class, and this one has ${spec.loadBalancerClass}.`];
  const { provider } = home;
  const existing = stocks.find(({ runtime }) => runtime === home)?.entries ?? [];
  const own = provider.obstacles?.(
    home.read(service, nodes).input,
    existing.map((entry) => ({ ...listed(entry), kind: entry.kind })),
  );
  return own || ofClass.length > 0 ? [...ofClass, ...(own ?? [])] : undefined;
}

/** Why nothing is done for a Service that nobody named; undefined: it may be done. */
export function refusalOf(hold: Hold, mode: DrainWish['mode']): string | undefined {
  if (mode !== 'delete') return undefined;
  const { other } = hold;
  if (other) return `another service controller may need it: ${other.why}. Name the Service if it does not`;
  const doubt = doubtOf(hold);
  return doubt && `${doubt} Name the Service if its load balancer is gone`;
}

/** Clients have an address of ours, and nothing is seen of what it stands for; undefined: nothing speaks against what is seen. */
function doubtOf(hold: Hold): string | undefined {
  const { service, isOurs } = hold;
  const [first] = service.status?.loadBalancer?.ingress ?? [];
  const isBegun = conditionOf(service, PROGRAMMED)?.reason === DRAINING;
  if (!isOurs || hasOwnObject(hold) || first === undefined || isBegun) return undefined;
  return (
    `it has the address ${first.hostname ?? first.ip}, and the cloud shows no load balancer with its mark: is this the right ` +
    '--cluster-name, account and region?'
  );
}

/** For people: a row each. */
export function renderRows(rows: readonly DrainRow[]): string {
  const cells = rows.map(({ namespace, name, addresses, ports, objects, deleting, otherController, doubt }) => {
    const remarks = [
      ...(deleting ? ['is being deleted'] : []),
      ...(otherController === undefined ? [] : [otherController]),
      ...(doubt === undefined ? [] : [doubt]),
    ];
    const texts = [
      `${namespace}/${name}`,
      addresses.join(',') || '-',
      ports.join(',') || '-',
      String(objects.length),
      remarks.join('; '),
    ];
    return texts.map((text) => printable(text, MAX_CELL_BYTES));
  });
  return renderTable(['SERVICE', 'ADDRESS', 'PORTS', 'OBJECTS', 'REMARKS'], cells);
}

const MAX_CELL_BYTES = 512;

/** What letting go of it means, in a line or two. */
export function renderRelease(row: DrainRow, keepsFinalizer: boolean): string {
  const { namespace, name, objects, deleting, obstacles, otherController, doubt } = row;
  const what = objects.map(({ kind, id }) => `${kind} ${id}`).join(', ');
  const lines = [`${namespace}/${name}: ${what === '' ? 'nothing is in the cloud' : `stays: ${what}`}`];
  if (doubt !== undefined) lines.push(doubt);
  if (deleting) {
    lines.push(
      what === ''
        ? 'it is being deleted, and goes'
        : 'it is being deleted, and goes: what stays has no owner then, and costs money until somebody deletes it (fairlead orphans)',
    );
  } else if (obstacles?.length === 0) lines.push('the official controller can take it over as it is');
  else if (what !== '' && obstacles) lines.push(`the official controller cannot take it over: ${obstacles.join(' ')}`);
  if (keepsFinalizer) lines.push(`the finalizer stays for another controller: ${otherController}`);
  return lines.map((line, at) => printable(at === 0 ? line : `    ${line}`, MAX_LINE_BYTES)).join('\n');
}

const MAX_LINE_BYTES = 4096;

/** What goes with it, and whose traffic. */
export function renderDelete(row: DrainRow, { owner, stocks }: Hold): string {
  const { namespace, name, addresses, ports, deleting } = row;
  const cut =
    addresses.length === 0
      ? 'it has no address'
      : `cuts off who connects to ${addresses.join(', ')} on ${ports.join(', ')}`;
  const end = deleting ? '; it is being deleted, and goes then' : '';
  const head = printable(`${namespace}/${name}: ${cut}${end}`, MAX_LINE_BYTES);
  const plans = stocks.map(({ runtime }) => renderPlan(runtime.engine.plan(owner, undefined)).trimEnd());
  return [head, ...(plans.length > 0 ? plans : ['Nothing is in the cloud.'])].join('\n');
}
