// Sends calls to AWS through the gate: which budget each takes from, whether it writes, what its errors mean.
import type { Scope } from '../../../src/engine/kind.ts';
import type { Gate } from '../../../src/provider/gate.ts';
import { explain } from '../errors.ts';
import type { Ec2Operations, ElbOperations, Elbv2Operations, InputOf, OutputOf } from './operations.ts';
import type { Clients, EC2, ELB, ELBV2 } from './sdk.ts';

/**
 * Registrations have a budget of their own, and so has each version of the API (ELB user guide, "Request throttling for
 * the Elastic Load Balancing API").
 */
const REGISTRATIONS: ReadonlySet<string> = new Set([
  'RegisterTargets',
  'DeregisterTargets',
  'RegisterInstancesWithLoadBalancer',
  'DeregisterInstancesFromLoadBalancer',
]);

export interface CallsOptions {
  readonly gate: Gate;
  readonly clients: Clients;
  readonly senders: { readonly elb: typeof ELB; readonly elbv2: typeof ELBV2; readonly ec2: typeof EC2 };
}

export class Calls {
  readonly #options: CallsOptions;

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  /** Of Classic Load Balancers. */
  async elb<K extends keyof ElbOperations>(
    operation: K,
    input: InputOf<ElbOperations[K]>,
    scope: Scope,
  ): Promise<OutputOf<ElbOperations[K]>> {
    const { clients, senders } = this.#options;
    const bucket = REGISTRATIONS.has(operation) ? 'elb:targets' : undefined;
    return this.#call({ service: 'elb', operation, bucket }, 'elasticloadbalancing', scope, (abortSignal) =>
      senders.elb[operation](clients.elb, input, { abortSignal }),
    );
  }

  async elbv2<K extends keyof Elbv2Operations>(
    operation: K,
    input: InputOf<Elbv2Operations[K]>,
    scope: Scope,
  ): Promise<OutputOf<Elbv2Operations[K]>> {
    const { clients, senders } = this.#options;
    const bucket = REGISTRATIONS.has(operation) ? 'elbv2:targets' : undefined;
    return this.#call({ service: 'elbv2', operation, bucket }, 'elasticloadbalancing', scope, (abortSignal) =>
      senders.elbv2[operation](clients.elbv2, input, { abortSignal }),
    );
  }

  async ec2<K extends keyof Ec2Operations>(
    operation: K,
    input: InputOf<Ec2Operations[K]>,
    scope: Scope,
  ): Promise<OutputOf<Ec2Operations[K]>> {
    const { clients, senders } = this.#options;
    // EC2 only answers whether it would be allowed; the other two have no such thing.
    const isDryRun = input.DryRun === true;
    return this.#call({ service: 'ec2', operation, bucket: undefined, isDryRun }, 'ec2', scope, (abortSignal) =>
      senders.ec2[operation](clients.ec2, input, { abortSignal }),
    );
  }

  #call<T>(
    call: { service: string; operation: string; bucket: string | undefined; isDryRun?: boolean },
    iamService: string,
    scope: Scope,
    send: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { service, operation, bucket, isDryRun = false } = call;
    return this.#options.gate.call(
      {
        service,
        operation,
        write: !operation.startsWith('Describe') && !isDryRun,
        requestIdOf,
        ...(bucket === undefined ? {} : { bucket }),
      },
      scope,
      send,
      (thrown) => explain(thrown, `${iamService}:${operation}`),
    );
  }
}

/** Every answer of the SDK carries it. */
function requestIdOf(answer: unknown): string | undefined {
  return (answer as { readonly $metadata?: { readonly requestId?: string } } | undefined)?.$metadata?.requestId;
}

/** All items of a paged read. */
export async function allPages<Page, Item>(
  ask: (token: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
  tokenOf: (page: Page) => string | undefined,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let token: string | undefined;
  do {
    const page = await ask(token);
    items.push(...(itemsOf(page) ?? []));
    token = tokenOf(page);
  } while (token !== undefined && token !== '');
  return items;
}

/** The items in lists of at most `size`. */
export function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
