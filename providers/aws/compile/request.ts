// Fields of the Service that an NLB cannot honour. Pure.
import type { Request } from '../../../src/provider/request.ts';
import type { Annotations } from '../annotations.ts';
import type { Options } from '../options.ts';
import { annotationName, type Findings, fieldName } from './findings.ts';

export function checkRequest(request: Request, findings: Findings): void {
  const { loadBalancerIP, sessionAffinity, families, familyPolicy } = request;
  if (loadBalancerIP !== '') {
    const { key: elastic } = annotationName('eipAllocations');
    const { key: inside } = annotationName('privateIpv4Addresses');
    findings.error(fieldName('spec.loadBalancerIP'), loadBalancerIP, {
      because: 'AWS cannot give to a load balancer by this field',
      expected: `no such field, and the address in annotation ${elastic} or ${inside}`,
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

/** False, with a problem, unless a Network Load Balancer is asked for: no other kind can be built yet. */
export function checkType(
  { type }: Pick<Annotations, 'type'>,
  { defaultType }: Pick<Options, 'defaultType'>,
  findings: Findings,
): boolean {
  if ((type ?? defaultType) === 'nlb') return true;
  const name = annotationName('type');
  const why = 'Classic Load Balancers cannot be built yet';
  const expected = 'nlb, or --aws-default-type nlb for Services without the annotation';
  if (type !== undefined) findings.error(name, type, { because: `asks for another kind: ${why}`, expected });
  else {
    const message = `Annotation ${name.key} is missing and the default is ${defaultType}: ${why}; expected ${expected}.`;
    findings.add({ severity: 'error', code: 'missing', key: name.key, value: '', expected, message });
  }
  return false;
}
