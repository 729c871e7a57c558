// The errors of Elastic Load Balancing that several operations share, and the form in which the SDK throws them.
// The codes of modelled errors are those of the SDK's own model ("Errors" of each operation in the API reference).

import * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import { Problem } from '../problem.ts';
import { exceptionsOf } from '../query-exception.ts';
import type { TagErrors } from '../tags.ts';

export function invalid(message: string): Problem {
  return new Problem('ValidationError', message);
}

export function invalidConfiguration(message: string): Problem {
  return new Problem('InvalidConfigurationRequest', message);
}

export function notPermitted(message: string): Problem {
  return new Problem('OperationNotPermitted', message);
}

export function loadBalancerNotFound(): Problem {
  return new Problem('LoadBalancerNotFound', 'One or more load balancers not found');
}

export function targetGroupNotFound(): Problem {
  return new Problem('TargetGroupNotFound', 'One or more target groups not found');
}

export function listenerNotFound(): Problem {
  return new Problem('ListenerNotFound', 'One or more listeners not found');
}

/** The form in which AWS reports what its model forbids, by the path of the member. */
export function constraint(path: string, value: unknown, what: string): Problem {
  const name = path.charAt(0).toLowerCase() + path.slice(1);
  return invalid(`1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ${what}`);
}

export const tagErrors: TagErrors = {
  invalid,
  duplicate: (key) => new Problem('DuplicateTagKeys', `Duplicate tag key '${key}'`),
  tooMany: () => new Problem('TooManyTags', 'The maximum number of tags for this resource has been reached'),
};

export const elbv2Exception = exceptionsOf(sdk, sdk.ElasticLoadBalancingV2ServiceException);
