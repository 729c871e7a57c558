// The way of one call: sent, arrived, taken effect, answered; and what a fault does to it on the way.
// It knows no operation and no rule of AWS.

import type { Call, Fault } from './call.ts';
import { Context } from './context.ts';
import { hex } from './ids.ts';
import { Misuse, Problem } from './problem.ts';
import { checkInput } from './schema-check.ts';
import type { Operation, Service } from './service.ts';
import { never, type Session } from './session.ts';
import { abortable, abortError, connectionReset } from './transport-error.ts';
import type { World } from './world.ts';

/** A call as it came from the SDK. */
export interface Sent {
  readonly session: Session;
  readonly service: Service;
  readonly operation: string;
  readonly input: object;
  /** The SDK's schema of the operation. */
  readonly schema: unknown;
  readonly signal: AbortSignal | undefined;
}

/** What the delivery needs of the AWS that it serves. */
export interface Desk {
  readonly world: World;
  readonly calls: Call[];
  fault(call: Call): Fault | undefined;
  /** Throws the Problem that AWS answers where IAM says no. */
  authorize(call: Call): void;
  /** Runs what changes the world, and reports the change. */
  change<T>(work: () => T, call: Call): T;
  /** Keeps an error that no test should overlook. */
  report(error: Error): void;
}

type Recording = { -readonly [Key in keyof Call]: Call[Key] };
type Detail = Exclude<Fault, string>;

interface Parcel extends Sent {
  readonly what: Operation;
  readonly call: Recording;
  readonly requestId: string;
}

/** Resolves as `client.send` does. Rejects with an SDK exception, a transport error or a Misuse. */
export async function deliver(desk: Desk, sent: Sent): Promise<object> {
  if (sent.session.killed) return never();
  if (sent.signal?.aborted) throw abortError(sent.signal);
  const { service, session } = sent;
  const what = service.operations.get(sent.operation);
  if (what === undefined) throw misuse(desk, `${service.name}:${sent.operation} is not simulated`);
  const seq = desk.calls.length + 1;
  const call: Recording = {
    seq,
    session: session.number,
    service: service.name,
    operation: sent.operation,
    input: structuredClone(sent.input),
    write: what.write,
    at: Date.now(),
  };
  desk.calls.push(call);
  const fault = desk.fault(call);
  if (fault === 'crash') session.kill();
  const parcel: Parcel = { ...sent, input: call.input, what, call, requestId: requestIdOf(seq) };
  return session.whileAlive(abortable(carry(desk, parcel, fault), sent.signal));
}

async function carry(desk: Desk, parcel: Parcel, fault: Fault | undefined): Promise<object> {
  const { session, service, call } = parcel;
  const { timings } = desk.world.settings;
  const detail: Detail = typeof fault === 'object' ? fault : {};
  await pause(timings.requestMs + (detail.arriveMs ?? 0));
  if (!session.reaches || fault === 'hang') return never();
  const before = fault === 'throttle' ? service.throttled : detail.afterEffect === true ? undefined : wished(detail);
  const effect = before ?? takeEffect(desk, parcel, detail.staleMs ?? 0);
  const answer = detail.afterEffect === true ? (wished(detail) ?? effect) : effect;
  if (answer instanceof Problem) call.errorCode = answer.code;
  if (fault === 'crash-after') session.kill();
  if (fault === 'hang-after') return never();
  await pause(timings.answerMs + (detail.delayMs ?? 0));
  if (fault === 'lose-answer') throw connectionReset();
  if (answer instanceof Problem) throw service.exception(answer, parcel.requestId);
  if (answer instanceof Error) throw answer;
  const $metadata = { httpStatusCode: 200, requestId: parcel.requestId, attempts: 1, totalRetryDelay: 0 };
  return { ...answer, $metadata };
}

/** The output, the Problem that AWS answers, or any other error (a misuse, a bug of the fake), which is reported. */
function takeEffect(desk: Desk, parcel: Parcel, staleMs: number): object | Error {
  const { call, input, what } = parcel;
  call.effectAt = Date.now();
  try {
    desk.authorize(call);
    checkFields(parcel);
    return structuredClone(desk.change(() => what.run(input, new Context(desk.world, staleMs)), call));
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    if (!(error instanceof Problem)) desk.report(error);
    return error;
  }
}

function checkFields({ service, operation, input, schema, what }: Parcel): void {
  const { unknown, missing, wrongType } = checkInput(schema, input);
  const given = Object.entries(input).flatMap(([name, value]) => (value === undefined || value === null ? [] : [name]));
  const strange = [...unknown, ...given.filter((name) => !what.fields.includes(name) && !unknown.includes(name))];
  if (strange.length > 0) {
    throw new Misuse(`${service.name}:${operation} with ${strange.join(', ')}: unknown to the SDK, or not simulated`);
  }
  const [absent] = missing;
  const [odd] = wrongType;
  if (absent !== undefined) throw service.missing(absent);
  if (odd !== undefined) throw service.wrongType(odd);
}

function wished({ error, httpStatus }: Detail): Problem | undefined {
  return error === undefined ? undefined : new Problem(error, `${error}, by the will of the test`, httpStatus);
}

function misuse(desk: Desk, message: string): Misuse {
  const error = new Misuse(message);
  desk.report(error);
  return error;
}

function requestIdOf(seq: number): string {
  const digits = hex(`request/${seq}`, 32);
  return [8, 12, 16, 20, 32].map((end, index) => digits.slice([0, 8, 12, 16, 20][index], end)).join('-');
}

/** Without a delay the next step follows in the same turn of the loop, so tests need not move the clock. */
function pause(ms: number): Promise<void> {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();
}
