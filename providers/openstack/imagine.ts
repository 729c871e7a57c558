// A cloud made up for Services: everything that they name exists, and none of their load balancers does. Pure.
import type { Wish as ProviderWish, Scene } from '../../src/provider/provider.ts';
import type { AnnotationValues } from './annotations.ts';
import type { ExternalNetwork, ExternalSubnet, Facts } from './facts.ts';
import type { OptionValues } from './options.ts';

/** Ids that are made up: the same for the same wish. */
const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

const NODES = [1, 2, 3].map((number) => ({
  name: `node-${number}`,
  providerId: `openstack:///${uuid(number)}`,
  labels: {},
  addresses: [`10.0.0.${number + 10}`, `fd00::${number + 10}`],
}));
const SUBNET = uuid(100);
const NETWORK = uuid(200);

type OpenstackWish = ProviderWish<AnnotationValues, OptionValues>;

export function imagine(wishes: readonly OpenstackWish[]): Scene<Facts> {
  const named = wishes.map(namedBy);
  const networks = [...new Set(named.map(({ networkId }) => networkId ?? NETWORK))];
  const labels = Object.assign({}, ...named.map(({ labels: some }) => some)) as Record<string, string>;
  const references = [...new Set(named.flatMap(({ tlsRef }) => tlsRef ?? []))];
  return {
    nodes: NODES.map((node) => ({ ...node, labels })),
    facts: {
      version: { major: 2, minor: 30 },
      loadBalancers: named.flatMap(({ sharedId }) => (sharedId === undefined ? [] : [byHand(sharedId)])),
      floatingIps: [],
      externalNetworks: networks.map((id) => networkOf(id, named)),
      nodes: Object.fromEntries(
        NODES.map(({ name }, index) => [name, { subnetId: SUBNET, subnetId6: uuid(101), portId: uuid(300 + index) }]),
      ),
      ranges: Object.fromEntries(
        [SUBNET, ...named.flatMap(({ subnets }) => subnets)].map((id) => [id, '10.0.0.0/24'] as const),
      ),
      secrets: Object.fromEntries(references.map((reference) => [reference, true])),
    },
  };
}

function namedBy({ annotations, options }: OpenstackWish) {
  const says = options.loadBalancerClasses?.[annotations.class ?? ''];
  const { memberSubnetId, subnetId } = annotations;
  return {
    networkId: annotations.floatingNetworkId || says?.floatingNetworkId || options.floatingNetworkId || undefined,
    subnetId: annotations.floatingSubnetId || says?.floatingSubnetId || options.floatingSubnetId || undefined,
    sharedId: annotations.loadBalancerId || undefined,
    tlsRef: annotations.defaultTlsContainerRef || options.defaultTlsContainerRef || undefined,
    labels: (annotations.nodeSelector || options.nodeSelector || {}) as Readonly<Record<string, string>>,
    subnets: [
      memberSubnetId,
      subnetId,
      says?.memberSubnetId,
      says?.subnetId,
      options.memberSubnetId,
      options.subnetId,
    ].flatMap((id) => id || []),
  };
}

/** Of an imagined network nobody can say how its subnets are called: whatever is looked for is found. */
function networkOf(id: string, named: readonly ReturnType<typeof namedBy>[]): ExternalNetwork {
  const ids = named.flatMap(({ subnetId }) => subnetId ?? []);
  const subnets = [...new Set([uuid(400), ...ids])].map(
    (one): ExternalSubnet => ({ id: one, name: 'public', tags: [], ipVersion: 4 }),
  );
  return { id, name: 'public', subnets, imagined: true };
}

function byHand(id: string): Facts['loadBalancers'][number] {
  return {
    id: `lb:${id}`,
    uuid: id,
    marks: [],
    owners: [],
    status: 'ACTIVE',
    serving: true,
    portId: uuid(500),
    address: '10.0.0.5',
    subnetId: SUBNET,
    networkId: uuid(201),
    flavorId: null,
    zone: null,
    provider: 'amphora',
  };
}
