// Creating, deleting and describing Classic Load Balancers. Their names are apart from those of v2.
import { AwsError, type Xml } from '../proxy-answer.ts';
import { type Params, required, text, texts } from '../proxy-query.ts';
import { newClassicAttributes } from './classic-attributes.ts';
import { classicNamed } from './classic-find.ts';
import { describedClassicHealthCheck, newClassicHealthCheck } from './classic-health-check.ts';
import { presentInstances } from './classic-instances.ts';
import { listenerKey, listenersOf, merged, setListeners } from './classic-listeners.ts';
import { classicGroups, classicZones, defaultClassicGroups } from './classic-placement.ts';
import type { ClassicListener, ClassicLoadBalancer } from './classic-state.ts';
import { account, type Cloud } from './cloud.ts';
import { checkName } from './names.ts';
import { page } from './paging.ts';
import type { State } from './state.ts';
import { tagsOf } from './tags.ts';

/** The Route 53 zone of Classic Load Balancers in eu-west-1; other regions have others, which nothing here needs. */
const hostedZoneId = 'Z32O12XQLNTSW2';

export async function createClassic(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const name = required(params, 'LoadBalancerName');
  checkName('Load balancer', name);
  const scheme = schemeOf(params);
  const listeners = merged(name, [], await listenersOf(params, cloud));
  const subnets = texts(params, 'Subnets') ?? [];
  const asked = texts(params, 'SecurityGroups') ?? [];
  const tags = tagsOf(params);
  if (subnets.length === 0) throw new AwsError('InvalidConfigurationRequest', 'Default VPC not found');

  const namesake = state.classic.get(name);
  if (!namesake && state.classic.size >= cloud.settings.quotas.classicLoadBalancers) {
    throw new AwsError('TooManyLoadBalancers', 'The maximum number of load balancers has been reached');
  }
  const { zones, vpcId } = await classicZones(cloud, state, subnets, scheme);
  const groups = asked.length > 0 ? await classicGroups(cloud, asked, vpcId) : await defaultClassicGroups(cloud, vpcId);
  if (namesake) {
    // As AWS does it: what is there as asked for, its present tags included, is answered again.
    const wish = { scheme, zones, groups, listeners, tags };
    if (settings(namesake) === settings(wish)) return { DNSName: namesake.dnsName };
    const reason = `Load Balancer named ${name} already exists and it is configured with different parameters.`;
    throw new AwsError('DuplicateLoadBalancerName', reason);
  }
  const seq = cloud.nextSeq();
  const host = `${name}-${1_000_000_000 + seq}.${cloud.region}.elb.amazonaws.com`;
  const loadBalancer: ClassicLoadBalancer = {
    ...{ seq, name, scheme, vpcId, zones, groups, tags, listeners: [], policies: {}, backendPolicies: {} },
    dnsName: scheme === 'internal' ? `internal-${host}` : host,
    createdAt: Date.now(),
    healthCheck: newClassicHealthCheck(listeners[0]?.instancePort ?? 0),
    attributes: newClassicAttributes(),
    instances: {},
    known: [],
  };
  setListeners(loadBalancer, listeners);
  state.classic.set(name, loadBalancer);
  return { DNSName: loadBalancer.dnsName };
}

export function deleteClassic(params: Params, cloud: Cloud, state: State): Xml {
  const name = required(params, 'LoadBalancerName');
  const loadBalancer = state.classic.get(name);
  // AWS: deleting what is not there succeeds.
  if (!loadBalancer) return {};
  state.classic.delete(name);
  cloud.release(loadBalancer.groups.map(({ id }) => id));
  return {};
}

export async function describeClassic(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const names = texts(params, 'LoadBalancerNames') ?? [];
  const { items, NextMarker } =
    names.length === 0
      ? page(params, [...state.classic.values()])
      : { items: names.map((name) => classicNamed(name, state)), NextMarker: undefined };
  const LoadBalancerDescriptions = await Promise.all(items.map((item) => described(cloud, item)));
  return { LoadBalancerDescriptions, NextMarker };
}

async function described(cloud: Cloud, loadBalancer: ClassicLoadBalancer): Promise<Xml> {
  const { name, dnsName, scheme, zones, groups, policies, backendPolicies } = loadBalancer;
  return {
    ...{ LoadBalancerName: name, DNSName: dnsName, Scheme: scheme, VPCId: loadBalancer.vpcId },
    ...{ CanonicalHostedZoneName: dnsName, CanonicalHostedZoneNameID: hostedZoneId },
    CreatedTime: new Date(loadBalancer.createdAt).toISOString(),
    ListenerDescriptions: loadBalancer.listeners.map(describedListener),
    Policies: {
      AppCookieStickinessPolicies: [],
      LBCookieStickinessPolicies: [],
      OtherPolicies: Object.keys(policies),
    },
    BackendServerDescriptions: Object.entries(backendPolicies).map(([InstancePort, PolicyNames]) => ({
      InstancePort,
      PolicyNames,
    })),
    AvailabilityZones: zones.map(({ zone }) => zone),
    Subnets: zones.map(({ subnetId }) => subnetId),
    SecurityGroups: groups.map(({ id }) => id),
    SourceSecurityGroup: { OwnerAlias: account, GroupName: groups[0]?.name },
    HealthCheck: describedClassicHealthCheck(loadBalancer.healthCheck),
    Instances: await presentInstances(cloud, loadBalancer),
  };
}

function describedListener({ port, protocol, instancePort, instanceProtocol, certificate, policies }: ClassicListener) {
  const front = { Protocol: protocol, LoadBalancerPort: port, SSLCertificateId: certificate };
  const Listener = { ...front, InstanceProtocol: instanceProtocol, InstancePort: instancePort };
  return { Listener, PolicyNames: policies };
}

function schemeOf(params: Params): ClassicLoadBalancer['scheme'] {
  const scheme = text(params, 'Scheme') ?? 'internet-facing';
  if (scheme === 'internal' || scheme === 'internet-facing') return scheme;
  throw new AwsError('InvalidScheme', `The scheme '${scheme}' is not one of internal, internet-facing`);
}

/** Whatever a create says, in one text, in any order. */
function settings(wish: Pick<ClassicLoadBalancer, 'scheme' | 'zones' | 'groups' | 'listeners' | 'tags'>): string {
  return JSON.stringify([
    wish.scheme,
    wish.zones.map(({ subnetId }) => subnetId).sort(),
    wish.groups.map(({ id }) => id).sort(),
    wish.listeners.map(listenerKey).sort(),
    Object.entries(wish.tags).sort(),
  ]);
}
