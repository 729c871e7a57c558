// The cloud that tests and demo work in: an external network with two subnets, a private one behind a router, ports of
// nodes, a flavor and an availability zone of load balancers.
import { randomUUID } from 'node:crypto';
import { PHYSICAL_NETWORK } from './configuration.ts';
import type { Session } from './rest.ts';

export interface Subnet {
  readonly id: string;
  readonly name: string;
  readonly cidr: string;
  readonly tags: readonly string[];
}

export interface OpenStackNode {
  readonly serverId: string;
  readonly portId: string;
  readonly ip: string;
}

export interface OpenStackFixtures {
  readonly externalNetworkId: string;
  /** `public-a` with the tags `fast` and `public`, `public-b` with `slow` and `public`. */
  readonly externalSubnets: readonly Subnet[];
  /** Shared by all projects. */
  readonly privateNetworkId: string;
  readonly privateSubnetId: string;
  readonly routerId: string;
  /** Ports on the private subnet, of the project `demo`. */
  readonly nodes: readonly OpenStackNode[];
  readonly flavorId: string;
  /** Name of the availability zone; load balancers name it, not its id. */
  readonly availabilityZone: string;
}

const AVAILABILITY_ZONE = 'zone-1';
/** Large: hundreds of tests take addresses and give none back. */
const external = [
  { name: 'public-a', cidr: '198.18.0.0/16', tags: ['fast', 'public'] },
  { name: 'public-b', cidr: '198.19.0.0/16', tags: ['slow', 'public'] },
];

interface Identified {
  readonly id: string;
}

/** Makes networks, subnets and router as the administrator. */
export async function createNetworks(admin: Session) {
  const post = <T>(path: string, body: unknown) => admin.call<T>('POST', 'network', `/v2.0/${path}`, body);
  const outside = await post<{ network: Identified }>('networks', {
    network: {
      ...{ name: 'public', 'router:external': true },
      ...{ 'provider:network_type': 'flat', 'provider:physical_network': PHYSICAL_NETWORK },
    },
  });
  const externalSubnets: Subnet[] = [];
  for (const { name, cidr, tags } of external) {
    const network_id = outside.network.id;
    const { subnet } = await post<{ subnet: Identified }>('subnets', {
      subnet: { network_id, name, cidr, ip_version: 4, enable_dhcp: false },
    });
    await admin.call('PUT', 'network', `/v2.0/subnets/${subnet.id}/tags`, { tags });
    externalSubnets.push({ id: subnet.id, name, cidr, tags });
  }
  const inside = await post<{ network: Identified }>('networks', { network: { name: 'private', shared: true } });
  const { subnet } = await post<{ subnet: Identified }>('subnets', {
    subnet: { network_id: inside.network.id, name: 'private', cidr: '10.0.0.0/16', ip_version: 4 },
  });
  const { router } = await post<{ router: Identified }>('routers', {
    router: { name: 'edge', external_gateway_info: { network_id: outside.network.id } },
  });
  await admin.call('PUT', 'network', `/v2.0/routers/${router.id}/add_router_interface`, { subnet_id: subnet.id });
  return {
    externalNetworkId: outside.network.id,
    externalSubnets,
    privateNetworkId: inside.network.id,
    privateSubnetId: subnet.id,
    routerId: router.id,
  };
}

/** Makes one flavor and one availability zone of load balancers. */
export async function createFlavors(admin: Session) {
  const post = <T>(path: string, body: unknown) => admin.call<T>('POST', 'load-balancer', `/v2/lbaas/${path}`, body);
  const profile = await post<{ flavorprofile: Identified }>('flavorprofiles', {
    flavorprofile: { name: 'small', provider_name: 'sim', flavor_data: '{"amp_image_tag": "small"}' },
  });
  const { flavor } = await post<{ flavor: Identified }>('flavors', {
    flavor: { name: 'small', flavor_profile_id: profile.flavorprofile.id, enabled: true },
  });
  const zone = await post<{ availability_zone_profile: Identified }>('availabilityzoneprofiles', {
    availability_zone_profile: {
      ...{ name: AVAILABILITY_ZONE, provider_name: 'sim' },
      availability_zone_data: '{"compute_zone": "nova"}',
    },
  });
  await post('availabilityzones', {
    availability_zone: {
      ...{ name: AVAILABILITY_ZONE, enabled: true },
      availability_zone_profile_id: zone.availability_zone_profile.id,
    },
  });
  return { flavorId: flavor.id, availabilityZone: AVAILABILITY_ZONE };
}

/** Makes `count` ports as servers have them. */
export async function createNodes(
  admin: Session,
  where: { readonly networkId: string; readonly subnetId: string; readonly projectId: string },
  count: number,
): Promise<OpenStackNode[]> {
  if (count === 0) return [];
  const servers = Array.from({ length: count }, () => randomUUID());
  const ports = servers.map((device_id, index) => ({
    ...{ name: `node-${index + 1}`, network_id: where.networkId, project_id: where.projectId, device_id },
    ...{ device_owner: 'compute:nova', fixed_ips: [{ subnet_id: where.subnetId }] },
  }));
  interface Port extends Identified {
    readonly device_id: string;
    readonly fixed_ips: readonly { readonly ip_address: string }[];
  }
  const made = await admin.call<{ ports: Port[] }>('POST', 'network', '/v2.0/ports', { ports });
  return made.ports.map(({ id, device_id, fixed_ips }) => ({
    ...{ serverId: device_id, portId: id, ip: fixed_ips[0]?.ip_address ?? '' },
  }));
}
