// What the operator lets Services name: buckets for logs, certificates, security groups. Where an option is not set,
// everything is allowed, as it is with the official controller. Pure.

import { allowedOptions } from '../allowed-options.ts';
import type { Annotations } from '../annotations.ts';
import type { Options } from '../options.ts';
import { annotationName, type Findings } from './findings.ts';

type Named = Pick<
  Annotations,
  'accessLogEnabled' | 'accessLogS3BucketName' | 'sslCert' | 'securityGroups' | 'extraSecurityGroups'
>;
type Limits = Pick<Options, 'allowedLogBuckets' | 'allowedCertificates' | 'allowedSecurityGroups'>;

/** A problem for each annotation whose value the operator does not allow. */
export function checkAllowed(named: Named, limits: Limits, findings: Findings): void {
  // Without logs the name of a bucket has no effect.
  const bucket = named.accessLogEnabled ? named.accessLogS3BucketName : undefined;
  const check = (field: keyof Named, values: readonly string[] | undefined, limit: keyof Limits) => {
    const patterns = limits[limit];
    if (values === undefined || patterns === undefined) return;
    for (const value of values.filter((one) => !patterns.some((pattern) => fits(pattern, one)))) {
      findings.error(annotationName(field), values.join(','), {
        ...(values.length > 1 && { part: value }),
        because: `is not allowed by the option --${allowedOptions[limit].key}`,
        expected: `one that fits ${patterns.slice(0, 5).join(' or ')}${patterns.length > 5 ? ' or another pattern' : ''}`,
      });
    }
  };
  check('accessLogS3BucketName', bucket === undefined ? undefined : [bucket], 'allowedLogBuckets');
  check('sslCert', named.sslCert === undefined ? undefined : [named.sslCert], 'allowedCertificates');
  check('securityGroups', named.securityGroups, 'allowedSecurityGroups');
  check('extraSecurityGroups', named.extraSecurityGroups, 'allowedSecurityGroups');
}

/**
 * True if the whole text fits: `*` stands for any run of characters, also none; everything else for itself. Each part is
 * looked for once, from where the last one ended, so no text makes it slow.
 */
export function fits(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (!text.startsWith(first)) return false;
  const last = rest.pop();
  if (last === undefined) return text === first;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
