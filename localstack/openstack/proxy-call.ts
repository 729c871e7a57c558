// What an HTTP request asks of OpenStack: which service, and which operation on which kind of object. Knows the shape of
// paths, and no operation by name.
import type { IncomingMessage } from 'node:http';
import type { HttpRequest } from '../proxy-call.ts';
import type { Service } from './rest.ts';

/** One call as it arrived. */
export interface Call {
  readonly service: Service | 'unknown';
  readonly method: string;
  /** Without the service's prefix and without the query, such as `/v2/lbaas/pools/0f…/members`. */
  readonly path: string;
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** Method and path without version, with a star for each id: `POST loadbalancers`, `DELETE loadbalancers/*`. */
  readonly operation: string;
  /** The body's JSON; undefined without one. */
  readonly body: unknown;
  /** True if it may change something; asking for a token does not. */
  readonly write: boolean;
  readonly token: string | undefined;
  readonly userAgent: string | undefined;
  /** The request as bytes, path and prefix included. */
  readonly http: HttpRequest;
}

const services: readonly string[] = ['identity', 'network', 'load-balancer', 'key-manager'] satisfies Service[];
const id = /^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Reads a request to its end and names what it asks for. */
export async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method = 'GET', url = '/', headers } = request;
  const http: HttpRequest = { method, path: url, headers, body: Buffer.concat(chunks) };
  const { pathname, searchParams } = new URL(url, 'http://proxy');
  const [, first = ''] = pathname.split('/');
  const service = services.includes(first) ? (first as Service) : 'unknown';
  const path = (service === 'unknown' ? pathname : pathname.slice(first.length + 1)) || '/';
  const query: Record<string, string[]> = {};
  for (const [name, value] of searchParams) {
    query[name] ??= [];
    query[name].push(value);
  }
  const operation = `${method} ${resource(path)}`;
  const write = !['GET', 'HEAD', 'OPTIONS'].includes(method) && operation !== 'POST auth/tokens';
  const token = headers['x-auth-token'];
  return {
    ...{ service, method, path, query, operation, body: json(http.body), write, http },
    token: typeof token === 'string' ? token : undefined,
    userAgent: headers['user-agent'],
  };
}

function resource(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  if (/^v\d/.test(parts[0] ?? '')) parts.shift();
  if (parts[0] === 'lbaas') parts.shift();
  return parts.map((part) => (id.test(part) ? '*' : part)).join('/') || '/';
}

function json(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
