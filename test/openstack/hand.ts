// A user's hand on the cloud of tests: through the proxy, so that all of it is recorded and can be spoilt. Mends nothing.
import type { Project } from '../../localstack/openstack/projects.ts';
import type { RestAnswer, Service } from '../../localstack/openstack/rest.ts';
import type { OpenStackStack } from '../../localstack/openstack/start.ts';

/** As much of a load balancer as tests look at. */
export interface LoadBalancer {
  readonly id: string;
  readonly name: string;
  readonly provisioning_status: string;
  readonly operating_status: string;
  readonly vip_address: string;
  readonly vip_port_id: string;
}

/** What Keystone answers to a login. */
export interface Login {
  readonly token: {
    readonly project: { readonly id: string };
    readonly roles: readonly { readonly name: string }[];
    readonly catalog: readonly {
      readonly type: string;
      readonly endpoints: readonly { readonly interface: string; readonly url: string }[];
    }[];
  };
}

export class OpenStackHand {
  readonly #stack: OpenStackStack;
  readonly #project: Project;
  #token: string | undefined;

  constructor(stack: OpenStackStack, project: Project) {
    this.#stack = stack;
    this.#project = project;
  }

  /** Gets a new token, which later calls use. */
  async logIn(env: Readonly<Record<string, string>> = this.#project.env): Promise<Login> {
    const answer = await fetch(`${env.OS_AUTH_URL}/v3/auth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ auth: loginBody(env) }),
    });
    if (answer.status !== 201) throw new Error(`login: ${answer.status} ${await answer.text()}`);
    this.#token = answer.headers.get('x-subject-token') ?? '';
    return (await answer.json()) as Login;
  }

  /** One call; logs in before the first, and never again by itself. */
  async send<T>(
    method: string,
    service: Service,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<RestAnswer<T>> {
    if (this.#token === undefined) await this.logIn();
    const answer = await fetch(`${this.#stack.proxy.url}/${service}${path}`, {
      method,
      headers: { 'x-auth-token': this.#token ?? '', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: (text ? JSON.parse(text) : undefined) as T };
  }

  /** Makes a load balancer of one TCP port for all nodes, as a controller would; rejects with the status. */
  async create(settings: Readonly<Record<string, unknown>>): Promise<LoadBalancer> {
    const { nodes, privateSubnetId } = this.#stack.fixtures;
    const members = nodes.map(({ ip }) => ({ address: ip, protocol_port: 30080, subnet_id: privateSubnetId }));
    const healthmonitor = { type: 'TCP', delay: 5, timeout: 3, max_retries: 1 };
    // Octavia insists on a name here.
    const default_pool = { name: 'pool', protocol: 'TCP', lb_algorithm: 'ROUND_ROBIN', members, healthmonitor };
    const listeners = [{ protocol: 'TCP', protocol_port: 80, default_pool }];
    const answer = await this.send<{ loadbalancer: LoadBalancer }>('POST', 'load-balancer', '/v2/lbaas/loadbalancers', {
      loadbalancer: { vip_subnet_id: privateSubnetId, listeners, ...settings },
    });
    if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body.loadbalancer;
  }

  async loadBalancer(id: string): Promise<LoadBalancer> {
    const path = `/v2/lbaas/loadbalancers/${id}`;
    return (await this.send<{ loadbalancer: LoadBalancer }>('GET', 'load-balancer', path)).body.loadbalancer;
  }

  rename(id: string, name: string): Promise<RestAnswer<unknown>> {
    return this.send('PUT', 'load-balancer', `/v2/lbaas/loadbalancers/${id}`, { loadbalancer: { name } });
  }
}

function loginBody(env: Readonly<Record<string, string>>): object {
  const { OS_APPLICATION_CREDENTIAL_ID: id, OS_APPLICATION_CREDENTIAL_SECRET: secret } = env;
  if (id !== undefined) {
    return { identity: { methods: ['application_credential'], application_credential: { id, secret } } };
  }
  const user = { name: env.OS_USERNAME, password: env.OS_PASSWORD, domain: { id: env.OS_USER_DOMAIN_ID } };
  return {
    identity: { methods: ['password'], password: { user } },
    scope: { project: { name: env.OS_PROJECT_NAME, domain: { id: env.OS_PROJECT_DOMAIN_ID } } },
  };
}
