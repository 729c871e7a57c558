// The address that OpenStack's clients are given: all services below one port. Records every call, injects faults, lets
// tokens expire, stands in for Barbican, and passes the rest on. Decides nothing that Keystone, Neutron or Octavia decide.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Answer } from '../proxy-answer.ts';
import { connectUpstream, type Upstream } from '../proxy-upstream.ts';
import { FakeBarbican, type KeyManager } from './key-manager.ts';
import { type Call, readCall } from './proxy-call.ts';
import { type Effect, type Fault, type FaultRule, Faults, type Mishap } from './proxy-faults.ts';
import { type CallFilter, type RecordedCall, Recording } from './proxy-recording.ts';
import { jsonAnswer, refusal } from './proxy-refusal.ts';
import { Tokens } from './proxy-tokens.ts';

/** The services that are behind it, by prefix. */
export type Backends = Readonly<Record<'identity' | 'network' | 'load-balancer', string>>;

/** A running proxy. */
export interface OpenStackProxy {
  /** Its address; each service is below its prefix: `/identity`, `/network`, `/load-balancer`, `/key-manager`. */
  readonly url: string;
  /** Every call since the start or the last clear(), in order of arrival. */
  readonly calls: readonly RecordedCall[];
  readonly keyManager: KeyManager;
  /** Forgets the recorded calls. */
  clear(): void;
  find(filter: CallFilter): RecordedCall[];
  count(filter: CallFilter): number;
  fault(rule: FaultRule): Fault;
  /** A function that is asked about each call when it arrives. Undefined: nothing happens to it. */
  intercept(ask: (call: Call) => Mishap | undefined): Fault;
  /** Takes all faults away. */
  clearFaults(): void;
  /** Tokens issued so far are answered with 401 from now on: those of one project, or all. */
  expireTokens(project?: string): void;
  /** Where the services are. Before that they are answered with 503. */
  connect(backends: Backends): void;
  stop(): Promise<void>;
}

/** How an answer goes on the wire. */
type Delivery = 'whole' | 'reset' | 'truncate' | 'hang';
type Reply = { readonly answer: Answer; readonly delivery: Delivery };

const garbage: Answer = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: Buffer.from('<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1><hr>proxy</body></html>'),
};

/** Starts the proxy on a free loopback port. */
export async function startOpenStackProxy(options: { log: (line: string) => void }): Promise<OpenStackProxy> {
  const { log } = options;
  const recording = new Recording();
  const faults = new Faults();
  const tokens = new Tokens();
  const upstreams = new Map<string, Upstream>();
  const stopping = new AbortController();
  let url = '';
  const barbican = new FakeBarbican(() => `${url}/key-manager`);

  async function perform(call: Call): Promise<Answer> {
    if (tokens.refuses(call.token)) return refusal(call, 401);
    if (call.service === 'key-manager') return barbican.answer(call);
    if (call.service === 'unknown') return refusal(call, 404);
    const upstream = upstreams.get(call.service);
    if (!upstream) return refusal(call, 503);
    const answer = await upstream.send(call.http);
    if (call.operation === 'POST auth/tokens') tokens.learn(answer);
    return answer;
  }

  async function reply(call: Call): Promise<Reply> {
    const mishap = faults.hit(call);
    if (!mishap) return { answer: await perform(call), delivery: 'whole' };
    const { phase, effect } = mishap;
    if (effect === 'expire') {
      if (phase === 'after') await perform(call);
      tokens.expireLike(call.token);
      return { answer: refusal(call, 401), delivery: 'whole' };
    }
    const delayMs = typeof effect === 'object' && 'delayMs' in effect ? effect.delayMs : 0;
    const replaced = replacement(call, effect);
    if (phase === 'before' && replaced) return replaced;
    if (phase === 'before') await wait(delayMs, undefined, { signal: stopping.signal });
    const answer = await perform(call);
    if (phase === 'after') await wait(delayMs, undefined, { signal: stopping.signal });
    if (effect === 'reset' || effect === 'hang' || effect === 'truncate') return { answer, delivery: effect };
    return replaced ?? { answer, delivery: 'whole' };
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request);
    // What services ask the fake is no call of a client.
    const internal = call.http.headers['x-from'] !== undefined;
    const record = internal ? () => {} : recording.add(call, tokens.projectOf(call.token));
    const { answer, delivery } = internal ? { answer: barbican.answer(call), delivery: 'whole' } : await reply(call);
    if (response.destroyed || delivery === 'hang') return;
    if (delivery === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    const { status, body } = answer;
    const bodiless = status === 204 || status === 304;
    response.writeHead(status, { ...answer.headers, ...(bodiless ? {} : { 'content-length': body.length }) });
    if (delivery === 'truncate') {
      response.write(body.subarray(0, body.length >> 1), () => request.socket.destroy());
      return;
    }
    record(status);
    response.end(body);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!stopping.signal.aborted) log(`openstack proxy: ${error instanceof Error ? error.message : error}`);
      response.destroy();
    });
  });
  // Longer than any client keeps an idle connection, so that a request never meets a connection being closed.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    calls: recording.calls,
    keyManager: barbican,
    clear: () => recording.clear(),
    find: (filter) => recording.find(filter),
    count: (filter) => recording.find(filter).length,
    fault: (rule) => faults.add(rule),
    intercept: (ask) => faults.ask(ask),
    clearFaults: () => faults.clear(),
    expireTokens: (project) => tokens.expire(project),
    connect(backends) {
      for (const [service, origin] of Object.entries(backends)) upstreams.set(service, connectUpstream(origin));
    },
    async stop() {
      stopping.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await Promise.all([...upstreams.values()].map((upstream) => upstream.close()));
    },
  };
}

/** What an effect puts in the place of the true answer; undefined for effects that only touch time or wire. */
function replacement(call: Call, effect: Effect): Reply | undefined {
  if (effect === 'reset' || effect === 'hang' || effect === 'truncate') return { answer: garbage, delivery: effect };
  if (effect === 'garbage') return { answer: garbage, delivery: 'whole' };
  if (typeof effect !== 'object' || !('status' in effect)) return undefined;
  const { status, body, headers } = effect;
  const made = refusal(call, status);
  const answer =
    body === undefined ? { ...made, headers: { ...made.headers, ...headers } } : jsonAnswer(status, body, headers);
  return { answer, delivery: 'whole' };
}
