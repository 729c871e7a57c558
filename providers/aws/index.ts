// The AWS provider: Network Load Balancers through ELBv2 and EC2. The only room that knows AWS; the SDK is loaded when a
// connection is made, so that compiling and checking need none.
import { defineProvider, type Provider } from '../../src/provider/provider.ts';
import { type Annotations, annotations, isElsewhere } from './annotations.ts';
import { type ClientFactory, type Cloud, connect } from './cloud/cloud.ts';
import { compile, retarget } from './compile.ts';
import type { Facts } from './facts.ts';
import { gather } from './gather.ts';
import { listenerKind } from './kinds/listener.ts';
import { loadBalancerKind } from './kinds/load-balancer.ts';
import { nodeRulesKind } from './kinds/node-rules.ts';
import { securityGroupKind } from './kinds/security-group.ts';
import { targetGroupKind } from './kinds/target-group.ts';
import { targetsKind } from './kinds/targets.ts';
import { type Options, options } from './options.ts';
import { LOAD_BALANCER, type LoadBalancerOut } from './resources.ts';

export interface AwsProviderSettings {
  /** Makes the SDK's clients; tests have their own. Default: the SDK as the environment configures it. */
  readonly clients?: ClientFactory;
}

export type AwsProvider = Provider<Cloud, Annotations, Facts, Options>;

export function createAwsProvider({ clients }: AwsProviderSettings = {}): AwsProvider {
  return defineProvider<Cloud, Annotations, Facts, Options>({
    name: 'aws',
    // The classes of other controllers (service.k8s.aws/nlb, eks.amazonaws.com/nlb) are never ours.
    classes: ['fairlead.dev/aws'],
    annotations,
    options,
    // In dependency order: a node's rules are there before it is registered.
    kinds: [securityGroupKind, nodeRulesKind, targetGroupKind, targetsKind, loadBalancerKind, listenerKind],
    connect: ({ region = '', vpcId = '', roleArn = '' }, host) => connect({ region, vpcId, roleArn }, host, clients),
    gather,
    compile,
    kindOf,
    elsewhere: ({ type }) => isElsewhere({ type }),
    retarget,
    ingress(graph, outputs) {
      const balancers = graph.resources.filter(({ kind }) => kind === LOAD_BALANCER.name);
      return balancers.flatMap(({ kind, id }) => {
        const out = outputs.get(`${kind}/${id}`) as LoadBalancerOut | undefined;
        return out === undefined || out.dnsName === '' ? [] : [{ hostname: out.dnsName }];
      });
    },
  });
}

/** Undefined where the type is another controller's, or at fault: a faulty value is missing. */
function kindOf(values: Partial<Annotations>, { defaultType }: Options): string | undefined {
  if (!('type' in values)) return undefined;
  const { type = defaultType } = values;
  return isElsewhere({ type }) ? undefined : type;
}

export const awsProvider: AwsProvider = createAwsProvider();
