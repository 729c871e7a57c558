// Traffic is not cut by a change that needs no cut (rule 6): a port that was served and is still asked for keeps its
// listener, and behind it every instance that was registered and is still wanted.
import type { Node } from '../../../src/kube/types.ts';
import type { Step } from '../../fake/aws/strict-aws.ts';
import { balancerName } from '../ledger.ts';
import { findBalancer } from '../looks.ts';
import { instancesFor, isWanted } from '../wishes.ts';
import type { World } from '../world.ts';

interface Served {
  readonly uid: string;
  readonly port: number;
  readonly protocol: string;
  readonly instances: readonly string[];
}

export class TrafficRule {
  readonly #world: World;
  readonly #report: (what: string) => void;
  #served: readonly Served[] = [];

  constructor(world: World, report: (what: string) => void) {
    this.#world = world;
    this.#report = report;
  }

  /** Notes what is served now, from which nothing may be lost without need. */
  rest(): void {
    this.#served = this.#world.ledger.all().flatMap((service) => {
      const { uid } = service.metadata;
      return (service.spec.ports ?? []).flatMap(({ port, protocol = 'TCP' }): Served[] => {
        const instances = this.#instances(uid, port);
        return instances === undefined ? [] : [{ uid, port, protocol, instances }];
      });
    });
  }

  step({ call }: Step): void {
    const process = call && this.#world.processOf(call.session);
    // What somebody else takes away was not served by us.
    if (!process) {
      this.rest();
      return;
    }
    const nodes = this.#world.api.list<Node>('Node');
    this.#served = this.#served.filter(({ uid, port, protocol, instances }) => {
      const service = this.#world.ledger.live(uid);
      // What was not asked for once may be lost for good.
      if (!service || !isWanted(service)) return false;
      const ports = service.spec.ports ?? [];
      if (!ports.some((one) => one.port === port && (one.protocol ?? 'TCP') === protocol)) return false;
      const now = this.#instances(uid, port);
      const wanted = new Set(instancesFor(service, nodes, this.#world.unready));
      const lost = instances.filter((id) => wanted.has(id) && now?.includes(id) !== true);
      if (now !== undefined && lost.length === 0) return true;
      const what = now === undefined ? 'its listener' : lost.join(', ');
      this.#report(`6: ${process.name} cut ${service.metadata.name} port ${port} off ${what} by ${call.operation}`);
      return false;
    });
  }

  /** Those behind the listener; undefined: there is none. */
  #instances(uid: string, port: number): readonly string[] | undefined {
    const balancer = findBalancer(this.#world.aws.state, balancerName(uid));
    const listener = balancer?.listeners.find((one) => one.port === port);
    return listener && (listener.group?.targets ?? []);
  }
}
