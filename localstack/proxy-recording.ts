// The record of every call that reached the proxy, in the order of arrival, for tests and for the demo to count.
import type { Call } from './proxy-call.ts';
import type { Params } from './proxy-query.ts';

/** One call, recorded exactly once: at arrival, completed when it is answered. */
export interface RecordedCall {
  /** When it arrived, as Date.now() gives it. */
  readonly at: number;
  /** Signing name: `elasticloadbalancing` (v2), `elasticloadbalancing-classic`, `ec2`, `acm`, `s3`, … */
  readonly service: string;
  readonly operation: string;
  readonly params: Params;
  /** The HTTP status sent; 0 while unanswered, and for ever if the caller never got an answer. */
  readonly status: number;
  readonly errorCode?: string;
  readonly write: boolean;
  readonly userAgent?: string;
}

/** Which calls to count: all that is given must hold. */
export interface CallFilter {
  readonly service?: string;
  readonly operation?: string | RegExp;
  readonly write?: boolean;
  readonly status?: number;
  readonly errorCode?: string;
  readonly match?: (params: Params) => boolean;
}

/** The growing list of calls. */
export class Recording {
  readonly calls: RecordedCall[] = [];

  /** Notes a call; the answer's status is told later. */
  add(call: Call): (status: number, errorCode?: string) => void {
    const { service, operation, params, write, userAgent } = call;
    const entry: { -readonly [K in keyof RecordedCall]: RecordedCall[K] } = {
      ...{ at: Date.now(), service, operation, params, status: 0, write },
      ...(userAgent === undefined ? {} : { userAgent }),
    };
    this.calls.push(entry);
    return (status, errorCode) => {
      entry.status = status;
      if (errorCode !== undefined) entry.errorCode = errorCode;
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

function matches(filter: CallFilter, call: RecordedCall): boolean {
  return (
    (filter.service === undefined || filter.service === call.service) &&
    (filter.operation === undefined || named(filter.operation, call.operation)) &&
    (filter.write === undefined || filter.write === call.write) &&
    (filter.status === undefined || filter.status === call.status) &&
    (filter.errorCode === undefined || filter.errorCode === call.errorCode) &&
    (filter.match === undefined || filter.match(call.params))
  );
}
