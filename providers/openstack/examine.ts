// Looks at all that is needed of OpenStack before the controller is trusted: credentials, Octavia, networks, nodes. Reads only;
// what cannot be found out is a finding too.
import { asFairleadError } from '../../src/engine/errors.ts';
import type { Scope } from '../../src/engine/kind.ts';
import type { Finding, Host } from '../../src/provider/provider.ts';
import { count, some } from '../../src/provider/wording.ts';
import type { Cloud } from './cloud/cloud.ts';
import { has } from './gates.ts';
import { serverOf } from './gather.ts';
import type { OptionValues } from './options.ts';

type Look = (cloud: Cloud, host: Host, options: OptionValues, scope: Scope) => Promise<Finding>;

const LOOKS: Readonly<Record<string, Look>> = {
  credentials,
  'Octavia API': octaviaApi,
  'load balancers': loadBalancers,
  'floating networks': floatingNetworks,
  'nodes in Neutron': nodePorts,
};

export async function examine(
  cloud: Cloud,
  host: Host,
  options: OptionValues,
  scope: Scope,
): Promise<readonly Finding[]> {
  const findings = Object.entries(LOOKS).map(async ([about, look]): Promise<Finding> => {
    try {
      return await look(cloud, host, options, scope);
    } catch (thrown) {
      const error = asFairleadError(thrown);
      const state = error.code === 'denied' ? 'error' : 'unknown';
      const remedy =
        error.code === 'denied'
          ? 'Give the controller a user or an application credential with the roles member and load-balancer_member in its project.'
          : 'Look again when the service answers.';
      return { about, state, message: `It could not be found out: ${error.message}.`, remedy };
    }
  });
  return Promise.all(findings);
}

async function credentials({ session }: Cloud, _host: Host, _options: OptionValues, scope: Scope): Promise<Finding> {
  const { projectId, projectName = '' } = await session.access(scope);
  return projectId === undefined
    ? {
        about: 'credentials',
        state: 'error',
        message: 'Keystone accepts them, and they are for no project.',
        remedy: 'Name a project (OS_PROJECT_NAME or OS_PROJECT_ID), or use an application credential, which has one.',
      }
    : {
        about: 'credentials',
        state: 'ok',
        message: `Keystone accepts them for project ${projectName} (${projectId}).`,
      };
}

async function octaviaApi({ version }: Cloud): Promise<Finding> {
  const about = 'Octavia API';
  const features = {
    timeouts: 'timeouts',
    tags: 'tags (sharing of load balancers, and telling two clusters of one name apart)',
    flavors: 'flavors',
    allowedCidrs: 'source ranges',
    zones: 'availability zones',
    httpMonitorOfUdp: 'health checks of nodes for UDP ports',
  } as const;
  const missing = Object.entries(features).filter(([feature]) => !has(version, feature as keyof typeof features));
  const text = `Octavia answers in version ${version.major}.${version.minor} of its API.`;
  if (missing.length === 0) return { about, state: 'ok', message: text };
  const list = missing.map(([, what]) => what).join(', ');
  const remedy = 'Services that ask for these are refused with the reason; a newer Octavia has them.';
  return { about, state: 'warning', message: `${text} It has no ${list}.`, remedy };
}

async function loadBalancers(cloud: Cloud, _host: Host, _options: OptionValues, scope: Scope): Promise<Finding> {
  const about = 'load balancers';
  const all = await cloud.loadBalancers.list(scope);
  const ours = all.filter(({ marks }) => marks.length > 0);
  const broken = ours.filter(({ lb }) => lb.provisioning_status === 'ERROR').map(({ lb }) => lb.name);
  const text = `The project has ${count(all.length, 'load balancer')}, ${ours.length} of them of cluster ${cloud.cluster.name}.`;
  if (broken.length === 0) return { about, state: 'ok', message: text };
  const remedy = 'The controller replaces them where that changes no address; else the Service says what it needs.';
  return { about, state: 'warning', message: `${text} In ERROR: ${some(broken)}.`, remedy };
}

async function floatingNetworks(
  { lookups }: Cloud,
  _host: Host,
  { floatingNetworkId, internalLb }: OptionValues,
  scope: Scope,
): Promise<Finding> {
  const about = 'floating networks';
  if (internalLb) return { about, state: 'ok', message: 'Every Service is internal: none is needed.' };
  const networks = await lookups.externalNetworks(scope);
  const all = some(networks.map(({ id, name }) => `${name} (${id})`));
  if (floatingNetworkId) {
    const found = networks.find(({ id }) => id === floatingNetworkId);
    return found
      ? { about, state: 'ok', message: `Floating IPs come from ${found.name} (${found.id}).` }
      : {
          about,
          state: 'error',
          message: `--openstack-floating-network-id names ${floatingNetworkId}, which is no external network.`,
          remedy: networks.length === 0 ? 'The project sees no external network.' : `Name one of these: ${all}.`,
        };
  }
  if (networks.length === 1) return { about, state: 'ok', message: `Floating IPs come from ${all}.` };
  return {
    about,
    state: 'warning',
    message:
      networks.length === 0
        ? 'The project sees no external network: Services that are not internal are refused.'
        : `There are ${networks.length} external networks: ${all}. Services that name none are refused.`,
    remedy: 'Name one with --openstack-floating-network-id, or make Services internal with --openstack-internal-lb.',
  };
}

async function nodePorts({ lookups }: Cloud, host: Host, options: OptionValues, scope: Scope): Promise<Finding> {
  const about = 'nodes in Neutron';
  const nodes = host.nodes();
  const isNeeded = options.manageSecurityGroups || !(options.subnetId || options.networkId);
  if (!isNeeded) return { about, state: 'ok', message: 'A subnet or network for load balancers is named: not needed.' };
  if (nodes.length === 0) return { about, state: 'unknown', message: 'There is no node yet.', remedy: 'Look again.' };
  const servers = nodes.flatMap(({ providerId }) => serverOf(providerId) ?? []);
  const ports = await lookups.portsOf(servers, scope);
  const found = servers.filter((server) => (ports.get(server) ?? []).length > 0).length;
  if (found === nodes.length) return { about, state: 'ok', message: `Neutron shows the ports of all ${found} nodes.` };
  return {
    about,
    state: found === 0 ? 'error' : 'warning',
    message: `Neutron shows the ports of ${found} of ${nodes.length} nodes; ${servers.length} have a providerID of OpenStack.`,
    remedy:
      'Set --openstack-subnet-id, or see to it that nodes have a providerID (openstack:///SERVER) of a server in this project.',
  };
}
