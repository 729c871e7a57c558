// The proxy itself: recording, faults, limits, pass-through; and what the fixtures make. Against real moto.
import {
  DescribeAvailabilityZonesCommand,
  DescribeInstancesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  DescribeSSLPoliciesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Clients, emulatorClients, refusal } from '../../localstack/clients.ts';
import { launchNodes } from '../../localstack/fixture-nodes.ts';
import { startProxy } from '../../localstack/proxy.ts';
import type { Fault } from '../../localstack/proxy-faults.ts';
import { publishedReadLimits } from '../../localstack/proxy-limits.ts';
import { type Emulator, startEmulator } from '../../localstack/start.ts';

let emulator: Emulator;
let clients: Clients;
const faults: Fault[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ log: () => {}, nodes: 4, clusterName: 'proxy' });
  clients = emulatorClients({ endpoint: emulator.url, region: emulator.fixtures.region });
}, 300_000);

afterAll(async () => {
  clients?.[Symbol.dispose]();
  await emulator?.stop();
});

afterEach(() => {
  for (const fault of faults.splice(0)) fault.remove();
});

const fault: Emulator['proxy']['fault'] = (rule) => {
  const made = emulator.proxy.fault(rule);
  faults.push(made);
  return made;
};

const create = (name: string) => {
  const Subnets = emulator.fixtures.publicSubnets.map(({ id }) => id);
  return clients.elb.send(new CreateLoadBalancerCommand({ Name: name, Type: 'network', Subnets }));
};
const list = () => clients.elb.send(new DescribeLoadBalancersCommand({}));
const names = async () => (await list()).LoadBalancers?.map((item) => item.LoadBalancerName) ?? [];

describe('fixtures', () => {
  it('are a cluster in three zones', async () => {
    const { fixtures } = emulator;
    const { ec2 } = clients;
    expect(fixtures.publicSubnets.map(({ zone }) => zone)).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']);
    expect(fixtures.nodes.map(({ zone }) => zone)).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1c', 'eu-west-1a']);
    expect(new Set(fixtures.nodes.map(({ instanceId }) => instanceId)).size).toBe(4);
    const Filters = [{ Name: 'vpc-id', Values: [fixtures.vpcId] }];
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
    const tagKeys = Subnets.map(({ SubnetId, Tags = [] }) => [SubnetId, Tags.map(({ Key }) => Key)] as const);
    for (const [id, keys] of tagKeys) {
      const side = fixtures.publicSubnets.some((subnet) => subnet.id === id) ? 'elb' : 'internal-elb';
      expect(keys).toContain(`kubernetes.io/role/${side}`);
      expect(keys).toContain('kubernetes.io/cluster/proxy');
    }
    expect(tagKeys).toHaveLength(6);
    const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
    const open = RouteTables.filter(({ Routes = [] }) => Routes.some(({ GatewayId }) => GatewayId?.startsWith('igw-')));
    expect(open.flatMap(({ Associations = [] }) => Associations.map(({ SubnetId }) => SubnetId)).sort()).toEqual(
      fixtures.publicSubnets.map(({ id }) => id).sort(),
    );
    expect(fixtures.addresses).toHaveLength(2);
    expect(fixtures.certificateArn).toMatch(/^arn:aws:acm:eu-west-1:/);
  });

  it('let nodes join later', async () => {
    const [node] = await launchNodes({ endpoint: emulator.url, ...emulator.fixtures }, 1);
    const InstanceIds = [node!.instanceId];
    const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds }));
    const instance = Reservations?.[0]?.Instances?.[0];
    expect(instance?.SecurityGroups?.map(({ GroupId }) => GroupId)).toEqual([emulator.fixtures.nodeSecurityGroupId]);
    expect(instance?.PrivateDnsName).toBe(node!.privateDnsName);
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
  });
});

describe('recording', () => {
  it('has every call once, with parameters, outcome and who asked', async () => {
    const { proxy } = emulator;
    proxy.clear();
    await create('recorded');
    await refusal(clients.elb.send(new DescribeLoadBalancersCommand({ Names: ['absent'] })));
    await clients.ec2.send(
      new DescribeAvailabilityZonesCommand({ Filters: [{ Name: 'state', Values: ['available'] }] }),
    );
    expect(proxy.calls.map(({ service, operation, write, status }) => [service, operation, write, status])).toEqual([
      ['elasticloadbalancing', 'CreateLoadBalancer', true, 200],
      ['elasticloadbalancing', 'DescribeLoadBalancers', false, 400],
      ['ec2', 'DescribeAvailabilityZones', false, 200],
    ]);
    expect(proxy.calls[0]?.params).toMatchObject({ Name: 'recorded', Type: 'network' });
    expect(proxy.calls[0]?.userAgent).toMatch(/aws-sdk-js/);
    expect(proxy.calls[1]?.errorCode).toBe('LoadBalancerNotFound');
    expect(proxy.calls[2]?.params).toEqual({ Filter: [{ Name: 'state', Value: ['available'] }] });
    expect(proxy.count({ write: true })).toBe(1);
    expect(proxy.count({ operation: /^Describe/ })).toBe(2);
    expect(proxy.count({ match: (params) => params.Name === 'recorded' })).toBe(1);
    proxy.clear();
    expect(proxy.calls).toEqual([]);
  });

  it('has operations that the proxy knows nothing of, answered by the emulator behind it', async () => {
    emulator.proxy.clear();
    const { SslPolicies = [] } = await clients.elb.send(new DescribeSSLPoliciesCommand({}));
    expect(SslPolicies.map(({ Name }) => Name)).toContain('ELBSecurityPolicy-2016-08');
    expect(emulator.proxy.calls.map(({ operation }) => operation)).toEqual(['DescribeSSLPolicies']);
  });

  it('tells Classic from v2 on the one endpoint they share', async () => {
    const { proxy, url } = emulator;
    proxy.clear();
    const authorization =
      'AWS4-HMAC-SHA256 Credential=x/20260101/eu-west-1/elasticloadbalancing/aws4_request, Signature=x';
    const body = new URLSearchParams({ Action: 'DescribeLoadBalancers', Version: '2012-06-01' });
    const response = await fetch(url, { method: 'POST', headers: { authorization }, body });
    expect(await response.text()).toContain('LoadBalancerDescriptions');
    expect(proxy.calls.map(({ service }) => service)).toEqual(['elasticloadbalancing-classic']);
  });
});

describe('faults', () => {
  it('answer an error instead of carrying the call out, or after it', async () => {
    const error = { code: 'ServiceUnavailable', status: 503 };
    const operation = 'CreateLoadBalancer';
    fault({ operation, phase: 'before', effect: { error }, match: ({ Name }) => Name === 'never' });
    fault({ operation, phase: 'after', effect: { error }, match: ({ Name }) => Name === 'done' });
    expect(await refusal(create('never'))).toBe('ServiceUnavailable');
    expect(await refusal(create('done'))).toBe('ServiceUnavailable');
    expect(await names()).toContain('done');
    expect(await names()).not.toContain('never');
  });

  it('hit only the calls they are for', async () => {
    const error = { code: 'Throttling' };
    const made = fault({
      operation: /^Describe/,
      nth: 2,
      times: 1,
      phase: 'before',
      effect: { error },
      service: 'ec2',
    });
    const zones = () => clients.ec2.send(new DescribeAvailabilityZonesCommand({}));
    await list();
    await zones();
    expect(await refusal(zones())).toBe('Throttling');
    await zones();
    expect(made.hits).toBe(1);
  });

  it('speak the error dialect of EC2 as well', async () => {
    const error = { code: 'UnauthorizedOperation', status: 403, message: 'no' };
    fault({ service: 'ec2', operation: 'DescribeSubnets', phase: 'before', effect: { error } });
    const call = clients.ec2.send(new DescribeSubnetsCommand({}));
    await expect(call).rejects.toMatchObject({ Code: 'UnauthorizedOperation', message: 'no' });
    await expect(call).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  it('delay before the call is carried out, and after', async () => {
    const before = fault({ operation: 'DeleteLoadBalancer', phase: 'before', effect: { delayMs: 1500 } });
    fault({ operation: 'CreateLoadBalancer', phase: 'after', effect: { delayMs: 1500 } });
    let answered = false;
    const made = create('slow').finally(() => {
      answered = true;
    });
    await expect.poll(names, { interval: 10, timeout: 10_000 }).toContain('slow');
    expect(answered).toBe(false);
    const LoadBalancerArn = (await made).LoadBalancers![0]!.LoadBalancerArn!;
    const deleted = clients.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    await expect.poll(() => before.hits, { interval: 5, timeout: 10_000 }).toBe(1);
    expect(await names()).toContain('slow');
    await deleted;
    expect(await names()).not.toContain('slow');
  });

  it('reset the connection, with the call carried out or not', async () => {
    const operation = 'CreateLoadBalancer';
    fault({ operation, phase: 'before', effect: 'reset', match: ({ Name }) => Name === 'reset-before' });
    fault({ operation, phase: 'after', effect: 'reset', match: ({ Name }) => Name === 'reset-after' });
    await expect(create('reset-before')).rejects.toThrow(/ECONNRESET|socket hang up/);
    await expect(create('reset-after')).rejects.toThrow(/ECONNRESET|socket hang up/);
    expect(await names()).toContain('reset-after');
    expect(await names()).not.toContain('reset-before');
    expect(emulator.proxy.find({ operation }).at(-1)?.status).toBe(0);
  });

  it('cut the answer off in the middle', async () => {
    fault({ operation: 'CreateLoadBalancer', phase: 'after', effect: 'truncate' });
    await expect(create('cut')).rejects.toThrow();
    expect(await names()).toContain('cut');
  });

  it('answer garbage with status 200', async () => {
    fault({ operation: 'CreateLoadBalancer', phase: 'after', effect: 'garbage' });
    const { LoadBalancers } = await create('garbled').catch(() => ({ LoadBalancers: undefined }));
    expect(LoadBalancers).toBeUndefined();
    expect(await names()).toContain('garbled');
  });

  it('never answer', async () => {
    const hung = fault({ operation: 'DescribeLoadBalancers', phase: 'before', effect: 'hang' });
    const signal = AbortSignal.timeout(200);
    await expect(clients.elb.send(new DescribeLoadBalancersCommand({}), { abortSignal: signal })).rejects.toThrow(
      /abort/i,
    );
    expect(hung.hits).toBe(1);
    hung.remove();
    expect(await names()).toContain('recorded');
  });

  it('answer reads as things were: what the rules keep', async () => {
    const stale = fault({ operation: 'DescribeLoadBalancers', phase: 'before', effect: { staleMs: 60_000 } });
    await create('unseen');
    expect(await names()).not.toContain('unseen');
    const Names = ['unseen'];
    expect(await refusal(clients.elb.send(new DescribeLoadBalancersCommand({ Names })))).toBe('LoadBalancerNotFound');
    stale.remove();
    expect(await names()).toContain('unseen');
    fault({ operation: 'DescribeLoadBalancers', phase: 'before', effect: { staleMs: 0 } });
    await create('seen');
    expect(await names()).toContain('seen');
  });

  it('answer reads as things were: what goes through', async () => {
    const [node] = await launchNodes({ endpoint: emulator.url, ...emulator.fixtures }, 1);
    const InstanceIds = [node!.instanceId];
    const state = async () => {
      const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds }));
      return Reservations?.[0]?.Instances?.[0]?.State?.Name;
    };
    const stale = fault({ operation: 'DescribeInstances', phase: 'before', effect: { staleMs: 60_000 } });
    expect(await state()).toBe('running');
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
    expect(await state()).toBe('running');
    stale.remove();
    expect(await state()).toBe('terminated');
  });
});

describe('limits', () => {
  it('refuse reads beyond the bucket, each service in its own words', async () => {
    const limits = publishedReadLimits.map((rule) => emulator.proxy.limit({ ...rule, refillPerSecond: 0 }));
    const burst = <T>(count: number, call: () => Promise<T>) =>
      Promise.all(
        Array.from({ length: count }, () =>
          call().then(
            () => 'accepted',
            (error) => error.Code,
          ),
        ),
      );
    const count = (codes: string[], code: string) => codes.filter((other) => other === code).length;
    const elb = await burst(45, list);
    expect([count(elb, 'accepted'), count(elb, 'Throttling')]).toEqual([40, 5]);
    const ec2 = await burst(103, () => clients.ec2.send(new DescribeAvailabilityZonesCommand({})));
    expect([count(ec2, 'accepted'), count(ec2, 'RequestLimitExceeded')]).toEqual([100, 3]);
    expect(limits.map(({ refused }) => refused)).toEqual([5, 0, 3]);
    await create('written');
    for (const limit of limits) limit.remove();
    expect(await names()).toContain('written');
  });

  it('fill up again with time', async () => {
    const rule = { service: 'elasticloadbalancing', kind: 'read', bucket: 1, refillPerSecond: 1 } as const;
    const limit = emulator.proxy.limit(rule);
    await list();
    expect(await refusal(list())).toBe('Throttling');
    const accepted = () =>
      list().then(
        () => true,
        () => false,
      );
    await expect.poll(accepted, { interval: 50, timeout: 10_000 }).toBe(true);
    limit.remove();
  });
});

describe('another endpoint', () => {
  it('gets everything as it is, recorded', async () => {
    emulator.proxy.clear();
    const through = await startProxy({ upstream: emulator.url, rules: false });
    const own = emulatorClients({ endpoint: through.url, region: emulator.fixtures.region });
    await own.elb.send(new DescribeLoadBalancersCommand({}));
    await own.ec2.send(new DescribeAvailabilityZonesCommand({}));
    own[Symbol.dispose]();
    await through.stop();
    const operations = ['DescribeLoadBalancers', 'DescribeAvailabilityZones'];
    expect(through.calls.map(({ operation }) => operation)).toEqual(operations);
    expect(emulator.proxy.calls.map(({ operation }) => operation)).toEqual(operations);
  });

  it('is chosen by AWS_ENDPOINT_URL', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', emulator.url);
    const other = await startEmulator({ log: () => {}, nodes: 1, clusterName: 'chosen' }).finally(vi.unstubAllEnvs);
    emulator.proxy.clear();
    const own = emulatorClients({ endpoint: other.env.AWS_ENDPOINT_URL!, region: other.fixtures.region });
    await own.elb.send(new DescribeLoadBalancersCommand({}));
    own[Symbol.dispose]();
    await other.stop();
    expect(emulator.proxy.count({ operation: 'DescribeLoadBalancers' })).toBe(1);
    expect(other.fixtures.vpcId).not.toBe(emulator.fixtures.vpcId);
  });
});
