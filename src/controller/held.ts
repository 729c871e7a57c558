// The Services that one provider has load balancers for, as an engine has to know them before its first plan. Pure.
import { CLEANUP_FINALIZER } from '../kube/patch.ts';
import type { Service } from '../kube/types.ts';
import type { EligibleNode } from '../provider/request.ts';
import { type ClaimRules, claimOf } from './claim.ts';
import { memoryOf } from './conditions.ts';
import type { Known, Runtime } from './runtime.ts';

/** Those that are the provider's and stay, read, with what their status remembers. */
export function heldBy(
  runtime: Runtime,
  services: readonly Service[],
  rules: ClaimRules,
  nodes: readonly EligibleNode[],
): readonly Known[] {
  const mine = services.filter((service) => {
    const claim = claimOf(service, rules);
    // One that is not held yet has nothing that could be taken away, and no other stack may write its part for it.
    const held = service.metadata.finalizers?.includes(CLEANUP_FINALIZER) === true;
    return held && claim.stance === 'ensure' && claim.provider === runtime.provider.name;
  });
  return mine.map((service) => ({ reading: runtime.read(service, nodes), memory: memoryOf(service) }));
}
