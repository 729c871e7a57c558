// The hands of the model: SDK clients, and whether its writes are sent or only written down. It knows no rule of the peer.
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';

export interface PeerClients {
  readonly ec2: EC2Client;
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly elb: ElasticLoadBalancingClient;
}

export interface PeerWrite {
  readonly operation: string;
  readonly input: object;
  /** True: the peer sends it at every sync, whatever there is. */
  readonly habit: boolean;
}

/** Ends a dry run where what follows depends on an answer that there is not. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

export class Desk {
  readonly clients: PeerClients;
  readonly writes: PeerWrite[] = [];
  readonly #dry: boolean;

  constructor(clients: PeerClients, { dry }: { readonly dry: boolean }) {
    this.clients = clients;
    this.#dry = dry;
  }

  /** A write whose answer nobody needs. `habit`: one that is sent at every sync. */
  async write(command: { readonly input: object }, send: () => Promise<unknown>, habit = false): Promise<void> {
    this.#note(command, habit);
    if (!this.#dry) await send();
  }

  /** A write that the next step builds on. A dry run ends here. */
  async make<Output>(command: { readonly input: object }, send: () => Promise<Output>): Promise<Output> {
    this.#note(command, false);
    if (this.#dry) throw new Unanswered();
    return send();
  }

  #note(command: { readonly input: object }, habit: boolean): void {
    this.writes.push({ operation: command.constructor.name.replace(/Command$/, ''), input: command.input, habit });
  }
}

/** True for AWS's error of that code. */
export function isError(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.some((code) => error.name === code || error.name === `${code}Exception`);
}

/** One of undefined where AWS says that the named thing is not there. */
export async function unlessMissing<T>(answer: Promise<T>, ...codes: readonly string[]): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isError(error, ...codes)) return undefined;
    throw error;
  }
}
