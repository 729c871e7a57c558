// Which Services are ours, and what is to be done with each. Pure.
import { CLEANUP_FINALIZER } from '../kube/patch.ts';
import type { Service } from '../kube/types.ts';
import { conditionOf, PROGRAMMED } from './conditions.ts';

/**
 * ensure: it is ours and wants a load balancer from this provider. release: it does not want one from us any more, or is
 * going; what we hold for it goes, then the finalizer. foreign: it is somebody else's; only what we still hold for it
 * goes, and its finalizers are not touched. ignore: nothing to do.
 */
export type Claim =
  | { readonly stance: 'ensure'; readonly provider: string }
  | { readonly stance: 'release' | 'foreign' | 'ignore' };

export interface ClaimRules {
  /** Provider name by spec.loadBalancerClass. */
  readonly classes: ReadonlyMap<string, string>;
  /** The provider of Services without a class; undefined: they are somebody else's. */
  readonly classless: string | undefined;
}

/** Throws if two providers answer to one class. The first provider gets the Services without a class. */
export function rulesOf(wanted: {
  readonly providers: readonly { readonly provider: { readonly name: string; readonly classes: readonly string[] } }[];
  readonly claimClassless: boolean;
}): ClaimRules {
  const classes = new Map<string, string>();
  for (const { provider } of wanted.providers) {
    for (const name of provider.classes) {
      const other = classes.get(name);
      if (other !== undefined) throw new Error(`the class ${name} is claimed by both ${other} and ${provider.name}`);
      classes.set(name, provider.name);
    }
  }
  return { classes, classless: wanted.claimClassless ? wanted.providers[0]?.provider.name : undefined };
}

export function claimOf(service: Service, rules: ClaimRules): Claim {
  const { spec, metadata } = service;
  const finalizer = metadata.finalizers?.includes(CLEANUP_FINALIZER) === true;
  if (spec.type !== 'LoadBalancer') {
    // Its class, if it had one, is gone with the type. As the controller of classless Services we finish what our
    // predecessor began; else only what we have handled ourselves is ours.
    const ours = rules.classless !== undefined || conditionOf(service, PROGRAMMED) !== undefined;
    return { stance: finalizer && ours ? 'release' : 'foreign' };
  }
  // Classless Services were given to another controller by an option: what we may hold for them is its to take over.
  if (spec.loadBalancerClass === undefined && rules.classless === undefined) return { stance: 'ignore' };
  const provider = spec.loadBalancerClass === undefined ? rules.classless : rules.classes.get(spec.loadBalancerClass);
  if (provider === undefined) return { stance: 'foreign' };
  if (metadata.deletionTimestamp !== undefined) return { stance: finalizer ? 'release' : 'foreign' };
  return { stance: 'ensure', provider };
}
