// What goes in as a secret does not come out: not in the log, whatever its level, not in metrics, not in events, not in the
// status of a Service. Real processes with the real SDK, against an API server and an AWS that repeat in their errors all
// that they were sent.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Service } from '../../src/kube/types.ts';
import { certificate } from '../fake/kube/certificate.ts';
import type { HttpFaultHook } from '../fake/kube/http-server.ts';
import { type Run, type RunOptions, startRun } from './run-fixture.ts';

const KEY_ID = 'AKIAQQQQSECRETQQQQQQ';
const SECRET_KEY = 'uTn9/secretKey+ofTheController0123456789';
const SESSION_TOKEN = 'IQoJb3JpZ2luX2VjSESSION/token+of/the+controller0123456789=';
const OPAQUE_TOKEN = 'opaque-bearer-token-of-the-api-server';
const IDENTITY_TOKEN = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ3ZWItaWRlbnRpdHkifQ.c2lnbmF0dXJl';
const AWS_ARGS = ['--provider', 'aws', '--aws-region', 'eu-west-1', '--aws-vpc-id', 'vpc-0123456789abcdef0'];
const STATIC = {
  AWS_ACCESS_KEY_ID: KEY_ID,
  AWS_SECRET_ACCESS_KEY: SECRET_KEY,
  AWS_SESSION_TOKEN: SESSION_TOKEN,
};

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** One answer of AWS, from what it was sent. */
type Answer = (request: IncomingMessage, body: string) => { readonly status: number; readonly body: string };

/** Those with secrets first: what is said of an error is cut somewhere. */
const headersOf = ({ rawHeaders }: IncomingMessage) =>
  rawHeaders
    .flatMap((name, at) => (at % 2 === 0 ? `${name.toLowerCase()}:${rawHeaders[at + 1]}` : []))
    .sort((a, b) => Number(/^(auth|x-amz-sec)/.test(b)) - Number(/^(auth|x-amz-sec)/.test(a)))
    .join('\n');
const xml = (code: string, message: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`;

/** Nothing exists, and all is well. */
const empty: Answer = (_request, body) => {
  const action = /Action=(\w+)/.exec(body)?.[1];
  return { status: 200, body: `<${action}Response><${action}Result></${action}Result></${action}Response>` };
};
/** As AWS says it of a wrong signature: with the request that it would have signed. */
const wrongSignature: Answer = (request) => ({
  status: 403,
  body: xml('SignatureDoesNotMatch', `wrong: 'POST\n/\n${headersOf(request)}'`),
});
const page: Answer = (request, body) => ({
  status: 500,
  body: `<html><body>${headersOf(request)}\n${body}</body></html>`,
});
const plainCode: Answer = (request) => ({
  status: 400,
  body: xml('InvalidClientTokenId', headersOf(request).split('\n').reverse().join()),
});

/** An AWS whose answers can be changed. */
async function startAws() {
  const aws = { url: '', answers: [empty] as readonly Answer[], seen: 0, sent: '' };
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    aws.sent += `${headersOf(request)}\n${body}\n`;
    const answer = aws.answers[aws.seen++ % aws.answers.length] ?? empty;
    const { status, body: text } = answer(request, body);
    response.writeHead(status, { 'content-type': 'text/xml' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  aws.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return aws;
}

async function start(options: RunOptions): Promise<Run> {
  const run = await startRun({ ...options, args: [...(options.args ?? []), '--log-level', 'debug'] });
  closing.push(() => run.close());
  return run;
}

/** Everything that others can read of this run. */
async function told(run: Run): Promise<string> {
  const { body } = await run.ask('/metrics');
  return [
    ...run.written,
    body,
    JSON.stringify(run.api.list('Event')),
    JSON.stringify(run.api.list('Service')),
    JSON.stringify(run.api.list('Lease')),
  ].join('\n');
}

function expectHidden(text: string, ...secrets: readonly string[]): void {
  for (const secret of secrets) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(encodeURIComponent(secret));
    expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
  }
}

const web = (name: string) => ({
  kind: 'Service',
  metadata: { name },
  spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
});

describe('credentials of AWS', () => {
  it('from the environment stay inside, whatever AWS answers', async () => {
    const aws = await startAws();
    const run = await start({ args: AWS_ARGS, env: { ...STATIC, AWS_ENDPOINT_URL: aws.url } });
    await run.controller.leading();
    for (const [name, answer] of Object.entries({ wrongSignature, page, plainCode })) {
      aws.answers = [answer];
      const service = name.toLowerCase();
      run.api.create(web(service));
      await run.controller.line((line) => line.service === `default/${service}` && line.level === 'warn');
    }
    // They were sent, and told again in what the Service says of the failure.
    expect(aws.sent).toContain(SESSION_TOKEN);
    const said = JSON.stringify(run.api.get<Service>('Service', 'default/wrongsignature')?.status);
    expect(said).toContain('SignatureDoesNotMatch');
    expect(said).toContain('[redacted]');
    const signatures = [...aws.sent.matchAll(/Signature=([0-9a-f]{64})/g)].map(([, signature]) => signature ?? '');
    expect(signatures.length).toBeGreaterThan(3);
    expectHidden(await told(run), KEY_ID, SECRET_KEY, SESSION_TOKEN, ...signatures);
  });

  it('from a web identity stay inside: its token, and what STS gave for it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'fairlead-token-'));
    closing.push(() => rm(directory, { recursive: true }));
    const token = join(directory, 'token');
    await writeFile(token, IDENTITY_TOKEN);
    const aws = await startAws();
    const refused: Answer = (_request, body) => ({
      status: 400,
      body: xml('InvalidIdentityToken', `${body} <!-- ${IDENTITY_TOKEN} -->`),
    });
    const given: Answer = (_request, body) =>
      body.includes('AssumeRole')
        ? {
            status: 200,
            body: `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>${KEY_ID}</AccessKeyId><SecretAccessKey>${SECRET_KEY}</SecretAccessKey><SessionToken>${SESSION_TOKEN}</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/x/y</Arn></AssumedRoleUser></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
          }
        : wrongSignature(_request, body);
    aws.answers = [refused];
    const run = await start({
      args: AWS_ARGS,
      env: {
        AWS_ENDPOINT_URL: aws.url,
        AWS_REGION: 'eu-west-1',
        AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/fairlead',
        AWS_WEB_IDENTITY_TOKEN_FILE: token,
      },
    });
    const failing = (line: { readonly msg?: string }) =>
      line.msg?.startsWith('could not list what exists in aws') === true;
    await run.controller.line((line) => failing(line) && JSON.stringify(line).includes('InvalidIdentityToken'));
    aws.answers = [given];
    await run.controller.line((line) => failing(line) && JSON.stringify(line).includes('SignatureDoesNotMatch'));
    expect(aws.sent).toContain(SESSION_TOKEN);
    expect(aws.sent).toContain(encodeURIComponent(IDENTITY_TOKEN));
    expectHidden(await told(run), IDENTITY_TOKEN, KEY_ID, SECRET_KEY, SESSION_TOKEN);
  });
});

describe('credentials of the API server', () => {
  /** Repeats the token that it was sent, in any surroundings. */
  const repeating: HttpFaultHook = ({ method, url, headers }) => {
    if (method !== 'PATCH' || !url.includes('/status')) return undefined;
    const token = headers.authorization?.replace('Bearer ', '');
    const body = JSON.stringify({ kind: 'Status', code: 500, message: `(${token}) ${headers.authorization} is odd` });
    return { fault: 'answer', status: 500, body };
  };

  it('a bearer token stays inside, whatever the server answers', async () => {
    const run = await start({
      args: ['--provider', 'simulator'],
      user: { token: OPAQUE_TOKEN },
      before: ({ http }) => http.faults.push(repeating),
    });
    await run.controller.leading();
    run.api.create(web('web'));
    const line = await run.controller.line(({ service, level }) => service === 'default/web' && level === 'warn');
    expect(line.msg).toContain('([redacted]) Bearer [redacted] is odd');
    expectHidden(await told(run), OPAQUE_TOKEN);
  });

  it('the key of a client certificate stays inside, whether it is taken or not', async () => {
    const authority = certificate('ca');
    const server = certificate('server', authority);
    const client = certificate('client', authority);
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const key = base64(client.key);
    const body = (pem: string) => pem.split('\n').slice(1, -2);
    const user = { 'client-certificate-data': base64(client.cert), 'client-key-data': key };
    const tls = { key: server.key, cert: server.cert, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
    const good = await start({
      args: ['--provider', 'simulator'],
      user,
      tls,
      cluster: { 'certificate-authority-data': base64(authority.cert) },
    });
    await good.controller.leading();
    expectHidden(await told(good), key, ...body(client.key));
    const bad = await start({
      args: ['--provider', 'simulator'],
      user,
      tls,
      cluster: { 'certificate-authority-data': base64(certificate('other').cert) },
    });
    await bad.controller.line(({ msg }) => msg === 'list or watch failed');
    expectHidden(await told(bad), key, ...body(client.key));
  });
});
