// The AWS provider: Network and Classic Load Balancers through both ELB APIs and EC2. The only room that knows AWS; the SDK
// is loaded when a connection is made, so that compiling and checking need none.
import { defineProvider, type Provider } from '../../src/provider/provider.ts';
import type { Annotations } from './annotations.ts';
import { type ClientFactory, type Cloud, connect } from './cloud/cloud.ts';
import { retarget } from './compile.ts';
import { awsCompiler } from './compiler.ts';
import { examine } from './examine.ts';
import type { Facts } from './facts.ts';
import { gather } from './gather.ts';
import { obstacles } from './hand-back.ts';
import type { Options } from './options.ts';
import {
  CLASSIC_LOAD_BALANCER,
  type ClassicLoadBalancerOut,
  LOAD_BALANCER,
  type LoadBalancerOut,
} from './resources.ts';
import { serves } from './serves.ts';

export interface AwsProviderSettings {
  /** Makes the SDK's clients; tests have their own. Default: the SDK as the environment configures it. */
  readonly clients?: ClientFactory;
}

export type AwsProvider = Provider<Cloud, Annotations, Facts, Options>;

export function createAwsProvider({ clients }: AwsProviderSettings = {}): AwsProvider {
  return defineProvider<Cloud, Annotations, Facts, Options>({
    ...awsCompiler,
    cloudConfig: {
      option: 'aws-cloud-config',
      read: async (text, about) => (await import('./cloud-config.ts')).readCloudConfig(text, about),
    },
    secretVariables: ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CONTAINER_AUTHORIZATION_TOKEN'],
    connect: ({ region = '', vpcId = '', roleArn = '' }, host) => connect({ region, vpcId, roleArn }, host, clients),
    gather,
    retarget,
    obstacles,
    serves,
    examine,
    ingress(graph, outputs) {
      const balancers = graph.resources.filter(({ kind }) => ADDRESSED.has(kind));
      return balancers.flatMap(({ kind, id }) => {
        const out = outputs.get(`${kind}/${id}`) as Addressed | undefined;
        return out === undefined || out.dnsName === '' ? [] : [{ hostname: out.dnsName }];
      });
    },
  });
}

/** The kinds that have an address. */
const ADDRESSED: ReadonlySet<string> = new Set([LOAD_BALANCER.name, CLASSIC_LOAD_BALANCER.name]);
type Addressed = LoadBalancerOut | ClassicLoadBalancerOut;

export const awsProvider: AwsProvider = createAwsProvider();
