// SDK clients for whoever wants to look at the emulated cloud or change it by hand: tests and the demo.
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { emulatorCredentials } from './fixture-client.ts';

export interface Clients extends Disposable {
  readonly elb: ElasticLoadBalancingV2Client;
  readonly ec2: EC2Client;
}

/** Clients that never retry, so that every call is one in the recording. */
export function emulatorClients(options: { readonly endpoint: string; readonly region: string }): Clients {
  const config = { ...options, credentials: emulatorCredentials(), maxAttempts: 1 };
  const elb = new ElasticLoadBalancingV2Client(config);
  const ec2 = new EC2Client(config);
  return {
    elb,
    ec2,
    [Symbol.dispose]() {
      elb.destroy();
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
