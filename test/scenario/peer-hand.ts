// The official controller in a world: it serves Services as it would, is switched off, and comes back.
import type { Node, Service } from '../../src/kube/types.ts';
import { type Connection, connect } from '../fake/aws/connect.ts';
import { type PeerConfig, peerConfig } from '../peer/config.ts';
import { deleteGroupAgain } from '../peer/groups.ts';
import { CLEANUP, deleteAsPeer, findAsPeer, makeAsPeer, type NextSync } from '../peer/peer.ts';
import type { World } from './world.ts';

/** How often and how long it tries to delete a group that is in use. */
const POLL_MS = 5_000;
const POLL_TRIES = 120;

export class PeerHand {
  readonly config: PeerConfig;
  readonly #world: World;
  readonly #clients: Connection;

  constructor(world: World, config: Partial<PeerConfig> = {}) {
    this.#world = world;
    this.config = peerConfig({ clusterId: world.clusterName, vpcId: world.network.vpcId, ...config });
    this.#clients = connect(world.aws);
    world.predecessors.add(this.#clients.session.number);
  }

  /** Its syncs of the Services, as often as it takes: finalizer, load balancer, status. */
  async serve(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      this.#patch(name, { metadata: { finalizers: [CLEANUP] } });
      const made = makeAsPeer(this.#clients, this.#service(name), this.#nodes, this.config);
      await this.#world.byHand(made);
      this.#patch(name, { status: { loadBalancer: { ingress: [{ hostname: await made }] } } }, '/status');
    }
  }

  /** What its next sync would do. */
  async next(name: string): Promise<NextSync> {
    const found = findAsPeer(this.#clients, this.#service(name), this.#nodes, this.config);
    await this.#world.byHand(found);
    return found;
  }

  /** Its deletion of what there is for the Service, polling included. Answers ids of groups that stay. */
  async clear(name: string): Promise<readonly string[]> {
    const deleted = deleteAsPeer(this.#clients, this.#service(name), this.#nodes, this.config);
    await this.#world.byHand(deleted);
    let left = await deleted;
    for (let tries = 0; left.length > 0 && tries < POLL_TRIES; tries++) {
      await this.#world.pass(POLL_MS);
      const again = deleteGroupAgain(this.#clients, left);
      await this.#world.byHand(again);
      left = await again;
    }
    return left;
  }

  get #nodes(): readonly Node[] {
    return this.#world.api.list<Node>('Node');
  }

  #service(name: string): Service {
    return this.#world.service(name);
  }

  #patch(name: string, patch: object, subresource: '' | '/status' = ''): void {
    this.#world.api.patch('Service', `default/${name}`, { ...patch }, subresource);
  }
}
