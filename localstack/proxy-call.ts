// What an HTTP request asks of AWS: which service, which operation, with which parameters. Understands the query
// protocols fully; of other protocols only the names.
import type { IncomingMessage } from 'node:http';
import type { Protocol } from './proxy-answer.ts';
import { type Params, parseQuery } from './proxy-query.ts';

/** One call to AWS as it arrived. */
export interface Call {
  /** The signing name, such as `ec2`; Classic ELB, which shares its signing name with v2, has `-classic` after it. */
  readonly service: string;
  /** The operation, such as `CreateLoadBalancer`; for S3 the HTTP method. */
  readonly operation: string;
  readonly params: Params;
  /** True if the operation may change something. */
  readonly write: boolean;
  readonly region: string;
  /** Whose credentials signed it; undefined for a call without a signature. */
  readonly accessKeyId: string | undefined;
  readonly protocol: Protocol;
  readonly userAgent: string | undefined;
  readonly http: HttpRequest;
}

/** The request as bytes, for forwarding. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

const classicVersion = '2012-06-01';

/** Reads a request to its end and names what it asks for. */
export async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const http = {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: request.headers,
    body: Buffer.concat(chunks),
  };
  const { authorization = '', 'user-agent': userAgent } = request.headers;
  const scope = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(authorization);
  const accessKeyId = scope?.[1];
  const region = scope?.[2] ?? 'us-east-1';
  const signing = scope?.[3] ?? 'unknown';
  return { region, accessKeyId, userAgent, http, ...named(signing, http) };
}

type Named = Pick<Call, 'service' | 'operation' | 'params' | 'write' | 'protocol'>;

function named(signing: string, http: HttpRequest): Named {
  const target = http.headers['x-amz-target'];
  if (typeof target === 'string') {
    const operation = target.split('.').at(-1) ?? target;
    return { service: signing, operation, params: {}, write: writes(operation), protocol: 'json' };
  }
  const search = http.path.indexOf('?');
  const form = http.method === 'POST' && String(http.headers['content-type']).startsWith('application/x-www-form');
  const query = form ? http.body.toString('utf8') : search < 0 ? '' : http.path.slice(search + 1);
  const { Action: action, Version: version, ...params } = parseQuery(query);
  if (typeof action === 'string') {
    const service = signing === 'elasticloadbalancing' && version === classicVersion ? `${signing}-classic` : signing;
    const protocol = service === 'ec2' ? 'ec2' : 'query';
    return { service, operation: action, params, write: writes(action), protocol };
  }
  const write = !['GET', 'HEAD', 'OPTIONS'].includes(http.method);
  return { service: signing, operation: http.method, params, write, protocol: 'rest' };
}

function writes(operation: string): boolean {
  return !/^(Describe|Get|List|Head|BatchGet|Search)/.test(operation);
}
