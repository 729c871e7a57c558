// Replacements that the scenarios play: what a load balancer is and what it is to become; and a world in which it serves.
import { type Door, doorsOf } from './doors.ts';
import { expectRest } from './scenario.ts';
import { ALLOW_REPLACEMENT, AWS } from './wishes.ts';
import type { ServiceOptions, World } from './world.ts';

type Annotations = Readonly<Record<string, string>>;
type Change = Readonly<Record<string, string | null>>;

export interface Case {
  readonly name: string;
  readonly from: Annotations;
  readonly to: Change;
  /** What it becomes. */
  readonly becomes: string;
}

export const INTERNAL = { [`${AWS}internal`]: 'true' };
export const CLASSIC = { [`${AWS}type`]: 'classic' };
export const NLB = { [`${AWS}type`]: 'nlb' };
export const ALLOWED = { [ALLOW_REPLACEMENT]: 'true' };

/** Changes within one API: another load balancer of the same kind. */
export const SCHEMES: readonly Case[] = [
  { name: 'an NLB becomes internal', from: NLB, to: INTERNAL, becomes: 'nlb internal' },
  {
    name: 'an NLB becomes public',
    from: { ...NLB, ...INTERNAL },
    to: { [`${AWS}internal`]: null },
    becomes: 'nlb internet-facing',
  },
  { name: 'a Classic one becomes internal', from: CLASSIC, to: INTERNAL, becomes: 'classic internal' },
  {
    name: 'a Classic one becomes public',
    from: { ...CLASSIC, ...INTERNAL },
    to: { [`${AWS}internal`]: 'false' },
    becomes: 'classic internet-facing',
  },
];
export const KINDS: readonly Case[] = [
  { name: 'an NLB becomes a Classic one', from: NLB, to: CLASSIC, becomes: 'classic internet-facing' },
  { name: 'a Classic one becomes an NLB', from: CLASSIC, to: NLB, becomes: 'nlb internet-facing' },
];
export const CASES = [...SCHEMES, ...KINDS];

export const two = [
  { name: 'http', port: 80 },
  { name: 'https', port: 443 },
];
export const ranges = { loadBalancerSourceRanges: ['192.0.2.0/24'] };

export const doors = (world: World) => doorsOf(world.aws.state, world.service('web').metadata.uid);
export const textOf = ({ kind, scheme }: Door) => `${kind} ${scheme}`;
export const textOfDoors = (world: World) => doors(world).map(textOf);
export const isThere = (world: World, dnsName: string | undefined) =>
  doors(world).some((door) => door.dnsName === dnsName);

/** A world in which Service `web` has been served for a while, with another one beside it. */
export async function served(
  world: World,
  annotations: Annotations,
  more: Parameters<World['start']>[0] = {},
  options: ServiceOptions = {},
): Promise<string> {
  await world.start(more);
  world.addService('neighbour', { spec: ranges });
  world.addService('web', { ports: two, spec: ranges, ...options, annotations });
  await world.settle();
  expectRest(world);
  return world.hostname('web') ?? '';
}

/** Until the Service has another address than this one. */
export async function switched(world: World, old: string): Promise<void> {
  await world.until('the address changes', () => ![old, undefined].includes(world.hostname('web')));
}

export function setHealth(world: World, health: 'healthy' | 'unhealthy'): void {
  for (const id of world.aws.state.instances.keys()) world.aws.seed.targetHealth(id, health);
}
