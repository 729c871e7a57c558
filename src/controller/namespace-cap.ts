// How many load balancers one namespace may have. Says who is over the cap; takes nothing from anybody. Pure.
import { FairleadError } from '../engine/errors.ts';
import { CLEANUP_FINALIZER } from '../kube/patch.ts';
import { keyOf } from '../kube/store.ts';
import type { Service } from '../kube/types.ts';
import { type ClaimRules, claimOf } from './claim.ts';

export interface NamespaceCapOptions {
  /** 0: no limit. */
  readonly limit: number;
  /** All Services that are known. */
  readonly services: () => readonly Service[];
  readonly rules: ClaimRules;
  /** True for a Service for which something exists in a cloud. */
  readonly owns: (service: Service) => boolean;
}

/** The option that sets the limit, as users write it. */
const FLAG = '--max-load-balancers-per-namespace';

/**
 * Answers a check that throws a FairleadError `quota` for a Service that has nothing yet and for which its namespace has no
 * place left. Places belong first to those who have something, then to the oldest; who has something is never cut off.
 */
export function namespaceCap({ limit, services, rules, owns }: NamespaceCapOptions): (service: Service) => void {
  // The finalizer comes before the first thing in the cloud.
  const has = (one: Service) => one.metadata.finalizers?.includes(CLEANUP_FINALIZER) === true || owns(one);
  const wants = (one: Service) => claimOf(one, rules).stance === 'ensure';
  return (service) => {
    if (limit === 0 || has(service)) return;
    const { namespace } = service.metadata;
    const before = services().filter(
      (one) => one.metadata.namespace === namespace && wants(one) && (has(one) || isOlder(one, service)),
    );
    if (before.length < limit) return;
    const message =
      `the namespace ${namespace} has all the load balancers that it may have (${limit} by the option ${FLAG}): ` +
      'remove one, or ask for more';
    throw new FairleadError('quota', message);
  };
}

/** Times have no fractions of a second, so names decide between equals. */
function isOlder(a: Service, b: Service): boolean {
  const order = (service: Service) => `${service.metadata.creationTimestamp ?? ''} ${keyOf(service)}`;
  return order(a) < order(b);
}
