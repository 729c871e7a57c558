// The errors of EC2 that several operations share, and the form in which the SDK throws them.
// Codes and messages as in "Error codes for the Amazon EC2 API".

import { EC2ServiceException } from '@aws-sdk/client-ec2';
import { Problem } from '../problem.ts';
import type { TagErrors } from '../tags.ts';

export function invalidValue(message: string): Problem {
  return new Problem('InvalidParameterValue', message);
}

export function missingParameter(path: string): Problem {
  return new Problem('MissingParameter', `The request must contain the parameter ${path}`);
}

export function groupNotFound(id: string): Problem {
  return new Problem('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
}

export const tagErrors: TagErrors = {
  invalid: invalidValue,
  duplicate: (key) => invalidValue(`Duplicate tag key '${key}' specified.`),
  tooMany: () => new Problem('TagLimitExceeded', 'The maximum number of tags for this resource has been reached'),
};

/** EC2 has no modelled errors: the SDK gives its base class the name of the code. */
export function ec2Exception(problem: Problem, requestId: string): Error {
  const { code, message, httpStatus } = problem;
  const exception = new EC2ServiceException({
    name: code,
    message,
    $fault: httpStatus < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: httpStatus, requestId, attempts: 1, totalRetryDelay: 0 },
  });
  return Object.assign(exception, { Code: code, Error: { Code: code, Message: message } });
}
