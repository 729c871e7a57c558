// Puts this AWS in the place of the network below an SDK client, by aws-sdk-client-mock.
// The only file that knows how a client is intercepted.

import type { EC2Client } from '@aws-sdk/client-ec2';
import type { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { mockClient } from 'aws-sdk-client-mock';

/** The clients that a session can have. */
export interface Clients {
  readonly ec2?: EC2Client;
  /** For Classic Load Balancers. */
  readonly elb?: ElasticLoadBalancingClient;
  readonly elbv2?: ElasticLoadBalancingV2Client;
}

/** What the client was given to send. */
export interface Outgoing {
  /** `CreateLoadBalancer`. */
  readonly operation: string;
  readonly input: object;
  readonly schema: unknown;
  readonly signal: AbortSignal | undefined;
}

/** Answers every `send` of these client objects by `answer`. */
export function stubClients(
  clients: Clients,
  answer: (service: keyof Clients, outgoing: Outgoing) => Promise<object>,
): void {
  if (clients.ec2 !== undefined) serve(mockClient(clients.ec2), (outgoing) => answer('ec2', outgoing));
  if (clients.elb !== undefined) serve(mockClient(clients.elb), (outgoing) => answer('elb', outgoing));
  if (clients.elbv2 !== undefined) serve(mockClient(clients.elbv2), (outgoing) => answer('elbv2', outgoing));
}

/** As much of the library's stub as is needed, whatever the client. */
interface Stub {
  readonly send: { readonly lastCall: { readonly args: readonly unknown[] }; resetHistory(): void };
  callsFake(fake: () => unknown): unknown;
}

function serve(stub: Stub, answer: (outgoing: Outgoing) => Promise<object>): void {
  stub.callsFake(() => {
    // The library passes on neither the command nor the options: both are in the record of the call under way.
    const [command, options] = stub.send.lastCall.args;
    // It keeps every call with its answer for ever: long tests would run out of memory.
    queueMicrotask(() => stub.send.resetHistory());
    if (typeof command !== 'object' || command === null) throw new TypeError('send was called without a command');
    const input: unknown = Reflect.get(command, 'input');
    return answer({
      operation: command.constructor.name.replace(/Command$/, ''),
      input: typeof input === 'object' && input !== null ? input : {},
      schema: Reflect.get(command, 'schema'),
      signal: signalOf(options),
    });
  });
}

function signalOf(options: unknown): AbortSignal | undefined {
  const signal: unknown =
    typeof options === 'object' && options !== null ? Reflect.get(options, 'abortSignal') : undefined;
  return signal instanceof AbortSignal ? signal : undefined;
}
