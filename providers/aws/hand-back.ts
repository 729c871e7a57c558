// What keeps cloud-provider-aws from taking over a load balancer as it is: what docs/migration.md says of the way back. Pure.
import type { Listed } from '../../src/engine/kind.ts';
import type { Input } from '../../src/provider/provider.ts';
import { STEM } from './annotations/words.ts';
import type { Annotations } from './annotations.ts';
import { loadBalancerName } from './naming.ts';
import type { Options } from './options.ts';
import { CLASSIC_LOAD_BALANCER, LOAD_BALANCER } from './resources.ts';

/** A sentence each; empty: it finds everything by the same names. */
export function obstacles(
  { request, annotations, options }: Input<Partial<Annotations>, Options>,
  existing: readonly (Listed & { readonly kind: string })[],
): readonly string[] {
  const balancers = existing.filter(({ kind }) => kind === LOAD_BALANCER.name || kind === CLASSIC_LOAD_BALANCER.name);
  if (balancers.length === 0) return ['There is no load balancer to take over.'];
  const { owner, ports } = request;
  const others = balancers.filter(({ id }) => id !== loadBalancerName(owner.uid)).map(({ id }) => id);
  const type = annotations.type ?? options.defaultType;
  return [
    ...(others.length > 0
      ? [
          `It does not know ${others.join(', ')}, which replaced another one and so has a name with another first letter: it ` +
            'would build a new load balancer, with a new address, and nobody would remove this one.',
        ]
      : []),
    ...(balancers.some(({ kind }) => kind !== (type === 'classic' ? CLASSIC_LOAD_BALANCER : LOAD_BALANCER).name)
      ? [
          'It would build one of the type that the Service asks for, with a new address, and leave the one of the other type.',
        ]
      : []),
    ...(annotations.type === undefined && type === 'nlb'
      ? [`It takes a Service without the annotation ${STEM}type for Classic, and refuses this one: write "nlb".`]
      : []),
    ...(new Set(ports.map(({ protocol }) => protocol)).size > 1
      ? ['It refuses Services with ports of several protocols; what exists stays as it is.']
      : []),
  ];
}
