// One call that starts an OpenStack: Keystone, Neutron and Octavia as processes, the proxy in front of them, and a cloud
// to work in. Nothing of it is left after stop(), nor after this process.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type PythonEnvironment, pythonWith } from '../python.ts';
import {
  keystoneConfiguration,
  neutronConfiguration,
  octaviaConfiguration,
  PASSWORD,
  REGION,
} from './configuration.ts';
import { type Control, connectControl } from './control.ts';
import { createFlavors, createNetworks, createNodes, type OpenStackFixtures } from './fixtures.ts';
import { prepareIdentity } from './identity.ts';
import { type ProjectContent, projectContent } from './inspect.ts';
import { makeProject, type Project, type ProjectMaker } from './projects.ts';
import { type OpenStackProxy, startOpenStackProxy } from './proxy.ts';
import { openSession, type Service, type Session } from './rest.ts';
import { type ServiceName, type ServiceProcess, startService } from './service-process.ts';

export interface OpenStackOptions {
  readonly log: (line: string) => void;
  /** How long objects stay PENDING. Default 200. */
  readonly settleMs?: number;
  /** How many nodes have a port on the private subnet. Default 3. */
  readonly nodes?: number;
}

/** The administrator's view, past the proxy. */
export interface Administrator extends Session {
  /** All that a project owns. */
  content(projectId: string): Promise<ProjectContent>;
}

/** A running OpenStack. */
export interface OpenStackStack {
  /** Keystone's address for clients: the proxy's. */
  readonly authUrl: string;
  readonly region: string;
  readonly proxy: OpenStackProxy;
  /** The project `demo`, which owns the nodes' ports, with its user `k8s`. */
  readonly demo: Project;
  /** OS_* variables of that user. */
  readonly env: Readonly<Record<string, string>>;
  readonly fixtures: OpenStackFixtures;
  readonly admin: Administrator;
  readonly control: Control;
  /** A new project with a user of its own; names are unique. */
  makeProject(name: string): Promise<Project>;
  stop(): Promise<void>;
}

const environment: PythonEnvironment = {
  name: 'openstack',
  requirements: join(import.meta.dirname, 'requirements.txt'),
  python: '3.11',
  sizeMegabytes: 260,
};
const names: readonly ServiceName[] = ['keystone', 'neutron', 'octavia'];

/** Starts everything, in about ten seconds once the Python environment is there. The recording is empty when it returns. */
export async function startOpenStack(options: OpenStackOptions): Promise<OpenStackStack> {
  const { log, settleMs = 200, nodes = 3 } = options;
  const python = await pythonWith(environment, log);
  await using started = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'fairlead-openstack-'));
  started.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
  await mkdir(join(dir, 'lock'));
  const proxy = await startOpenStackProxy({ log });
  started.defer(() => proxy.stop());

  log('openstack: starting Keystone, Neutron and Octavia');
  const env = { ADMIN_PASSWORD: PASSWORD, REGION, PUBLIC_URL: proxy.url };
  const services = new Map<ServiceName, ServiceProcess>();
  await Promise.all(
    names.map(async (name) => {
      const service = await startService({ name, python, dir, env });
      services.set(name, service);
      started.defer(() => service.stop());
    }),
  );
  const origin = (name: ServiceName) => services.get(name)?.origin ?? '';
  const backends = { identity: origin('keystone'), network: origin('neutron'), 'load-balancer': origin('octavia') };
  const urlOf = (service: Service) => `${service === 'key-manager' ? proxy.url : backends[service]}/${service}`;
  const places = {
    ...{ dir, proxyUrl: proxy.url, keystoneUrl: urlOf('identity'), neutronUrl: urlOf('network') },
    neutronPipeline: join(dirname(dirname(python)), 'etc', 'neutron', 'api-paste.ini'),
  };
  const configure = async (name: ServiceName, text: string) => {
    await services.get(name)?.configure(text);
    log(`openstack: ${name} is ready`);
  };
  const admin = openSession(urlOf, { username: 'admin', password: PASSWORD, project: 'admin' });
  const [roles] = await Promise.all([
    configure('keystone', keystoneConfiguration(places)).then(() => prepareIdentity(admin, proxy.url)),
    configure('neutron', neutronConfiguration(places)),
    configure('octavia', octaviaConfiguration(places)),
  ]);
  proxy.connect(backends);

  const authUrl = `${proxy.url}/identity`;
  const maker: ProjectMaker = { admin, roles, authUrl, urlOf };
  const demo = await makeProject(maker, 'demo', 'k8s');
  const [networks, flavors] = await Promise.all([createNetworks(admin), createFlavors(admin)]);
  const where = { networkId: networks.privateNetworkId, subnetId: networks.privateSubnetId, projectId: demo.id };
  const fixtures = { ...networks, ...flavors, nodes: await createNodes(admin, where, nodes) };
  const control = connectControl(`${urlOf('load-balancer')}/-/control`);
  await control.setSettleMs(settleMs);
  proxy.clear();
  log(`openstack: ${authUrl}, region ${REGION}, ${nodes} nodes`);

  const running = started.move();
  return {
    ...{ authUrl, region: REGION, proxy, demo, env: demo.env, fixtures, control },
    admin: { ...admin, content: (projectId) => projectContent(admin, projectId) },
    makeProject: (name) => makeProject(maker, name),
    stop: () => running.disposeAsync(),
  };
}
