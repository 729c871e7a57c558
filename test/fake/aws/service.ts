// What an AWS service is made of here: operations, and how its errors look to the caller.
// A service is a folder that exports one of these.

import type { Context } from './context.ts';
import type { Problem } from './problem.ts';

/** One operation of a service. `run` throws a Problem where AWS refuses; what it changed by then is taken back. */
export interface Operation {
  readonly name: string;
  readonly write: boolean;
  /** The members of the input that are simulated; any other is a misuse, never ignored. */
  readonly fields: readonly string[];
  readonly run: (input: object, context: Context) => object;
}

export interface Service {
  readonly name: string;
  readonly operations: ReadonlyMap<string, Operation>;
  /** The error that AWS's throttling of this service answers. */
  readonly throttled: Problem;
  /** The error for a required member that was not sent, by its path. */
  missing(path: string): Problem;
  /** The error for a member of the wrong type, by its path. */
  wrongType(path: string): Problem;
  /** What the SDK client throws for an error of the service. */
  exception(problem: Problem, requestId: string): Error;
}

type Run<Input extends object, Output extends object> = (
  input: Input,
  context: Context,
) => Omit<Output, '$metadata'> & object;

/** Declares an operation that only reads. */
export function reading<Input extends object, Output extends object>(
  name: string,
  fields: readonly (keyof Input & string)[],
  run: Run<Input, Output>,
): Operation {
  return { name, write: false, fields, run: (input, context) => run(input as Input, context) };
}

/** Declares an operation that may change something. */
export function writing<Input extends object, Output extends object>(
  name: string,
  fields: readonly (keyof Input & string)[],
  run: Run<Input, Output>,
): Operation {
  return { name, write: true, fields, run: (input, context) => run(input as Input, context) };
}

export function operationsByName(...operations: readonly Operation[]): ReadonlyMap<string, Operation> {
  return new Map(operations.map((operation) => [operation.name, operation]));
}
