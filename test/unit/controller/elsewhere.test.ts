import { describe, expect, it } from 'vitest';
import { createAwsProvider } from '../../../providers/aws/index.ts';
import { simulatorOn } from '../../../providers/simulator/index.ts';
import { rulesOf } from '../../../src/controller/claim.ts';
import { elsewhereBy } from '../../../src/controller/elsewhere.ts';
import type { Service } from '../../../src/kube/types.ts';
import type { AnyProvider } from '../../../src/provider/provider.ts';
import { parseOptions } from '../../../src/schema/index.ts';

const TYPE = 'service.beta.kubernetes.io/aws-load-balancer-type';
const providers = [createAwsProvider(), simulatorOn()].map((one) => {
  const provider = one as unknown as AnyProvider;
  return { provider, options: parseOptions(provider.options, { flags: {}, env: {} }).values };
});
const isElsewhere = elsewhereBy(providers, rulesOf({ providers, claimClassless: true }));

const service = (annotations: Readonly<Record<string, string>> | undefined, loadBalancerClass?: string): Service => ({
  metadata: { name: 'web', uid: 'one', resourceVersion: '1', ...(annotations && { annotations }) },
  spec: { type: 'LoadBalancer', ...(loadBalancerClass !== undefined && { loadBalancerClass }) },
});

describe('a Service is another controller’s by its annotations', () => {
  it.each<[boolean, Readonly<Record<string, string>> | undefined, string | undefined]>([
    [true, { [TYPE]: 'external' }, undefined],
    [true, { [TYPE]: 'nlb-ip' }, undefined],
    [false, { [TYPE]: 'nlb' }, undefined],
    [false, { [TYPE]: 'nonsense' }, undefined],
    [false, {}, undefined],
    [false, undefined, undefined],
    [false, { [TYPE]: 'external' }, 'example.com/other'],
    [false, { [TYPE]: 'external' }, simulatorOn().classes[0]],
  ])('%s: %o, of class %s', (is, annotations, className) => {
    const one = service(annotations, className);
    expect([isElsewhere(one), isElsewhere(one)]).toEqual([is, is]);
  });
});
