// Network interfaces of load balancers: they hold subnets, addresses and security groups in use, and let go of them
// only some time after their load balancer is gone. The EC2 calls for interfaces are not simulated.

import type { World } from '../world.ts';
import type { NetworkInterface } from './tables.ts';

/** The interfaces that still hold what they name. */
export function liveInterfaces(world: World, now: number): NetworkInterface[] {
  return [...world.ec2.networkInterfaces.rows.values()].filter(
    ({ releasedAt }) => releasedAt === undefined || now < releasedAt,
  );
}

/** Puts an interface of `owner` into a subnet; answers its id. */
export function attachInterface(
  world: World,
  wanted: Pick<NetworkInterface, 'owner' | 'subnetId' | 'groups' | 'allocationId' | 'privateIp'>,
): string {
  const id = world.ids.ec2('eni');
  world.ec2.networkInterfaces.put(id, { ...wanted, id, releasedAt: undefined });
  return id;
}

/** Starts the release of an owner's interfaces: all, or those in one subnet. */
export function releaseInterfaces(world: World, now: number, owner: string, subnetId?: string): void {
  const releasedAt = now + world.settings.timings.interfaceReleaseMs;
  for (const row of ownInterfaces(world, owner)) {
    if (subnetId === undefined || row.subnetId === subnetId) {
      world.ec2.networkInterfaces.put(row.id, { ...row, releasedAt });
    }
  }
}

/** Gives all of an owner's interfaces other security groups. */
export function regroupInterfaces(world: World, owner: string, groups: readonly string[]): void {
  for (const row of ownInterfaces(world, owner)) world.ec2.networkInterfaces.put(row.id, { ...row, groups });
}

function ownInterfaces(world: World, owner: string): NetworkInterface[] {
  return [...world.ec2.networkInterfaces.rows.values()].filter(
    (row) => row.owner === owner && row.releasedAt === undefined,
  );
}
