// From one Service and what AWS told to the resources of its load balancer, of whichever kind. Pure, total, and runs in a
// browser.
import type { Graph } from '../../src/engine/graph.ts';
import { isOwnedBy, type Mark } from '../../src/engine/owner.ts';
import type { Compiled } from '../../src/provider/provider.ts';
import { CLASSIC_TIMEOUT } from './annotations/health-check.ts';
import { type Annotations, type LoadBalancerKind, annotations as table } from './annotations.ts';
import { checkAllowed } from './compile/allowed.ts';
import { checkCertificate } from './compile/certificate.ts';
import { compileClassic } from './compile/classic.ts';
import { clientsOf } from './compile/clients.ts';
import { annotationName, Findings } from './compile/findings.ts';
import { managedRules } from './compile/groups.ts';
import { ownLoadBalancers } from './compile/identity.ts';
import { compileNlb } from './compile/nlb.ts';
import { keepAll, otherKind, withGroupsOfReplaced, withTargetsOfReplaced } from './compile/replacement.ts';
import { checkRequest } from './compile/request.ts';
import { withDefaultScheme } from './compile/scheme.ts';
import { type AwsInput, type Subject, tagsOf } from './compile/subject.ts';
import { planTargets } from './compile/targets.ts';
import type { Facts } from './facts.ts';

export { retarget } from './compile/retarget.ts';
export type { AwsInput } from './compile/subject.ts';

export function compile(members: readonly AwsInput[], facts: Facts): Compiled {
  const findings = new Findings();
  const [member] = members;
  if (member === undefined) return { problems: [] };
  const input = withDefaultScheme(member, findings);
  const { request, annotations, options } = input;
  const kind = table.kindOf(annotations, options.defaultType) as LoadBalancerKind | undefined;
  if (kind === undefined) {
    const because = 'leaves the Service to another controller';
    findings.error(annotationName('type'), annotations.type ?? '', { because, expected: 'nlb or classic' });
    return { problems: findings.problems };
  }
  checkRequest(request, kind, findings);
  checkCertificate(annotations.sslCert, facts, findings);
  checkAllowed(annotations, options, findings);
  const own = ownLoadBalancers(facts.loadBalancers, request.owner);
  const subject: Subject = { input, facts, own, clients: clientsOf(request, annotations, findings) };
  const graph = compileAs(kind, subject, findings);
  if (findings.hasErrors) return { problems: findings.problems };
  return { graph: keptAsIs(subject, kind, graph) ?? withReplaced(subject, graph), problems: findings.problems };
}

function compileAs(kind: LoadBalancerKind, subject: Subject, findings: Findings): Graph {
  return kind === 'nlb' ? compileNlb(subject, findings) : compileClassic(subject, findings);
}

/** The Service as if it asked for the kind that it has: whatever that kind can do of it is done. Undefined: it cannot be. */
function asOtherKind(subject: Subject): Graph | undefined {
  const [existing, ...more] = subject.own;
  if (existing === undefined || more.length > 0 || !isReadable(subject.input.annotations, existing.kind))
    return undefined;
  const findings = new Findings();
  const graph = compileAs(existing.kind, subject, findings);
  return findings.hasErrors ? undefined : graph;
}

/** The values were read as those of the other kind, which takes a little more in two places. */
function isReadable(
  { healthcheckProtocol, healthcheckTimeoutSeconds = 0 }: Annotations,
  kind: LoadBalancerKind,
): boolean {
  return kind === 'nlb' ? healthcheckProtocol !== 'SSL' : healthcheckTimeoutSeconds <= CLASSIC_TIMEOUT.max;
}

/** What is replaced serves on for a while: its instances follow the nodes, and nobody gets in who may not any more. */
function withReplaced(subject: Subject, graph: Graph): Graph {
  if (!graph.replaces) return graph;
  const { input, facts, clients } = subject;
  const following = withTargetsOfReplaced(graph, existingOf(subject), targetsOf(subject));
  const group = { vpcId: facts.vpcId, rules: entranceRules(input, clients), tags: tagsOf(input, { named: false }) };
  return withGroupsOfReplaced(following, facts.managedGroups, group);
}

/** For every port of the Service, whatever kind of load balancer opens it. */
function entranceRules({ request }: AwsInput, clients: readonly string[]) {
  const entrances = request.ports.flatMap(({ port, protocol }) => {
    const name = protocol === 'TCP' ? 'tcp' : 'udp';
    return protocol === 'SCTP' ? [] : [{ port, protocols: [name] as const }];
  });
  return managedRules(entrances, clients);
}

/** What there is to say of the nodes was said when the wish was compiled. */
function targetsOf({ input: { nodes, annotations }, facts }: Subject) {
  return planTargets(nodes, annotations.targetNodeLabels ?? {}, facts, [], new Findings());
}

function existingOf({ input, facts, own }: Subject) {
  const isOwn = ({ marks }: { marks: readonly Mark[] }) => marks.some((mark) => isOwnedBy(mark, input.request.owner));
  return { loadBalancers: own, targetGroups: facts.targetGroups.filter(isOwn) };
}

/**
 * Where the Service asks for another kind than it has, or for what none of several is, and does not let anything be replaced:
 * which of them clients use is not to be decided here.
 */
function keptAsIs(subject: Subject, wanted: LoadBalancerKind, graph: Graph): Graph | undefined {
  const { input, own } = subject;
  if (input.annotations.allowReplacement || own.length === 0) return undefined;
  if (own.every(({ kind }) => kind !== wanted)) {
    const blocked = otherKind(wanted, own);
    const asIs = asOtherKind(subject);
    if (asIs) return { ...asIs, blocked: [...blocked, ...(asIs.blocked ?? [])] };
    return keepAll(existingOf(subject), targetsOf(subject), blocked);
  }
  return graph.blocked && own.length > 1 ? keepAll(existingOf(subject), targetsOf(subject), graph.blocked) : undefined;
}
