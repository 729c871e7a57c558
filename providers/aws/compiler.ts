// The half of the AWS provider that needs no cloud: its tables, its kinds, and compiling. Runs in a browser.
import type { Operated } from '../../src/provider/operations.ts';
import type { Compiler } from '../../src/provider/provider.ts';
import { type Annotations, annotations } from './annotations.ts';
import { assume } from './assume.ts';
import { compile } from './compile.ts';
import type { Facts } from './facts.ts';
import { grants } from './grants/policy.ts';
import { imagine } from './imagine.ts';
import { classicInstancesKind } from './kinds/classic-instances.ts';
import { classicLoadBalancerKind } from './kinds/classic-load-balancer.ts';
import { listenerKind } from './kinds/listener.ts';
import { loadBalancerKind } from './kinds/load-balancer.ts';
import { nodeRulesKind } from './kinds/node-rules.ts';
import { securityGroupKind } from './kinds/security-group.ts';
import { targetGroupKind } from './kinds/target-group.ts';
import { targetsKind } from './kinds/targets.ts';
import { operations } from './operations.ts';
import { type Options, options } from './options.ts';
import { permissions } from './permissions.ts';
import { phrase } from './phrase.ts';

export const awsCompiler = {
  name: 'aws',
  // The classes of other controllers (service.k8s.aws/nlb, eks.amazonaws.com/nlb) are never ours.
  classes: ['fairlead.dev/aws'],
  annotations,
  options,
  // A node's rules are there before it is registered.
  kinds: [
    securityGroupKind,
    nodeRulesKind,
    targetGroupKind,
    targetsKind,
    loadBalancerKind,
    listenerKind,
    classicLoadBalancerKind,
    classicInstancesKind,
  ],
  defaultKind: ({ defaultType }) => defaultType,
  compile,
  imagine,
  assume,
  phrase,
  permissions,
  grants,
  operations,
} as const satisfies Omit<Compiler<Annotations, Facts, Options>, 'kinds'> &
  Operated & { readonly kinds: readonly unknown[] };
