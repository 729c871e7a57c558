// The real SDK against a server on this machine: how many times it sends, what its errors are called, who ends a call.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Calls } from '../../../providers/aws/cloud/calls.ts';
import { CLASSIC_NOT_FOUND } from '../../../providers/aws/cloud/classic-load-balancers.ts';
import { createClients, EC2, ELB, ELBV2 } from '../../../providers/aws/cloud/sdk.ts';
import { Gate } from '../../../src/provider/gate.ts';
import { scope } from './stage.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
}

const NOTHING: Answer = { status: 200, body: '' };

let server: Server;
let requests: string[];
let bodies: string[];
let answer: Answer | 'reset' | 'silence';

beforeEach(async () => {
  requests = [];
  bodies = [];
  answer = NOTHING;
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      bodies.push(body);
      requests.push(new URLSearchParams(body).get('Action') ?? '');
      if (answer === 'silence') return;
      if (answer === 'reset') {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status, { 'content-type': 'text/xml', 'x-amzn-requestid': 'r-7' }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'none');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'none');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', undefined);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function calls(deadlineMs = 5_000): Promise<Calls> {
  const clients = await createClients({ region: 'eu-west-1', roleArn: '' });
  return new Calls({ gate: new Gate({ deadlineMs }), clients, senders: { elb: ELB, elbv2: ELBV2, ec2: EC2 } });
}

const elbError = (code: string, status = 400): Answer => ({
  status,
  body: `<ErrorResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>m</Message></Error><RequestId>r-7</RequestId></ErrorResponse>`,
});
const ec2Error = (code: string, status = 400): Answer => ({
  status,
  body: `<Response><Errors><Error><Code>${code}</Code><Message>m</Message></Error></Errors><RequestID>r-7</RequestID></Response>`,
});
const GROUP = { Name: 'x', Port: 1, Protocol: 'TCP', VpcId: 'vpc-1' } as const;

describe('the SDK as we set it up', () => {
  it.each<[string, Answer | 'reset', string]>([
    ['throttled', elbError('Throttling'), 'throttled'],
    ['failed', elbError('InternalFailure', 500), 'unavailable'],
    ['cut off', 'reset', 'network'],
    ['answered with a page', { status: 503, body: '<html>busy</html>' }, 'unavailable'],
    ['answered with rubbish', { status: 200, body: 'this is no XML <' }, 'network'],
  ])('sends a create once when it is %s', async (_what, given, code) => {
    answer = given;
    const sent = (await calls()).elbv2('CreateTargetGroup', GROUP, scope());
    await expect(sent).rejects.toMatchObject({ code });
    expect(requests).toEqual(['CreateTargetGroup']);
  });

  it.each([
    [elbError('TooManyTargetGroups'), { code: 'quota', cloudCode: 'TooManyTargetGroups', requestId: 'r-7' }],
    [elbError('DuplicateTargetGroupName'), { code: 'conflict', cloudCode: 'DuplicateTargetGroupName' }],
    [elbError('AccessDenied', 403), { code: 'denied' }],
    [elbError('SomethingNew'), { code: 'rejected', cloudCode: 'SomethingNew' }],
  ])('names errors of ELB by their code', async (given, error) => {
    answer = given;
    await expect((await calls()).elbv2('CreateTargetGroup', GROUP, scope())).rejects.toMatchObject(error);
  });

  it.each([
    [
      ec2Error('InvalidPermission.Duplicate'),
      { code: 'conflict', cloudCode: 'InvalidPermission.Duplicate', requestId: 'r-7' },
    ],
    [ec2Error('RequestLimitExceeded', 503), { code: 'throttled' }],
    [ec2Error('UnauthorizedOperation', 403), { code: 'denied' }],
  ])('names errors of EC2 by their code', async (given, error) => {
    answer = given;
    const sent = (await calls()).ec2('DeleteSecurityGroup', { GroupId: 'sg-1' }, scope());
    await expect(sent).rejects.toMatchObject(error);
    expect(requests).toEqual(['DeleteSecurityGroup']);
  });

  it.each([
    [elbError('LoadBalancerNotFound'), { code: 'conflict', cloudCode: CLASSIC_NOT_FOUND, requestId: 'r-7' }],
    [elbError('DuplicateLoadBalancerName'), { code: 'conflict', cloudCode: 'DuplicateAccessPointName' }],
    [elbError('InvalidInstance'), { code: 'conflict', cloudCode: 'InvalidEndPoint' }],
    [elbError('TooManyLoadBalancers'), { code: 'quota', message: expect.stringContaining('Classic Load Balancers') }],
    [elbError('Throttling'), { code: 'throttled' }],
  ])('names errors of Classic Load Balancers as the SDK does', async (given, error) => {
    answer = given;
    const sent = (await calls()).elb('DeleteLoadBalancer', { LoadBalancerName: 'x' }, scope());
    await expect(sent).rejects.toMatchObject(error);
    expect(requests).toEqual(['DeleteLoadBalancer']);
  });

  it('sends an empty list of policies, which takes all away', async () => {
    answer = { status: 200, body: '<SetLoadBalancerPoliciesForBackendServerResponse/>' };
    const input = { LoadBalancerName: 'x', InstancePort: 1, PolicyNames: [] };
    await (await calls()).elb('SetLoadBalancerPoliciesForBackendServer', input, scope());
    expect(bodies.map((body) => new URLSearchParams(body).get('PolicyNames'))).toEqual(['']);
  });

  it('gives a call up at its deadline, and hangs up', async () => {
    answer = 'silence';
    const ended = new Promise<void>((resolve) =>
      server.on('connection', (socket) => socket.on('close', () => resolve())),
    );
    const sent = (await calls(1_000)).elbv2('CreateTargetGroup', GROUP, scope());
    await expect(sent).rejects.toMatchObject({ code: 'network' });
    await ended;
    expect(requests).toEqual(['CreateTargetGroup']);
  });

  it('asks no instance metadata unless somebody says so', async () => {
    await calls();
    expect(process.env.AWS_EC2_METADATA_DISABLED).toBe('true');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'false');
    await calls();
    expect(process.env.AWS_EC2_METADATA_DISABLED).toBe('false');
  });

  it('assumes the role that the options name, and signs with it', async () => {
    answer = {
      status: 200,
      body: '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>',
    };
    const clients = await createClients({ region: 'eu-west-1', roleArn: 'arn:aws:iam::123456789012:role/fairlead' });
    const credentials = await clients.elbv2.config.credentials();
    expect(credentials.accessKeyId).toBe('ROLE');
    expect(requests).toEqual(['AssumeRole']);
  });
});
