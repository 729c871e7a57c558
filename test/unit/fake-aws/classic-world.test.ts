// Classic Load Balancers in the machinery of this AWS: faults, lagging reads, seeds, and the SDK's errors.

import { Readable } from 'node:stream';
import { DeleteSecurityGroupCommand, DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import {
  AccessPointNotFoundException,
  AddTagsCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingClient,
  ElasticLoadBalancingServiceException,
} from '@aws-sdk/client-elastic-load-balancing';
import { DescribeLoadBalancersCommand as DescribeNetworkLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Fault } from '../../fake/aws/call.ts';
import { connect } from '../../fake/aws/connect.ts';
import { elb } from '../../fake/aws/elb/service.ts';
import { seedPeerClassic } from '../../fake/aws/peer-classic.ts';
import { Problem } from '../../fake/aws/problem.ts';
import type { Step } from '../../fake/aws/strict-aws.ts';
import { type ClassicBench, HTTPS_443, makeClassicBench, TCP_80 } from './classic-bench.ts';
import { codeOf, START } from './workbench.ts';

const UID = '8a0b1c2d-3e4f-4061-8273-8495a6b7c8d9';

let bench: ClassicBench;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  bench = makeClassicBench();
});
afterEach(() => {
  vi.useRealTimers();
});

const names = async () => {
  const { LoadBalancerDescriptions } = await bench.elb.send(new DescribeLoadBalancersCommand({}));
  return LoadBalancerDescriptions?.map(({ LoadBalancerName }) => LoadBalancerName);
};

describe('faults', () => {
  const withFault = (fault: Fault, operation = 'CreateLoadBalancer') => {
    bench.aws.intercept = (call) => (call.service === 'elb' && call.operation === operation ? fault : undefined);
  };

  it.each<[Fault, string, boolean]>([
    ['throttle', 'Throttling', false],
    ['lose-answer', 'TimeoutError: socket hang up', true],
    [{ error: 'AccessDenied', httpStatus: 403 }, 'AccessDenied', false],
    [{ error: 'InternalFailure', httpStatus: 500, afterEffect: true }, 'InternalFailure', true],
  ])('%j: answers %s', async (fault, code, effect) => {
    withFault(fault);
    expect(await codeOf(bench.classic())).toBe(code);
    expect(bench.aws.state.classicLoadBalancers.has('lb')).toBe(effect);
  });

  it('kill a session before or after the effect', async () => {
    const outcome = vi.fn();
    withFault('crash-after');
    bench.classic().then(outcome, outcome);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([bench.aws.state.classicLoadBalancers.size, outcome.mock.calls.length]).toEqual([1, 0]);
    const second = connect(bench.aws);
    withFault('crash', 'DeleteLoadBalancer');
    second.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerName: 'lb' })).then(outcome, outcome);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([bench.aws.state.classicLoadBalancers.size, outcome.mock.calls.length]).toEqual([1, 0]);
  });

  it('are of one service: the other API of the same name goes on', async () => {
    withFault('throttle', 'DescribeLoadBalancers');
    expect(await codeOf(names())).toBe('Throttling');
    const network = await bench.elbv2.send(new DescribeNetworkLoadBalancersCommand({}));
    expect(network.LoadBalancers).toEqual([]);
    expect(bench.aws.calls.map(({ service, errorCode }) => [service, errorCode])).toEqual([
      ['elb', 'Throttling'],
      ['elbv2', undefined],
    ]);
  });

  it('show the past to a single read', async () => {
    await bench.classic();
    vi.advanceTimersByTime(5_000);
    withFault({ staleMs: 6_000 }, 'DescribeLoadBalancers');
    expect(await names()).toEqual([]);
    bench.aws.intercept = undefined;
    expect(await names()).toEqual(['lb']);
  });
});

describe('eventual consistency', () => {
  it('hides a new load balancer and its tags from reads, while writes see it', async () => {
    bench.aws.consistencyMs.classicLoadBalancer = 5_000;
    await bench.classic();
    const tags = () => bench.elb.send(new DescribeTagsCommand({ LoadBalancerNames: ['lb'] }));
    await bench.elb.send(new AddTagsCommand({ LoadBalancerNames: ['lb'], Tags: [{ Key: 'a', Value: 'b' }] }));
    expect(await codeOf(tags())).toBe('LoadBalancerNotFound');
    expect(await codeOf(bench.described())).toBe('LoadBalancerNotFound');
    vi.advanceTimersByTime(5_000);
    expect((await tags()).TagDescriptions?.[0]?.Tags).toEqual([{ Key: 'a', Value: 'b' }]);
  });

  it('of Network Load Balancers is another matter', async () => {
    bench.aws.consistencyMs.loadBalancer = 5_000;
    await bench.classic();
    expect(await names()).toEqual(['lb']);
  });
});

describe('steps', () => {
  it('tell every change with its call, and nothing when a call fails', async () => {
    const steps: Step[] = [];
    bench.aws.onStep((step) => steps.push(step));
    await bench.classic();
    expect(await codeOf(bench.register('i-none'))).toBe('InvalidInstance');
    bench.aws.seed.instance({ id: 'i-node-1', state: 'stopped' });
    expect(steps.map(({ call }) => call?.operation)).toEqual(['CreateLoadBalancer', undefined]);
  });
});

describe('a seeded Classic Load Balancer', () => {
  it("has AWS's defaults, an age, instances in service, and needs no call", async () => {
    bench.aws.seed.classicLoadBalancer({
      name: 'old',
      subnets: ['subnet-public-a'],
      securityGroups: ['sg-lb'],
      listeners: [
        { port: 80, instancePort: 30_080 },
        {
          port: 443,
          instancePort: 30_443,
          protocol: 'HTTPS',
          instanceProtocol: 'HTTP',
          certificate: HTTPS_443.SSLCertificateId,
        },
      ],
      instances: ['i-node-1'],
      attributes: { idleTimeoutSeconds: 10 },
    });
    expect(bench.aws.calls).toEqual([]);
    expect(await bench.described('old')).toMatchObject({
      ListenerDescriptions: [
        { Listener: TCP_80, PolicyNames: [] },
        { Listener: HTTPS_443, PolicyNames: ['ELBSecurityPolicy-2016-08'] },
      ],
      Policies: { OtherPolicies: ['ELBSecurityPolicy-2016-08'] },
      HealthCheck: { Target: 'TCP:30080', Interval: 30 },
      CreatedTime: new Date(START - 24 * 60 * 60_000),
    });
    expect(bench.aws.classicHealth('old')).toEqual([
      { id: 'i-node-1', state: 'InService', reason: 'N/A', description: 'N/A' },
    ]);
    expect(bench.row('old').attributes).toMatchObject({ idleTimeoutSeconds: 10, crossZone: false });
    const remove = new DeleteSecurityGroupCommand({ GroupId: 'sg-lb' });
    expect(await codeOf(bench.ec2.send(remove))).toBe('DependencyViolation');
  });

  it('was there from the beginning for reads that lag', async () => {
    bench.aws.consistencyMs.default = 60_000;
    const listeners = [{ port: 80, instancePort: 1 }];
    const given = { name: 'old', subnets: ['subnet-public-a'], securityGroups: ['sg-lb'], listeners };
    bench.aws.seed.classicLoadBalancer(given);
    expect(await names()).toEqual(['old']);
  });
});

describe("the official controller's leavings", () => {
  it('are a load balancer by its name, tags and check, a group, and a rule without description', async () => {
    const { name, securityGroup } = seedPeerClassic(bench.aws, { uid: UID, sourceRanges: ['10.0.0.0/8'] });
    expect(name).toBe('a8a0b1c2d3e4f406182738495a6b7c8d');
    expect(bench.row(name)).toMatchObject({
      securityGroups: [securityGroup],
      listeners: { 80: { protocol: 'TCP', instancePort: 30_080 } },
      healthCheck: { target: 'TCP:30080', intervalSeconds: 10, healthyThreshold: 2, unhealthyThreshold: 6 },
      tags: { 'kubernetes.io/service-name': 'shop/web', 'kubernetes.io/cluster/prod': 'owned' },
    });
    expect(Object.keys(bench.row(name).instances)).toEqual(bench.cluster.nodes);
    const Filters = [{ Name: 'ip-permission.group-id', Values: [securityGroup] }];
    const referring = await bench.ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
    expect(referring.SecurityGroups?.map(({ GroupId, IpPermissions }) => [GroupId, IpPermissions])).toMatchObject([
      ['sg-nodes', [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: securityGroup, Description: undefined }] }]],
    ]);
    expect(bench.aws.state.securityGroups.get(securityGroup)).toMatchObject({
      name: `k8s-elb-${name}`,
      tags: { 'kubernetes.io/cluster/prod': 'owned' },
      ingress: [
        { protocol: 'tcp', fromPort: 80, source: { cidr: '10.0.0.0/8' } },
        { protocol: 'icmp', fromPort: 3, toPort: 4, source: { cidr: '10.0.0.0/8' } },
      ],
    });
  });
});

describe('errors', () => {
  /** A request handler that answers everything by one error document. */
  const answering = (statusCode: number, code: string) => {
    const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': 'id' };
    const document = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>why</Message></Error><RequestId>id</RequestId></ErrorResponse>`;
    return {
      metadata: { handlerProtocol: 'http/1.1' },
      handle: async () => ({ response: { statusCode, headers, body: Readable.from([Buffer.from(document)]) } }),
      updateHttpClientConfig: () => {},
      httpHandlerConfigs: () => ({}),
    };
  };
  /** What callers look at. */
  const facesOf = (error: Error) => [
    error.constructor,
    error.name,
    error.message,
    ...['$fault', 'Code', 'Type', 'Error', '$metadata'].map((key): unknown => Reflect.get(error, key)),
  ];

  it.each([
    ['LoadBalancerNotFound', 400],
    ['DuplicateLoadBalancerName', 400],
    ['DuplicateListener', 400],
    ['InvalidConfigurationRequest', 409],
    ['InvalidInstance', 400],
    ['TooManyLoadBalancers', 400],
    ['ValidationError', 400],
    ['Throttling', 400],
    ['AccessDenied', 403],
  ])('%s is thrown as the SDK throws it', async (code, status) => {
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const requestHandler = answering(status, code);
    const client = new ElasticLoadBalancingClient({ region: 'eu-west-1', credentials, maxAttempts: 1, requestHandler });
    const real: unknown = await client.send(new DescribeLoadBalancersCommand({})).catch((thrown: unknown) => thrown);
    if (!(real instanceof Error)) throw new Error('no error was thrown');
    expect(facesOf(elb.exception(new Problem(code, 'why', status), 'id'))).toEqual(facesOf(real));
  });

  it('have the class of the model, whose name is not the code', () => {
    const error = elb.exception(new Problem('LoadBalancerNotFound', 'why'), 'id');
    expect(error).toBeInstanceOf(AccessPointNotFoundException);
    expect(error).toBeInstanceOf(ElasticLoadBalancingServiceException);
    expect(error.name).toBe('AccessPointNotFoundException');
  });

  it('answer a conflict with its status', async () => {
    await bench.classic();
    const refused = bench.classic({ Subnets: ['subnet-public-a', 'subnet-private-a'] });
    await expect(refused).rejects.toMatchObject({ $metadata: { httpStatusCode: 409 } });
  });
});
