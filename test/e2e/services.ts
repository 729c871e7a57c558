// Services as a person makes, changes and removes them, and how to wait for what becomes of them.
import type { Condition, Service } from '../../src/kube/types.ts';
import { type ServiceFields, service } from '../cluster/objects.ts';
import type { World } from '../stack/stack.ts';

export const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';
export const NLB = { [`${STEM}type`]: 'nlb' };

type Fits = (one: Service) => boolean | undefined | Promise<boolean | undefined>;

/** The Services of one namespace. */
export class Services {
  readonly #stack: World;
  readonly #namespace: string;

  constructor(stack: World, namespace = 'default') {
    this.#stack = stack;
    this.#namespace = namespace;
  }

  make(fields: Omit<ServiceFields, 'namespace'>): Promise<Service> {
    return this.#stack.create<Service>(service({ ...fields, namespace: this.#namespace }));
  }

  get(name: string): Promise<Service> {
    return this.#stack.request('GET', this.#path(name));
  }

  /** A merge patch. */
  edit(name: string, patch: object): Promise<Service> {
    return this.#stack.request('PATCH', this.#path(name), patch);
  }

  annotate(name: string, annotations: Readonly<Record<string, string | null>>): Promise<Service> {
    return this.edit(name, { metadata: { annotations } });
  }

  /** Asks for a second TCP port. */
  async addPort(name: string, port: number): Promise<Service> {
    const ports = (await this.get(name)).spec.ports ?? [];
    const named = ports.map((one, index) => ({ ...one, name: `port-${index}` }));
    return this.edit(name, { spec: { ports: [...named, { name: 'more', port }] } });
  }

  /**
   * Until its cloud is as it asks. What is looked for in the cloud comes first: the condition is False before the first write and
   * True again only after the last, so once a write is seen, True means that all of them are done.
   */
  programmed(name: string, also: Fits = () => true): Promise<Service> {
    return this.#stack.until(`${name} is programmed`, async () => {
      if (!(await also(await this.get(name)))) return undefined;
      const one = await this.get(name);
      return conditionOf(one, 'Programmed')?.status === 'True' ? one : undefined;
    });
  }

  until(what: string, name: string, fits: Fits): Promise<Service> {
    return this.#stack.until(what, async () => {
      const one = await this.get(name);
      return (await fits(one)) ? one : undefined;
    });
  }

  /** Deletes it, and waits until it is gone. */
  async remove(name: string): Promise<void> {
    await this.#stack.request('DELETE', this.#path(name));
    await this.#stack.until(`${name} is gone`, async () => {
      return (await this.#stack.service(name, this.#namespace)) === undefined;
    });
  }

  #path(name: string): string {
    return `/api/v1/namespaces/${this.#namespace}/services/${name}`;
  }
}

/** One of the controller's conditions, by the last part of its type. */
export function conditionOf(one: Service, type: string): Condition | undefined {
  return one.status?.conditions?.find((each) => each.type === `fairlead.dev/${type}`);
}

/** The address that the Service was given. */
export function hostnameOf(one: Service): string | undefined {
  return one.status?.loadBalancer?.ingress?.[0]?.hostname;
}
