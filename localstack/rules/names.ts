// AWS's rules for the names and ARNs of load balancers and target groups.
import { AwsError } from '../proxy-answer.ts';

/** Throws ValidationError for a name that AWS refuses. `what` opens the message: "Load balancer", "Target group". */
export function checkName(what: string, name: string): void {
  const refuse = (why: string) => new AwsError('ValidationError', `${what} name '${name}' ${why}`);
  if (name.length > 32) throw refuse("cannot be longer than '32' characters");
  if (!/^[A-Za-z0-9-]+$/.test(name)) throw refuse('can only contain alphanumeric characters and hyphens(-)');
  if (/^-|-$/.test(name)) throw refuse('cannot begin or end with a hyphen(-)');
  if (what === 'Load balancer' && name.startsWith('internal-')) throw refuse("cannot begin with 'internal-'");
}

/** Throws ValidationError for what is no ARN of the wanted kind, such as `loadbalancer`. */
export function checkArn(kind: 'loadbalancer' | 'targetgroup' | 'listener', arn: string): void {
  if (new RegExp(`^arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:\\d{12}:${kind}/`).test(arn)) return;
  throw new AwsError('ValidationError', `'${arn}' is not a valid ${kind} ARN`);
}
