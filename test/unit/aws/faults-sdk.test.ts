// The real SDK, a clock that is wrong and credentials that change: what it sends to a server on this machine.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Calls } from '../../../providers/aws/cloud/calls.ts';
import { createClients, EC2, ELBV2 } from '../../../providers/aws/cloud/sdk.ts';
import { Gate } from '../../../src/provider/gate.ts';
import { scope } from './stage.ts';

const HOUR = 60 * 60_000;
const LISTED = `<DescribeLoadBalancersResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeLoadBalancersResult><LoadBalancers/></DescribeLoadBalancersResult></DescribeLoadBalancersResponse>`;

type Handler = (body: URLSearchParams, request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let handler: Handler;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fairlead-'));
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => handler(new URLSearchParams(body), request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true });
});

async function calls(): Promise<Calls> {
  const clients = await createClients({ region: 'eu-west-1', roleArn: '' });
  return new Calls({ gate: new Gate({ deadlineMs: 5000 }), clients, senders: { elbv2: ELBV2, ec2: EC2 } } as never);
}

const answer = (response: ServerResponse, status: number, body: string, headers = {}) =>
  response.writeHead(status, { 'content-type': 'text/xml', ...headers }).end(body);

describe('a clock that is an hour off', () => {
  it.each([HOUR, -HOUR])('by %i ms is corrected by what AWS says, at once', async (offMs) => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'none');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'none');
    const truth = Date.now() + offMs;
    const signed: number[] = [];
    handler = (_body, request, response) => {
      const [, y, mo, d, h, mi, s] =
        /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(request.headers['x-amz-date'])) ?? [];
      const at = Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
      signed.push(at - truth);
      const date = new Date(truth).toUTCString();
      if (Math.abs(at - truth) < 5 * 60_000) return answer(response, 200, LISTED, { date });
      const code = 'RequestTimeTooSkewed';
      const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>m</Message></Error></ErrorResponse>`;
      return answer(response, 403, body, { date });
    };
    await expect((await calls()).elbv2('DescribeLoadBalancers', {}, scope())).resolves.toMatchObject({
      LoadBalancers: [],
    });
    expect(signed.map((difference) => Math.abs(difference) > HOUR / 2)).toEqual([true, false]);
  });
});

describe('the token of a pod’s role', () => {
  it('is read again when it was rotated', async () => {
    const file = join(directory, 'token');
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    vi.stubEnv('AWS_PROFILE', undefined);
    vi.stubEnv('AWS_CONFIG_FILE', join(directory, 'none'));
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(directory, 'none'));
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', file);
    vi.stubEnv('AWS_ROLE_ARN', 'arn:aws:iam::123456789012:role/fairlead');
    const tokens: (string | null)[] = [];
    const keys: string[] = [];
    handler = (body, request, response) => {
      if (body.get('Action') !== 'AssumeRoleWithWebIdentity') {
        keys.push(/Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '');
        return answer(response, 200, LISTED);
      }
      tokens.push(body.get('WebIdentityToken'));
      // At its end already, so that each call asks anew.
      const expiration = new Date(Date.now() - 1000).toISOString();
      const xml = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>KEY${tokens.length}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
      return answer(response, 200, xml);
    };
    const one = await calls();
    await writeFile(file, 'first');
    await one.elbv2('DescribeLoadBalancers', {}, scope());
    await writeFile(file, 'second');
    await one.elbv2('DescribeLoadBalancers', {}, scope());
    expect([...new Set(tokens)]).toEqual(['first', 'second']);
    expect(keys.at(-1)).toBe(`KEY${tokens.length}`);
  });
});
