// What OpenStack's errors mean to the engine: by status, service and Neutron's error types, never by message text. The one
// table for all services.
import { type Code, FairleadError } from '../../../src/engine/errors.ts';
import { escapeText } from '../../../src/schema/escape.ts';
import type { HttpRequest } from './http.ts';
import { type Complaint, complaintOf, Refusal } from './refusal.ts';
import { type ServiceName, titleOf } from './services.ts';

/** Which call failed. */
export interface Failed {
  readonly service: ServiceName;
  readonly operation: string;
  readonly method: HttpRequest['method'];
}

interface Meaning {
  readonly code: Code;
  /** When trying again makes sense, from now. */
  readonly retryAfterMs?: number;
  /** What is so, in place of the bare fact that the call was refused. */
  readonly how?: string;
}

const REJECTED: Meaning = { code: 'rejected' };
const CONFLICT: Meaning = { code: 'conflict' };
const UNAVAILABLE: Meaning = { code: 'unavailable' };
const THROTTLED: Meaning = { code: 'throttled' };
const NOT_FOUND: Meaning = { code: 'not-found' };
const IN_USE: Meaning = { code: 'in-use', retryAfterMs: 15_000 };
const NO_ADDRESS: Meaning = { code: 'quota', how: 'the network or subnet has no free address' };

/** Neutron's error types that mean something else than their status does. */
const NEUTRON: Readonly<Record<string, Meaning>> = {
  ExternalIpAddressExhausted: NO_ADDRESS,
  IpAddressGenerationFailure: NO_ADDRESS,
  IpAddressGenerationFailureAllSubnets: NO_ADDRESS,
  OverQuota: { code: 'quota', how: "the project's quota is used up" },
  SecurityGroupInUse: IN_USE,
  // What a Service or an option names; our own ports, floating IPs and security groups are a conflict.
  NetworkNotFound: NOT_FOUND,
  SubnetNotFound: NOT_FOUND,
  // There is no way from the external network to the load balancer's.
  ExternalGatewayForFloatingIPNotFound: REJECTED,
  IpAddressInUse: CONFLICT,
};

/** By status, for all services. 4xx that are not here are `rejected`, 5xx `unavailable`. */
const STATUSES: Readonly<Record<number, Meaning>> = {
  401: { code: 'denied', how: 'the credentials are not accepted' },
  403: { code: 'denied' },
  408: UNAVAILABLE,
  409: CONFLICT,
  412: CONFLICT,
  413: THROTTLED,
  429: THROTTLED,
  // Octavia: the load balancer's provider cannot do what was asked for.
  501: REJECTED,
};

/** Longest part of the cloud's own text that is shown. */
const TEXT_LENGTH = 300;
const HIDDEN = '[redacted]';

const absences = new WeakSet<FairleadError>();

/** Anything that a call threw, as the engine's error. `secrets` are taken out of what the cloud says. */
export function explain(thrown: unknown, failed: Failed, secrets: readonly string[] = []): FairleadError {
  if (thrown instanceof FairleadError) return thrown;
  const name = titleOf(failed.service);
  if (!(thrown instanceof Refusal)) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    const { requestId } = Object(thrown) as { requestId?: string };
    const message = `${name} gave no usable answer to ${failed.operation} (${shown(why, secrets)})`;
    return new FairleadError('network', message, { cause: thrown, ...(requestId && { requestId }) });
  }
  const complaint = complaintOf(failed.service, thrown);
  const meaning = meaningOf(thrown, complaint, failed);
  const retryAfterMs = thrown.retryAfterMs ?? meaning.retryAfterMs;
  const message = sentence(name, failed.operation, meaning, thrown, complaint, secrets);
  const error = new FairleadError(meaning.code, message, {
    cause: thrown,
    cloudCode: complaint.type ?? String(thrown.status),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(thrown.requestId !== undefined && { requestId: thrown.requestId }),
  });
  const addressed = failed.method === 'GET' || failed.method === 'DELETE';
  if (thrown.status === 404 && complaint.own && addressed) absences.add(error);
  return error;
}

/**
 * True if the service itself said that the object is not there. Only reads and deletes are answered so: a 404 to another write
 * may mean something that its body names, and a proxy's 404 says nothing.
 */
export function isAbsent(thrown: unknown): boolean {
  return thrown instanceof FairleadError && absences.has(thrown);
}

/** True if the token was refused, and nothing was done. */
export function isUnauthorized(thrown: unknown): thrown is FairleadError {
  return thrown instanceof FairleadError && thrown.cause instanceof Refusal && thrown.cause.status === 401;
}

/** True if Neutron named the error so: `ExternalIpAddressExhausted`. */
export function isNeutron(thrown: unknown, ...types: readonly string[]): thrown is FairleadError {
  return thrown instanceof FairleadError && types.includes(thrown.cloudCode ?? '');
}

function meaningOf(refusal: Refusal, { type, own }: Complaint, { service, operation, method }: Failed): Meaning {
  const known = service === 'neutron' && type !== undefined && Object.hasOwn(NEUTRON, type) ? NEUTRON[type] : undefined;
  const { status } = refusal;
  if (status === 404) return notFound(own, known, service, operation, method);
  if (known !== undefined) return known;
  if (status === 403 && service === 'octavia' && adds(operation, method)) {
    // Octavia tells a used-up quota from a missing role by its text alone.
    return { code: 'quota', how: "either a quota of the project is used up, or the user's roles do not allow it" };
  }
  if (status < 400) return { code: 'rejected', how: 'it answered with a redirect, which is not followed' };
  return STATUSES[status] ?? (status >= 500 ? UNAVAILABLE : REJECTED);
}

/** 404. Of what we were about to change: gone since we saw it. */
function notFound(
  own: boolean,
  known: Meaning | undefined,
  service: ServiceName,
  operation: string,
  method: HttpRequest['method'],
): Meaning {
  if (service === 'keystone') return { code: 'not-found', how: 'there is no Keystone v3 at the authentication URL' };
  if (!own) {
    const how = `what answered is not ${titleOf(service)}, or does not know the path: the endpoint in the catalog may be wrong`;
    return { code: 'unavailable', how };
  }
  if (method === 'GET') return NOT_FOUND;
  // All that a new load balancer's body names comes from the Service or the options.
  return known ?? (operation === 'CreateLoadBalancer' ? NOT_FOUND : CONFLICT);
}

/** Whether the call takes from a quota of Octavia's. */
function adds(operation: string, method: HttpRequest['method']): boolean {
  return method === 'POST' || operation === 'UpdateMembers';
}

function sentence(
  name: string,
  operation: string,
  { code, how }: Meaning,
  { status }: Refusal,
  { type, text }: Complaint,
  secrets: readonly string[],
): string {
  const said = shown(text, secrets);
  const tail = `${type === undefined ? status : `${status} ${shown(type, secrets)}`}${said === '' ? '' : `: ${said}`}`;
  if (how !== undefined) return `${name} refuses ${operation}: ${how} (${tail})`;
  return code === 'denied' ? `${name} denies ${operation} (${tail})` : `${name} answered ${operation} with ${tail}`;
}

function shown(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, HIDDEN);
  return escapeText(clean.replace(/\s+/g, ' ').trim(), TEXT_LENGTH);
}
