// A stack under the controller's own IAM policy, and what the tests of it share.

import { type Clients, emulatorClients } from '../../localstack/clients.ts';
import { CONTROLLER_KEY } from '../../localstack/iam/enforcement.ts';
import type { RecordedCall } from '../../localstack/proxy-recording.ts';
import { type Feature, GRANTED } from '../../providers/aws/grants/features.ts';
import { grants } from '../../providers/aws/grants/policy.ts';
import { type Options, options as table } from '../../providers/aws/options.ts';
import type { Condition, Service } from '../../src/kube/types.ts';
import { parseOptions } from '../../src/schema/index.ts';
import type { Stack } from '../stack/stack.ts';

export const CLUSTER = 'e2e';
export const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';

/** The policy with the region and, where it is known, the VPC. */
export function policyOf(features: readonly Feature[] = GRANTED, vpcId?: string): object {
  const flags = { 'aws-region': 'eu-west-1', ...(vpcId === undefined ? {} : { 'aws-vpc-id': vpcId }) };
  const options = parseOptions(table, { flags, env: {} }).values as Options;
  return grants.document({ features, partition: 'aws', clusterName: CLUSTER, options });
}

export class IamStage {
  readonly #stack: Stack;

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  /** Clients with the controller's credentials. */
  controllerClients(): Clients {
    const { url, fixtures } = this.#stack.emulator;
    const credentials = { accessKeyId: CONTROLLER_KEY, secretAccessKey: 'controller' };
    return emulatorClients({ endpoint: url, region: fixtures.region, credentials });
  }

  /** The calls that were denied since the recording was last cleared, as text. */
  denied(): readonly string[] {
    const isDenial = ({ errorCode }: RecordedCall) => /^(AccessDenied|UnauthorizedOperation)/.test(errorCode ?? '');
    return this.#stack.emulator.proxy.calls
      .filter(isDenial)
      .map(({ service, operation, params }) => `${service}:${operation} ${JSON.stringify(params)}`);
  }

  writes(): readonly string[] {
    return this.#stack.emulator.proxy.find({ write: true }).map(({ operation }) => operation);
  }

  get(name: string): Promise<Service> {
    return this.#stack.request('GET', pathOf(name));
  }

  edit(name: string, patch: object): Promise<Service> {
    return this.#stack.request('PATCH', pathOf(name), patch);
  }

  annotate(name: string, annotations: Readonly<Record<string, string | null>>): Promise<Service> {
    const keyed = Object.entries(annotations).map(([key, value]) => [key.includes('/') ? key : `${STEM}${key}`, value]);
    return this.edit(name, { metadata: { annotations: Object.fromEntries(keyed) } });
  }

  /** Until the Service's cloud is as it asks; `also` is looked for first, since the condition may still be the old one. */
  async programmed(name: string, also: (one: Service) => unknown = () => true): Promise<Service> {
    const look = async () => {
      if (!(await also(await this.get(name)))) return undefined;
      const one = await this.get(name);
      return conditionOf(one, 'Programmed')?.status === 'True' ? one : undefined;
    };
    try {
      return await this.#stack.until(`${name} is programmed`, look);
    } catch (cause) {
      const conditions = JSON.stringify((await this.get(name)).status?.conditions);
      throw new Error(`${name}: ${conditions}\n${this.denied().join('\n')}`, { cause });
    }
  }

  async remove(name: string): Promise<void> {
    await this.#stack.request('DELETE', pathOf(name));
    await this.#stack.until(`${name} is gone`, async () => (await this.#stack.service(name)) === undefined);
  }
}

export function conditionOf(one: Service, type: string): Condition | undefined {
  return one.status?.conditions?.find((each) => each.type === `fairlead.dev/${type}`);
}

function pathOf(name: string): string {
  return `/api/v1/namespaces/default/services/${name}`;
}
