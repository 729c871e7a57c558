// OpenStack's side of the contract suite: the real Keystone, Neutron and Octavia. A world is a project of its own.
import type { CloudObject } from '../../localstack/openstack/inspect.ts';
import type { Project } from '../../localstack/openstack/projects.ts';
import type { OpenStackStack } from '../../localstack/openstack/start.ts';
import { createOpenstackProvider } from '../../providers/openstack/index.ts';
import { serviceName } from '../../providers/openstack/naming.ts';
import type { AnyProvider, Host } from '../../src/provider/provider.ts';
import type { EligibleNode, Port } from '../../src/provider/request.ts';
import { parseOptions } from '../../src/schema/index.ts';
import type { Change, Fate, Harness, Sample, SeenCall, Snapshot, World } from './harness.ts';
import { snapshotOf } from './openstack-snapshot.ts';
import type { OpenstackTraffic } from './openstack-traffic.ts';
import { CLUSTER, ownerOf } from './process.ts';

export const STEM = 'loadbalancer.openstack.org/';
const INTERNAL = 'service.beta.kubernetes.io/openstack-internal-load-balancer';
const ALLOWED = { 'fairlead.dev/allow-replacement': 'true' };
const STRANGER = "somebody else's";

/** A cloud where tests can be, and the calls on their way there. */
export interface OpenstackPlace {
  readonly stack: OpenStackStack;
  readonly traffic: OpenstackTraffic;
}

/** What is in a world from the beginning: things of other people, and the nodes' ports. */
interface Contents {
  readonly others: boolean;
  readonly nodes: boolean;
}

let worlds = 0;
let ahead: Promise<Project> | undefined;

/** An empty project. The next one is made meanwhile, so that it is there when it is asked for. */
function takeProject(stack: OpenStackStack): Promise<Project> {
  const make = () => stack.makeProject(`world-${++worlds}`);
  const project = ahead ?? make();
  ahead = make();
  // Whoever takes it hears of it.
  ahead.catch(() => undefined);
  return project;
}

export class OpenstackWorld implements World {
  readonly traffic: OpenstackTraffic;
  readonly #stack: OpenStackStack;
  readonly #project: Project;
  readonly #options: object;
  /** Names of the networks and subnets that are of this world alone, by their UUIDs. */
  readonly #places = new Map<string, string>();
  /** UUID of the load balancer that was made by hand. */
  #byHand = '';

  private constructor({ stack, traffic }: OpenstackPlace, project: Project, options: object) {
    this.#stack = stack;
    this.traffic = traffic;
    this.#project = project;
    this.#options = options;
  }

  static async of(place: OpenstackPlace, options: object, has: Contents): Promise<OpenstackWorld> {
    const world = new OpenstackWorld(place, await takeProject(place.stack), options);
    await Promise.all([has.others && world.#furnish(), has.nodes && world.#makeNodes()]);
    return world;
  }

  get byHand(): string {
    return this.#byHand;
  }

  /** Things of other people: of another cluster of nearly this name, one made by hand, and an address of somebody's. */
  async #furnish(): Promise<void> {
    const theirs = serviceName(`${CLUSTER.name}-2`, ownerOf(1));
    const { externalNetworkId: floating_network_id } = this.#stack.fixtures;
    const [, edge] = await Promise.all([
      this.#plant(theirs, [theirs]),
      this.#plant('edge', []),
      this.#project.session.call('POST', 'network', '/v2.0/floatingips', {
        floatingip: { floating_network_id, description: STRANGER },
      }),
    ]);
    this.#byHand = edge.id;
  }

  async #plant(name: string, tags: readonly string[]): Promise<CloudObject> {
    const { privateSubnetId: vip_subnet_id } = this.#stack.fixtures;
    const loadbalancer = { name, vip_subnet_id, description: STRANGER, tags, provider: 'sim' };
    const path = '/v2/lbaas/loadbalancers';
    const made = await this.#project.session.call<{ loadbalancer: CloudObject }>('POST', 'load-balancer', path, {
      loadbalancer,
    });
    return made.loadbalancer;
  }

  /** A network of the project's own, so that the nodes have the same addresses in every world. */
  async #makeNodes(): Promise<void> {
    const { session } = this.#project;
    const post = <T>(path: string, body: unknown) => session.call<T>('POST', 'network', `/v2.0/${path}`, body);
    type Made<K extends string> = Readonly<Record<K, { readonly id: string }>>;
    const { network } = await post<Made<'network'>>('networks', { network: { name: 'nodes' } });
    const cidr = '10.9.0.0/24';
    const { subnet } = await post<Made<'subnet'>>('subnets', {
      subnet: { network_id: network.id, name: 'nodes', cidr, ip_version: 4 },
    });
    this.#places.set(network.id, 'Network/nodes').set(subnet.id, 'Subnet/nodes');
    const ports = [1, 2, 3, 4].map((number) => ({
      ...{ name: `node-${number}`, network_id: network.id, device_id: serverOf(number) },
      fixed_ips: [{ subnet_id: subnet.id, ip_address: node(number).addresses[0] }],
    }));
    await post('ports', { ports });
  }

  connect(host: Host, fate: (call: SeenCall) => Fate): Promise<object> {
    const provider = createOpenstackProvider({ env: this.#project.env }) as unknown as AnyProvider;
    return this.traffic.admit(fate, () => provider.connect(this.#options, host, new AbortController().signal));
  }

  async snapshot(): Promise<Snapshot> {
    return snapshotOf(await this.#stack.admin.content(this.#project.id), this.#places);
  }

  async targets(): Promise<readonly string[]> {
    const { members } = await this.#stack.admin.content(this.#project.id);
    return [...new Set(members.map(({ address }) => String(address)))].sort();
  }

  async plantForeign(): Promise<void> {
    const { uid, namespace, name } = ownerOf(1);
    const claim = `fairlead.dev/owner=${STRANGER_UID}/${uid}/${namespace}/${name}`;
    await this.#plant(serviceName(CLUSTER.name, ownerOf(1)), [claim]);
  }
}

const STRANGER_UID = '9b1d3c5e-7f20-4a41-8c63-a5b7c9d1e3f5';

function serverOf(number: number): string {
  return `00000000-0000-4000-8000-00000000000${number}`;
}

export function node(number: number): EligibleNode {
  const providerId = `openstack:///${serverOf(number)}`;
  return { name: `node-${number}`, providerId, labels: {}, addresses: [`10.9.0.${10 + number}`] };
}

export function tcp(port: number, nodePort: number): Port {
  return { name: `p${port}`, protocol: 'TCP', port, nodePort };
}

/** Annotations by their suffixes. */
export function saying(annotations: Readonly<Record<string, string>>, request: Sample['request'] = {}): Sample {
  const given = Object.entries(annotations).map(([suffix, value]) => [`${STEM}${suffix}`, value]);
  return { annotations: Object.fromEntries(given), request: { ...base.request, ...request }, nodes };
}

const nodes = [node(1), node(2), node(3)];
export const base: Sample = { annotations: {}, request: { ports: [tcp(80, 30080)] }, nodes };
const dns: Port = { name: 'dns', protocol: 'UDP', port: 53, nodePort: 30053 };
const wide = saying({}, { ports: [tcp(80, 30080), tcp(443, 30443), dns] });
const rich = saying(
  {
    'connection-limit': '1000',
    'timeout-client-data': '60000',
    'timeout-member-data': '70000',
    'lb-method': 'LEAST_CONNECTIONS',
    'enable-health-monitor': 'true',
    'health-monitor-delay': '7',
  },
  { sourceRanges: ['192.0.2.0/24', '10.0.0.0/8'], sessionAffinity: 'ClientIP' },
);
const proxied = saying({ 'proxy-protocol': 'v2', 'enable-health-monitor': 'true' });
const forwarded = saying({ 'x-forwarded-for': 'true' });
const local: Sample = {
  ...rich,
  request: { ...rich.request, externalTrafficPolicy: 'Local', healthCheckNodePort: 31999 },
};
const internal: Sample = { ...base, annotations: { [INTERNAL]: 'true' } };

const changes: readonly Change[] = [
  { name: 'another port, another node port', from: base, to: saying({}, { ports: [tcp(81, 30081)] }) },
  { name: 'more ports', from: base, to: wide },
  { name: 'fewer ports', from: wide, to: base },
  { name: 'annotations and fields set', from: base, to: rich },
  { name: 'annotations and fields taken away', from: rich, to: base },
  { name: 'another type of monitor, and other clients', from: rich, to: local },
  { name: 'no X-Forwarded-For, but the PROXY protocol', from: forwarded, to: proxied },
  { name: 'fewer nodes', from: base, to: { ...base, nodes: [node(2)] } },
  { name: 'other nodes', from: base, to: { ...base, nodes: [node(2), node(4)] } },
  { name: 'no node left', from: base, to: { ...base, nodes: [] } },
];
const outside: readonly Change[] = [
  { name: 'no address outside', from: base, to: internal },
  { name: 'an address outside', from: internal, to: base },
];

export interface OpenstackSettings {
  /** Of the provider, without dashes. */
  readonly flags?: Readonly<Record<string, string>>;
  /** The project has the nodes' ports, on a network of its own that has no way outside. */
  readonly withNodes?: boolean;
  readonly createWrites?: number | undefined;
  /** The names of those changes that are made; unset: all. */
  readonly only?: readonly string[];
}

const DISTURBED = ['creation', 'no X-Forwarded-For, but the PROXY protocol'];
const LISTS = ['ListLoadBalancers', 'ListFloatingIps', 'ListSecurityGroups'];

export function openstackHarness(place: OpenstackPlace, settings: OpenstackSettings = {}): Harness {
  const { flags = {}, withNodes = false, only } = settings;
  const { flavorId, privateSubnetId } = place.stack.fixtures;
  const provider = createOpenstackProvider({ env: {} }) as unknown as AnyProvider;
  const where = withNodes ? { 'openstack-internal-lb': 'true' } : { 'openstack-subnet-id': privateSubnetId };
  const given = { 'openstack-lb-provider': 'sim', ...where, ...flags };
  const options = parseOptions(provider.options, { flags: given, env: {} }).values;
  const replaced: Sample = { ...base, annotations: { [`${STEM}flavor-id`]: flavorId, ...ALLOWED } };
  const all: readonly Change[] = [
    ...changes,
    ...outside,
    { name: 'a replacement', from: base, to: replaced, pathDependent: true },
  ];
  const onByHand = (world: World, port: Port): Sample =>
    saying({ 'load-balancer-id': (world as OpenstackWorld).byHand }, { ports: [port] });
  return {
    provider,
    options,
    makeWorld: (others) => OpenstackWorld.of(place, options, { others, nodes: withNodes }),
    isList: ({ operation }) => LISTS.includes(operation),
    base,
    // The load balancer with all that is in it, and its floating IP; and a look whether it works.
    createWrites: 'createWrites' in settings ? settings.createWrites : 2,
    createReads: 1,
    changes: all.filter(({ name }) => !only || only.includes(name)),
    blocked: {
      sample: { ...base, annotations: { [`${STEM}flavor-id`]: flavorId }, nodes: [node(2), node(4)] },
      code: 'replacement-blocked',
    },
    replacement: replaced,
    other: undefined,
    pairIn: (world) => ({ one: onByHand(world, tcp(80, 30080)), other: onByHand(world, tcp(8080, 30880)) }),
    sharesNames: true,
    disturbed: DISTURBED,
  };
}
