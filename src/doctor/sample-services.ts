// Services that nobody has: one of each kind of load balancer of a provider, as an API server would answer it. Pure.
import type { Service } from '../kube/types.ts';
import { completeService } from '../manifest/complete.ts';
import type { AnyCompiler } from '../provider/provider.ts';

export interface SampleService {
  /** How to speak of its load balancer: "a Network Load Balancer". */
  readonly loadBalancer: string;
  readonly service: Service;
}

const NAME = 'fairlead-doctor';

/** One TCP port, and nothing else that could be wrong. */
export function sampleServices({ annotations, classes }: AnyCompiler, namespace: string): readonly SampleService[] {
  const { kinds, selector, fields } = annotations;
  const key = selector && (fields as Readonly<Record<string, { readonly key: string }>>)[selector.field]?.key;
  const named = Object.entries(kinds);
  if (key === undefined || named.length === 0) {
    return [{ loadBalancer: 'a load balancer', service: sample(namespace, 'any', {}, classes[0]) }];
  }
  return named.map(([kind, loadBalancer]) => ({
    loadBalancer,
    service: sample(namespace, kind, { [key]: kind }, classes[0]),
  }));
}

function sample(
  namespace: string,
  kind: string,
  annotations: Readonly<Record<string, string>>,
  className: string | undefined,
): Service {
  return completeService({
    metadata: { namespace, name: `${NAME}-${kind}`, uid: '', resourceVersion: '', annotations },
    spec: {
      type: 'LoadBalancer',
      ports: [{ name: 'http', port: 80 }],
      ...(className !== undefined && { loadBalancerClass: className }),
    },
  });
}
