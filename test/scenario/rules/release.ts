// No Service goes while its things live (rule 3): when a process of ours takes the finalizer off, nothing in AWS is the
// Service's any more.
import type { AwsState } from '../../fake/aws/state.ts';
import { doorsOf } from '../doors.ts';
import { isBalancerName } from '../ledger.ts';
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

const GROUP = /^k8s-elb-(.*)$/;

/** What AWS has of a Service, by its marks. */
export function thingsOf(state: AwsState, uid: string): readonly string[] {
  const isMarked = ({ tags }: { readonly tags: Readonly<Record<string, string>> }) =>
    tags['fairlead.dev/owner']?.endsWith(`/${uid}`) === true;
  const marked = (
    kind: string,
    rows: Iterable<{ readonly name: string; readonly tags: Readonly<Record<string, string>> }>,
  ) => [...rows].filter(isMarked).map(({ name }) => `${kind} ${name}`);
  const isOfClassic = ({ name, tags }: { readonly name: string; readonly tags: Readonly<Record<string, string>> }) =>
    !isMarked({ tags }) && isBalancerName(uid, GROUP.exec(name)?.[1] ?? '');
  const rules = [...state.securityGroups.values()].flatMap((group) =>
    group.ingress.filter((rule) => isBalancerName(uid, balancerOf(rule) ?? '')).map(() => `a rule in ${group.name}`),
  );
  return [
    ...doorsOf(state, uid).map(({ kind, name }) => `load balancer ${name} (${kind})`),
    ...[...state.securityGroups.values()].filter(isOfClassic).map(({ name }) => `security group ${name}`),
    ...marked('target group', state.targetGroups.values()),
    ...marked('security group', state.securityGroups.values()),
    ...[...state.listeners.values()].filter(isMarked).map(({ port }) => `listener ${port}`),
    ...rules,
  ];
}
