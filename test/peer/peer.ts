// A model of cloud-provider-aws 1.37.0's service controller on AWS, for tests of taking over from it and giving back:
// what it leaves in AWS, what it would find there and do about it, and how it deletes. It shares nothing with the product,
// so that two readings of the same behaviour are compared.
import type { Node, Service } from '../../src/kube/types.ts';
import { ensureClassic } from './classic.ts';
import { deleteClassic } from './classic-delete.ts';
import type { PeerConfig } from './config.ts';
import { Desk, type PeerClients, type PeerWrite, Unanswered } from './desk.ts';
import { deleteNlb, ensureNlb } from './nlb.ts';
import { annotationOf, isNlb } from './wishes.ts';

export type { PeerWrite } from './desk.ts';

export const CLEANUP = 'service.kubernetes.io/load-balancer-cleanup';

/** What the peer would do at its next sync. */
export interface NextSync {
  /** What it would create, change or delete because it finds something otherwise than it wants it. */
  readonly writes: readonly PeerWrite[];
  /** What it sends at every sync, although it changes nothing. */
  readonly habits: readonly PeerWrite[];
  /** Why it would refuse the Service. */
  readonly refusal: string | undefined;
}

/** The peer's sync of a Service. Answers the host name that it puts in the status. */
export async function makeAsPeer(
  clients: PeerClients,
  service: Service,
  nodes: readonly Node[],
  config: PeerConfig,
): Promise<string> {
  const why = refusal(service);
  if (why !== undefined) throw new Error(why);
  return sync(new Desk(clients, { dry: false }), service, nodes, config);
}

/** What the peer's next sync of the Service would find and do, without doing it: up to the first thing that it misses. */
export async function findAsPeer(
  clients: PeerClients,
  service: Service,
  nodes: readonly Node[],
  config: PeerConfig,
): Promise<NextSync> {
  const desk = new Desk(clients, { dry: true });
  const why = refusal(service);
  if (why === undefined) {
    try {
      await sync(desk, service, nodes, config);
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
    }
  }
  return {
    writes: desk.writes.filter(({ habit }) => !habit),
    habits: desk.writes.filter(({ habit }) => habit),
    refusal: why,
  };
}

/**
 * The peer's deletion. Answers the ids of groups that are still in use: it would try these again for ten minutes, with
 * `deleteGroup`.
 */
export function deleteAsPeer(
  clients: PeerClients,
  service: Service,
  nodes: readonly Node[],
  config: PeerConfig,
): Promise<readonly string[]> {
  const desk = new Desk(clients, { dry: false });
  return isNlb(service) ? deleteNlb(desk, service, nodes, config) : deleteClassic(desk, service, config);
}

function sync(desk: Desk, service: Service, nodes: readonly Node[], config: PeerConfig): Promise<string> {
  return isNlb(service) ? ensureNlb(desk, service, nodes, config) : ensureClassic(desk, service, nodes, config);
}

/** The end of the status's host name tells the kinds apart; a type that says otherwise is refused. */
function refusal(service: Service): string | undefined {
  const type = annotationOf(service, 'type');
  if (type === 'nlb-ip' || type === 'external') return 'implemented elsewhere';
  const hostname = service.status?.loadBalancer?.ingress?.[0]?.hostname;
  if (hostname === undefined || hostname.endsWith('.elb.amazonaws.com') !== isNlb(service)) return undefined;
  return `the type of ${hostname} cannot be changed`;
}
