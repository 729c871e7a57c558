// No Service goes while its things live (rule 3): when a process of ours takes the finalizer off, nothing in AWS is the
// Service's any more.
import type { AwsState } from '../../fake/aws/state.ts';
import { balancerName } from '../ledger.ts';
import { balancerOf } from '../rule-text.ts';
import type { World } from '../world.ts';

export class ReleaseRule {
  constructor(world: World, report: (what: string) => void) {
    world.ledger.onRelease(({ service, byUser }) => {
      if (byUser) return;
      const left = thingsOf(world.aws.state, service.metadata.uid);
      if (left.length > 0) report(`3: ${service.metadata.name} lost its finalizer while there are ${left.join(', ')}`);
    });
  }
}

/** What AWS has of a Service, by its marks. */
export function thingsOf(state: AwsState, uid: string): readonly string[] {
  const name = balancerName(uid);
  const isMarked = ({ tags }: { readonly tags: Readonly<Record<string, string>> }) =>
    tags['fairlead.dev/owner']?.endsWith(`/${uid}`) === true;
  const named = (
    kind: string,
    rows: Iterable<{ readonly name: string; readonly tags: Readonly<Record<string, string>> }>,
  ) => [...rows].filter((row) => isMarked(row) || row.name === name).map((row) => `${kind} ${row.name}`);
  const rules = [...state.securityGroups.values()].flatMap((group) =>
    group.ingress.filter((rule) => balancerOf(rule) === name).map(() => `a rule in ${group.name}`),
  );
  return [
    ...named('load balancer', state.loadBalancers.values()),
    ...named('target group', state.targetGroups.values()),
    ...named('security group', state.securityGroups.values()),
    ...[...state.listeners.values()].filter(isMarked).map(({ port }) => `listener ${port}`),
    ...rules,
  ];
}
