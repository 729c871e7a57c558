// The load balancers of a Service, of either kind, as clients and nodes see them: addresses, ports, and what is behind. It
// judges nothing.
import type { Rule } from '../fake/aws/ec2/tables.ts';
import type { AwsState } from '../fake/aws/state.ts';
import { activeInstances } from './classic-looks.ts';
import { isBalancerName } from './ledger.ts';
import { activeTargets } from './looks.ts';
import { ruleText } from './rule-text.ts';
import type { BalancerKind } from './wishes.ts';

/** One load balancer of a Service. */
export interface Door {
  readonly kind: BalancerKind;
  readonly name: string;
  readonly dnsName: string;
  readonly scheme: string;
  readonly passages: readonly Passage[];
}

/** One of its ports. */
export interface Passage {
  readonly port: number;
  readonly protocol: string;
  readonly nodePort: number;
  /** Of a Classic one: what it speaks to the instances. */
  readonly instanceProtocol: string | undefined;
  /** Ids of the instances that take or may soon take traffic, sorted. */
  readonly instances: readonly string[];
  /** ARN of an NLB's target group. */
  readonly targetGroup: string | undefined;
}

/** Every one that has a name and a mark of the Service, in the order of names. */
export function doorsOf(state: AwsState, uid: string): readonly Door[] {
  const isOfService = ({ name, tags }: { readonly name: string; readonly tags: Readonly<Record<string, string>> }) =>
    isBalancerName(uid, name) && isMarkedFor(uid, tags);
  const nlbs = [...state.loadBalancers.values()].filter(isOfService);
  const classics = [...state.classicLoadBalancers.values()].filter(isOfService);
  const doors = [
    ...nlbs.map(({ arn, name, dnsName, scheme }): Door => {
      return { kind: 'nlb', name, dnsName, scheme, passages: passagesOf(state, arn) };
    }),
    ...classics.map((row): Door => {
      const instances = activeInstances(row);
      const passages = Object.values(row.listeners).map(({ instancePort: nodePort, ...one }) => {
        const { port, protocol, instanceProtocol } = one;
        return { port, protocol, nodePort, instanceProtocol, instances, targetGroup: undefined };
      });
      const { name, dnsName, scheme } = row;
      return { kind: 'classic', name, dnsName, scheme, passages: passages.sort((a, b) => a.port - b.port) };
    }),
  ];
  return doors.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** By our own tag, or where there is none by that of the official controller. */
export function isMarkedFor(uid: string, tags: Readonly<Record<string, string>>): boolean {
  const owner = tags['fairlead.dev/owner'];
  return owner === undefined ? tags['kubernetes.io/service-name'] !== undefined : owner.endsWith(`/${uid}`);
}

/** True if a client of the network gets through the door's own groups and those of the nodes. */
export function isOpenTo(state: AwsState, door: Door, passage: Passage, protocol: string, range: string): boolean {
  const groups = new Set(passage.instances.flatMap((id) => state.instances.get(id)?.groups ?? []));
  const rules = [...groups].flatMap((id) => ingressOf(state, id)).map(ruleText);
  const own = groupsOf(state, door);
  const entrance = own.flatMap((id) => ingressOf(state, id)).map(ruleText);
  if (door.kind === 'classic') {
    const isInside = own.some((id) => rules.includes(`-1 all ${id}`));
    return isInside && entrance.includes(`tcp ${passage.port} ${range}`);
  }
  const kind = protocol.toLowerCase();
  const isIn = own.length === 0 || entrance.includes(`${kind} ${passage.port} ${range}`);
  return isIn && rules.includes(`${kind} ${passage.nodePort} ${range}`);
}

/** Ids of the load balancer's own. */
function groupsOf({ loadBalancers, classicLoadBalancers }: AwsState, { kind, name }: Door): readonly string[] {
  const rows = kind === 'classic' ? classicLoadBalancers : loadBalancers;
  return [...rows.values()].find((row) => row.name === name)?.securityGroups ?? [];
}

function ingressOf(state: AwsState, group: string): readonly Rule[] {
  return state.securityGroups.get(group)?.ingress ?? [];
}

function passagesOf(state: AwsState, balancer: string): readonly Passage[] {
  const listeners = [...state.listeners.values()].filter(({ loadBalancerArn }) => loadBalancerArn === balancer);
  const passages = listeners.map(({ port, protocol, forward }) => {
    const group = state.targetGroups.get(forward[0]?.targetGroupArn ?? '');
    return {
      ...{ port, protocol },
      nodePort: group?.port ?? 0,
      instanceProtocol: undefined,
      instances: group ? activeTargets(group) : [],
      targetGroup: group?.arn,
    };
  });
  return passages.sort((a, b) => a.port - b.port);
}
