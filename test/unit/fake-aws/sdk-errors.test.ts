// The errors of the fake against those of the real SDK: the same AWS answer is put on the wire of a real client, and
// what the client makes of it must be what the fake throws.

import { Readable } from 'node:stream';
import { DescribeVpcsCommand, EC2Client, EC2ServiceException } from '@aws-sdk/client-ec2';
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  ElasticLoadBalancingV2ServiceException,
  LoadBalancerNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { ec2 } from '../../fake/aws/ec2/service.ts';
import { elbv2 } from '../../fake/aws/elbv2/service.ts';
import { Problem } from '../../fake/aws/problem.ts';

const config = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1 };

/** A request handler that answers everything by one document. */
function answering(statusCode: number, document: string) {
  const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': 'id' };
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async () => ({ response: { statusCode, headers, body: Readable.from([Buffer.from(document)]) } }),
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
}

async function thrownBy(call: Promise<unknown>): Promise<Error> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error('no error was thrown');
  return error;
}

function elbDocument(code: string, type = 'Sender'): string {
  return `<ErrorResponse><Error><Type>${type}</Type><Code>${code}</Code><Message>why</Message></Error><RequestId>id</RequestId></ErrorResponse>`;
}

function ec2Document(code: string): string {
  return `<Response><Errors><Error><Code>${code}</Code><Message>why</Message></Error></Errors><RequestID>id</RequestID></Response>`;
}

/** What callers look at. */
function facesOf(error: Error): unknown {
  const [$fault, Code, Type, inner, $metadata] = ['$fault', 'Code', 'Type', 'Error', '$metadata'].map((key) =>
    Reflect.get(error, key),
  );
  return { class: error.constructor, name: error.name, message: error.message, $fault, Code, Type, inner, $metadata };
}

describe('elbv2 errors', () => {
  it.each([
    ['LoadBalancerNotFound', 400],
    ['DuplicateListener', 400],
    ['ALPNPolicyNotFound', 400],
    ['TooManyLoadBalancers', 400],
    ['ValidationError', 400],
    ['Throttling', 400],
    ['AccessDenied', 403],
  ])('%s is thrown as the SDK throws it', async (code, status) => {
    const client = new ElasticLoadBalancingV2Client({
      ...config,
      requestHandler: answering(status, elbDocument(code)),
    });
    const real = await thrownBy(client.send(new DescribeLoadBalancersCommand({})));
    expect(facesOf(elbv2.exception(new Problem(code, 'why', status), 'id'))).toEqual(facesOf(real));
  });

  it('have the class of the model and its name, which ends in Exception', () => {
    const error = elbv2.exception(new Problem('LoadBalancerNotFound', 'why'), 'id');
    expect(error).toBeInstanceOf(LoadBalancerNotFoundException);
    expect(error).toBeInstanceOf(ElasticLoadBalancingV2ServiceException);
    expect(error.name).toBe('LoadBalancerNotFoundException');
  });
});

describe('ec2 errors', () => {
  it.each([
    ['InvalidPermission.Duplicate', 400],
    ['DependencyViolation', 400],
    ['RequestLimitExceeded', 503],
    ['UnauthorizedOperation', 403],
  ])('%s is thrown as the SDK throws it', async (code, status) => {
    const client = new EC2Client({ ...config, requestHandler: answering(status, ec2Document(code)) });
    const real = await thrownBy(client.send(new DescribeVpcsCommand({})));
    const fake = ec2.exception(new Problem(code, 'why', status), 'id');
    expect(facesOf(fake)).toEqual(facesOf(real));
    expect(fake).toBeInstanceOf(EC2ServiceException);
    expect(fake.name).toBe(code);
  });
});
