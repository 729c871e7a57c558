// The errors of Classic Load Balancers that several operations share, and the form in which the SDK throws them.
// Codes and HTTP statuses are those of the SDK's own model; texts are of the kind that AWS answers.

import * as sdk from '@aws-sdk/client-elastic-load-balancing';
import { Problem } from '../problem.ts';
import { exceptionsOf } from '../query-exception.ts';
import type { TagErrors } from '../tags.ts';

export function invalid(message: string): Problem {
  return new Problem('ValidationError', message);
}

/** "The requested configuration change is not valid": of a well-formed request, with the status of a conflict. */
export function invalidConfiguration(message: string): Problem {
  return new Problem('InvalidConfigurationRequest', message, 409);
}

/** On the wire it is LoadBalancerNotFound; the SDK's class for it is AccessPointNotFoundException. */
export function loadBalancerNotFound(name: string | undefined): Problem {
  return new Problem('LoadBalancerNotFound', `There is no ACTIVE Load Balancer named '${name}'`);
}

export function listenerNotFound(name: string, port: number | undefined): Problem {
  return new Problem('ListenerNotFound', `The load balancer ${name} has no listener on port ${port}`);
}

export function policyNotFound(policy: string, name: string): Problem {
  return new Problem('PolicyNotFound', `There is no policy with name ${policy} for load balancer ${name}`);
}

export function instanceNotFound(id: string | undefined): Problem {
  return new Problem('InvalidInstance', `Could not find EC2 instance ${id}.`);
}

export const tagErrors: TagErrors = {
  invalid,
  duplicate: (key) => new Problem('DuplicateTagKeys', `Duplicate tag key '${key}'`),
  tooMany: () => new Problem('TooManyTags', 'The maximum number of tags for this load balancer has been reached'),
};

export const elbException = exceptionsOf(sdk, sdk.ElasticLoadBalancingServiceException);
