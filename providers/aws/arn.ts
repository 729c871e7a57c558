// The shape of ARNs in tables: how AWS names one resource.
import { type Shape, text } from '../../src/schema/index.ts';

/** An ARN of one resource: in any partition, of one of `services`, whose resource part starts with one of `resources`. */
export function arn(services: readonly string[], resources: readonly string[]): Shape<string> {
  const what = `one ARN such as arn:aws:${services[0]}:eu-west-1:123456789012:${resources[0]}/name`;
  const resource = `(${resources.join('|')})/[A-Za-z0-9+=,.@_/-]+`;
  const pattern = `^arn:aws[a-z0-9-]*:(${services.join('|')}):[a-z0-9-]*:[0-9]{12}:${resource}$`;
  return { ...text({ what, pattern, max: 1024 }), type: 'ARN' };
}
