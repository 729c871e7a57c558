// The smallest OpenStack client that fixtures and tests need: a token, and JSON requests. It goes past the proxy, so
// nothing of it is recorded or spoilt.

/** The prefixes of the services. */
export type Service = 'identity' | 'network' | 'load-balancer' | 'key-manager';

/** An answer, whatever its status. */
export interface RestAnswer<T> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined without a body. */
  readonly body: T;
}

/** Requests with the rights of one user in one project. Paths start with the version, such as `/v2.0/ports`. */
export interface Session {
  token(): Promise<string>;
  /** The answer's body; rejects for status 400 and above. */
  call<T>(method: string, service: Service, path: string, body?: unknown): Promise<T>;
  /** The answer whatever its status. */
  send<T>(method: string, service: Service, path: string, body?: unknown): Promise<RestAnswer<T>>;
}

export interface Login {
  readonly username: string;
  readonly password: string;
  readonly project: string;
}

/** `urlOf` gives a service's address with its prefix, without a slash at the end. Logs in at the first request. */
export function openSession(urlOf: (service: Service) => string, login: Login): Session {
  let known: Promise<string> | undefined;

  async function newToken(): Promise<string> {
    const domain = { id: 'default' };
    const user = { name: login.username, password: login.password, domain };
    const auth = {
      identity: { methods: ['password'], password: { user } },
      scope: { project: { name: login.project, domain } },
    };
    const answer = await fetch(`${urlOf('identity')}/v3/auth/tokens`, json('POST', { auth }, {}));
    if (!answer.ok) throw new Error(`no token for ${login.username}: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
    return answer.headers.get('x-subject-token') ?? '';
  }

  const token = () => {
    known ??= newToken();
    return known;
  };

  async function send<T>(method: string, service: Service, path: string, body?: unknown): Promise<RestAnswer<T>> {
    const request = json(method, body, { 'x-auth-token': await token() });
    const answer = await fetch(urlOf(service) + path, request);
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') && text !== '';
    return { status: answer.status, headers: answer.headers, body: (isJson ? JSON.parse(text) : undefined) as T };
  }

  return {
    token,
    send,
    async call<T>(method: string, service: Service, path: string, body?: unknown): Promise<T> {
      const answer = await send<T>(method, service, path, body);
      if (answer.status < 400) return answer.body;
      throw new Error(`${method} ${service}${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    },
  };
}

function json(method: string, body: unknown, headers: Record<string, string>): RequestInit {
  const all = { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  return { method, headers: all, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
}
