// Whether a certificate can belong to a load balancer in this place. Pure.
import type { Facts } from '../facts.ts';
import { annotationName, type Findings } from './findings.ts';

export function checkCertificate(
  arn: string | undefined,
  { partition, region }: Pick<Facts, 'partition' | 'region'>,
  findings: Findings,
): void {
  if (arn === undefined) return;
  const [, inPartition, service, inRegion] = arn.split(':');
  const name = annotationName('sslCert');
  if (inPartition !== partition) {
    const because = `is of the partition ${inPartition}, and the load balancer is in ${partition}`;
    findings.error(name, arn, { code: 'conflict', because, expected: `a certificate of ${partition}` });
  } else if (service === 'acm' && inRegion !== region) {
    const because = `is in ${inRegion}, and the load balancer is in ${region}`;
    findings.error(name, arn, { code: 'conflict', because, expected: `a certificate in ${region}` });
  }
}
