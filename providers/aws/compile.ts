// From one Service and what AWS told to the resources of its load balancer, of whichever kind. Pure, total, and runs in a
// browser.
import type { Graph } from '../../src/engine/graph.ts';
import { isOwnedBy } from '../../src/engine/owner.ts';
import type { Compiled } from '../../src/provider/provider.ts';
import { kindOf, type LoadBalancerKind } from './annotations.ts';
import { checkCertificate } from './compile/certificate.ts';
import { compileClassic } from './compile/classic.ts';
import { clientsOf } from './compile/clients.ts';
import { annotationName, Findings } from './compile/findings.ts';
import { ownLoadBalancers } from './compile/identity.ts';
import { compileNlb } from './compile/nlb.ts';
import { keepOtherKind } from './compile/replacement.ts';
import { checkRequest } from './compile/request.ts';
import type { AwsInput, Subject } from './compile/subject.ts';
import { planTargets } from './compile/targets.ts';
import type { Facts } from './facts.ts';

export { retarget } from './compile/retarget.ts';
export type { AwsInput } from './compile/subject.ts';

export function compile(members: readonly AwsInput[], facts: Facts): Compiled {
  const findings = new Findings();
  const [input] = members;
  if (input === undefined) return { problems: [] };
  const { request, annotations, options } = input;
  const kind = kindOf(annotations, options);
  if (kind === undefined) {
    const because = 'leaves the Service to another controller';
    findings.error(annotationName('type'), annotations.type ?? '', { because, expected: 'nlb or classic' });
    return { problems: findings.problems };
  }
  checkRequest(request, kind, findings);
  checkCertificate(annotations.sslCert, facts, findings);
  const own = ownLoadBalancers(facts.loadBalancers, request.owner);
  const subject: Subject = { input, facts, own, clients: clientsOf(request, annotations, findings) };
  const graph = kind === 'nlb' ? compileNlb(subject, findings) : compileClassic(subject, findings);
  if (findings.hasErrors) return { problems: findings.problems };
  return { graph: keptAsIs(subject, kind) ?? graph, problems: findings.problems };
}

/** Where the Service asks for another kind than it has, and does not let it be replaced. */
function keptAsIs({ input, facts, own }: Subject, wanted: LoadBalancerKind): Graph | undefined {
  const { annotations, nodes, request } = input;
  if (annotations.allowReplacement || own.length === 0 || own.some(({ kind }) => kind === wanted)) return undefined;
  // What there is to say of the nodes was said when the wish was compiled.
  const targets = planTargets(nodes, annotations.targetNodeLabels ?? {}, facts, [], new Findings());
  const targetGroups = facts.targetGroups.filter(({ marks }) => marks.some((mark) => isOwnedBy(mark, request.owner)));
  return keepOtherKind(wanted, { loadBalancers: own, targetGroups }, targets);
}
