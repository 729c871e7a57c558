// SDK clients for whoever wants to look at the emulated cloud or change it by hand: tests and the demo.
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type EmulatorCredentials, emulatorCredentials } from './fixture-client.ts';

export interface Clients extends Disposable {
  readonly elb: ElasticLoadBalancingV2Client;
  readonly classic: ElasticLoadBalancingClient;
  readonly ec2: EC2Client;
}

export interface ClientOptions {
  readonly endpoint: string;
  readonly region: string;
  /** Default 1: every call is one in the recording. */
  readonly maxAttempts?: number;
  /** Default: those of the environment, or an administrator's. */
  readonly credentials?: EmulatorCredentials;
}

export function emulatorClients(options: ClientOptions): Clients {
  const config = { maxAttempts: 1, credentials: emulatorCredentials(), ...options };
  const elb = new ElasticLoadBalancingV2Client(config);
  const classic = new ElasticLoadBalancingClient(config);
  const ec2 = new EC2Client(config);
  return {
    elb,
    classic,
    ec2,
    [Symbol.dispose]() {
      elb.destroy();
      classic.destroy();
      ec2.destroy();
    },
  };
}

/** The AWS error code that a call ends with; throws if it is accepted or fails otherwise. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Error && 'Code' in error && typeof error.Code === 'string') return error.Code;
  throw error ?? new Error('the call was accepted');
}
