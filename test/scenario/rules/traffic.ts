// Traffic is not cut by a change that needs no cut (rule 6): a port that was served and is still asked for keeps its
// listener, behind it every instance that was registered and is still wanted, and the way from there to the nodes.
import type { Node } from '../../../src/kube/types.ts';
import type { Step } from '../../fake/aws/strict-aws.ts';
import { balancerName } from '../ledger.ts';
import { findBalancer } from '../looks.ts';
import { ruleText } from '../rule-text.ts';
import { instancesFor, isWanted, rangesOf } from '../wishes.ts';
import type { World } from '../world.ts';

interface Served {
  readonly uid: string;
  readonly port: number;
  readonly protocol: string;
  readonly instances: readonly string[];
  /** The networks that rules of the nodes let in to the port behind. */
  readonly clients: readonly string[];
}

interface Behind {
  readonly instances: readonly string[];
  readonly nodePort: number;
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
        const behind = this.#behind(uid, port);
        if (behind === undefined) return [];
        const asked = rangesOf(service) ?? [];
        const clients = asked.filter((range) => this.#reaches(behind, protocol, range));
        return [{ uid, port, protocol, instances: behind.instances, clients }];
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
    this.#served = this.#served.filter(({ uid, port, protocol, instances, clients }) => {
      const service = this.#world.ledger.live(uid);
      // What was not asked for once may be lost for good.
      if (!service || !isWanted(service)) return false;
      const ports = service.spec.ports ?? [];
      if (!ports.some((one) => one.port === port && (one.protocol ?? 'TCP') === protocol)) return false;
      const now = this.#behind(uid, port);
      const wanted = new Set(instancesFor(service, nodes, this.#world.unready));
      const lost = instances.filter((id) => wanted.has(id) && now?.instances.includes(id) !== true);
      const asked = rangesOf(service) ?? clients;
      const shut = clients.filter((range) => asked.includes(range) && now && !this.#reaches(now, protocol, range));
      if (now !== undefined && lost.length === 0 && shut.length === 0) return true;
      const rules = shut.map((range) => `${protocol} ${now?.nodePort} ${range}`);
      const what = now === undefined ? 'its listener' : [...lost, ...rules].join(', ');
      this.#report(`6: ${process.name} cut ${service.metadata.name} port ${port} off ${what} by ${call.operation}`);
      return false;
    });
  }

  /** What is behind the listener; undefined: there is none. */
  #behind(uid: string, port: number): Behind | undefined {
    const balancer = findBalancer(this.#world.aws.state, balancerName(uid));
    const listener = balancer?.listeners.find((one) => one.port === port);
    return listener && { instances: listener.group?.targets ?? [], nodePort: listener.group?.port ?? 0 };
  }

  /** True if some group of the nodes behind lets the network in there. */
  #reaches({ instances, nodePort }: Behind, protocol: string, range: string): boolean {
    const { state } = this.#world.aws;
    const groups = new Set(instances.flatMap((id) => state.instances.get(id)?.groups ?? []));
    const rules = [...groups].flatMap((id) => state.securityGroups.get(id)?.ingress ?? []);
    return rules.some((rule) => ruleText(rule) === `${protocol.toLowerCase()} ${nodePort} ${range}`);
  }
}
