// The record of every call that reached the proxy, in the order of arrival, for tests and for the demo to count.
import type { Call } from './proxy-call.ts';

/** One call, recorded exactly once: at arrival, completed when it is answered. */
export interface RecordedCall extends Pick<Call, 'service' | 'method' | 'path' | 'query' | 'operation' | 'write'> {
  /** When it arrived, as Date.now() gives it. */
  readonly at: number;
  readonly body?: unknown;
  readonly userAgent?: string;
  /** Id of the project that the token is for; unset without a token, or with one that was not issued through the proxy. */
  readonly project?: string;
  /** The HTTP status sent; 0 while unanswered, and for ever if the caller never got an answer. */
  readonly status: number;
}

/** Which calls to count: all that is given must hold. */
export interface CallFilter {
  readonly service?: RecordedCall['service'];
  readonly operation?: string | RegExp;
  readonly write?: boolean;
  readonly status?: number;
  readonly project?: string;
  readonly match?: (call: RecordedCall) => boolean;
}

/** The growing list of calls. */
export class Recording {
  readonly calls: RecordedCall[] = [];

  /** Notes a call; the answer's status is told later. */
  add(call: Call, project: string | undefined): (status: number) => void {
    const { service, method, path, query, operation, write, body, userAgent } = call;
    const entry: { -readonly [K in keyof RecordedCall]: RecordedCall[K] } = {
      ...{ at: Date.now(), service, method, path, query, operation, write, status: 0 },
      ...(body === undefined ? {} : { body: withoutPasswords(call) }),
      ...(userAgent === undefined ? {} : { userAgent }),
      ...(project === undefined ? {} : { project }),
    };
    this.calls.push(entry);
    return (status) => {
      entry.status = status;
    };
  }

  find(filter: CallFilter): RecordedCall[] {
    return this.calls.filter((call) => matches(filter, call));
  }

  clear(): void {
    this.calls.length = 0;
  }
}

/** True if an operation's name is the one asked for. */
export function named(wanted: string | RegExp, operation: string): boolean {
  return typeof wanted === 'string' ? wanted === operation : wanted.test(operation);
}

function withoutPasswords({ service, body }: Call): unknown {
  return service === 'identity' ? {} : body;
}

function matches(filter: CallFilter, call: RecordedCall): boolean {
  return (
    (filter.service === undefined || filter.service === call.service) &&
    (filter.operation === undefined || named(filter.operation, call.operation)) &&
    (filter.write === undefined || filter.write === call.write) &&
    (filter.status === undefined || filter.status === call.status) &&
    (filter.project === undefined || filter.project === call.project) &&
    (filter.match === undefined || filter.match(call))
  );
}
