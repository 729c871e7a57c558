// What the proxy answers: results and errors in the form that each AWS protocol gives them. Only writes XML, never
// reads any.
import { randomUUID } from 'node:crypto';

/** The wire protocol of a service: ELB's and EC2's query dialects, JSON with a target header, or REST as S3 has it. */
export type Protocol = 'query' | 'ec2' | 'json' | 'rest';

/** A whole HTTP answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** A refusal with AWS's error code; `status` is 400 unless AWS documents another for the code. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** A value to write as XML. Lists become `member` elements; undefined is left out. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [name: string]: Xml };

/** The answer to an operation of ELBv2 or of Classic ELB, told apart by the API's version: its result, which may be empty. */
export function queryResult(operation: string, result: Xml, version: '2015-12-01' | '2012-06-01'): Answer {
  const metadata = { RequestId: randomUUID() };
  const body = element(`${operation}Result`, result) + element('ResponseMetadata', metadata);
  const namespace = `http://elasticloadbalancing.amazonaws.com/doc/${version}/`;
  return xmlAnswer(
    200,
    `<${operation}Response xmlns="${namespace}">${body}</${operation}Response>`,
    metadata.RequestId,
  );
}

/** An error in the form of a protocol. */
export function errorAnswer(protocol: Protocol, error: AwsError): Answer {
  const id = randomUUID();
  const { code, message, status } = error;
  const inner = { Code: code, Message: message };
  switch (protocol) {
    case 'query': {
      const type = status < 500 ? 'Sender' : 'Receiver';
      const body = element('Error', { Type: type, ...inner }) + element('RequestId', id);
      return xmlAnswer(status, `<ErrorResponse>${body}</ErrorResponse>`, id);
    }
    case 'ec2': {
      const body = `<Errors>${element('Error', inner)}</Errors>${element('RequestID', id)}`;
      return xmlAnswer(status, `<?xml version="1.0" encoding="UTF-8"?>\n<Response>${body}</Response>`, id);
    }
    case 'json': {
      const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': id };
      return { status, headers, body: Buffer.from(JSON.stringify({ __type: code, message })) };
    }
    case 'rest':
      return xmlAnswer(status, element('Error', { ...inner, RequestId: id }), id);
  }
}

/** The error code inside an answer from upstream, as far as it can be seen. */
export function errorCodeOf(answer: Answer): string | undefined {
  if (answer.status < 400) return undefined;
  const body = answer.body.subarray(0, 4096).toString('utf8');
  return /<Code>([^<]+)<\/Code>/.exec(body)?.[1] ?? /"__type":\s*"(?:[^"#]*#)?([^"]+)"/.exec(body)?.[1];
}

function xmlAnswer(status: number, body: string, requestId: string): Answer {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body: Buffer.from(body) };
}

function element(name: string, value: Xml): string {
  if (value === undefined) return '';
  return `<${name}>${content(value)}</${name}>`;
}

function content(value: Xml): string {
  if (value === undefined) return '';
  if (typeof value !== 'object') return escaped(String(value));
  if (Array.isArray(value)) return value.map((item) => element('member', item)).join('');
  return Object.entries(value)
    .map(([name, item]) => element(name, item))
    .join('');
}

function escaped(raw: string): string {
  return raw.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
