// Traffic is not cut by a change that needs no cut (rule 6): a port that was served and is still asked for keeps its
// listener, behind it every instance that was registered and is still wanted, and the way from there to the nodes. A load
// balancer that was replaced serves on like that for a while, and the one that takes its place serves before it does.
import type { Node, Service } from '../../../src/kube/types.ts';
import type { Step } from '../../fake/aws/strict-aws.ts';
import { classicListener } from '../classic-wishes.ts';
import { type Door, doorsOf, isOpenTo, type Passage } from '../doors.ts';
import { addressOf, balancerName, type Move } from '../ledger.ts';
import { REPLACEMENT_DRAIN_MS } from '../process.ts';
import { instancesFor, isWanted, rangesOf } from '../wishes.ts';
import type { World } from '../world.ts';

const SLACK_MS = 5_000;

interface Served {
  readonly uid: string;
  /** Kind and name of the load balancer. */
  readonly door: string;
  readonly port: number;
  readonly protocol: string;
  readonly passage: Passage;
  /** The networks that are let in, up to the port behind. */
  readonly clients: readonly string[];
  /** Until when it has to serve although it was replaced; undefined: it is the one that clients know. */
  readonly until: number | undefined;
}

export class TrafficRule {
  readonly #world: World;
  readonly #report: (what: string) => void;
  #served: readonly Served[] = [];

  constructor(world: World, report: (what: string) => void) {
    this.#world = world;
    this.#report = report;
    world.ledger.onMove((move) => this.#move(move));
  }

  /** Notes what is served now, from which nothing may be lost without need. */
  rest(): void {
    const services = this.#world.ledger.all();
    const known = services.flatMap((service) => this.#servedBy(service, this.#doorOf(service, addressOf(service))));
    const draining = this.#served.filter(({ until = 0 }) => until > Date.now());
    const still = draining.flatMap(({ uid, door, port, until }) => {
      const service = this.#world.ledger.live(uid);
      const found = service && this.#doors(uid).find((one) => keyOf(one) === door);
      const now = found ? this.#servedBy(service, found) : [];
      return now.filter((one) => one.port === port).map((one) => ({ ...one, until }));
    });
    this.#served = [...known, ...still];
  }

  step({ call }: Step): void {
    const process = call && this.#world.processOf(call.session);
    // What somebody else takes away was not served by us.
    if (!process) {
      this.rest();
      return;
    }
    const nodes = this.#world.api.list<Node>('Node');
    this.#served = this.#served.flatMap((served) => {
      const { uid, port, protocol, until } = served;
      const service = this.#world.ledger.live(uid);
      // What was not asked for once may be lost for good.
      if (!service || !isWanted(service) || (until !== undefined && until <= Date.now())) return [];
      const asked = service.spec.ports?.find((one) => one.port === port && (one.protocol ?? 'TCP') === protocol);
      if (!asked) return [];
      // Nobody listens on the nodes any more where a replaced one sends to.
      if (until !== undefined && asked.nodePort !== served.passage.nodePort) return [];
      const ranges = rangesOf(service) ?? served.clients;
      const wanted = instancesFor(service, nodes, this.#world.unready);
      const instances = served.passage.instances.filter((id) => wanted.includes(id));
      const clients = served.clients.filter((range) => ranges.includes(range));
      const still = { ...served, passage: { ...served.passage, instances }, clients };
      const what = this.#lost(still);
      if (what === undefined) return [still];
      // Classic listeners cannot be changed, nor stand beside one on their port.
      const isRemaking =
        what === 'its listener' && served.door.startsWith('classic') && isRemade(service, served.passage);
      if (!isRemaking)
        this.#report(`6: ${process.name} cut ${service.metadata.name} port ${port} off ${what} by ${call.operation}`);
      return [];
    });
  }

  /** What it has not any more; undefined: it is all there. */
  #lost(served: Served): string | undefined {
    const door = this.#doors(served.uid).find((one) => keyOf(one) === served.door);
    const passage = door?.passages.find(({ port }) => port === served.port);
    if (door === undefined || passage === undefined) return 'its listener';
    const lost = served.passage.instances.filter((id) => !passage.instances.includes(id));
    const { state } = this.#world.aws;
    const shut = served.clients
      .filter((range) => !isOpenTo(state, door, passage, served.protocol, range))
      .map((range) => `${served.protocol} ${passage.nodePort} ${range}`);
    return lost.length + shut.length === 0 ? undefined : [...lost, ...shut].join(', ');
  }

  /** A process gives the Service another address: what is behind that has to serve what was served. */
  #move({ service, from, to }: Move): void {
    const old = from === undefined ? undefined : this.#doorOf(service, from);
    if ((from !== undefined && old === undefined) || to === undefined || addressOf(service) !== to) return;
    const { name, uid } = service.metadata;
    const next = this.#doors(uid).find(({ dnsName }) => dnsName === to);
    if (next === undefined) {
      // Others who write another address are told of elsewhere.
      if (to.includes(balancerName(uid).slice(1))) this.#report(`6: ${name} got the address ${to}, where nobody is`);
      return;
    }
    // One that never had its address told may have served all the same.
    const isOld = (one: Served) =>
      one.uid === uid && (old ? one.door === keyOf(old) : one.until === undefined && one.door !== keyOf(next));
    const before = this.#served.filter(isOld);
    for (const { port, protocol } of before) {
      const asked = service.spec.ports?.some((one) => one.port === port && (one.protocol ?? 'TCP') === protocol);
      if (asked && !this.#serves(next, port))
        this.#report(`6: ${name} port ${port} moved to ${to}, which does not serve`);
    }
    const drainMs = this.#world.processes.at(-1)?.options.replacementDrainMs ?? REPLACEMENT_DRAIN_MS;
    // The controller counts from a moment before it writes.
    const until = Date.now() + drainMs - SLACK_MS;
    this.#served = [
      ...this.#served.filter((one) => one.uid !== uid || (one.door !== keyOf(next) && !isOld(one))),
      ...before.map((one) => ({ ...one, until })),
      ...this.#servedBy(service, next),
    ];
  }

  /** True if somebody behind the port is healthy, or nobody is there who could be. */
  #serves(door: Door, port: number): boolean {
    const passage = door.passages.find((one) => one.port === port);
    if (passage === undefined) return false;
    const { aws } = this.#world;
    const healthy =
      passage.targetGroup === undefined
        ? aws.classicHealth(door.name).filter(({ state }) => state === 'InService')
        : aws.health(passage.targetGroup).filter(({ state }) => state === 'healthy');
    return passage.instances.length === 0 || healthy.some(({ id }) => passage.instances.includes(id));
  }

  #servedBy(service: Service, door: Door | undefined): readonly Served[] {
    const asked = rangesOf(service) ?? [];
    return (service.spec.ports ?? []).flatMap(({ port, protocol = 'TCP' }): Served[] => {
      const passage = door?.passages.find((one) => one.port === port);
      if (door === undefined || passage === undefined) return [];
      // What listens there is for TCP, whatever the Service asks for by now.
      if (door.kind === 'classic' && protocol === 'UDP') return [];
      const { state } = this.#world.aws;
      const clients = asked.filter((range) => isOpenTo(state, door, passage, protocol, range));
      const { uid } = service.metadata;
      return [{ uid, door: keyOf(door), port, protocol, passage, clients, until: undefined }];
    });
  }

  /** The one that has the address; where it has none, the only one. */
  #doorOf({ metadata }: Service, address: string | undefined): Door | undefined {
    const doors = this.#doors(metadata.uid);
    return (
      doors.find(({ dnsName }) => dnsName === address) ??
      (address === undefined && doors.length === 1 ? doors[0] : undefined)
    );
  }

  #doors(uid: string): readonly Door[] {
    return doorsOf(this.#world.aws.state, uid);
  }
}

function keyOf({ kind, name }: Door): string {
  return `${kind} ${name}`;
}

/** True if the Service asks for another listener on that port now. */
function isRemade(service: Service, { port, protocol, nodePort, instanceProtocol }: Passage): boolean {
  const asked = service.spec.ports?.find((one) => one.port === port);
  if (!asked) return true;
  const wish = classicListener(service, asked);
  return wish.protocol !== protocol || wish.instancePort !== nodePort || wish.instanceProtocol !== instanceProtocol;
}
