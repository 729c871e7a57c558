// What the kinds call OpenStack with: every call passes the gate, with a token that is renewed when it is due or refused.
// It knows how calls are sent, not which there are.
import { FairleadError } from '../../../src/engine/errors.ts';
import type { Scope } from '../../../src/engine/kind.ts';
import type { Host } from '../../../src/provider/provider.ts';
import { type Login, secretsOf } from '../credentials/login.ts';
import { endpointOf } from './catalog.ts';
import { explain, isUnauthorized } from './errors.ts';
import { type Answer, Http, NoAnswer } from './http.ts';
import { type Access, type Identity, Keystone } from './keystone.ts';
import { Refusal } from './refusal.ts';
import { NAMES, type Query, type ServiceType, titleOf, urlOf } from './services.ts';

export type { Identity } from './keystone.ts';
export type { Query, ServiceType } from './services.ts';

export interface ReadCall {
  readonly service: ServiceType;
  /** For metrics, logs and messages: `GetLoadBalancer`. */
  readonly operation: string;
  /** With its version: `/v2/lbaas/loadbalancers/ID`, `/v2.0/floatingips`. */
  readonly path: string;
  readonly query?: Query;
}

export interface WriteCall extends ReadCall {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SessionOptions {
  /** Bytes; default 32 MiB. */
  readonly maxAnswerBytes?: number;
  /** Told of each secret of the login, and of each token when it is first used. */
  readonly onSecret?: (name: string, secret: string) => void;
}

type AnyCall = ReadCall & Partial<WriteCall>;

/** One answer's JSON; undefined where it is empty. */
interface Received {
  readonly body: unknown;
  readonly requestId?: string;
}

/** A list that goes on for longer does not end. */
const MOST_PAGES = 1000;

export class Session {
  readonly #login: Login;
  readonly #host: Host;
  readonly #http: Http;
  readonly #keystone: Keystone;

  private constructor(login: Login, host: Host, options: SessionOptions) {
    this.#login = login;
    this.#host = host;
    const { requestTimeoutMs, tls } = login;
    const { maxAnswerBytes } = options;
    this.#http = new Http({ tls, requestTimeoutMs, ...(maxAnswerBytes !== undefined && { maxAnswerBytes }) });
    for (const [name, secret] of Object.entries(secretsOf(login))) options.onSecret?.(name, secret);
    this.#keystone = new Keystone(login, this.#http, host.gate, (token) =>
      options.onSecret?.('openstack-session', token),
    );
  }

  /** Logs in. Throws FairleadError: 'denied' where Keystone does not accept the credentials. */
  static async open(login: Login, host: Host, signal: AbortSignal, options: SessionOptions = {}): Promise<Session> {
    const session = new Session(login, host, options);
    try {
      await session.#keystone.access({ signal, lane: 'change' });
    } catch (thrown) {
      session.close();
      throw thrown;
    }
    return session;
  }

  /** As whom and for what project the session is, by its last token, which is not shown. */
  async access(scope: Scope): Promise<Identity> {
    const { projectId, projectName, userName, roles, catalog } = await this.#keystone.access(scope);
    return {
      catalog,
      roles,
      ...(projectId !== undefined && { projectId }),
      ...(projectName !== undefined && { projectName }),
      ...(userName !== undefined && { userName }),
    };
  }

  /** The address of a service. Throws FairleadError 'not-found' that says what the catalog has. */
  async endpoint(service: ServiceType, scope: Scope): Promise<string> {
    return endpointOf((await this.#keystone.access(scope)).catalog, service, this.#login);
  }

  /** Equal reads in flight are one, so the answer is not to be changed. */
  async read<T>(call: ReadCall, scope: Scope): Promise<T> {
    const answer = await this.#send(call, scope);
    if (answer === undefined || answer === null) throw unusable(call);
    return answer as T;
  }

  /** All pages, each a call of its own; one that fails fails the list. */
  async list<T>(call: ReadCall, key: string, scope: Scope): Promise<readonly T[]> {
    const found: T[] = [];
    const asked = new Set<string>();
    let query = call.query ?? {};
    while (asked.size < MOST_PAGES) {
      asked.add(JSON.stringify(query));
      const answer = await this.read<Readonly<Record<string, unknown>>>({ ...call, query }, scope);
      const items = answer[key];
      if (!Array.isArray(items)) throw unusable(call);
      for (const item of items as T[]) found.push(item);
      const next = nextOf(answer[`${key}_links`]);
      if (next === undefined || items.length === 0) return found;
      // Filters that a link leaves out hold all the same.
      query = { ...call.query, ...next };
      if (asked.has(JSON.stringify(query))) break;
    }
    const message = `the pages of ${call.operation} do not end: ${titleOf(NAMES[call.service])} has answered ${asked.size}`;
    throw new FairleadError('unavailable', message);
  }

  /** Sent once, and once more only where the token was refused. Undefined: the answer is empty. */
  async write<T>(call: WriteCall, scope: Scope): Promise<T | undefined> {
    return (await this.#send(call, scope)) as T | undefined;
  }

  /** A write whose answer shows the object, under `key`. */
  async change<T>(call: WriteCall, key: string, scope: Scope): Promise<T> {
    const answer = await this.write<Readonly<Record<string, T>>>(call, scope);
    const object = answer?.[key];
    if (object === undefined || object === null) throw unusable(call);
    return object;
  }

  /** Ends all connections, those in use too. */
  close(): void {
    this.#http.close();
  }

  async #send(call: AnyCall, scope: Scope): Promise<unknown> {
    const access = await this.#keystone.access(scope);
    try {
      return await this.#once(call, access, scope);
    } catch (thrown) {
      if (!isUnauthorized(thrown)) throw thrown;
      // Refused before anything was done, so a write may go again too.
      return this.#once(call, await this.#keystone.renew(access, scope), scope);
    }
  }

  async #once(call: AnyCall, access: Access, scope: Scope): Promise<unknown> {
    const { method = 'GET', operation, path, query } = call;
    const url = urlOf(endpointOf(access.catalog, call.service, this.#login), path, query);
    const service = NAMES[call.service];
    const headers = { ...call.headers, 'x-auth-token': access.token };
    const body = call.body === undefined ? {} : { body: JSON.stringify(call.body) };
    const write = method !== 'GET';
    const { body: received } = await this.#host.gate.call<Received>(
      {
        service,
        operation,
        write,
        requestIdOf: (answer) => (answer as Received).requestId,
        ...(!write && { mergeKey: `${service} ${operation} ${url}` }),
      },
      scope,
      async (signal) => receive(await this.#http.send({ method, url, headers, ...body, signal })),
      (thrown) => explain(thrown, { service, operation, method }, this.#keystone.secrets),
    );
    return received;
  }
}

/** Throws Refusal for what is no success, NoAnswer for what is no JSON. */
function receive(answer: Answer): Received {
  if (answer.status < 200 || answer.status >= 300) throw new Refusal(answer);
  const id = answer.requestId === undefined ? {} : { requestId: answer.requestId };
  if (answer.text.trim() === '') return { body: undefined, ...id };
  try {
    return { body: JSON.parse(answer.text), ...id };
  } catch {
    // Not as the cause: its message quotes the answer.
    throw new NoAnswer('the answer is no JSON', id);
  }
}

/** The next page's query. Its address is not followed: services behind a proxy do not know their own. */
function nextOf(links: unknown): Query | undefined {
  if (!Array.isArray(links)) return undefined;
  const link: { readonly href?: unknown } | undefined = links.find((one) => Object(one).rel === 'next');
  if (typeof link?.href !== 'string' || !URL.canParse(link.href, 'http://any/')) return undefined;
  const query: Record<string, string[]> = {};
  for (const [key, value] of new URL(link.href, 'http://any/').searchParams)
    query[key] = [...(query[key] ?? []), value];
  return query;
}

function unusable({ operation, service }: ReadCall): FairleadError {
  return new FairleadError('network', `${titleOf(NAMES[service])} gave no usable answer to ${operation}`);
}
