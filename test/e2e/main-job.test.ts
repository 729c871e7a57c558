// The main job on the real API server and the AWS emulator: a Service becomes an NLB, changes, and leaves nothing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condition, Event, Service } from '../../src/kube/types.ts';
import { service } from '../cluster/objects.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { AwsView } from './aws-view.ts';

const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';
const NLB = { [`${STEM}type`]: 'nlb' };

let stack: Stack;
let aws: AwsView;
let controller: ControllerProcess;

beforeAll(async () => {
  stack = await startStack({ nodes: 4, clusterName: 'e2e' });
  aws = new AwsView(stack);
  controller = stack.controller(['--drift-interval', '0']);
  await controller.leading();
});
afterAll(() => stack?.stop());

const path = (name: string) => `/api/v1/namespaces/default/services/${name}`;
const get = (name: string) => stack.request<Service>('GET', path(name));
const edit = (name: string, patch: object) => stack.request<Service>('PATCH', path(name), patch);
const annotate = (name: string, annotations: Record<string, string | null>) =>
  edit(name, { metadata: { annotations } });
const remove = (name: string) => stack.request('DELETE', path(name));
const condition = (one: Service, type: string): Condition | undefined =>
  one.status?.conditions?.find((each) => each.type === `fairlead.dev/${type}`);
const hostname = (one: Service) => one.status?.loadBalancer?.ingress?.[0]?.hostname;
const instanceIds = () => stack.emulator.fixtures.nodes.map((node) => node.instanceId).sort();

/**
 * Until the Service's cloud is as it asks. What is looked for in AWS comes first: the condition is False before the first
 * write and True again only after the last, so once a write is seen, True means that all of them are done.
 */
const programmed = (name: string, also: (one: Service) => boolean | Promise<boolean> = () => true) =>
  stack.until(`${name} is programmed`, async () => {
    if (!(await also(await get(name)))) return undefined;
    const one = await get(name);
    return condition(one, 'Programmed')?.status === 'True' ? one : undefined;
  });
const gone = (name: string) => stack.until(`${name} is gone`, async () => (await stack.service(name)) === undefined);

describe('the life of a Service', () => {
  it('becomes an NLB with its targets and rules, a hostname, a finalizer, conditions and events', async () => {
    const made = await stack.create<Service>(service({ name: 'life', annotations: NLB }));
    const one = await programmed('life');
    const view = await aws.of(one);
    const name = `a${made.metadata.uid.replaceAll('-', '')}`.slice(0, 32);

    expect(one.metadata.finalizers).toEqual(['service.kubernetes.io/load-balancer-cleanup']);
    expect(one.status?.loadBalancer?.ingress).toEqual([{ hostname: view?.balancer.DNSName }]);
    expect(hostname(one)).toMatch(new RegExp(`^${name}-[0-9a-f]{16}\\.elb\\.eu-west-1\\.amazonaws\\.com$`));
    expect(view?.balancer).toMatchObject({ LoadBalancerName: name, Type: 'network', Scheme: 'internet-facing' });
    expect(view?.tags).toMatchObject({
      'kubernetes.io/service-name': 'default/life',
      'kubernetes.io/cluster/e2e': 'owned',
    });
    expect(view?.listeners.map(({ Port, Protocol }) => [Port, Protocol])).toEqual([[80, 'TCP']]);
    expect(await aws.targets(view?.listeners[0])).toEqual(instanceIds());
    const nodePort = one.spec.ports?.[0]?.nodePort;
    expect(await aws.nodeRules()).toEqual([
      'icmp 3-4 0.0.0.0/0 kubernetes.io/rule/nlb/mtu',
      `tcp ${nodePort}-${nodePort} 0.0.0.0/0 kubernetes.io/rule/nlb/client=${name}`,
    ]);
    expect(condition(one, 'Accepted')).toMatchObject({ status: 'True', reason: 'Accepted' });
  });

  it('costs five calls', () => {
    const calls = stack.emulator.proxy.calls.filter((call) => call.userAgent?.includes('aws-sdk-js') && call.write);
    const names = calls.map((call) => call.operation).sort();
    expect(names).toEqual([
      'AuthorizeSecurityGroupIngress',
      'CreateListener',
      'CreateLoadBalancer',
      'CreateTargetGroup',
      'RegisterTargets',
    ]);
  });

  it('an unrelated annotation and a foreign finalizer cost no call and survive', async () => {
    stack.emulator.proxy.clear();
    await annotate('life', { 'example.com/note': 'x' });
    await edit('life', {
      metadata: { finalizers: ['example.com/mine', 'service.kubernetes.io/load-balancer-cleanup'] },
    });
    await annotate('life', { [`${STEM}cross-zone-load-balancing-enabled`]: 'true' });
    const one = await programmed('life', async (now) => {
      const view = await aws.of(now);
      return view?.attributes['load_balancing.cross_zone.enabled'] === 'true';
    });
    expect(one.metadata.finalizers).toContain('example.com/mine');
    expect(one.metadata.annotations?.['example.com/note']).toBe('x');
    const writes = stack.emulator.proxy.find({ write: true }).map((call) => call.operation);
    expect(writes).toEqual(['ModifyLoadBalancerAttributes']);
    await edit('life', { metadata: { finalizers: ['service.kubernetes.io/load-balancer-cleanup'] } });
  });

  it('taking an annotation away resets what it had set', async () => {
    await annotate('life', { [`${STEM}cross-zone-load-balancing-enabled`]: null });
    await programmed('life', async (one) => {
      const view = await aws.of(one);
      return view?.attributes['load_balancing.cross_zone.enabled'] === 'false';
    });
  });

  it('gets a port more, at four calls, and loses the old one', async () => {
    const one = await get('life');
    stack.emulator.proxy.clear();
    const first = { ...one.spec.ports?.[0], name: 'first' };
    await edit('life', { spec: { ports: [first, { name: 'second', port: 443 }] } });
    await programmed('life', async (now) => (await aws.of(now))?.listeners.length === 2);
    expect(
      stack.emulator.proxy
        .find({ write: true })
        .map((call) => call.operation)
        .sort(),
    ).toEqual(['AuthorizeSecurityGroupIngress', 'CreateListener', 'CreateTargetGroup', 'RegisterTargets']);
    const two = await get('life');
    await edit('life', { spec: { ports: [two.spec.ports?.[1]] } });
    await programmed('life', async (now) => (await aws.of(now))?.listeners.length === 1);
    expect((await aws.groups()).length).toBe(1);
    const nodePort = two.spec.ports?.[1]?.nodePort;
    expect((await aws.nodeRules()).filter((rule) => rule.startsWith('tcp'))).toHaveLength(1);
    expect((await aws.nodeRules()).some((rule) => rule.startsWith(`tcp ${nodePort}-`))).toBe(true);
  });

  it('targets follow the nodes with one call', async () => {
    stack.emulator.proxy.clear();
    await stack.removeNode(3);
    const left = stack.emulator.fixtures.nodes
      .slice(0, 3)
      .map((node) => node.instanceId)
      .sort();
    await stack.until('the node is deregistered', async () => {
      const view = await aws.of(await get('life'));
      return JSON.stringify(await aws.targets(view?.listeners[0])) === JSON.stringify(left);
    });
    expect(stack.emulator.proxy.find({ write: true }).map((call) => call.operation)).toEqual(['DeregisterTargets']);
    await stack.addNode(3);
    await stack.until('the node is registered again', async () => {
      const view = await aws.of(await get('life'));
      return (await aws.targets(view?.listeners[0])).length === 4;
    });
  });

  it('leaves nothing behind, and says so', async () => {
    await remove('life');
    await gone('life');
    expect(await aws.balancers()).toEqual([]);
    expect(await aws.groups()).toEqual([]);
    expect(await aws.nodeRules()).toEqual([]);
    const events = await stack.until('the last event', async () => {
      const { items } = await stack.request<{ items: Event[] }>('GET', '/api/v1/namespaces/default/events');
      const reasons = items
        .filter((event) => event.involvedObject.name === 'life' && event.source?.component === 'fairlead')
        .map((event) => event.reason);
      return reasons.includes('DeletedLoadBalancer') ? reasons : undefined;
    });
    expect(new Set(events)).toEqual(
      new Set([
        'EnsuringLoadBalancer',
        'EnsuredLoadBalancer',
        'UpdatedLoadBalancer',
        'DeletingLoadBalancer',
        'DeletedLoadBalancer',
      ]),
    );
  });
});

describe('what a Service can ask for', () => {
  it('TLS with logs, tags and source ranges; the certificate can go and come back', async () => {
    const { certificateArn, bucket } = stack.emulator.fixtures;
    const tls = { [`${STEM}ssl-cert`]: certificateArn, [`${STEM}ssl-ports`]: '443' };
    await stack.create(
      service({
        name: 'tls',
        annotations: {
          ...NLB,
          ...tls,
          [`${STEM}access-log-enabled`]: 'true',
          [`${STEM}access-log-s3-bucket-name`]: bucket,
          [`${STEM}access-log-s3-bucket-prefix`]: 'logs',
          [`${STEM}additional-resource-tags`]: 'team=web,stage=test',
        },
        ports: [
          { name: 'https', port: 443 },
          { name: 'http', port: 80 },
        ],
        spec: { loadBalancerSourceRanges: ['10.0.0.0/8', '192.0.2.0/24'] },
      }),
    );
    const view = await aws.of(await programmed('tls'));
    expect(view?.listeners.map(({ Port, Protocol }) => [Port, Protocol])).toEqual([
      [80, 'TCP'],
      [443, 'TLS'],
    ]);
    expect(view?.listeners[1]?.Certificates?.[0]?.CertificateArn).toBe(certificateArn);
    expect(view?.attributes).toMatchObject({
      'access_logs.s3.enabled': 'true',
      'access_logs.s3.bucket': bucket,
      'access_logs.s3.prefix': 'logs',
    });
    expect(view?.tags).toMatchObject({ team: 'web', stage: 'test' });
    const sources = (await aws.nodeRules())
      .filter((rule) => rule.includes('nlb/client='))
      .map((rule) => rule.split(' ')[2]);
    expect(new Set(sources)).toEqual(new Set(['10.0.0.0/8', '192.0.2.0/24']));

    const protocols = async (wanted: string) =>
      programmed('tls', async (one) => {
        const now = await aws.of(one);
        return now?.listeners.map(({ Protocol }) => Protocol).join() === wanted;
      });
    await annotate('tls', { [`${STEM}ssl-cert`]: null, [`${STEM}ssl-ports`]: null });
    await protocols('TCP,TCP');
    await annotate('tls', tls);
    await protocols('TCP,TLS');

    await annotate('tls', { [`${STEM}additional-resource-tags`]: 'team=web' });
    await programmed('tls', async (one) => (await aws.of(one))?.tags.stage === undefined);
    expect((await aws.of(await get('tls')))?.tags.team).toBe('web');
    await remove('tls');
    await gone('tls');
    expect(await aws.nodeRules()).toEqual([]);
  });

  it('a wrong annotation is refused with the reason, nothing is built, and mending it builds', async () => {
    await stack.create(
      service({
        name: 'wrong',
        annotations: { ...NLB, [`${STEM}internal`]: 'maybe', [`${STEM}healthcheck-intervall`]: '5' },
      }),
    );
    const one = await stack.until('it is refused', async () => {
      const now = await get('wrong');
      return condition(now, 'Accepted')?.status === 'False' ? now : undefined;
    });
    const message = condition(one, 'Accepted')?.message ?? '';
    expect(message).toContain(`${STEM}internal`);
    expect(message).toContain('"maybe"');
    expect(message).toContain(`${STEM}healthcheck-interval`);
    expect(one.metadata.finalizers ?? []).toEqual([]);
    expect(await aws.of(one)).toBeUndefined();
    await annotate('wrong', { [`${STEM}internal`]: 'true', [`${STEM}healthcheck-intervall`]: null });
    expect((await aws.of(await programmed('wrong')))?.balancer.Scheme).toBe('internal');
  });

  it('a change that needs another address is blocked, shown, and touches nothing', async () => {
    const before = await aws.of(await get('wrong'));
    await annotate('wrong', { [`${STEM}internal`]: 'false' });
    const one = await stack.until('it is blocked', async () => {
      const now = await get('wrong');
      return condition(now, 'Programmed')?.reason === 'ReplacementBlocked' ? now : undefined;
    });
    expect(condition(one, 'Programmed')?.message).toContain('internal');
    expect(await aws.of(one)).toEqual(before);
    expect(hostname(one)).toBe(before?.balancer.DNSName);
    await remove('wrong');
    await gone('wrong');
  });

  it('a class of somebody else is left alone, finalizer included; our own class is served', async () => {
    await stack.create(service({ name: 'theirs', loadBalancerClass: 'example.com/other', annotations: NLB }));
    await edit('theirs', { metadata: { finalizers: ['service.kubernetes.io/load-balancer-cleanup'] } });
    await stack.create(service({ name: 'ours', loadBalancerClass: 'fairlead.dev/aws', annotations: NLB }));
    await programmed('ours');
    const theirs = await get('theirs');
    expect(theirs.status?.conditions ?? []).toEqual([]);
    await remove('theirs');
    await remove('ours');
    await gone('ours');
    expect((await get('theirs')).metadata.finalizers).toEqual(['service.kubernetes.io/load-balancer-cleanup']);
    await edit('theirs', { metadata: { finalizers: null } });
  });

  it('cleans up when the type changes away, and clears the status', async () => {
    await stack.create(service({ name: 'retyped', annotations: NLB }));
    await programmed('retyped');
    await edit('retyped', { spec: { type: 'ClusterIP', ports: [{ port: 80, nodePort: null }] } });
    const one = await stack.until('the finalizer is gone', async () => {
      const now = await get('retyped');
      return (now.metadata.finalizers ?? []).length === 0 ? now : undefined;
    });
    expect(one.status?.loadBalancer).toEqual({});
    expect(one.status?.conditions ?? []).toEqual([]);
    expect(await aws.balancers()).toEqual([]);
    expect(await aws.groups()).toEqual([]);
  });
});

describe('the process', () => {
  it('serves health, readiness and metrics', async () => {
    const url = await controller.healthUrl();
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('cloud_api_calls_total{service="elbv2",operation="CreateLoadBalancer"');
    expect(metrics).toContain('leader_election_master_status{name="fairlead"} 1');
  });

  it('stops in good order and gives the lease back', async () => {
    expect(await controller.stop()).toBe(0);
    const lease = await stack.request<{ spec: { holderIdentity?: string } }>(
      'GET',
      '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/fairlead',
    );
    expect(lease.spec.holderIdentity ?? '').toBe('');
  });

  it('never writes a secret into its log', () => {
    const text = controller.tail(100_000);
    for (const secret of [stack.emulator.env.AWS_SECRET_ACCESS_KEY ?? '', 'Bearer ', 'X-Amz-Signature']) {
      expect(secret).not.toBe('');
      expect(text).not.toContain(secret);
    }
  });
});
