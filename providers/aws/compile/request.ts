// Fields of the Service that a load balancer of AWS cannot honour. Pure.
import type { Request } from '../../../src/provider/request.ts';
import type { LoadBalancerKind } from '../annotations.ts';
import { annotationName, type Findings, fieldName } from './findings.ts';

export function checkRequest(request: Request, kind: LoadBalancerKind, findings: Findings): void {
  const { loadBalancerIP, sessionAffinity, families, familyPolicy } = request;
  if (loadBalancerIP !== '') {
    const { key: elastic } = annotationName('eipAllocations');
    const { key: inside } = annotationName('privateIpv4Addresses');
    const { key: type } = annotationName('type');
    const way =
      kind === 'nlb'
        ? `the address in annotation ${elastic} or ${inside}`
        : `for a fixed address annotation ${type} "nlb" with ${elastic} or ${inside}`;
    findings.error(fieldName('spec.loadBalancerIP'), loadBalancerIP, {
      because: 'AWS cannot give to a load balancer by this field',
      expected: `no such field, and ${way}`,
    });
  }
  if (sessionAffinity !== 'None') {
    findings.error(fieldName('spec.sessionAffinity'), sessionAffinity, {
      because: 'the load balancer does not keep to',
      expected: 'None',
    });
  }
  if (!families.includes('IPv4')) {
    findings.error(fieldName('spec.ipFamilies'), families.join(','), {
      because: 'has no IPv4, and the load balancer sends to the IPv4 addresses of nodes',
      expected: 'IPv4',
    });
  } else if (families.length > 1 || familyPolicy === 'RequireDualStack') {
    findings.warn(
      fieldName('spec.ipFamilyPolicy'),
      familyPolicy,
      { code: 'no-effect', because: 'gets an IPv4 load balancer only' },
      'SingleStack',
    );
  }
}
