// The AWS endpoint that tests, demo and bench talk to: records every call, enforces an IAM policy (iam/), injects faults,
// enforces limits, keeps AWS's rules (rules/), and passes the rest to the emulator behind it. Decides no AWS behaviour itself.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type EnforcedPolicy, Enforcement } from './iam/enforcement.ts';
import { type Answer, AwsError, errorAnswer, errorCodeOf } from './proxy-answer.ts';
import { type Call, readCall } from './proxy-call.ts';
import { type ActiveFault, type Effect, type Fault, type FaultRule, Faults } from './proxy-faults.ts';
import { type Limit, type LimitRule, Limits } from './proxy-limits.ts';
import { type CallFilter, type RecordedCall, Recording } from './proxy-recording.ts';
import { StaleAnswers } from './proxy-stale.ts';
import { connectUpstream } from './proxy-upstream.ts';
import { Rules } from './rules/rules.ts';
import type { Settings } from './rules/settings.ts';

/** A running proxy. */
export interface AwsProxy {
  readonly url: string;
  /** Every call since the start or the last clear(), in order of arrival. */
  readonly calls: readonly RecordedCall[];
  /** How the AWS rules behave: times and quotas. Change them at any moment. */
  readonly settings: Settings;
  /** Forgets the recorded calls. */
  clear(): void;
  find(filter: CallFilter): RecordedCall[];
  count(filter: CallFilter): number;
  fault(rule: FaultRule): Fault;
  limit(rule: LimitRule): Limit;
  /**
   * From now on one caller may do only what an IAM policy allows; undefined: everything. Throws for a policy that is not
   * understood, and where the rules are off: then the tags of what exists are not known here.
   */
  enforce(policy: EnforcedPolicy | undefined): void;
  stop(): Promise<void>;
}

export interface ProxyOptions {
  /** Endpoint of the emulator. */
  readonly upstream: string;
  /** Whether to enforce AWS's rules (default true); false passes everything through. */
  readonly rules?: boolean;
  readonly log?: (line: string) => void;
}

/** How an answer goes on the wire. */
type Delivery = 'whole' | 'reset' | 'truncate' | 'hang';

const garbage: Answer = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: Buffer.from('<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1><hr>proxy</body></html>'),
};

/** Starts the proxy on a free loopback port. */
export async function startProxy(options: ProxyOptions): Promise<AwsProxy> {
  const { log = () => {} } = options;
  const upstream = connectUpstream(options.upstream);
  const recording = new Recording();
  const faults = new Faults();
  const limits = new Limits();
  const staleAnswers = new StaleAnswers();
  const rules = new Rules(upstream);
  const enforced = options.rules ?? true;
  const enforcement = new Enforcement((region) => rules.cloud(region));
  const stopping = new AbortController();

  /** Carries the call out. */
  async function perform(call: Call, fault: ActiveFault | undefined): Promise<Answer> {
    const stale = fault && !call.write ? staleness(fault) : undefined;
    const forward = async (sent: Call) => {
      const send = () => upstream.send(sent.http);
      return stale ? staleAnswers.answer(sent, stale.staleMs, stale.sinceMs, send) : send();
    };
    try {
      if (!enforced) return await forward(call);
      return await rules.answer(call, { forward, remember: faults.stale, ...(stale ? { stale } : {}) });
    } catch (error) {
      if (error instanceof AwsError) return errorAnswer(call.protocol, error);
      log(`proxy: ${call.service} ${call.operation}: ${error instanceof Error ? error.stack : error}`);
      return errorAnswer(call.protocol, new AwsError('InternalFailure', `emulator: ${error}`, 500));
    }
  }

  async function answer(call: Call): Promise<{ answer: Answer; delivery: Delivery }> {
    try {
      await enforcement.check(call);
      limits.take(call);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { answer: errorAnswer(call.protocol, error), delivery: 'whole' };
    }
    const fault = faults.hit(call);
    if (!fault) return { answer: await perform(call, undefined), delivery: 'whole' };
    const { effect, phase } = fault.rule;
    const delayMs = typeof effect === 'object' && 'delayMs' in effect ? effect.delayMs : 0;
    const replaced = replacement(call, effect);
    if (phase === 'before' && replaced) return replaced;
    if (phase === 'before') await wait(delayMs, undefined, { signal: stopping.signal });
    const done = await perform(call, fault);
    if (phase === 'after') await wait(delayMs, undefined, { signal: stopping.signal });
    if (effect === 'reset' || effect === 'hang' || effect === 'truncate') return { answer: done, delivery: effect };
    return phase === 'after' && replaced ? replaced : { answer: done, delivery: 'whole' };
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request);
    const record = recording.add(call);
    const { answer: reply, delivery } = await answer(call);
    if (response.destroyed || delivery === 'hang') return;
    if (delivery === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    response.writeHead(reply.status, { ...reply.headers, 'content-length': reply.body.length });
    if (delivery === 'truncate') {
      response.write(reply.body.subarray(0, reply.body.length >> 1), () => request.socket.destroy());
      return;
    }
    record(reply.status, errorCodeOf(reply));
    response.end(reply.body);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!stopping.signal.aborted) log(`proxy: ${error instanceof Error ? error.message : error}`);
      response.destroy();
    });
  });
  // Longer than any client keeps an idle connection, so that a request never meets a connection being closed.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    calls: recording.calls,
    settings: rules.settings,
    clear: () => recording.clear(),
    find: (filter) => recording.find(filter),
    count: (filter) => recording.find(filter).length,
    fault: (rule) => faults.add(rule),
    limit: (rule) => limits.add(rule),
    enforce(policy) {
      if (policy !== undefined && !enforced) throw new Error('a policy can be enforced only together with the rules');
      enforcement.set(policy);
    },
    async stop() {
      stopping.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await upstream.close();
      rules.close();
    },
  };
}

function staleness({ rule, sinceMs }: ActiveFault): { staleMs: number; sinceMs: number } | undefined {
  const { effect } = rule;
  return typeof effect === 'object' && 'staleMs' in effect ? { staleMs: effect.staleMs, sinceMs } : undefined;
}

/** What an effect puts in the place of the true answer; undefined for effects that only touch time or wire. */
function replacement(call: Call, effect: Effect): { answer: Answer; delivery: Delivery } | undefined {
  if (effect === 'reset' || effect === 'hang' || effect === 'truncate') return { answer: garbage, delivery: effect };
  if (effect === 'garbage') return { answer: garbage, delivery: 'whole' };
  if (!('error' in effect)) return undefined;
  const { code, status = 400, message = `${code} as the test asked for` } = effect.error;
  return { answer: errorAnswer(call.protocol, new AwsError(code, message, status)), delivery: 'whole' };
}
