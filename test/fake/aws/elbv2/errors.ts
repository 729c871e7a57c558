// The errors of Elastic Load Balancing that several operations share, and the form in which the SDK throws them.
// The codes of modelled errors are those of the SDK's own model ("Errors" of each operation in the API reference).

import * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import { Problem } from '../problem.ts';
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

type ExceptionClass = new (options: {
  message: string;
  Message: string;
  $metadata: sdk.ElasticLoadBalancingV2ServiceException['$metadata'];
}) => Error;

/** The SDK's class for an error code. Its schema for each modelled error carries the code that is on the wire. */
const modelled: ReadonlyMap<string, ExceptionClass> = new Map(
  Object.values(sdk).flatMap((schema): [string, ExceptionClass][] => {
    const [type, , name, traits] = Array.isArray(schema) ? schema : [];
    const code: unknown = Object(traits).awsQueryError?.[0];
    const found: unknown = Reflect.get(sdk, String(name));
    return type === -3 && typeof code === 'string' && isExceptionClass(found) ? [[code, found]] : [];
  }),
);

/** A modelled error has a class and a name that end in `Exception`; any other is the base class named by the code. */
export function elbv2Exception({ code, message, httpStatus }: Problem, requestId: string): Error {
  const $metadata = { httpStatusCode: httpStatus, requestId, attempts: 1, totalRetryDelay: 0 };
  const $fault = httpStatus < 500 ? ('client' as const) : ('server' as const);
  const Modelled = modelled.get(code);
  const exception =
    Modelled === undefined
      ? new sdk.ElasticLoadBalancingV2ServiceException({ name: code, message, $fault, $metadata })
      : new Modelled({ message, Message: message, $metadata });
  const Type = httpStatus < 500 ? 'Sender' : 'Receiver';
  return Object.assign(exception, { Type, Code: code, Error: { Type, Code: code, Message: message } });
}

function isExceptionClass(value: unknown): value is ExceptionClass {
  return typeof value === 'function' && value.prototype instanceof sdk.ElasticLoadBalancingV2ServiceException;
}
