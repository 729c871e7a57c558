// A small Keystone with whatever else a test answers, on 127.0.0.1. It records what it was sent, and decides nothing.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Session, type SessionOptions } from '../../../../providers/openstack/client/session.ts';
import type { Login } from '../../../../providers/openstack/credentials/login.ts';
import type { Scope } from '../../../../src/engine/kind.ts';
import { type CallRecord, Gate, type GateOptions } from '../../../../src/provider/gate.ts';

export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object as JSON, text as it is. */
  readonly body?: object | string;
  /** The connection ends without an answer, or in the midst of it. */
  readonly cut?: 'before' | 'within';
}

export type Answering = (seen: Seen, count: number) => Reply | Promise<Reply>;

export const PASSWORD = 'sw0rdfish"\\<&>';
export const scope: Scope = { signal: new AbortController().signal, lane: 'change' };

interface Settings {
  /** What is not Keystone's. `count`: of these requests, from 1 on. */
  readonly answer?: Answering;
  /** In place of a token. `count`: of the logins, from 1 on. */
  readonly login?: (count: number, seen: Seen) => Reply | undefined | Promise<Reply | undefined>;
  readonly catalog?: (url: string) => unknown;
  /** From issue to end. */
  readonly tokenLifeMs?: number;
  readonly tls?: ServerOptions;
  readonly gate?: GateOptions;
}

export class CloudServer {
  readonly requests: Seen[] = [];
  readonly logins: Seen[] = [];
  readonly records: CallRecord[] = [];
  readonly gate: Gate;
  url = '';
  connections = 0;
  readonly #settings: Settings;
  readonly #server: Server;
  readonly #sessions: Session[] = [];

  private constructor(settings: Settings) {
    this.#settings = settings;
    this.gate = new Gate({ onCall: (record) => this.records.push(record), ...settings.gate });
    const listener: Parameters<typeof createServer>[1] = async (request, response) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      const { method = '', url: target = '', headers } = request;
      const reply = await this.#reply({ method, target, headers, body: text === '' ? undefined : JSON.parse(text) });
      if (reply.cut === 'before') return request.socket.destroy();
      response.writeHead(reply.status ?? 200, { 'x-openstack-request-id': 'req-1', ...reply.headers });
      if (reply.cut === 'within') return response.write('{"half":', () => request.socket.destroy());
      const { body = '' } = reply;
      return response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    this.#server = settings.tls ? createTlsServer(settings.tls, listener) : createServer(listener);
    this.#server.on('connection', () => {
      this.connections++;
    });
  }

  static async start(settings: Settings = {}): Promise<CloudServer> {
    const cloud = new CloudServer(settings);
    await new Promise<void>((resolve) => {
      cloud.#server.listen(0, '127.0.0.1', resolve);
    });
    const scheme = settings.tls ? 'https' : 'http';
    cloud.url = `${scheme}://127.0.0.1:${(cloud.#server.address() as AddressInfo).port}`;
    return cloud;
  }

  async open(login: Partial<Login> = {}, options: SessionOptions = {}): Promise<Session> {
    const all: Login = {
      authUrl: `${this.url}/v3`,
      method: { kind: 'password', user: { id: 'u1' }, password: PASSWORD },
      scope: { project: { id: 'p1' } },
      interface: 'public',
      tls: { insecure: false },
      requestTimeoutMs: 20_000,
      ...login,
    };
    const host = { cluster: { name: 'c', uid: 'u' }, gate: this.gate, nodes: () => [] };
    const session = await Session.open(all, host, scope.signal, options);
    this.#sessions.push(session);
    return session;
  }

  async stop(): Promise<void> {
    for (const session of this.#sessions) session.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  async #reply(seen: Seen): Promise<Reply> {
    if (!seen.target.endsWith('/auth/tokens')) {
      this.requests.push(seen);
      return (await this.#settings.answer?.(seen, this.requests.length)) ?? {};
    }
    this.logins.push(seen);
    return (await this.#settings.login?.(this.logins.length, seen)) ?? this.token(`token-${this.logins.length}`);
  }

  /** A login that is let in. */
  token(token: string, lifeMs = this.#settings.tokenLifeMs ?? 3_600_000): Reply {
    // Of another time than ours: only the span counts.
    const issuedAt = Date.UTC(2020, 0, 1);
    const body = {
      token: {
        issued_at: new Date(issuedAt).toISOString(),
        expires_at: new Date(issuedAt + lifeMs).toISOString(),
        project: { id: 'p1', name: 'demo' },
        user: { id: 'u1', name: 'k8s' },
        roles: [{ id: 'r1', name: 'member' }],
        catalog: this.#settings.catalog?.(this.url) ?? catalogAt(this.url),
      },
    };
    return { status: 201, headers: { 'x-subject-token': token }, body };
  }
}

export function service(type: string, url: string, more: object = {}) {
  return { type, name: type, endpoints: [{ interface: 'public', region: 'R1', region_id: 'R1', url, ...more }] };
}

/** As installers write them. */
export function catalogAt(url: string) {
  return [
    service('load-balancer', `${url}/lb`),
    service('network', `${url}/net/v2.0/`),
    service('key-manager', `${url}/kms/v1`),
  ];
}
