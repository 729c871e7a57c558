// The exceptions that the SDK of a service of the Query protocol throws, by the codes that are on the wire.
// It knows no service: the SDK's own model says which codes it has classes for.

import type { Problem } from './problem.ts';

interface Metadata {
  readonly httpStatusCode: number;
  readonly requestId: string;
  readonly attempts: number;
  readonly totalRetryDelay: number;
}

type BaseClass = new (options: {
  name: string;
  message: string;
  $fault: 'client' | 'server';
  $metadata: Metadata;
}) => Error;

type ModelledClass = new (options: { message: string; Message: string; $metadata: Metadata }) => Error;

/**
 * What turns a Problem into the exception of an SDK module: a modelled error has a class and a name that end in
 * `Exception`, any other is the service's `Base` class, named by the code.
 */
export function exceptionsOf(sdk: object, Base: BaseClass): (problem: Problem, requestId: string) => Error {
  const modelled = modelledIn(sdk, Base);
  return ({ code, message, httpStatus }, requestId) => {
    const $metadata = { httpStatusCode: httpStatus, requestId, attempts: 1, totalRetryDelay: 0 };
    const $fault = httpStatus < 500 ? ('client' as const) : ('server' as const);
    const Modelled = modelled.get(code);
    const exception =
      Modelled === undefined
        ? new Base({ name: code, message, $fault, $metadata })
        : new Modelled({ message, Message: message, $metadata });
    const Type = httpStatus < 500 ? 'Sender' : 'Receiver';
    return Object.assign(exception, { Type, Code: code, Error: { Type, Code: code, Message: message } });
  };
}

/** The SDK's schema for each modelled error carries the code that is on the wire. */
function modelledIn(sdk: object, Base: BaseClass): ReadonlyMap<string, ModelledClass> {
  const isModelled = (value: unknown): value is ModelledClass =>
    typeof value === 'function' && value.prototype instanceof Base;
  return new Map(
    Object.values(sdk).flatMap((schema: unknown): [string, ModelledClass][] => {
      const [type, , name, traits] = Array.isArray(schema) ? schema : [];
      const code: unknown = Object(traits).awsQueryError?.[0];
      const found: unknown = Reflect.get(sdk, String(name));
      return type === -3 && typeof code === 'string' && isModelled(found) ? [[code, found]] : [];
    }),
  );
}
