// Allowed source ranges are never wider than asked for, at any instant (rule 5): each rule that a process of ours adds is
// within what some Service asks for at that moment.
import type { Service } from '../../../src/kube/types.ts';
import type { Rule } from '../../fake/aws/ec2/tables.ts';
import { parseRange } from '../../fake/aws/range.ts';
import type { AwsState } from '../../fake/aws/state.ts';
import type { Step } from '../../fake/aws/strict-aws.ts';
import { doorsOf } from '../doors.ts';
import { isBalancerName } from '../ledger.ts';
import { isOurs, ruleText, sourceOf } from '../rule-text.ts';
import { AWS, healthOf, isWanted, kindOf, mayReplace, rangesOf } from '../wishes.ts';
import type { World } from '../world.ts';

export class RangesRule {
  readonly #world: World;
  readonly #report: (what: string) => void;
  /** For how long a version of a Service may still be acted on after the next one: calls take their time. */
  graceMs = 0;
  /** The port that health checks of all Services ask, and the group of all Classic load balancers, where options say so. */
  sharedHealthPort: number | undefined;
  sharedGroup: string | undefined;
  #before: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(world: World, report: (what: string) => void) {
    this.#world = world;
    this.#report = report;
    this.#before = textsOf(world.aws.state);
  }

  step({ state, call }: Step): void {
    const process = call && this.#world.processOf(call.session);
    for (const [id, { ingress, name }] of state.securityGroups) {
      const before = this.#before.get(id);
      const added = ingress.filter((rule) => before?.has(ruleText(rule)) !== true);
      if (!process || added.length === 0) continue;
      const isNodes = before !== undefined && ingress.some(isOurs);
      for (const rule of added.filter((one) => !this.#isAsked(one, isNodes || isOurs(one)))) {
        this.#report(`5: ${process.name} opened ${ruleText(rule)} in ${name}, which nobody asks for`);
      }
    }
    this.#before = textsOf(state);
  }

  /** `onNodes`: a rule for node ports; else one of a load balancer's own group, for the ports of the Service. */
  #isAsked(rule: Rule, onNodes: boolean): boolean {
    const services = this.#world.ledger.versions(this.graceMs).filter((service) => isWanted(service));
    return services.some(
      (service) =>
        this.#isOfClassic(service, rule) ||
        this.#allowedFor(service, rule, onNodes).some((range) => within(range, sourceOf(rule))),
    );
  }

  /** What a Classic load balancer sends is anything, from the first of its groups. */
  #isOfClassic({ metadata }: Service, { protocol, source }: Rule): boolean {
    if (protocol !== '-1' || source.type !== 'group') return false;
    const named = metadata.annotations?.[`${AWS}security-groups`]?.split(',')[0]?.trim() ?? this.sharedGroup;
    if (named !== undefined) return named === source.groupId;
    const { name = '' } = this.#world.aws.state.securityGroups.get(source.groupId) ?? {};
    return name.startsWith('k8s-elb-') && isBalancerName(metadata.uid, name.slice('k8s-elb-'.length));
  }

  #allowedFor(service: Service, rule: Rule, onNodes: boolean): readonly string[] {
    // Nobody but its load balancer gets to the nodes of a Classic one. Without leave an NLB stays what it is.
    const wishesClassic = kindOf(service, this.#world.defaultKind) === 'classic';
    const staysNlb = doorsOf(this.#world.aws.state, service.metadata.uid).some(({ kind }) => kind === 'nlb');
    if (onNodes && wishesClassic && !(staysNlb && !mayReplace(service))) return [];
    const clients = rangesOf(service) ?? [];
    const subnets = onNodes ? [...this.#world.aws.state.subnets.values()].map(({ cidr }) => cidr) : [];
    if (rule.protocol === 'icmp') return [...clients, ...(clients.length > 0 ? subnets : [])];
    const isFor = (service.spec.ports ?? []).some(({ port, nodePort, protocol = 'TCP' }) => {
      const number = onNodes ? nodePort : port;
      return number === rule.fromPort && number === rule.toPort && protocol.toLowerCase() === rule.protocol;
    });
    if (isFor) return clients.length > 0 ? [...clients, ...subnets] : [];
    return onNodes && this.#isHealthPort(service, rule) ? subnets : [];
  }

  /** A UDP port is checked over TCP. */
  #isHealthPort(service: Service, { protocol, fromPort }: Rule): boolean {
    if (protocol !== 'tcp') return false;
    if (fromPort === this.sharedHealthPort) return true;
    const { port } = healthOf(service);
    if (port !== 'traffic-port') return Number(port) === fromPort;
    return (service.spec.ports ?? []).some(({ nodePort }) => nodePort === fromPort);
  }
}

function textsOf(state: AwsState): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map([...state.securityGroups].map(([id, { ingress }]) => [id, new Set(ingress.map(ruleText))]));
}

function within(outer: string, inner: string): boolean {
  const [a, b] = [parseRange(outer), parseRange(inner)];
  return a !== undefined && b !== undefined && a.family === b.family && a.first <= b.first && b.last <= a.last;
}
