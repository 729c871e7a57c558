// What is to be said of a Service that joins the load balancer of another, which only the cloud can tell. Pure.
import type { Problem } from '../../src/schema/problem.ts';
import { annotationName, Findings, fieldName } from './wish-findings.ts';
import type { OpenstackInput } from './wish-networks.ts';
import type { Wish } from './wish-type.ts';

/**
 * What is wrong with joining another Service's load balancer, and what of the Service's wish has no effect there: asked once
 * it is known that `sharedId` is not the Service's own.
 */
export function joiningProblems({ annotations, request }: OpenstackInput, wish: Wish): readonly Problem[] {
  const findings = new Findings();
  const name = annotationName('loadBalancerId');
  const id = wish.sharedId ?? '';
  if (wish.internal) {
    findings.error(name, id, {
      code: 'conflict',
      because: "is another Service's load balancer, and an internal Service cannot join one",
      expected: 'no such annotation, or a Service that is not internal',
    });
  }
  const because = `the load balancer of annotation ${name.key} was made by another Service, which decides it`;
  const fields = ['portId', 'subnetId', 'networkId', 'flavorId', 'availabilityZone', 'class'] as const;
  const floating = ['floatingNetworkId', 'floatingSubnetId', 'floatingSubnet', 'floatingSubnetTags'] as const;
  for (const field of [...fields, ...floating]) {
    const value = annotations[field] ?? '';
    if (value !== '') findings.idle(annotationName(field), value, because, 'no such annotation');
  }
  if (annotations.keepFloatingIp)
    findings.idle(annotationName('keepFloatingIp'), 'true', because, 'no such annotation');
  if (request.loadBalancerIP !== '')
    findings.idle(fieldName('spec.loadBalancerIP'), request.loadBalancerIP, because, 'no such field');
  return findings.problems;
}
