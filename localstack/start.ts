// One call that starts everything a controller needs of AWS: the emulator, the proxy in front of it, and a cloud to
// work in. AWS_ENDPOINT_URL in the environment chooses another emulator than moto.
import { type EmulatorCredentials, emulatorCredentials } from './fixture-client.ts';
import { createFixtures, type Fixtures } from './fixtures.ts';
import { CONTROLLER_KEY, type EnforcedPolicy } from './iam/enforcement.ts';
import { startMoto } from './moto.ts';
import { type AwsProxy, startProxy } from './proxy.ts';

export interface EmulatorOptions {
  readonly log: (line: string) => void;
  /** How many nodes the cluster has. */
  readonly nodes: number;
  readonly clusterName: string;
  /** Default `eu-west-1`. */
  readonly region?: string;
  /** Enforce AWS's rules in the proxy. Default: yes for moto, no for an endpoint of the user's choosing. */
  readonly rules?: boolean;
  /** What whoever uses `env` may do. Default: everything. It can be changed by `proxy.enforce`. */
  readonly iam?: EnforcedPolicy;
}

export interface Emulator {
  /** The endpoint to give to AWS clients: the proxy's. */
  readonly url: string;
  readonly proxy: AwsProxy;
  readonly fixtures: Fixtures;
  /** The environment variables that make an AWS SDK use it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts the emulator. The recording is empty when it returns. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { log, nodes, clusterName, region = 'eu-west-1' } = options;
  const { iam } = options;
  const chosen = process.env.AWS_ENDPOINT_URL;
  if (chosen) log(`aws: using ${chosen}`);
  const moto = chosen ? undefined : await startMoto({ log });
  try {
    const proxy = await startProxy({ upstream: chosen ?? moto!.url, rules: options.rules ?? !chosen, log });
    try {
      const fixtures = await createFixtures({ endpoint: proxy.url, region, clusterName, nodes });
      proxy.clear();
      log(`aws: ${proxy.url}, ${fixtures.vpcId} in ${region} with ${nodes} nodes`);
      proxy.enforce(iam);
      const { accessKeyId, secretAccessKey, sessionToken } = iam ? controllerCredentials(iam) : emulatorCredentials();
      const env = {
        ...{ AWS_ENDPOINT_URL: proxy.url, AWS_REGION: region, AWS_EC2_METADATA_DISABLED: 'true' },
        ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
        ...(sessionToken ? { AWS_SESSION_TOKEN: sessionToken } : {}),
      };
      const stop = async () => {
        await proxy.stop();
        await moto?.stop();
      };
      return { url: proxy.url, proxy, fixtures, env, stop };
    } catch (error) {
      await proxy.stop();
      throw error;
    }
  } catch (error) {
    await moto?.stop();
    throw error;
  }
}

/** Of whom the policy holds for; whoever looks at the cloud by hand has others. */
function controllerCredentials({ accessKeyId = CONTROLLER_KEY }: EnforcedPolicy): EmulatorCredentials {
  return { accessKeyId, secretAccessKey: 'controller' };
}
