// Puts this AWS in the place of the network below an SDK client, by aws-sdk-client-mock.
// The only file that knows how a client is intercepted.

import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
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

type Answer = (outgoing: Outgoing) => Promise<object>;

/** By client. The library keeps what it stubs for ever, so a class is stubbed once, and clients come and go. */
const answers = new WeakMap<object, Answer>();
const stubbed = new Set<object>();

/** Answers every `send` of these client objects by `answer`. */
export function stubClients(
  { ec2, elb, elbv2 }: Clients,
  answer: (service: keyof Clients, outgoing: Outgoing) => Promise<object>,
): void {
  if (ec2 !== undefined)
    serve(
      ec2,
      () => mockClient(EC2Client),
      (outgoing) => answer('ec2', outgoing),
    );
  if (elb !== undefined)
    serve(
      elb,
      () => mockClient(ElasticLoadBalancingClient),
      (outgoing) => answer('elb', outgoing),
    );
  if (elbv2 !== undefined) {
    serve(
      elbv2,
      () => mockClient(ElasticLoadBalancingV2Client),
      (outgoing) => answer('elbv2', outgoing),
    );
  }
}

/** As much of the library's stub as is needed, whatever the client. */
interface Stub {
  readonly send: {
    readonly lastCall: { readonly args: readonly unknown[]; readonly thisValue: unknown };
    resetHistory(): void;
  };
  callsFake(fake: () => unknown): unknown;
}

function serve(client: object, stubClass: () => Stub, answer: Answer): void {
  answers.set(client, answer);
  if (stubbed.has(client.constructor)) return;
  stubbed.add(client.constructor);
  const send: (...args: unknown[]) => unknown = Reflect.get(client, 'send');
  const stub = stubClass();
  stub.callsFake(() => {
    // The library passes on neither the command nor the options: both are in the record of the call under way.
    const { args, thisValue } = stub.send.lastCall;
    const [command, options] = args;
    // It keeps every call with its answer for ever: long tests would run out of memory.
    queueMicrotask(() => stub.send.resetHistory());
    const answerOf = answers.get(Object(thisValue));
    // A client of nobody here goes where it always went.
    if (answerOf === undefined) return Reflect.apply(send, thisValue, args);
    if (typeof command !== 'object' || command === null) throw new TypeError('send was called without a command');
    const input: unknown = Reflect.get(command, 'input');
    return answerOf({
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
