// Listeners of the fake after their creation: changes, finding, deletion; and tags of every kind of resource.

import {
  AddTagsCommand,
  type CreateListenerCommandInput,
  DeleteListenerCommand,
  DescribeListenersCommand,
  type DescribeListenersCommandInput,
  DescribeTagsCommand,
  ModifyListenerCommand,
  type ModifyListenerCommandInput,
  RemoveTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Bench, CERTIFICATE, codeOf, forwardTo, makeBench, START } from './workbench.ts';

let bench: Bench;
let LoadBalancerArn: string;
const groups = new Map<string, string>();

beforeEach(async () => {
  vi.useFakeTimers({ now: START });
  bench = makeBench();
  LoadBalancerArn = (await bench.loadBalancer()).LoadBalancerArn!;
  groups.clear();
  for (const Protocol of ['TCP', 'UDP', 'TCP_UDP', 'TLS'] as const) {
    const Name = Protocol.replace('_', '-');
    groups.set(Protocol, (await bench.targetGroup({ Name, Protocol })).TargetGroupArn!);
  }
});
afterEach(() => {
  bench.aws.assertSound();
  vi.useRealTimers();
});

const to = (protocol: string) => ({ DefaultActions: [forwardTo(groups.get(protocol))] });
const TLS = { Protocol: 'TLS' as const, Certificates: [{ CertificateArn: CERTIFICATE }] };

function create(input: Partial<CreateListenerCommandInput> = {}) {
  return bench.listener({ LoadBalancerArn, ...to('TCP'), ...input });
}

async function modify(input: Partial<ModifyListenerCommandInput>) {
  const ListenerArn = [...bench.aws.state.listeners.keys()][0];
  const { Listeners } = await bench.elbv2.send(new ModifyListenerCommand({ ListenerArn, ...input }));
  return Listeners![0]!;
}

async function read(input: DescribeListenersCommandInput) {
  return (await bench.elbv2.send(new DescribeListenersCommand(input))).Listeners ?? [];
}

describe('ModifyListener', () => {
  it('changes what is given', async () => {
    await create(TLS);
    bench.aws.seed.certificate('arn:two');
    const Certificates = [{ CertificateArn: 'arn:two' }];
    expect(await modify({ Certificates })).toMatchObject({
      Port: 80,
      Protocol: 'TLS',
      Certificates,
      SslPolicy: 'ELBSecurityPolicy-2016-08',
    });
    expect(await modify({ Port: 8443, ...to('TLS') })).toMatchObject({ Port: 8443, Certificates });
  });

  it('from TLS to TCP drops certificate and policies', async () => {
    await create({ ...TLS, AlpnPolicy: ['HTTP2Only'] });
    const plain = await modify({ Protocol: 'TCP' });
    expect([plain.Protocol, plain.Certificates, plain.SslPolicy, plain.AlpnPolicy]).toEqual([
      'TCP',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('from TCP to TLS must bring certificate and policy', async () => {
    await create();
    expect(await codeOf(modify({ Protocol: 'TLS' }))).toBe('ValidationError');
    expect(await codeOf(modify(TLS))).toBe('ValidationError');
    const whole = { ...TLS, SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' };
    expect(await modify(whole)).toMatchObject(whole);
  });

  it('checks protocol and group together, in their new combination', async () => {
    await create();
    expect(await codeOf(modify({ Protocol: 'UDP' }))).toBe('IncompatibleProtocols');
    expect(await codeOf(modify(to('UDP')))).toBe('IncompatibleProtocols');
    expect(await modify({ Protocol: 'UDP', ...to('UDP') })).toMatchObject({ Protocol: 'UDP' });
  });

  it('refuses a port that is taken', async () => {
    await create();
    await create({ Port: 81 });
    expect(await codeOf(modify({ Port: 81 }))).toBe('DuplicateListener');
  });

  it('refuses a certificate on TCP, and unknown listeners', async () => {
    const { ListenerArn } = await create();
    expect(await codeOf(modify({ Certificates: TLS.Certificates }))).toBe('ValidationError');
    expect(await codeOf(modify({ ListenerArn: ListenerArn!.replace('/lb/', '/no/') }))).toBe('ListenerNotFound');
    expect(await codeOf(modify({ ListenerArn: LoadBalancerArn }))).toBe('ValidationError');
  });
});

describe('DescribeListeners', () => {
  it('finds by load balancer or ARN; one of them must be given, the unknown fails', async () => {
    const { ListenerArn = '' } = await create();
    await create({ Port: 81 });
    const unknown = ListenerArn.replace('/lb/', '/no/');
    expect(await read({ LoadBalancerArn })).toHaveLength(2);
    expect(await read({ ListenerArns: [ListenerArn] })).toHaveLength(1);
    expect(await codeOf(read({}))).toBe('ValidationError');
    expect(await codeOf(read({ ListenerArns: [ListenerArn, unknown] }))).toBe('ListenerNotFound');
    expect(await codeOf(read({ LoadBalancerArn: LoadBalancerArn.replace('/lb/', '/no/') }))).toBe(
      'LoadBalancerNotFound',
    );
  });

  it('pages', async () => {
    for (const Port of [80, 81, 82]) await create({ Port });
    bench.aws.pageSizes.listeners = 2;
    const first = await bench.elbv2.send(new DescribeListenersCommand({ LoadBalancerArn }));
    const second = await bench.elbv2.send(new DescribeListenersCommand({ LoadBalancerArn, Marker: first.NextMarker }));
    const ports = [...first.Listeners!, ...second.Listeners!].map(({ Port }) => Port);
    expect([first.Listeners?.length, second.NextMarker, ports.toSorted()]).toEqual([2, undefined, [80, 81, 82]]);
  });
});

describe('DeleteListener', () => {
  it('deletes once; again it is not found', async () => {
    const { ListenerArn } = await create();
    const remove = () => bench.elbv2.send(new DeleteListenerCommand({ ListenerArn }));
    await remove();
    expect(await codeOf(remove())).toBe('ListenerNotFound');
  });
});

describe('tags', () => {
  const add = (ResourceArns: string[], ...Tags: { Key: string; Value?: string }[]) =>
    bench.elbv2.send(new AddTagsCommand({ ResourceArns, Tags }));
  const describeTags = async (...ResourceArns: string[]) => {
    const { TagDescriptions = [] } = await bench.elbv2.send(new DescribeTagsCommand({ ResourceArns }));
    return TagDescriptions.map(({ Tags = [] }) => Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])));
  };

  it('are added, overwritten and removed on every kind of resource', async () => {
    const arns = [LoadBalancerArn, groups.get('TCP')!, (await create()).ListenerArn!];
    await add(arns, { Key: 'a', Value: '1' }, { Key: 'b', Value: '1' });
    await add(arns.slice(0, 1), { Key: 'a', Value: '2' });
    await bench.elbv2.send(new RemoveTagsCommand({ ResourceArns: arns, TagKeys: ['b', 'none'] }));
    expect(await describeTags(...arns)).toEqual([{ a: '2' }, { a: '1' }, { a: '1' }]);
  });

  it('fail as a whole for an unknown resource, with the error of its kind', async () => {
    const { ListenerArn = '' } = await create();
    const unknown = (arn: string) => arn.replace(/[0-9a-f]{16}$/, 'f'.repeat(16));
    expect(await codeOf(describeTags(LoadBalancerArn, unknown(LoadBalancerArn)))).toBe('LoadBalancerNotFound');
    expect(await codeOf(describeTags(unknown(groups.get('TCP')!)))).toBe('TargetGroupNotFound');
    expect(await codeOf(describeTags(unknown(ListenerArn)))).toBe('ListenerNotFound');
    expect(await codeOf(describeTags('x'))).toBe('ValidationError');
    expect(await codeOf(add([LoadBalancerArn, unknown(ListenerArn)], { Key: 'a', Value: '' }))).toBe(
      'ListenerNotFound',
    );
    expect(await describeTags(LoadBalancerArn)).toEqual([{}]);
  });

  it('can be read of 20 resources at a time', async () => {
    const many = (length: number) => Array.from({ length }, () => LoadBalancerArn);
    expect(await describeTags(...many(20))).toHaveLength(20);
    expect(await codeOf(describeTags(...many(21)))).toBe('ValidationError');
    expect(await codeOf(describeTags())).toBe('ValidationError');
  });

  it('refuse reserved and repeated keys, bad characters, and more than the quota', async () => {
    bench.aws.limits.tags = 2;
    const refused = (...tags: { Key: string; Value?: string }[]) => codeOf(add([LoadBalancerArn], ...tags));
    expect(await refused({ Key: 'aws:x', Value: '' })).toBe('ValidationError');
    expect(await refused({ Key: 'a', Value: '1' }, { Key: 'a', Value: '1' })).toBe('DuplicateTagKeys');
    expect(await refused({ Key: 'a', Value: 'b;c' })).toBe('ValidationError');
    expect(await refused({ Key: 'x'.repeat(129), Value: '' })).toBe('ValidationError');
    expect(await refused(...['a', 'b', 'c'].map((Key) => ({ Key, Value: '' })))).toBe('TooManyTags');
    expect(await refused()).toBe('ValidationError');
    const removal = new RemoveTagsCommand({ ResourceArns: [LoadBalancerArn], TagKeys: ['aws:x'] });
    expect(await codeOf(bench.elbv2.send(removal))).toBe('ValidationError');
  });
});
